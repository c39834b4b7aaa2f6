/**
 * Items passing one door: the machine that everybody's visit shares. Drawn in docs/lending.md.
 *
 *   unlocking --opened--> open --closed--> checking --tags read, or no reader--> each item settled
 *      | not opened: once more, then voided  \-- left open --> doubt --closed--/
 *      \-- nobody can tell --> in doubt (the tags, a courier)
 */
import { checkContent, type Findings } from './content.ts';
import { enterDoubt, wayOutOf } from './doubts.ts';
import type { Reading, UnlockAnswer } from './inputs.ts';
import { back, takeOut, whyOut } from './places.ts';
import type { NoticeName } from './screen.ts';
import { endMovement, type Moving, movingAt, type Outcome } from './session.ts';
import { settlementOf } from './settlement.ts';
import type {
  Cause,
  Claim,
  DoubtReason,
  Item,
  Movement,
  Passage,
  Session,
  VoidReason,
  Wish,
} from './state.ts';
import type { Turn } from './turn.ts';

const ATTEMPTS_MAX = 2;
const NOTICES: { readonly [R in DoubtReason]?: NoticeName } = {
  partsMissing: 'partsMissing',
  pulseUnknown: 'loanInDoubt',
  loadingUnknown: 'itemNotLoaded',
  returnUnknown: 'returnInDoubt',
};
/** After pulse and open-wait the board's word is overdue by this much before it is asked. */
const ANSWER_GRACE_MS = 3_000;

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
    openBefore: turn.state.compartments[compartment]?.door === 'closed' ? undefined : true,
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
  const { session, movement } = moving;
  if (movement.step === 'unlocking') setMovement(turn, session, { ...movement, openBefore: undefined });
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
  if (sensed === 'pad')
    return movement.passages.some((passage) => settlementFor(movement, passage).direction === 'out');
  return sensed === 'compartment';
}

/** The tags' word, or none: each item is where it was seen, and where nothing was seen the door's word counts. */
export function settle(turn: Turn, moving: Moving, reading: Reading | undefined): void {
  const { movement } = moving;
  const ways = movement.passages.map((passage) => ({
    item: passage.item,
    direction: settlementFor(movement, passage).direction,
  }));
  const findings = checkContent(turn, moving, ways, reading);
  let [passed, doubted] = [0, 0];
  for (const passage of movement.passages) {
    const settlement = settlementFor(movement, passage);
    const end = endOf(moving, passage, findings);
    if (end === 'posted') {
      const opened = movement.openBefore ? [] : (['doorOpened'] as const);
      const evidence = [...opened, 'doorClosed', ...findings.evidence(passage.item)] as const;
      settlement.posted(turn, moving, passage, [...evidence], findings.onlineOnly(passage.item));
      passed += 1;
    } else if (isVoid(end)) settlement.voided(turn, moving, passage, end);
    else doubted += leaveInDoubt(turn, moving, passage, end);
  }
  findings.enterDoubts(turn);
  ended(turn, moving, passed > 0 ? 'done' : doubted > 0 ? 'inDoubt' : 'voided', passed);
}

const isVoid = (end: DoubtReason | 'itemStillInside' | 'itemNotInside') =>
  end === 'itemStillInside' || end === 'itemNotInside';

/** What one item's passage comes to: its tag counts most, then what was said, then the door. */
function endOf(
  { session, movement }: Moving,
  passage: Passage,
  findings: Findings,
): 'posted' | DoubtReason | 'itemStillInside' | 'itemNotInside' {
  const { direction, unknown } = settlementFor(movement, passage);
  const seen = findings.of(passage.item);
  if (seen === 'partly') return 'partsMissing';
  if (movement.claim && seen !== 'inside' && deniable(movement, passage))
    return session.courier ? 'itemMissing' : 'disputed';
  if (direction === 'out' && seen === 'inside') return 'itemStillInside';
  // Where no tag at all is seen the reader may be blind: nobody goes on owing what the door kept.
  if (direction === 'in' && seen === 'gone')
    return unknown === 'returnUnknown' && findings.blank ? unknown : 'itemNotInside';
  return movement.openBefore && seen === 'unknown' && movement.cause !== 'again' ? unknown : 'posted';
}

/** Who opened the door for it may say that it did not leave, or that it was not there. */
const deniable = (movement: Movement, passage: Passage): boolean =>
  passage.before !== undefined || settlementFor(movement, passage).direction === 'out';

const settlementFor = (movement: Movement, passage: Passage) => settlementOf(passage.cause ?? movement.cause);

