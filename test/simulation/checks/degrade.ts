/** Promise 10: a dead board or reader takes its compartments out of service and nothing else. */

import type { KioskView } from '../../../controller/lending/screen.ts';
import type { Compartment } from '../../../controller/lending/state.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '10 degrade';
/** A link that was restarted is greeted again within this: back-off, listening, the board's kept events. */
const BACK_MS = 120_000;

export function degrade(world: World): Check {
  const { seen } = world;
  return {
    shown: ({ compartments }: KioskView) => {
      for (const { compartment, service } of compartments) {
        if (service === 'in' || !world.wellFor(world.boardOf(compartment).name, BACK_MS)) continue;
        const known = seen.view('compartments').get(compartment) as Compartment | undefined;
        if (known?.outReason || seen.head === 0) continue;
        seen.fail(PROMISE, `${compartment} is out of service, and its board is well`);
        return;
      }
    },
  };
}
