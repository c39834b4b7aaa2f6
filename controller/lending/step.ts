/** Lending, the heart: one input to new state, journal entries and effects. Pure; the same input gives the same step. */

import { looksLikePass } from '../../protocol/platform/credit-pass.ts';
import type { Entry } from '../../protocol/platform/entries.ts';
import { boardDown, boardUp, doorMoved, tamperMoved } from './boards.ts';
import { loanAnswered } from './borrowing.ts';
import { command } from './commands.ts';
import { checkAlone } from './content.ts';
import { claim, openAgain } from './disputes.ts';
import { enterPin, patronAnswered, showPass, startCardVisit } from './identify.ts';
import type { Answer, Context, Effect, Input, InputOf } from './inputs.ts';
import {
  countAll,
  courierNames,
  courierOf,
  courierScans,
  courierSession,
  endVisit,
  startVisit,
} from './loading.ts';
import { movementOverdue, settle, unlockAnswered } from './movement.ts';
import { showCode } from './pickup.ts';
import {
  endRenewing,
  renewalAnswered,
  renewalScans,
  renewalSession,
  renewInVisit,
  startRenewal,
} from './renewal.ts';
import { returnScans, returnSession, startReturn } from './returning.ts';
import type { Button } from './screen.ts';
import { endSession, leaveScreen, movingAt, movingByUnlock, movings } from './session.ts';
import type { Collection, LendingState, Session } from './state.ts';
import { libraryTold } from './tellings.ts';
import { Turn } from './turn.ts';
import { collectAll, heldFor, visitChooses, visitScans, visitSession } from './visit.ts';

export interface Step {
  readonly state: LendingState;
  readonly entries: readonly Entry[];
  readonly effects: readonly Effect[];
  /** The only keys of the state that may have changed. */
  readonly written: ReadonlyMap<Collection, ReadonlySet<string>>;
}

export function step(state: LendingState, input: Input, context: Context): Step {
  const turn = new Turn(state, context);
  decide(turn, input);
  return { state: turn.state, entries: turn.entries, effects: turn.effects, written: turn.written };
}

type Deciders = { readonly [K in Input['kind']]: (turn: Turn, input: InputOf<K>) => void };

const DECIDERS: Deciders = {
  started,
  tick,
  code,
  button: (turn, { button }) => pressed(turn, button),
  choose: (turn, { item }) => {
    const [courier, visit] = [courierSession(turn), visitSession(turn)];
    if (courier) courierNames(turn, courier, item);
    else if (visit) visitChooses(turn, visit, item);
  },
  pin: (turn, { pin }) => enterPin(turn, pin),
  answered: (turn, { requestId, answer }) => answered(turn, requestId, answer),
  libraryTold,
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

/** What a code is depends on who stands there: the session decides. */
function code(turn: Turn, { text, source }: InputOf<'code'>): void {
  const [loading, returning] = [courierSession(turn), returnSession(turn)];
  const [visit, renewal] = [visitSession(turn), renewalSession(turn)];
  const courier = courierOf(turn, text);
  if (loading) courierScans(turn, loading, text);
  else if (courier && turn.state.kiosk.kiosk.front) turn.notice('busy');
  else if (returning) returnScans(turn, returning, text);
  else if (renewal) renewalScans(turn, renewal, text);
  else if (visit) visitScans(turn, visit, text);
  // While the kiosk waits after wrong codes it hears none, right or wrong, or guessing would go on.
  else if (turn.state.kiosk.kiosk.waitUntilMs > turn.context.nowMs) return;
  else if (courier) startVisit(turn, courier);
  else if (source === 'tag') tagAtPad(turn, text);
  else if (looksLikePass(text)) showPass(turn, text);
  else if (source === 'card') cardAtPad(turn, text);
  else showCode(turn, text);
}

/** A book on the pad while nobody is served is one that is brought back. */
function tagAtPad(turn: Turn, item: string): void {
  if (turn.state.kiosk.kiosk.front) return;
  if (turn.state.items[item] && turn.state.items[item]?.doubt !== 'itemMissing') return;
  returnScans(turn, startReturn(turn), item);
}

function cardAtPad(turn: Turn, card: string): void {
  if (!turn.state.kiosk.kiosk.front) startCardVisit(turn, card);
}

type Presses = { readonly [B in Button]: (turn: Turn) => void };

const PRESSES: Presses = {
  finish,
  return: (turn) => begin(turn, startReturn),
  renew: (turn) => {
    const visit = visitSession(turn);
    if (visit?.visitor) renewInVisit(turn, visit);
    else begin(turn, startRenewal);
  },
  card: (turn) => begin(turn, startCardVisit),
  collectAll: (turn) => {
    const visit = visitSession(turn);
    if (visit?.visitor) collectAll(turn, visit, heldFor(turn.state, visit.visitor));
  },
  openAgain,
  notTaken: (turn) => claim(turn, 'notTaken'),
  notMine: (turn) => claim(turn, 'notMine'),
  nothingInside: (turn) => claim(turn, 'nothingInside'),
  count: (turn) => {
    if (courierSession(turn)) countAll(turn);
  },
};

const pressed = (turn: Turn, button: Button) => PRESSES[button](turn);

function begin(turn: Turn, start: (turn: Turn) => unknown): void {
  if (turn.state.kiosk.kiosk.front) turn.notice('busy');
  else if (turn.state.kiosk.kiosk.waitUntilMs <= turn.context.nowMs) start(turn);
}

function finish(turn: Turn): void {
  const loading = courierSession(turn);
  const renewing = renewalSession(turn);
  const other = returnSession(turn) ?? visitSession(turn) ?? renewing;
  // What was lent is seen: a visitor goes on, the screen is free for the next.
  if (turn.state.kiosk.kiosk.collected && !loading && !other?.movement) turn.kiosk({ collected: undefined });
  else if (loading) endVisit(turn, loading);
  else if (renewing?.visitor && !renewing.asking) endRenewing(turn, renewing);
  else if (other) leaveScreen(turn, other);
}

/** The answer to a question that is still open; any other answers nothing. */
function answered(turn: Turn, requestId: number, answer: Answer): void {
  const session = Object.values(turn.state.sessions).find((one) => one.asking?.requestId === requestId);
  if (!session?.asking) return;
  const { about, item = '' } = session.asking;
  const rest: Session = { ...session, asking: undefined };
  turn.put('sessions', session.id, rest);
  if (about === 'patron') patronAnswered(turn, rest, answer);
  else if (about === 'renewal') renewalAnswered(turn, rest, item, answer);
  else loanAnswered(turn, rest, item, answer);
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
  for (const session of Object.values(turn.state.sessions)) {
    const { movement, asking, idleUntilMs } = session;
    if (asking && asking.untilMs <= nowMs) answered(turn, asking.requestId, { outcome: 'unavailable' });
    else if (!movement && !asking && idleUntilMs <= nowMs) leave(turn, session);
  }
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
    ({ movement, asking, idleUntilMs }) => movement?.untilMs ?? asking?.untilMs ?? idleUntilMs,
  );
  const waiting = waitUntilMs > nowMs ? waitUntilMs : undefined;
  const all = [...sessions, notice?.untilMs, collected?.untilMs, waiting].filter((at) => at !== undefined);
  const first = Math.min(...all);
  return first < Number.MAX_SAFE_INTEGER ? first : undefined;
}
