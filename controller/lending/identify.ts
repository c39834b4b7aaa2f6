/** Who stands at the screen: known by a credit pass, or by a card and its PIN. */
import { cardHash } from '../../protocol/platform/codes.ts';
import { passKey, readPass } from '../../protocol/platform/credit-pass.ts';
import { ask } from './asking.ts';
import type { Answer } from './inputs.ts';
import { type PassFault, passUsable } from './passes.ts';
import { countWrongCode } from './pickup.ts';
import { pinWaitMs } from './restore.ts';
import type { NoticeName } from './screen.ts';
import { endSession, frontSession, startSession, stirred } from './session.ts';
import type { Session, Visitor } from './state.ts';
import type { Turn } from './turn.ts';

const NOTICES: Readonly<Record<PassFault, NoticeName>> = {
  unknownKey: 'passInvalid',
  forged: 'passInvalid',
  spanTooLong: 'passInvalid',
  notYet: 'passExpired',
  expired: 'passExpired',
  revoked: 'passRevoked',
  limit: 'limitReached',
};

export function showPass(turn: Turn, text: string): void {
  const read = readPass(text, { get: (key) => keyOf(turn, key) });
  if ('fault' in read) {
    // A damaged code is a slip of the scanner; a forged one is not.
    if (read.fault === 'notAPass') turn.notice('unknownCode');
    else refuse(turn, read.fault, undefined);
    return;
  }
  const { pass } = read;
  const fault = passUsable(turn, pass);
  if (fault && fault !== 'limit') refuse(turn, fault, pass.pass);
  else startVisitOf(turn, { by: 'pass', patron: pass.patron, pass, waiting: [] });
}

/** Only the key that is asked for: making one takes longer than the rest of a decision. */
function keyOf(turn: Turn, key: number) {
  const known = turn.state.passKeys[`${key}`];
  return known && passKey(known.publicKey);
}

function refuse(turn: Turn, fault: PassFault, pass: string | undefined): void {
  turn.enter({ kind: 'passRefused', fault, ...(pass ? { pass } : {}) });
  turn.notice(NOTICES[fault]);
  if (fault === 'forged' || fault === 'unknownKey' || fault === 'spanTooLong') {
    countWrongCode(turn);
    turn.notice(NOTICES[fault]);
  }
}

export function startVisitOf(turn: Turn, visitor: Visitor): void {
  const { patron } = visitor;
  const running = Object.values(turn.state.sessions).find(
    (session) => session.purpose === 'visit' && session.visitor?.patron === patron,
  );
  if (running) turn.kiosk({ front: running.id, notice: undefined, collected: undefined });
  else startSession(turn, { purpose: 'visit', patron }, { visitor });
}

/** The kiosk asks for a card; or one lies on its reader. */
export function startCardVisit(turn: Turn, card?: string): void {
  const session = startSession(turn, { purpose: 'visit' });
  if (card !== undefined) showCard(turn, session, card);
}

/** Only a hash of a card is kept beyond its visit. */
export function showCard(turn: Turn, session: Session, card: string): void {
  const tries = turn.state.pins[cardHash(card)];
  if (tries && tries.waitUntilMs > turn.context.nowMs) turn.notice('pinWait');
  else turn.change('sessions', session.id, { card });
}

export function enterPin(turn: Turn, pin: string): void {
  const session = frontSession(turn, 'visit');
  if (!session?.card || session.asking || session.visitor) return;
  stirred(turn, session);
  const { card } = session;
  ask(turn, session, { kind: 'patron', card, pin, ...(turn.context.library ? { library: { card } } : {}) });
}

/** Who the card belongs to, or why nobody says. */
export function patronAnswered(turn: Turn, session: Session, answer: Answer): void {
  const { card = '' } = session;
  if (answer.outcome === 'granted' && answer.patron !== undefined) {
    const { by, patron, waiting = [] } = answer;
    turn.remove('pins', cardHash(card));
    const visitor: Visitor = { by, patron, waiting, ...(by === 'library' ? { card } : {}) };
    turn.change('sessions', session.id, { visitor, patron, card: undefined });
    turn.kiosk({ notice: undefined });
    return;
  }
  turn.change('sessions', session.id, { card: undefined });
  if (answer.outcome !== 'refused') turn.notice('notNow');
  else if (answer.reason === 'wrongPin') wrongPin(turn, session, card);
  else turn.notice(answer.reason === 'blocked' ? 'patronBlocked' : 'unknownPatron');
}

/** Guessing costs time: of the card, wherever it is tried here, and of the kiosk, whatever card is tried; then nobody is served. */
function wrongPin(turn: Turn, session: Session, card: string): void {
  const id = cardHash(card);
  const wrong = (turn.state.pins[id]?.wrong ?? 0) + 1;
  turn.put('pins', id, { id, wrong, waitUntilMs: turn.context.nowMs + pinWaitMs(wrong) });
  countWrongCode(turn);
  if (turn.state.kiosk.kiosk.waitUntilMs > turn.context.nowMs) endSession(turn, session.id, 'voided');
  turn.notice('wrongPin');
}
