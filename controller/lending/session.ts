/** Sessions end here; what a running movement is made of. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import type { Hold, Movement, Session } from './state.ts';
import type { Turn } from './turn.ts';

export type VoidReason = EntryOf<'loanVoided'>['reason'];
export type DoubtReason = EntryOf<'inDoubt'>['reason'];

/** Everything a decision about a running movement needs. */
export interface Moving {
  readonly session: Session;
  readonly movement: Movement;
  readonly hold: Hold;
}

/** The session goes on without a movement: a courier's stays, a patron's ends. */
export function endMovement(
  turn: Turn,
  sessionId: string,
  outcome: EntryOf<'sessionEnded'>['outcome'],
): void {
  const session = turn.state.sessions[sessionId];
  if (!session) return;
  if (session.purpose === 'loading') {
    const idleUntilMs = turn.context.nowMs + turn.context.times.courierIdleMs;
    turn.put('sessions', sessionId, { ...session, movement: undefined, idleUntilMs });
  } else {
    endSession(turn, sessionId, outcome);
  }
}

export function endSession(turn: Turn, session: string, outcome: EntryOf<'sessionEnded'>['outcome']): void {
  turn.enter({ kind: 'sessionEnded', session, outcome });
  turn.remove('sessions', session);
  if (turn.state.kiosk.kiosk.front === session) turn.kiosk({ front: undefined });
}
