/** Somebody brings books back: each is named by its barcode or tag, and only then a door opens. */
import { requestUnlock } from './movement.ts';
import { holdOfCode } from './pickup.ts';
import { passageOf, returnCompartment } from './places.ts';
import { endSession, startSession, stirred } from './session.ts';
import type { Session } from './state.ts';
import type { Turn } from './turn.ts';

const ITEM_CHARS_MAX = 64;

/** The visit on the screen, where it is a return. */
export function returnSession(turn: Turn): Session | undefined {
  const front = turn.state.sessions[turn.state.kiosk.kiosk.front ?? ''];
  return front?.purpose === 'return' ? front : undefined;
}

export function startReturn(turn: Turn): Session {
  return startSession(turn, { purpose: 'return' });
}

export function endReturn(turn: Turn, session: Session): void {
  if (session.movement && session.movement.step !== 'doubt')
    turn.notice('busy', { compartment: session.movement.compartment });
  else if (session.movement) turn.kiosk({ front: undefined });
  else endSession(turn, session.id, session.count > 0 ? 'done' : 'voided');
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
    turn.notice('noFreeCompartment', { title: item });
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
