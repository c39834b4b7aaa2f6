/** Promise 7: whoever shows the code of a loaded hold gets its door, network or not; and an honest pass is known. */
import type { Hold } from '../../../controller/lending/state.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '7 offline';

export function offline({ seen }: World): Check {
  return {
    passRefused: (notice) => {
      if (notice === 'passInvalid' && seen.view('passKeys').size > 0)
        seen.fail(PROMISE, 'a pass that the platform has signed is called invalid');
    },
    refused: (hold, notice) => {
      const known = seen.view('holds').get(hold) as Hold | undefined;
      if (known?.state === 'ready' && (notice === 'unknownCode' || notice === 'notLoadedYet'))
        seen.fail(PROMISE, `the code of the loaded hold ${hold} is answered with ${notice}`);
    },
  };
}
