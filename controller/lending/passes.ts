/** Credit passes at this terminal: when they hold, whether they are revoked, how often they were used here. */

import type { CreditPass } from '../../protocol/platform/credit-pass.ts';
import type { EntryOf } from '../../protocol/platform/entries.ts';
import type { Turn } from './turn.ts';

/** Telephones and cabinets are not quite of one mind about the time. */
const SKEW_MS = 5 * 60_000;

/** A pass that is renewed keeps its name: its count must outlive every text of it that may still be shown. */
const KEPT_MS = 60 * 24 * 3_600_000;

export type PassFault = EntryOf<'passRefused'>['fault'];

/** Why it does not count now. At its limit it still opens what its patron has on hold. */
export function passUsable(
  turn: Turn,
  { pass, patron, fromMs, untilMs, itemsMax }: CreditPass,
): PassFault | undefined {
  const { clock, wallMs } = turn.context;
  if (turn.state.revoked[pass] || turn.state.revoked[patron]) return 'revoked';
  // An unset clock decides nothing (promise 9).
  if (clock === 'trusted' && wallMs < fromMs - SKEW_MS) return 'notYet';
  if (clock === 'trusted' && wallMs > untilMs + SKEW_MS) return 'expired';
  return (turn.state.passes[pass]?.used ?? 0) >= itemsMax ? 'limit' : undefined;
}

/** One more item is lent on it. Passes that have long ended are forgotten. */
export function passUsed(turn: Turn, { pass, untilMs }: CreditPass): void {
  const used = (turn.state.passes[pass]?.used ?? 0) + 1;
  turn.put('passes', pass, { id: pass, used, untilMs });
  const { clock, wallMs } = turn.context;
  if (clock !== 'trusted') return;
  for (const old of Object.values(turn.state.passes))
    if (old.untilMs + KEPT_MS < wallMs) turn.remove('passes', old.id);
}
