/**
 * What goes wrong. One seed draws a swarm: each run has some of these faults, each at a rate of its own, so that rare
 * combinations meet in some run and no fault hides behind another that ends everything early.
 */
import { RESET_CAUSES } from '../../../protocol/board/messages.ts';
import { ALL_COMPARTMENTS, BOARDS, boardUrl } from '../host/terminal-config.ts';
import type { Random } from '../virtual/random.ts';
import { LIBRARY_FAULTS } from './library-faults.ts';
import type { World } from './world.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

type Act = (world: World, random: Random) => Promise<void>;

/** Something is wrong with a line or a device for a while. */
const aWhile =
  (
    what: (world: World, random: Random) => readonly string[],
    begin: (world: World, one: string, random: Random) => () => void,
    msMin: number,
    msMax: number,
  ): Act =>
  async (world, random) => {
    const names = what(world, random);
    if (names.length === 0) return;
    const one = random.pick(names);
    const end = begin(world, one, random);
    const forMs = msMin * (msMax / msMin) ** random.next();
    for (let leftMs = forMs; leftMs > 0 && !world.calm; leftMs -= MINUTE_MS) {
      world.unwell(one);
      await world.clock.sleep(Math.min(MINUTE_MS, leftMs));
    }
    end();
    world.unwell(one);
  };

const boards = () => BOARDS;
const boardLines = () => BOARDS.map(boardUrl);
const readerLines = ({ readers }: World) => readers.map((_, index) => `tcp://reader-${index}:1`);

const cable =
  (how: 'out' | 'dead') =>
  ({ lines }: World, url: string) => {
    const line = lines.get(url);
    if (line) line.cable = how;
    return () => {
      if (line) line.cable = 'in';
    };
  };

const noise = ({ lines }: World, url: string, random: Random) => {
  const line = lines.get(url);
  if (line) line.noise = random.pick([0.002, 0.02, 0.1]);
  return () => {
    if (line) line.noise = 0;
  };
};

const boardNamed = (world: World, name: string) => world.boards.find((board) => board.name === name);

const network =
  (how: 'out' | 'halfOpen'): Act =>
  async (world, random) => {
    const name = random.chance(0.8) ? 'controller' : 'platform';
    world.broker.cut(name, how);
    await calmOr(world, MINUTE_MS * (10 * 60) ** random.next());
    world.broker.cut(name, 'whole');
  };

async function calmOr(world: World, ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0 && !world.calm; leftMs -= 10 * MINUTE_MS)
    await world.clock.sleep(Math.min(10 * MINUTE_MS, leftMs));
}

async function diesAtPoint(world: World, random: Random): Promise<void> {
  const { controller } = world;
  // Points are passed in visits: the first few of them, or one far on.
  let left = random.whole(1, random.pick([3, 20, 100]));
  const wanted = random.pick(['before commit', 'after commit', 'before effect', 'after effect', '']);
  controller.diesAt = (point) => {
    if (world.calm || !point.startsWith(wanted)) return false;
    left -= 1;
    if (left > 0) return false;
    controller.diesAt = () => false;
    world.unwell('controller');
    return true;
  };
}

const clockOff =
  (offset: (random: Random, world: World) => number, restart: boolean): Act =>
  async (world, random) => {
    const { controller } = world;
    const ms = offset(random, world);
    world.note(`the controller's clock is off by ${Math.round(ms / 1_000)} s`);
    controller.setWallOffset(ms);
    // A Pi without a battery clock comes up with the wrong time and is told the right one when the network is there.
    if (restart) {
      world.unwell('controller');
      controller.kill('power cut');
    }
    await calmOr(world, MINUTE_MS * (24 * 60) ** random.next());
    controller.setWallOffset(0);
  };

