/** A patron shows a code: which hold it opens, and what a wrong one costs. */
import { pickupCodeHash, sameHash } from '../../protocol/platform/codes.ts';
import { requestUnlock } from './movement.ts';
import { boardIsUp } from './places.ts';
import { movingItem, startSession } from './session.ts';
import { codeWaitMs, type Hold } from './state.ts';
import type { Turn } from './turn.ts';

export const holdOfCode = (turn: Turn, text: string): Hold | undefined =>
  Object.values(turn.state.holds).find((candidate) => opens(candidate, text));

export function showCode(turn: Turn, text: string): void {
  const hold = holdOfCode(turn, text);
  if (!hold) {
    wrongCode(turn);
    return;
  }
  turn.kiosk({ wrongCodes: 0 });
  const compartment = turn.state.items[hold.item]?.compartment;
  const refusal = refusalOf(turn, hold, compartment);
  if (refusal) turn.notice(refusal);
  else start(turn, hold, compartment ?? '');
}

function opens({ code }: Hold, text: string): boolean {
  return code !== undefined && sameHash(code.hash, pickupCodeHash(code.salt, text));
}

function refusalOf(turn: Turn, hold: Hold, compartment: string | undefined) {
  if (hold.state === 'collected') return 'usedCode';
  if (movingItem(turn, hold.item)) return 'busy';
  if (hold.state === 'inDoubt') return 'loanInDoubt';
  if (hold.state === 'withdrawn' || expired(turn, hold)) return 'expiredCode';
  if (hold.state !== 'ready' || compartment === undefined) return 'notLoadedYet';
  return boardIsUp(turn, compartment) ? undefined : 'boardAway';
}

/** An unset clock decides nothing: then the code still opens (promise 9). */
function expired({ context }: Turn, { code }: Hold): boolean {
  return context.clock === 'trusted' && code !== undefined && Date.parse(code.expires) < context.wallMs;
}

function start(turn: Turn, { id: hold, item, title, patron }: Hold, compartment: string): void {
  const session = startSession(turn, { purpose: 'pickup', patron });
  requestUnlock(turn, session, { cause: 'pickup', compartment, passages: [{ item, title, hold }] });
}

function wrongCode(turn: Turn): void {
  const wrongCodes = turn.state.kiosk.kiosk.wrongCodes + 1;
  const waitMs = codeWaitMs(wrongCodes);
  turn.kiosk({ wrongCodes, waitUntilMs: waitMs > 0 ? turn.context.nowMs + waitMs : 0 });
  turn.notice('unknownCode');
  if (waitMs > 0) turn.enter({ kind: 'codesRefused', count: wrongCodes, waitMs });
}
