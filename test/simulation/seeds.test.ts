/** Seeds that once broke a promise, and a few more: they run for ever. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runMany } from './pool.ts';
import type { Result } from './run.ts';

/** Of a machine that does much else. */
const LIMIT_MS = 400_000;
/** Beside the kept ones, so that every `npm test` sees something that most did not. */
const FRESH = [1, 2, 3];
const FRESH_DAYS = 3;

const KEPT = readFileSync(new URL('./seeds.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\d/.test(line))
  .map((line) => line.split(' ', 2).map(Number) as [number, number]);

async function results(seeds: readonly number[], days: number): Promise<Result[]> {
  const all: Result[] = [];
  await runMany({ seeds, run: { days }, result: (result) => void all.push(result) });
  return all;
}

const broken = (all: readonly Result[]) =>
  all.flatMap(({ seed, days, found }) => found.map(({ promise, what }) => ({ seed, days, promise, what })));

test('kept seeds keep every promise', { timeout: LIMIT_MS }, async () => {
  for (const days of new Set(KEPT.map(([, of]) => of))) {
    const seeds = KEPT.filter(([, of]) => of === days).map(([seed]) => seed);
    expect(broken(await results(seeds, days))).toEqual([]);
  }
});

test('fresh seeds keep every promise, and life goes on in them', { timeout: LIMIT_MS }, async () => {
  const all = await results(FRESH, FRESH_DAYS);
  expect(broken(all)).toEqual([]);
  for (const { counts } of all) {
    expect(counts.loans).toBeGreaterThan(0);
    expect(counts.faults).toBeGreaterThan(0);
  }
});

test('the same seed gives the same journal, to the byte', { timeout: LIMIT_MS }, async () => {
  const [one] = await results([7], 2);
  const [other] = await results([7], 2);
  const [another] = await results([8], 2);
  expect(other?.journal).toBe(one?.journal);
  expect(other?.counts).toEqual(one?.counts);
  expect(another?.journal).not.toBe(one?.journal);
});
