/** A patron who is known: what is theirs here, and what they may borrow. */
import { borrow } from './borrowing.ts';
import { showCard } from './identify.ts';
import { requestUnlock } from './movement.ts';
import { holdOfCode, whyNot, wishesFor } from './pickup.ts';
import { frontSession, stirred } from './session.ts';
import type { Item, LendingState, Session, Visitor } from './state.ts';
import type { Turn } from './turn.ts';

export const visitSession = (turn: Turn): Session | undefined => frontSession(turn, 'visit');

/** A code during a visit is the card it waits for, one of the patron's own codes, or an item: the session decides. */
export function visitScans(turn: Turn, session: Session, text: string): void {
  stirred(turn, session);
  if (session.asking) turn.notice('busy');
  else if (!session.visitor) showCard(turn, session, text);
  else visitChooses(turn, session, holdOfCode(turn, text)?.item ?? text);
}

/**
 * Held for this patron, and here. A library may list as waiting what is only on its way (rero-ils #3173): an item that the
 * platform holds for somebody else is not handed out on its word.
 */
export function heldFor({ holds, items }: LendingState, { patron, waiting }: Visitor): Item[] {
  const whose = (hold: string | undefined) => holds[hold ?? '']?.patron ?? '';
  return Object.values(items).filter(
    ({ id, hold, doubt, as }) =>
      as === 'hold' && !doubt && (whose(hold) === patron || (whose(hold) === '' && waiting.includes(id))),
  );
}

export function visitChooses(turn: Turn, session: Session, id: string): void {
  const { visitor } = session;
  if (!visitor || session.asking) return;
  stirred(turn, session);
  const item = turn.state.items[id];
  if (session.movement) turn.notice('busy', { compartment: session.movement.compartment });
  else if (!item) turn.notice('wrongItem');
  else if (item.as === 'hold') collectAll(turn, session, [item]);
  else borrow(turn, session, visitor, item);
}

/** One door after another; items behind the same door go together. */
export function collectAll(turn: Turn, session: Session, wanted: readonly Item[]): void {
  const { visitor } = session;
  if (!visitor || session.movement || session.asking) return;
  const own = new Set(heldFor(turn.state, visitor).map(({ id }) => id));
  const items = wanted.filter(({ id }) => own.has(id));
  const wishes = wishesFor(turn, items);
  const [first, ...queue] = wishes;
  const current = turn.state.sessions[session.id] ?? session;
  if (first) requestUnlock(turn, { ...current, queue }, first);
  else turn.notice(items[0] ? (whyNot(turn, items[0]) ?? 'wrongItem') : 'wrongItem');
}
