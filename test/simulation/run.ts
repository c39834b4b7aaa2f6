/** One run: a seed, some days, everything that happens in them, and what it came to. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allChecks } from './checks/all.ts';
import { Life } from './people/life.ts';
import type { MembersPlan } from './people/members.ts';
import { comeToRest } from './rest.ts';
import type { Violation } from './seen.ts';
import { VirtualClock } from './virtual/clock.ts';
import { install } from './virtual/install.ts';
import { Random } from './virtual/random.ts';
import { DAY_MS, unleash } from './world/faults.ts';
import { World } from './world/world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly days: number;
  /** Only these faults; drawn where it is missing. */
  readonly faults?: readonly string[];
  readonly busy?: boolean;
  /** Everything that happens goes to standard error. */
  readonly trace?: boolean;
}

export interface Result {
  readonly seed: number;
  readonly days: number;
  readonly sessions: number;
  readonly faults: number;
  readonly violations: number;
  readonly inDoubt: number;
  readonly ms: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly drawn: readonly string[];
  /** SHA-256 over every entry of the journal: equal for equal seeds. */
  readonly journal: string;
  readonly found: readonly Violation[];
  readonly tail: readonly string[];
}

/** A winter's day in Hangzhou; after any date that the program could take for too early. */
const START_MS = Date.UTC(2026, 10, 24);
const FAST_FOLDER = '/dev/shm';
/** A year of the benchmark sees about two faults a day; a run of a few days sees many more than any cabinet does. */
const BUSY_RARER = 10;
const FAST_MS = [20, 200] as const;
const SLOW_MS = [300, 1_500] as const;
const LIBRARY_SHARE = 0.7;
const BUSY_MEMBERS: MembersPlan = { visitsADay: 3, ordersADay: 1, renewalsADay: 1, guessersADay: 0 };
/** Of the liveness phase. */
const REST_MS = 2 * DAY_MS;

/** Once in a process: time and chance are its own from then on. */
export async function run({ seed, days, faults, busy = false, trace = false }: RunOptions): Promise<Result> {
  const began = process.hrtime.bigint();
  const folder = await mkdtemp(join(existsSync(FAST_FOLDER) ? FAST_FOLDER : tmpdir(), 'simulate-'));
  const clock = new VirtualClock(START_MS);
  const random = new Random(seed);
  install(clock, random);
  const drawn = random.of('run');
  const hasLibrary = drawn.of('library').chance(LIBRARY_SHARE);
  const world = new World({
    folder,
    clock,
    random: random.of('world'),
    sensed: drawn.pick([0, 1, 1, 2]),
    heartbeatMs: busy ? 600_000 : drawn.pick([120_000, 300_000, 600_000]),
    writeMsMean: drawn.pick([4, 20, 150]),
    resendMs: busy ? 3_600_000 : 900_000,
    hasLibrary,
  });
  // A stack is taken at every error, wanted or not: whoever looks for one traces.
  if (!trace) Error.stackTraceLimit = 0;
  if (trace) world.seen.told = (line) => void process.stderr.write(`${line}\n`);
  world.broker.latencyMs = busy ? SLOW_MS : drawn.of('network').pick([FAST_MS, FAST_MS, SLOW_MS]);
  world.seen.checks.push(...allChecks(world));
  const hash = createHash('sha256');
  world.seen.checks.push({
    batch: ({ entries }) => {
      for (const { text } of entries) hash.update(text);
    },
  });
  const life = new Life(world, random.of('life'), {
    ordersADay: busy ? 20 : drawn.pick([6, 12, 24]),
    cheats: drawn.pick([0, 0.03, 0.2]),
    forcedADay: drawn.pick([0, 0, 0.1, 1]),
    withdrawnShare: drawn.pick([0, 0.02]),
    visitsADay: busy ? 6 : drawn.pick([4, 8, 16]),
    stockADay: busy ? 3 : drawn.pick([2, 4, 8]),
    members: busy ? BUSY_MEMBERS : drawMembers(drawn.of('members')),
  });
  const unhandled = (error: unknown) => {
    if (clock.current.alive) world.seen.fail('0 unhandled', String((error as Error)?.stack ?? error));
  };
  process.on('unhandledRejection', unhandled);
  const names = unleash(world, random.of('faults'), busy ? BUSY_RARER : 1, faults);
  void world.platform.start().then(() => world.controller.start());
  life.start();
  const stop = () => world.seen.violations.length > 0;
  await clock.runUntil(days * DAY_MS, stop);
  if (!stop()) await rest(clock, world, life, stop);
  const inDoubt = [...world.seen.view('items').values()].filter(
    (item) => 'doubt' in item && item.doubt,
  ).length;
  void Promise.all([world.controller.end(), world.platform.end()]);
  await clock.runUntil(clock.nowMs + 1_000);
  process.off('unhandledRejection', unhandled);
  await rm(folder, { recursive: true, force: true });
  const { seen } = world;
  return {
    seed,
    days,
    sessions: seen.counts.sessions ?? 0,
    faults: seen.counts.faults ?? 0,
    violations: seen.violations.length,
    inDoubt,
    ms: Math.round(Number(process.hrtime.bigint() - began) / 1e6),
    counts: { ...seen.counts, entries: seen.head, steps: clock.steps, ...world.broker.counts },
    drawn: names,
    journal: hash.digest('hex'),
    found: seen.violations,
    tail: seen.tail,
  };
}

const drawMembers = (random: Random): MembersPlan => ({
  visitsADay: random.pick([2, 6, 12]),
  ordersADay: random.pick([0.5, 2]),
  renewalsADay: random.pick([1, 4]),
  guessersADay: random.pick([0, 0.3, 2]),
});

async function rest(clock: VirtualClock, world: World, life: Life, stop: () => boolean): Promise<void> {
  let resting = true;
  comeToRest(world, life).then(
    () => {
      resting = false;
    },
    (error) => world.seen.fail('0 simulation', String((error as Error).stack ?? error)),
  );
  await clock.runUntil(clock.nowMs + REST_MS, () => !resting || stop());
  if (resting && !stop()) world.seen.fail('liveness', 'the world did not come to rest');
}
