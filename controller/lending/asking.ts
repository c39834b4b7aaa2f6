/** Questions to library and platform: one at a time for each visit, each with a limit, and its answer. */
import type { Question } from './inputs.ts';
import type { Session } from './state.ts';
import type { Turn } from './turn.ts';

/** The authority keeps its own limits; this one only means that it did not. */
const GRACE_MS = 2_000;

export function ask(turn: Turn, session: Session, question: Question): void {
  const requestId = turn.state.kiosk.kiosk.asked + 1;
  turn.kiosk({ asked: requestId, notice: undefined });
  const untilMs = turn.context.nowMs + turn.context.times.askMs + GRACE_MS;
  const item = 'item' in question ? question.item : undefined;
  const current = turn.state.sessions[session.id] ?? session;
  turn.put('sessions', session.id, {
    ...current,
    asking: { requestId, about: question.kind, item, untilMs },
  });
  turn.effect({ kind: 'ask', requestId, question });
}
