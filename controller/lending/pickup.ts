/** Holds are collected: by a code, by the platform's word; which doors open, and what a wrong code costs. */
import { pickupCodeHash, sameHash } from '../../protocol/platform/codes.ts';
import { requestUnlock } from './movement.ts';
import { boardIsUp, expired, passageOf } from './places.ts';
import { codeWaitMs } from './restore.ts';
import type { NoticeName } from './screen.ts';
import { movingAt, movingItem, startSession } from './session.ts';
import type { Hold, Item, Wish } from './state.ts';
import type { Turn } from './turn.ts';

const FORGOTTEN_AFTER_MS = 10 * 60_000;

export const holdOfCode = (turn: Turn, text: string): Hold | undefined =>
  Object.values(turn.state.holds).find((candidate) => opens(candidate, text));

export function showCode(turn: Turn, text: string): void {
  const hold = holdOfCode(turn, text);
  if (!hold) {
    wrongCode(turn);
    return;
  }
  const item = turn.state.items[hold.item];
  const refusal =
    hold.state === 'collected' ? 'usedCode' : item ? whyNot(turn, item) : goneOrNotYet(turn, hold);
  if (refusal) {
    turn.notice(refusal);
    return;
  }
  // Only a code that opens a door, and so only once: whoever has another, used or in doubt, could guess for ever.
  turn.kiosk({ wrongCodes: 0 });
  start(turn, item ? [item] : [], hold.patron);
}

function opens({ code }: Hold, text: string): boolean {
  return code !== undefined && sameHash(code.hash, pickupCodeHash(code.salt, text));
}

const goneOrNotYet = (turn: Turn, hold: Hold): NoticeName =>
  hold.state === 'withdrawn' || expired(turn, hold) ? 'expiredCode' : 'notLoadedYet';

/** "Open for me": the doors of these holds, one after another. Why not, where none may open. */
export function openFor(turn: Turn, holds: readonly string[]): string | undefined {
  if (turn.context.clock !== 'trusted') return 'clockUntrusted';
  if (turn.state.kiosk.kiosk.front) return 'somebody is being served';
  const items = Object.values(turn.state.items).filter(({ hold }) => hold && holds.includes(hold));
  const open = items.filter((item) => !whyNot(turn, item));
  if (open.length === 0) return (items[0] && whyNot(turn, items[0])) ?? 'not here';
  start(turn, open, turn.state.holds[open[0]?.hold ?? '']?.patron ?? '');
  return undefined;
}

function start(turn: Turn, items: readonly Item[], patron: string): void {
  const [first, ...queue] = wishesFor(turn, items);
  if (!first) return;
  const session = startSession(turn, { purpose: 'pickup', patron }, { queue });
  requestUnlock(turn, session, first);
}

/** Doors that may open for these holds now; items behind the same door go together. */
export function wishesFor(turn: Turn, items: readonly Item[]): Wish[] {
  const doors = new Map<string, Item[]>();
  for (const item of items)
    if (!whyNot(turn, item)) doors.set(item.compartment, [...(doors.get(item.compartment) ?? []), item]);
  return [...doors].map(([compartment, behind]) => ({
    cause: 'pickup',
    compartment,
    passages: behind.map(passageOf),
  }));
}

/** Why a held item may not be collected now. */
export function whyNot(turn: Turn, { id, hold, doubt, compartment }: Item): NoticeName | undefined {
  const held = turn.state.holds[hold ?? ''];
  if (movingItem(turn, id) || movingAt(turn, compartment)) return 'busy';
  if (doubt || held?.state === 'inDoubt') return 'loanInDoubt';
  if (turn.state.recalls[id]) return 'itemRecalled';
  if (!held || held.state === 'withdrawn' || expired(turn, held)) return 'expiredCode';
  if (held.state !== 'ready' && held.state !== 'loaded') return 'notLoadedYet';
  return boardIsUp(turn, compartment) ? undefined : 'boardAway';
}

function wrongCode(turn: Turn): void {
  countWrongCode(turn);
  turn.notice('unknownCode');
}

/**
 * Guessing makes the kiosk wait, longer each time. One wrong code is forgotten after a while, or the slips of a day would
 * add up; no pass and no card ends the count, for whoever has one could guess in between for ever.
 */
export function countWrongCode(turn: Turn): void {
  const { nowMs } = turn.context;
  const { wrongCodes: before, wrongAtMs } = turn.state.kiosk.kiosk;
  const forgotten = Math.floor((nowMs - wrongAtMs) / FORGOTTEN_AFTER_MS);
  const wrongCodes = Math.max(0, before - forgotten) + 1;
  const waitMs = codeWaitMs(wrongCodes);
  turn.kiosk({ wrongCodes, wrongAtMs: nowMs, waitUntilMs: waitMs > 0 ? nowMs + waitMs : 0 });
  if (waitMs > 0) turn.enter({ kind: 'codesRefused', count: wrongCodes, waitMs });
}
