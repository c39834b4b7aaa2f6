/** Visits: how they begin and end, and which of them are at a door. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import type { Movement, Session } from './state.ts';
import type { Turn } from './turn.ts';

/** Everything a decision about a running movement needs. */
export interface Moving {
  readonly session: Session;
  readonly movement: Movement;
}

export function movings(turn: Turn): Moving[] {
  return Object.values(turn.state.sessions).flatMap((session) =>
    session.movement ? [{ session, movement: session.movement }] : [],
  );
}

export const movingAt = (turn: Turn, compartment: string) =>
  movings(turn).find(({ movement }) => movement.compartment === compartment);

export const movingByUnlock = (turn: Turn, unlockId: number) =>
  movings(turn).find(({ movement }) => movement.unlockId === unlockId);

export const movingItem = (turn: Turn, item: string) =>
  movings(turn).find(({ movement }) => movement.passages.some((passage) => passage.item === item));

export type Outcome = EntryOf<'sessionEnded'>['outcome'];

/**
 * `passed` items went through the door. Who has more to do stays: further doors, a courier, a visitor, somebody who
 * brings books back.
 */
export function endMovement(
  turn: Turn,
  sessionId: string,
  outcome: Outcome,
  passed: number,
  more: boolean,
): void {
  const session = turn.state.sessions[sessionId];
  if (!session) return;
  const count = session.count + passed;
  const idleMs = idleMsOf(turn, session.purpose);
  if (idleMs === 0 && !more) endSession(turn, sessionId, count > 0 ? 'done' : outcome);
  else
    turn.put('sessions', sessionId, {
      ...session,
      count,
      movement: undefined,
      idleUntilMs: idleMs === 0 ? 0 : turn.context.nowMs + idleMs,
    });
}

/** How long a person may do nothing; 0: the visit ends with its movement. */
export function idleMsOf({ context }: Turn, purpose: Session['purpose']): number {
  const { courierIdleMs, returnIdleMs, visitIdleMs } = context.times;
  return {
    loading: courierIdleMs,
    return: returnIdleMs,
    renewal: returnIdleMs,
    visit: visitIdleMs,
    pickup: 0,
  }[purpose];
}

export function startSession(
  turn: Turn,
  who: Pick<Session, 'purpose' | 'patron' | 'courier'>,
  more: Pick<Session, 'visitor' | 'queue' | 'renewing'> = {},
): Session {
  const id = `${turn.nextSequence}`;
  turn.enter({ kind: 'sessionStarted', session: id, ...who });
  const idleMs = idleMsOf(turn, who.purpose);
  const idleUntilMs = idleMs === 0 ? 0 : turn.context.nowMs + idleMs;
  const session: Session = { id, ...who, ...more, count: 0, idleUntilMs };
  turn.put('sessions', id, session);
  turn.kiosk({ front: id, notice: undefined, collected: undefined });
  return session;
}

/** Somebody did something: their idle time begins anew. */
export function stirred(turn: Turn, { id, purpose }: Session): void {
  turn.change('sessions', id, { idleUntilMs: turn.context.nowMs + idleMsOf(turn, purpose) });
}

export function endSession(turn: Turn, session: string, outcome: Outcome): void {
  turn.enter({ kind: 'sessionEnded', session, outcome });
  turn.remove('sessions', session);
  if (turn.state.kiosk.kiosk.front === session) turn.kiosk({ front: undefined });
}

/** Whoever is on the screen, where it is a visit of that kind. */
export function frontSession(turn: Turn, purpose: Session['purpose']): Session | undefined {
  const front = turn.state.sessions[turn.state.kiosk.kiosk.front ?? ''];
  return front?.purpose === purpose ? front : undefined;
}

/** Somebody is done; whose door was left open only leaves the screen. */
export function leaveScreen(turn: Turn, { id, movement, asking, count }: Session): void {
  if (asking || (movement && movement.step !== 'doubt'))
    turn.notice('busy', movement ? { compartment: movement.compartment } : {});
  else if (movement) turn.kiosk({ front: undefined });
  else endSession(turn, id, count > 0 ? 'done' : 'voided');
}
