/** Honest ways out: what a patron may say against the door, before it closes and for a moment after. */
import { enterDoubt } from './doubts.ts';
import { movementClaim, requestUnlock } from './movement.ts';
import { boardIsUp } from './places.ts';
import { movingAt, startSession } from './session.ts';
import type { Claim } from './state.ts';
import type { Turn } from './turn.ts';

/** *Not my book*, *nothing inside*, *I did not take it*. */
export function claim(turn: Turn, what: Claim): void {
  const { front, collected } = turn.state.kiosk.kiosk;
  const session = turn.state.sessions[front ?? ''];
  if (session?.movement) movementClaim(turn, session, what);
  else if (collected) dispute(turn, what);
}

/** The loan is posted, and denied: nobody owes the item until its tag is seen or a courier has looked. */
function dispute(turn: Turn, what: Claim): void {
  const { collected } = turn.state.kiosk.kiosk;
  if (!collected) return;
  const { compartment, lent } = collected;
  for (const { item, title, hold } of lent) {
    const ofHold = hold ? { hold } : {};
    turn.enter({ kind: 'loanDisputed', ...ofHold, item, compartment, claim: what });
    enterDoubt(turn, { id: item, title, compartment, as: 'returned', doubt: 'disputed' }, undefined);
  }
  turn.kiosk({ collected: undefined });
  turn.notice('claimHeard', { compartment });
  if (turn.state.compartments[compartment]?.sensed === 'compartment')
    turn.effect({ kind: 'readTags', checkId: turn.nextSequence, compartment });
}

/** The door fell shut too early: the same door again, and the loan stays as it is. */
export function openAgain(turn: Turn): void {
  const { front, collected } = turn.state.kiosk.kiosk;
  if (!collected) return;
  const { compartment, lent } = collected;
  const visit = turn.state.sessions[front ?? ''];
  if (visit?.movement || movingAt(turn, compartment)) {
    turn.notice('busy', { compartment });
    return;
  }
  if (!boardIsUp(turn, compartment)) {
    turn.notice('boardAway', { compartment });
    return;
  }
  const session = visit ?? startSession(turn, { purpose: 'pickup' });
  const passages = lent.map(({ item, title }) => ({ item, title }));
  requestUnlock(turn, session, { cause: 'again', compartment, passages });
  turn.kiosk({ collected: undefined });
}
