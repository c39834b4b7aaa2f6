/** Somebody brings books back: each is named by its barcode or tag, and only then a door opens. */
import { requestUnlock } from './movement.ts';
import { holdOfCode } from './pickup.ts';
import { passageOf, returnCompartment } from './places.ts';
import { frontSession, startSession, stirred } from './session.ts';
import type { Session } from './state.ts';
import type { Turn } from './turn.ts';

const ITEM_CHARS_MAX = 64;

export const returnSession = (turn: Turn): Session | undefined => frontSession(turn, 'return');

export function startReturn(turn: Turn): Session {
  return startSession(turn, { purpose: 'return' });
}

/** A code during a return is an item: the session decides. */
export function returnScans(turn: Turn, session: Session, text: string): void {
  if (session.movement) {
    turn.notice('busy', { compartment: session.movement.compartment });
    return;
  }
  stirred(turn, session);
  const known = turn.state.items[text];
  // The tag of a book that was missing here is in somebody's hand: it may come back.
  const isHere = known !== undefined && known.doubt !== 'itemMissing';
  if (holdOfCode(turn, text)) turn.notice('thatIsACode');
  else if (text.length > ITEM_CHARS_MAX) turn.notice('wrongItem');
  else if (isHere) turn.notice('alreadyHere', { compartment: known.compartment });
  else open(turn, session, text);
}

function open(turn: Turn, session: Session, item: string): void {
  const compartment = returnCompartment(turn);
  if (!compartment) {
    const [elsewhere] = turn.state.neighbours.neighbours.names;
    turn.notice('full', elsewhere ? { elsewhere } : {});
    return;
  }
  turn.kiosk({ notice: undefined });
  const known = turn.state.items[item];
  const current = turn.state.sessions[session.id] ?? session;
  requestUnlock(turn, current, {
    cause: 'return',
    compartment: compartment.name,
    passages: [known ? passageOf(known) : { item, title: item }],
  });
}
