/**
 * Items passing one door: the machine that everybody's visit shares. Drawn in docs/lending.md.
 *
 *   unlocking --opened--> open --closed--> checking --tags read, or no reader--> each item settled
 *      | not opened: once more, then voided  \-- left open --> doubt --closed--/
 *      \-- nobody can tell --> in doubt (the tags, a courier)
 */
import { checkContent } from './content.ts';
import { enterDoubt, wayOutOf } from './doubts.ts';
import { back, takeOut } from './places.ts';
import { endMovement, type Moving } from './session.ts';
import { settlementOf } from './settlement.ts';
import type { Cause, DoubtReason, Movement, Passage, Session, UnlockAnswer, VoidReason } from './state.ts';
import type { Turn } from './turn.ts';

const ATTEMPTS_MAX = 2;
/** After pulse and open-wait the board's word is overdue by this much before it is asked. */
const ANSWER_GRACE_MS = 3_000;

export interface Wish {
  readonly cause: Cause;
  readonly compartment: string;
  readonly passages: readonly Passage[];
}

/** Enter the cause, then ask for the pulse. */
export function requestUnlock(turn: Turn, session: Session, wish: Wish, attempt = 1): void {
  const { times, nowMs } = turn.context;
  const { cause, compartment, passages } = wish;
  const board = turn.state.boards[turn.state.compartments[compartment]?.board ?? ''];
  const unlockId = turn.nextUnlockId;
  const boardBoot = board?.boot ?? 0;
  const [first] = passages;
  turn.enter({
    kind: 'unlockRequested',
    session: session.id,
    compartment,
    cause,
    ...(first?.hold ? { hold: first.hold } : {}),
    ...(first ? { item: first.item } : {}),
    attempt,
    boardBoot,
  });
  const untilMs = nowMs + times.pulseMs + times.openWaitMs + ANSWER_GRACE_MS;
  const movement: Movement = {
    cause,
    compartment,
    passages,
    unlockId,
    boardBoot,
    attempt,
    step: 'unlocking',
    untilMs,
  };
  turn.put('sessions', session.id, { ...session, movement });
  turn.effect({ kind: 'unlock', compartment, unlockId });
  turn.effect({ kind: 'lamp', compartment, mode: 'blink' });
}

export function doorSeenOpen(turn: Turn, moving: Moving): void {
  const { session, movement } = moving;
  if (movement.step === 'doubt' || movement.step === 'open') return;
  // Opened again while its tags were read: that reading counts no more.
  const again = movement.step === 'checking';
  if (!again)
    turn.enter({
      kind: 'unlockEnded',
      session: session.id,
      compartment: movement.compartment,
      outcome: 'opened',
    });
  back(turn, movement.compartment);
  setMovement(turn, session, {
    ...movement,
    step: 'open',
    checkId: undefined,
    untilMs: turn.context.nowMs + turn.context.times.leftOpenMs,
  });
}

/** A door that was seen open is closed again: now its tags are the last witness. */
export function doorSeenClosed(turn: Turn, moving: Moving): void {
  const { movement } = moving;
  if (movement.step === 'unlocking' || movement.step === 'checking') return;
  turn.effect({ kind: 'lamp', compartment: movement.compartment, mode: 'off' });
  askTags(turn, moving);
}

export function askTags(turn: Turn, moving: Moving): void {
  const { session, movement } = moving;
  const { compartment } = movement;
  if (!readable(turn, moving)) {
    settle(turn, moving, undefined);
    return;
  }
  const checkId = turn.nextSequence;
  const untilMs = turn.context.nowMs + turn.context.times.checkMs;
  setMovement(turn, session, { ...movement, step: 'checking', checkId, untilMs });
  turn.effect({ kind: 'readTags', checkId, compartment });
}

/** The pad only shows what somebody holds to it: what has been taken. */
function readable(turn: Turn, { movement }: Moving): boolean {
  const sensed = turn.state.compartments[movement.compartment]?.sensed ?? 'no';
  if (sensed === 'pad') return settlementOf(movement.cause).direction === 'out';
  return sensed === 'compartment';
}

/** The tags' word, or none: each item is where it was seen, and where nothing was seen the door's word counts. */
export function settle(turn: Turn, moving: Moving, reading: Parameters<typeof checkContent>[2]): void {
  const { movement } = moving;
  const { direction, posted, voided } = settlementOf(movement.cause);
  const findings = checkContent(turn, { ...moving, direction }, reading);
  let passed = 0;
  for (const passage of movement.passages) {
    const seen = findings.of(passage.item);
    const evidence = ['doorOpened', 'doorClosed', ...findings.evidence(passage.item)] as const;
    if (seen === 'partly') partsMissing(turn, moving, passage);
    else if (direction === 'out' && seen === 'inside') voided(turn, moving, passage, 'itemStillInside');
    else if (direction === 'in' && seen === 'gone') voided(turn, moving, passage, 'itemNotInside');
    else {
      posted(turn, moving, passage, [...evidence]);
      passed += 1;
    }
  }
  findings.enterDoubts(turn);
  endMovement(turn, moving.session.id, passed > 0 ? 'done' : 'voided', passed);
}

