/** Lending, the heart: one input to new state, journal entries and effects. Pure; the same input gives the same step. */
import type { Entry } from '../../protocol/platform/entries.ts';
import { boardDown, boardUp, doorMoved, tamperMoved } from './boards.ts';
import { command } from './commands.ts';
import { courierOf, courierScans, courierSession, endVisit, startVisit } from './loading.ts';
import { movementOverdue, movingByUnlock, movings, unlockAnswered } from './movement.ts';
import { showCode } from './pickup.ts';
import { endSession } from './session.ts';
import type { Context, Effect, Input, LendingState } from './state.ts';
import { Turn } from './turn.ts';

export interface Step {
  readonly state: LendingState;
  readonly entries: readonly Entry[];
  readonly effects: readonly Effect[];
}

export function step(state: LendingState, input: Input, context: Context): Step {
  const turn = new Turn(state, context);
  decide(turn, input);
  return { state: turn.state, entries: turn.entries, effects: turn.effects };
}

type Deciders = { readonly [K in Input['kind']]: (turn: Turn, input: Extract<Input, { kind: K }>) => void };

const DECIDERS: Deciders = {
  started,
  tick,
  code: (turn, { text }) => code(turn, text),
  button: finish,
  command: (turn, input) => command(turn, input.command),
  doorMoved: (turn, { compartment, open }) => doorMoved(turn, compartment, open),
  tamperMoved: (turn, { board, open }) => tamperMoved(turn, board, open),
  boardDown: (turn, { board }) => boardDown(turn, board),
  boardUp,
  unlockAnswered: (turn, { unlockId, answer }) => {
    const moving = movingByUnlock(turn, unlockId);
    if (moving) unlockAnswered(turn, moving, answer);
  },
};

function decide<K extends Input['kind']>(turn: Turn, input: Extract<Input, { kind: K }>): void {
  DECIDERS[input.kind as K](turn, input);
}

function started(turn: Turn): void {
  const unfinished = Object.keys(turn.state.sessions).length;
  turn.enter({ kind: 'terminalStarted', version: turn.context.version, unfinished });
}

function code(turn: Turn, text: string): void {
  const visit = courierSession(turn);
  if (visit) {
    courierScans(turn, visit, text);
    return;
  }
  // While the kiosk waits after wrong codes it hears none, right or wrong, or guessing would go on.
  if (turn.state.kiosk.kiosk.waitUntilMs > turn.context.nowMs) return;
  const courier = courierOf(turn, text);
  if (!courier) showCode(turn, text);
  else if (turn.state.kiosk.kiosk.front) turn.notice('busy');
  else startVisit(turn, courier);
}

function finish(turn: Turn): void {
  const visit = courierSession(turn);
  if (visit) endVisit(turn, visit);
}

function tick(turn: Turn): void {
  const { nowMs } = turn.context;
  for (const moving of movings(turn)) if (moving.movement.untilMs <= nowMs) movementOverdue(turn, moving);
  for (const session of Object.values(turn.state.sessions))
    if (session.purpose === 'loading' && !session.movement && session.idleUntilMs <= nowMs)
      endSession(turn, session.id, 'done');
  const { notice, collected } = turn.state.kiosk.kiosk;
  if (notice && notice.untilMs <= nowMs) turn.kiosk({ notice: undefined });
  if (collected && collected.untilMs <= nowMs) turn.kiosk({ collected: undefined });
}

/** The next monotonic ms at which `tick` has something to do; `undefined` while nothing is awaited. */
export function nextDeadline(state: LendingState, nowMs: number): number | undefined {
  const { notice, collected, waitUntilMs } = state.kiosk.kiosk;
  const sessions = Object.values(state.sessions).map(
    (session) => session.movement?.untilMs ?? session.idleUntilMs,
  );
  const waiting = waitUntilMs > nowMs ? waitUntilMs : undefined;
  const all = [...sessions, notice?.untilMs, collected?.untilMs, waiting].filter((at) => at !== undefined);
  const first = Math.min(...all);
  return first < Number.MAX_SAFE_INTEGER ? first : undefined;
}
