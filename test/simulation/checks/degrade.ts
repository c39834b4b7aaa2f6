/** Promise 10: a dead board or reader takes its compartments out of service and nothing else. */

import type { KioskView } from '../../../controller/lending/screen.ts';
import type { Compartment } from '../../../controller/lending/state.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '10 degrade';
/** Decisions of one write are told in turn: the screen of the first is shown when the entry of the last is durable. */
const TOLD_MS = 1_000;
/** A link that was restarted is greeted again within this: back-off, listening, the board's kept events. */
const BACK_MS = 120_000;

export function degrade(world: World): Check {
  const { seen, clock } = world;
  const backAtMs = new Map<string, number>();
  return {
    batch: ({ entries }) => {
      for (const { event } of entries)
        if (event.data.kind === 'compartmentBack') backAtMs.set(event.data.compartment, clock.nowMs);
    },
    shown: ({ compartments }: KioskView) => {
      for (const { compartment, service } of compartments) {
        if (service === 'in' || !world.wellFor(world.boardOf(compartment).name, BACK_MS)) continue;
        const known = seen.view('compartments').get(compartment) as Compartment | undefined;
        if (known?.outReason || seen.head === 0) continue;
        if (clock.nowMs - (backAtMs.get(compartment) ?? Number.NEGATIVE_INFINITY) < TOLD_MS) continue;
        seen.fail(PROMISE, `${compartment} is out of service, and its board is well`);
        return;
      }
    },
  };
}