export const FAULTS: Readonly<Record<string, Act>> = {
  boardCableOut: aWhile(boardLines, cable('out'), SECOND_MS, 3 * HOUR_MS),
  boardCableDead: aWhile(boardLines, cable('dead'), SECOND_MS, HOUR_MS),
  boardNoise: aWhile(boardLines, noise, 10 * SECOND_MS, 3 * HOUR_MS),
  readerCableOut: aWhile(readerLines, cable('out'), SECOND_MS, 3 * HOUR_MS),
  readerCableDead: aWhile(readerLines, cable('dead'), SECOND_MS, HOUR_MS),
  readerNoise: aWhile(readerLines, noise, 10 * SECOND_MS, 3 * HOUR_MS),
  boardReset: async (world, random) => {
    const board = random.pick(world.boards);
    world.note(`${board.name} is reset`);
    world.unwell(board.name);
    board.reset(
      random.pick([
        RESET_CAUSES.external,
        RESET_CAUSES.watchdog,
        RESET_CAUSES.brownOut,
        RESET_CAUSES.powerOn,
      ]),
    );
  },
  boardHung: aWhile(
    boards,
    (world, name) => {
      const board = boardNamed(world, name);
      if (board) board.hung = true;
      return () => board?.reset(RESET_CAUSES.watchdog);
    },
    SECOND_MS,
    HOUR_MS,
  ),
  boardStale: aWhile(
    boards,
    (world, name, random) => {
      const board = boardNamed(world, name);
      if (board) board.staleMs = random.pick([100, 300, 900, 2_500]);
      return () => {
        if (board) board.staleMs = 0;
      };
    },
    10 * SECOND_MS,
    2 * HOUR_MS,
  ),
  readerBlind: async (world, random) => {
    if (world.readers.length > 0) random.pick(world.readers).blind(MINUTE_MS * (6 * 60) ** random.next());
  },
  readerUnwell: async (world, random) => {
    if (world.readers.length === 0) return;
    const faults = [
      'collision',
      'halfBlock',
      'halfFrame',
      'badChecksum',
      'late',
      'silent',
      'powerDip',
    ] as const;
    random.pick(world.readers).fail(random.pick(faults), random.whole(1, 12), HOUR_MS);
  },
  brokerLost: async (world, random) => {
    world.broker.up = false;
    await calmOr(world, SECOND_MS * (6 * 3_600) ** random.next());
    world.broker.up = true;
  },
  networkOut: network('out'),
  networkHalfOpen: network('halfOpen'),
  platformKilled: async ({ platform }) => platform.kill(),
  controllerKilled: async (world) => {
    world.unwell('controller');
    world.controller.kill('power cut');
  },
  controllerKilledBetween: diesAtPoint,
  diskFull: async (world, random) => {
    const { controller } = world;
    controller.diskFull = true;
    for (let leftMs = MINUTE_MS * (5 * 60) ** random.next(); leftMs > 0 && !world.calm; leftMs -= MINUTE_MS) {
      world.unwell('controller');
      await world.clock.sleep(MINUTE_MS);
    }
    controller.diskFull = false;
    world.unwell('controller');
  },
  clockUnset: clockOff((_, { clock }) => -clock.trueWallMs, true),
  clockWeeksOld: clockOff((random) => -random.whole(1, 21) * DAY_MS, true),
  clockBack: clockOff((random) => -random.whole(1, 72) * HOUR_MS, false),
  doorJammed: async (world, random) => {
    const door = world.door(random.pick(ALL_COMPARTMENTS));
    door.jam(true);
    await calmOr(world, HOUR_MS * 48 ** random.next());
    door.jam(false);
  },
  contactCut: async (world, random) => {
    const compartment = random.pick(ALL_COMPARTMENTS);
    world.cutContact(compartment, true);
    await calmOr(world, MINUTE_MS * (24 * 60) ** random.next());
    world.cutContact(compartment, false);
  },
  ...LIBRARY_FAULTS,
};

/** Draws which faults this run has, and lets them happen until the world is calm; `rarer`: by this factor. */
export function unleash(world: World, random: Random, rarer: number, only?: readonly string[]): string[] {
  const drawn = Object.keys(FAULTS).filter((name) => random.of(name).chance(0.45));
  const names = only ?? drawn;
  const { broker } = world;
  if (random.chance(0.5)) broker.faults = { ...broker.faults, twice: random.pick([0.01, 0.2]) };
  if (random.chance(0.5)) broker.faults = { ...broker.faults, forgotten: random.pick([0.001, 0.05]) };
  if (random.chance(0.5)) broker.faults = { ...broker.faults, afterwards: random.pick([0.1, 0.8]) };
  for (const name of names) void happens(world, random.of(`${name} happens`), name, rarer);
  return [...names];
}

async function happens(world: World, random: Random, name: string, rarer: number): Promise<void> {
  const meanMs = rarer * 3 * HOUR_MS * 32 ** random.next();
  for (;;) {
    await world.clock.sleep(Math.min(random.after(meanMs), YEAR_MS));
    if (world.calm) return;
    world.note(`fault: ${name}`);
    world.seen.count('faults');
    await FAULTS[name]?.(world, random);
  }
}
