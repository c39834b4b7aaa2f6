/**
 * One item passing one door: the machine that pickup and loading share. Drawn in docs/lending.md.
 *
 *   unlocking --opened--> open --closed--> posted
 *      | not opened: once more, then voided      \-- left open --> doubt --closed--> posted
 *      \-- nobody can tell --> doubt (a courier checks)
 */
import { type DoubtReason, endMovement, type Moving, type VoidReason } from './session.ts';
import { settlementOf } from './settlement.ts';
import type { Hold, Movement, Session, UnlockAnswer } from './state.ts';
import type { Turn } from './turn.ts';

const ATTEMPTS_MAX = 2;
/** After pulse and open-wait the board's word is overdue by this much before it is asked. */
const ANSWER_GRACE_MS = 3_000;

export function movings(turn: Turn): Moving[] {
  return Object.values(turn.state.sessions).flatMap((session) => {
    const hold = session.movement && turn.state.holds[session.movement.hold];
    return session.movement && hold ? [{ session, movement: session.movement, hold }] : [];
  });
}

export const movingAt = (turn: Turn, compartment: string) =>
  movings(turn).find(({ movement }) => movement.compartment === compartment);

export const movingByUnlock = (turn: Turn, unlockId: number) =>
  movings(turn).find(({ movement }) => movement.unlockId === unlockId);

/** Enter the cause, then ask for the pulse. */
export function requestUnlock(
  turn: Turn,
  session: Session,
  hold: Hold,
  compartment: string,
  attempt: number,
): void {
  const { times, nowMs } = turn.context;
  const board = turn.state.boards[turn.state.compartments[compartment]?.board ?? ''];
  const unlockId = turn.nextUnlockId;
  const boardBoot = board?.boot ?? 0;
  turn.enter({
    kind: 'unlockRequested',
    session: session.id,
    compartment,
    cause: session.purpose,
    hold: hold.id,
    attempt,
    boardBoot,
  });
  const untilMs = nowMs + times.pulseMs + times.openWaitMs + ANSWER_GRACE_MS;
  const movement: Movement = {
    hold: hold.id,
    compartment,
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
  if (movement.step !== 'unlocking') return;
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
    untilMs: turn.context.nowMs + turn.context.times.leftOpenMs,
  });
}

/** A door that was seen open is closed again: the evidence is whole. */
export function doorSeenClosed(turn: Turn, moving: Moving): void {
  if (moving.movement.step === 'unlocking') return;
  turn.effect({ kind: 'lamp', compartment: moving.movement.compartment, mode: 'off' });
  settlementOf(moving.session.purpose).posted(turn, moving);
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
  const { session, movement, hold } = moving;
  turn.enter({ kind: 'unlockEnded', session: session.id, compartment: movement.compartment, outcome });
  if (movement.attempt < ATTEMPTS_MAX) {
    requestUnlock(turn, session, hold, movement.compartment, movement.attempt + 1);
    return;
  }
  takeOut(turn, movement.compartment, 'doorDoesNotOpen');
  voidMovement(turn, moving, 'doorNotOpened');
}

function notPulsed(turn: Turn, moving: Moving, reason: VoidReason): void {
  const { session, movement } = moving;
  const outcome = reason === 'notPulsed' ? 'notPulsed' : 'refused';
  turn.enter({ kind: 'unlockEnded', session: session.id, compartment: movement.compartment, outcome });
  voidMovement(turn, moving, reason);
}

function voidMovement(turn: Turn, moving: Moving, reason: VoidReason): void {
  turn.effect({ kind: 'lamp', compartment: moving.movement.compartment, mode: 'off' });
  settlementOf(moving.session.purpose).voided(turn, moving, reason);
}

/** Nobody can tell whether the item passed the door. Each reason has its way out. */
export function fallIntoDoubt(turn: Turn, moving: Moving, reason: DoubtReason): void {
  const { session, movement, hold } = moving;
  const { compartment } = movement;
  const wayOut = reason === 'doorLeftOpen' ? 'closeTheDoor' : 'courierChecks';
  turn.enter({
    kind: 'inDoubt',
    session: session.id,
    hold: hold.id,
    item: hold.item,
    compartment,
    reason,
    wayOut,
  });
  turn.change('holds', hold.id, { state: 'inDoubt' });
  settlementOf(moving.session.purpose).doubted(turn, moving);
  if (wayOut === 'closeTheDoor') {
    setMovement(turn, session, { ...movement, step: 'doubt', untilMs: Number.MAX_SAFE_INTEGER });
    turn.kiosk(turn.state.kiosk.kiosk.front === session.id ? { front: undefined } : {});
    return;
  }
  takeOut(turn, compartment, 'contentUnknown');
  turn.effect({ kind: 'lamp', compartment, mode: 'off' });
  endMovement(turn, session.id, 'inDoubt');
}

/** The deadline of a step passed. */
export function movementOverdue(turn: Turn, moving: Moving): void {
  const { session, movement } = moving;
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
    fallIntoDoubt(turn, moving, session.purpose === 'loading' ? 'loadingUnknown' : 'pulseUnknown');
  }
}

function setMovement(turn: Turn, session: Session, movement: Movement): void {
  turn.put('sessions', session.id, { ...session, movement });
}

function takeOut(turn: Turn, compartment: string, reason: 'doorDoesNotOpen' | 'contentUnknown'): void {
  if (turn.state.compartments[compartment]?.outReason) return;
  turn.enter({ kind: 'compartmentOut', compartment, reason });
  turn.change('compartments', compartment, { outReason: reason });
}

/** A door that opens is no longer one that does not. */
function back(turn: Turn, compartment: string): void {
  if (!turn.state.compartments[compartment]?.outReason) return;
  turn.enter({ kind: 'compartmentBack', compartment });
  turn.change('compartments', compartment, { outReason: undefined });
}
