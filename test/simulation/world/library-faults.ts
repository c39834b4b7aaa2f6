/** What goes wrong with a local library; nothing where there is none. */
import { QUIRKS } from '../../../simulator/library/quirks.ts';
import type { Random } from '../virtual/random.ts';
import type { ModelLibrary } from './library.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STEP_MS = 10 * MINUTE_MS;

type Act = (world: World, random: Random) => Promise<void>;

/** For a while that is drawn between these two, shorter ones more often. */
const aWhile =
  (begin: (library: ModelLibrary, random: Random) => () => void, msMin: number, msMax: number): Act =>
  async (world, random) => {
    const { library, clock, seen } = world;
    if (!library) return;
    const end = begin(library, random);
    seen.count('libraryFaults');
    const forMs = msMin * (msMax / msMin) ** random.next();
    for (let leftMs = forMs; leftMs > 0 && !world.calm; leftMs -= STEP_MS)
      await clock.sleep(Math.min(STEP_MS, leftMs));
    end();
  };

/** Half-open: everything is swallowed, and when it is over the network knows nothing of the connection any more. */
const cable = (how: 'out' | 'dead') => (library: ModelLibrary) => {
  library.line.cable = how;
  return () => {
    library.line.cable = 'in';
    library.line.hangUp();
  };
};

export const LIBRARY_FAULTS: Readonly<Record<string, Act>> = {
  libraryOut: aWhile(cable('out'), MINUTE_MS, 6 * HOUR_MS),
  libraryDead: aWhile(cable('dead'), MINUTE_MS, 6 * HOUR_MS),
  libraryOutForDays: aWhile(cable('out'), 12 * HOUR_MS, 96 * HOUR_MS),
  libraryUnwell: aWhile(
    (library, random) => {
      library.unwell = random.pick([0.05, 0.3, 0.7]);
      library.lateMs = random.pick([500, 1_500, 3_000, 5_000, 9_000]);
      return () => {
        library.unwell = 0;
      };
    },
    10 * MINUTE_MS,
    24 * HOUR_MS,
  ),
  libraryStrange: aWhile(
    (library, random) => {
      library.quirks = {
        ...QUIRKS,
        ...random.pick([{ sequence: 'wrong' }, { checksum: 'wrong' }] as const),
      };
      return () => {
        library.quirks = QUIRKS;
      };
    },
    MINUTE_MS,
    3 * HOUR_MS,
  ),
  libraryRefusesLogin: aWhile(
    (library) => {
      library.refusesLogin = true;
      library.line.hangUp();
      return () => {
        library.refusesLogin = false;
      };
    },
    MINUTE_MS,
    6 * HOUR_MS,
  ),
  libraryRestarts: async ({ library }) => library?.line.hangUp(),
};
