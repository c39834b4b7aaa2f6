/** A patron shows a code: which hold it opens, and what a wrong one costs. */
import { pickupCodeHash, sameHash } from '../../protocol/platform/codes.ts';
import { requestUnlock } from './movement.ts';
import { codeWaitMs, type Hold, type Session } from './state.ts';
import type { Turn } from './turn.ts';

export function showCode(turn: Turn, text: string): void {
  const hold = Object.values(turn.state.holds).find((candidate) => opens(candidate, text));
  if (!hold) {
    wrongCode(turn);
    return;
  }
  turn.kiosk({ wrongCodes: 0 });
  const refusal = refusalOf(turn, hold);
  if (refusal) turn.notice(refusal);
  else start(turn, hold);
}

function opens({ code }: Hold, text: string): boolean {
  return code !== undefined && sameHash(code.hash, pickupCodeHash(code.salt, text));
}

function refusalOf(turn: Turn, hold: Hold) {
  if (hold.state === 'collected') return 'usedCode';
  if (hold.state === 'collecting') return 'busy';
  if (hold.state === 'inDoubt') return 'loanInDoubt';
  if (hold.state === 'withdrawn' || expired(turn, hold)) return 'expiredCode';
  if (hold.state !== 'ready' || !hold.compartment) return 'notLoadedYet';
  const board = turn.state.boards[turn.state.compartments[hold.compartment]?.board ?? ''];
  return board?.link === 'up' ? undefined : 'boardAway';
}

/** An unset clock decides nothing: then the code still opens (promise 9). */
function expired({ context }: Turn, { code }: Hold): boolean {
  return context.clock === 'trusted' && code !== undefined && Date.parse(code.expires) < context.wallMs;
}

function start(turn: Turn, hold: Hold): void {
  const id = `${turn.nextSequence}`;
  const session: Session = { id, purpose: 'pickup', patron: hold.patron, loaded: 0, idleUntilMs: 0 };
  turn.enter({ kind: 'sessionStarted', session: id, purpose: 'pickup', patron: hold.patron });
  turn.put('sessions', id, session);
  turn.change('holds', hold.id, { state: 'collecting' });
  turn.kiosk({ front: id, notice: undefined, collected: undefined });
  requestUnlock(turn, session, hold, hold.compartment ?? '', 1);
}

function wrongCode(turn: Turn): void {
  const wrongCodes = turn.state.kiosk.kiosk.wrongCodes + 1;
  const waitMs = codeWaitMs(wrongCodes);
  turn.kiosk({ wrongCodes, waitUntilMs: waitMs > 0 ? turn.context.nowMs + waitMs : 0 });
  turn.notice('unknownCode');
  if (waitMs > 0) turn.enter({ kind: 'codesRefused', count: wrongCodes, waitMs });
}
