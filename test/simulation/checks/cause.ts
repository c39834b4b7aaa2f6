/** Promise 2: no door is unlocked without a durable entry that names the cause; one entry, one pulse, and soon. */
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '2 cause';
/** Nobody stands there any more after this: pulse, waits for a busy board, a time for the board to come back. */
const SOON_MS = 10_000;

export function cause({ seen, clock }: World): Check {
  const pulsed = new Set<number>();
  return {
    pulse: ({ compartment, unlockId }) => {
      seen.count('pulses');
      const committed = seen.entries.get(unlockId);
      const entry = committed?.event.data;
      if (pulsed.has(unlockId)) seen.fail(PROMISE, `unlock ${unlockId} pulses ${compartment} a second time`);
      pulsed.add(unlockId);
      if (!committed || entry?.kind !== 'unlockRequested' || entry.compartment !== compartment)
        seen.fail(PROMISE, `no durable entry asks for unlock ${unlockId} of ${compartment}`);
      else if (clock.nowMs - committed.atMs > SOON_MS)
        seen.fail(
          PROMISE,
          `${compartment} opens ${Math.round(clock.nowMs - committed.atMs)} ms after it was asked`,
        );
    },
  };
}