/** A set is lent and brought back whole: with one part here and one away, a person looks. */
function partsMissing(turn: Turn, { session, movement }: Moving, { item, title, hold }: Passage): void {
  const { compartment } = movement;
  const as = turn.state.items[item]?.as ?? (hold ? 'hold' : 'returned');
  enterDoubt(turn, { id: item, title, compartment, as, hold, doubt: 'partsMissing' }, session.id);
  turn.notice('partsMissing', { title, compartment });
}

export function unlockAnswered(turn: Turn, moving: Moving, answer: UnlockAnswer): void {
  if (moving.movement.step !== 'unlocking') return;
  if (answer === 'opened') doorSeenOpen(turn, moving);
  else if (answer === 'notOpened') notOpened(turn, moving);
  else if (answer === 'cutShort') notOpened(turn, moving, 'cutShort');
  else if (answer === 'unknownId') notPulsed(turn, moving, 'notPulsed');
  else if (answer === 'refused') notPulsed(turn, moving, 'boardRefused');
  else if (answer === 'boardAway') notPulsed(turn, moving, 'boardAway');
}

function notOpened(turn: Turn, moving: Moving, outcome: 'notOpened' | 'cutShort' = 'notOpened'): void {
  const { session, movement } = moving;
  turn.enter({ kind: 'unlockEnded', session: session.id, compartment: movement.compartment, outcome });
  if (movement.attempt < ATTEMPTS_MAX) {
    requestUnlock(turn, session, movement, movement.attempt + 1);
    return;
  }
  takeOut(turn, movement.compartment, 'doorDoesNotOpen');
  voidAll(turn, moving, 'doorNotOpened');
}

function notPulsed(turn: Turn, moving: Moving, reason: VoidReason): void {
  const { session, movement } = moving;
  const outcome = reason === 'notPulsed' ? 'notPulsed' : 'refused';
  turn.enter({ kind: 'unlockEnded', session: session.id, compartment: movement.compartment, outcome });
  voidAll(turn, moving, reason);
}

function voidAll(turn: Turn, moving: Moving, reason: VoidReason): void {
  const { movement, session } = moving;
  turn.effect({ kind: 'lamp', compartment: movement.compartment, mode: 'off' });
  for (const passage of movement.passages) settlementOf(movement.cause).voided(turn, moving, passage, reason);
  endMovement(turn, session.id, 'voided', 0);
}

/** Nobody can tell whether the items passed the door. Each reason has its way out. */
export function fallIntoDoubt(turn: Turn, moving: Moving, reason: DoubtReason): void {
  const { session, movement } = moving;
  const { compartment } = movement;
  for (const { item, hold, title } of movement.passages) {
    const as = turn.state.items[item]?.as ?? (hold ? 'hold' : 'returned');
    enterDoubt(turn, { id: item, title, compartment, as, hold, doubt: reason }, session.id);
  }
  settlementOf(movement.cause).doubted(turn, moving);
  if (wayOutOf(reason) === 'closeTheDoor') {
    setMovement(turn, session, { ...movement, step: 'doubt', untilMs: Number.MAX_SAFE_INTEGER });
    turn.kiosk(turn.state.kiosk.kiosk.front === session.id ? { front: undefined } : {});
    return;
  }
  takeOut(turn, compartment, 'contentUnknown');
  turn.effect({ kind: 'lamp', compartment, mode: 'off' });
  // An item that is seen inside is in doubt no more.
  if (turn.state.compartments[compartment]?.sensed === 'compartment')
    turn.effect({ kind: 'readTags', checkId: turn.nextSequence, compartment });
  endMovement(turn, session.id, 'inDoubt', 0);
}

/** The deadline of a step passed. */
export function movementOverdue(turn: Turn, moving: Moving): void {
  const { session, movement } = moving;
  if (movement.step === 'checking') {
    settle(turn, moving, undefined);
    return;
  }
  if (movement.step === 'open') {
    fallIntoDoubt(turn, moving, 'doorLeftOpen');
    return;
  }
  const board = turn.state.boards[turn.state.compartments[movement.compartment]?.board ?? ''];
  const untilMs = turn.context.nowMs + turn.context.times.leftOpenMs;
  if (board?.link === 'up') {
    turn.effect({ kind: 'askUnlock', compartment: movement.compartment, unlockId: movement.unlockId });
    setMovement(turn, session, { ...movement, untilMs });
  } else if (!movement.awaitsBoard) {
    // The patron need not stand here: when the board returns, its word settles the session.
    if (turn.state.kiosk.kiosk.front === session.id) {
      turn.kiosk({ front: undefined });
      turn.notice('loanInDoubt', { compartment: movement.compartment });
    }
    setMovement(turn, session, { ...movement, untilMs, awaitsBoard: true });
  } else {
    fallIntoDoubt(turn, moving, settlementOf(movement.cause).unknown);
  }
}

function setMovement(turn: Turn, session: Session, movement: Movement): void {
  turn.put('sessions', session.id, { ...session, movement });
}