/** The next door of this visit, where there is one and somebody still stands there. */
function ended(turn: Turn, { session }: Moving, outcome: Outcome, passed: number): void {
  const stands = turn.state.kiosk.kiosk.front === session.id;
  const waiting = (stands && turn.state.sessions[session.id]?.queue) || [];
  const [next, ...queue] = waiting
    .filter(({ compartment }) => !movingAt(turn, compartment))
    .map((wish) => ({ ...wish, passages: wish.passages.filter((passage) => stillWaits(turn, passage)) }))
    .filter(({ passages }) => passages.length > 0);
  endMovement(turn, session.id, outcome, passed, next !== undefined);
  const current = turn.state.sessions[session.id];
  if (next && current) requestUnlock(turn, { ...current, queue }, next);
}

/** Since the visit began it may have been recalled or withdrawn, or nobody knows any more where it is. */
function stillWaits({ state, context }: Turn, { item: id }: Passage): boolean {
  const item = state.items[id];
  return item !== undefined && !item.doubt && whyOut(state, context, item) === undefined;
}

/** An item that is not here yet, as what it comes. */
function comingAs({ hold, stock }: Passage, cause: Cause): Pick<Item, 'as' | 'shop' | 'onlineOnly'> {
  if (hold) return { as: 'hold' };
  if (stock) return { as: stock.shop ? 'shop' : 'stock', shop: stock.shop, onlineOnly: stock.onlineOnly };
  return { as: cause === 'return' ? 'returned' : 'stock' };
}

/**
 * A set of which a part is away; a loan that the patron denies where no tag is seen inside; a return where no tag at all
 * is seen, for the reader may be blind; a door that stood open before: a person looks.
 */
function leaveInDoubt(
  turn: Turn,
  { session, movement }: Moving,
  passage: Passage,
  reason: DoubtReason,
): number {
  const { item, title, hold } = passage;
  const { compartment, cause } = movement;
  const known = turn.state.items[item] ?? comingAs(passage, passage.cause ?? cause);
  enterDoubt(turn, { ...known, id: item, title, compartment, hold, doubt: reason }, session.id);
  turn.notice(NOTICES[reason] ?? 'claimHeard', { title, compartment });
  return 1;
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
  const { movement } = moving;
  turn.effect({ kind: 'lamp', compartment: movement.compartment, mode: 'off' });
  for (const passage of movement.passages)
    settlementFor(movement, passage).voided(turn, moving, passage, reason);
  ended(turn, moving, 'voided', 0);
}

/** Nobody can tell whether the items passed the door. Each reason has its way out. */
export function fallIntoDoubt(turn: Turn, moving: Moving, reason: DoubtReason): void {
  const { session, movement } = moving;
  const { compartment } = movement;
  for (const passage of movement.passages) {
    const { item, hold, title } = passage;
    const known = turn.state.items[item] ?? comingAs(passage, 'return');
    enterDoubt(turn, { ...known, id: item, title, compartment, hold, doubt: reason }, session.id);
  }
  settlementOf(movement.cause).doubted(turn, moving);
  if (wayOutOf(reason) === 'closeTheDoor') {
    // Whoever left this door open has left: the others of this visit open for nobody, also when somebody shows the same
    // pass or card again.
    const left = { ...session, queue: undefined };
    setMovement(turn, left, { ...movement, step: 'doubt', untilMs: Number.MAX_SAFE_INTEGER });
    turn.kiosk(turn.state.kiosk.kiosk.front === session.id ? { front: undefined } : {});
    return;
  }
  takeOut(turn, compartment, 'contentUnknown');
  turn.effect({ kind: 'lamp', compartment, mode: 'off' });
  // An item that is seen inside is in doubt no more.
  if (turn.state.compartments[compartment]?.sensed === 'compartment')
    turn.effect({ kind: 'readTags', checkId: turn.nextSequence, compartment });
  ended(turn, moving, 'inDoubt', 0);
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

/** Heard while the door is open. A tag that is seen inside counts for more; a tag that is not seen proves nothing. */
export function movementClaim(turn: Turn, session: Session, claim: Claim): void {
  const { movement } = session;
  if (movement?.step !== 'open' || !movement.passages.some((passage) => deniable(movement, passage))) return;
  setMovement(turn, session, { ...movement, claim });
  turn.notice('claimHeard', { compartment: movement.compartment });
}

function setMovement(turn: Turn, session: Session, movement: Movement): void {
  turn.put('sessions', session.id, { ...session, movement });
}
