/** Lending, the heart: one input to new state, journal entries and effects. Pure; the same input gives the same step. */
import type { Entry } from '../../protocol/platform/entries.ts';
import { boardDown, boardUp, doorMoved, tamperMoved } from './boards.ts';
import { command } from './commands.ts';
import { checkAlone } from './content.ts';
import { courierNames, courierOf, courierScans, courierSession, endVisit, startVisit } from './loading.ts';
import { movementOverdue, settle, unlockAnswered } from './movement.ts';
import { showCode } from './pickup.ts';
import { endReturn, returnScans, returnSession, startReturn } from './returning.ts';
import type { Button } from './screen.ts';
import { endSession, movingAt, movingByUnlock, movings } from './session.ts';
import type { Context, Effect, Input, LendingState, Session } from './state.ts';
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

type InputOf<K extends Input['kind']> = Extract<Input, { kind: K }>;
type Deciders = { readonly [K in Input['kind']]: (turn: Turn, input: InputOf<K>) => void };

const DECIDERS: Deciders = {
  started,
  tick,
  code,
  button: (turn, { button }) => pressed(turn, button),
  choose: (turn, { item }) => {
    const visit = courierSession(turn);
    if (visit) courierNames(turn, visit, item);
  },
  command: (turn, input) => command(turn, input.command),
  doorMoved: (turn, { compartment, open }) => doorMoved(turn, compartment, open),
  tamperMoved: (turn, { board, open }) => tamperMoved(turn, board, open),
  tagsRead,
  boardDown: (turn, { board }) => boardDown(turn, board),
  boardUp,
  unlockAnswered: (turn, { unlockId, answer }) => {
    const moving = movingByUnlock(turn, unlockId);
    if (moving) unlockAnswered(turn, moving, answer);
  },
};

function decide<K extends Input['kind']>(turn: Turn, input: InputOf<K>): void {
  DECIDERS[input.kind as K](turn, input);
}

function started(turn: Turn): void {
  const unfinished = Object.keys(turn.state.sessions).length;
  turn.enter({ kind: 'terminalStarted', version: turn.context.version, unfinished });
}

function code(turn: Turn, { text, source }: InputOf<'code'>): void {
  const visit = courierSession(turn);
  const returning = returnSession(turn);
  const courier = courierOf(turn, text);
  if (visit) courierScans(turn, visit, text);
  else if (returning && !courier) returnScans(turn, returning, text);
  // While the kiosk waits after wrong codes it hears none, right or wrong, or guessing would go on.
  else if (turn.state.kiosk.kiosk.waitUntilMs > turn.context.nowMs) return;
  else if (courier && turn.state.kiosk.kiosk.front) turn.notice('busy');
  else if (courier) startVisit(turn, courier);
  else if (source === 'tag') tagAtPad(turn, text);
  else showCode(turn, text);
}

/** A book on the pad while nobody is served is one that is brought back. */
function tagAtPad(turn: Turn, item: string): void {
  if (turn.state.kiosk.kiosk.front) return;
  if (turn.state.items[item] && turn.state.items[item]?.doubt !== 'itemMissing') return;
  returnScans(turn, startReturn(turn), item);
}

function pressed(turn: Turn, button: Button): void {
  const visit = courierSession(turn);
  const returning = returnSession(turn);
  if (button === 'return') {
    if (!turn.state.kiosk.kiosk.front) startReturn(turn);
    else if (!returning) turn.notice('busy');
  } else if (visit) endVisit(turn, visit);
  else if (returning) endReturn(turn, returning);
}

function tagsRead(turn: Turn, { checkId, compartment, reading }: InputOf<'tagsRead'>): void {
  const moving = movingAt(turn, compartment);
  if (!moving) checkAlone(turn, compartment, reading);
  else if (moving.movement.step === 'checking' && moving.movement.checkId === checkId)
    settle(turn, moving, reading);
}

function tick(turn: Turn): void {
  const { nowMs } = turn.context;
  for (const moving of movings(turn)) if (moving.movement.untilMs <= nowMs) movementOverdue(turn, moving);
  for (const session of Object.values(turn.state.sessions))
    if (!session.movement && session.idleUntilMs <= nowMs) leave(turn, session);
  const { notice, collected } = turn.state.kiosk.kiosk;
  if (notice && notice.untilMs <= nowMs) turn.kiosk({ notice: undefined });
  if (collected && collected.untilMs <= nowMs) turn.kiosk({ collected: undefined });
}

/** Somebody who does nothing any more is taken to have left. */
function leave(turn: Turn, { id, purpose, count }: Session): void {
  endSession(turn, id, purpose === 'loading' || count > 0 ? 'done' : 'voided');
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
