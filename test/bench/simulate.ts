/** Days of a busy terminal with 32 compartments that the simulation passes in a second, on one core. */
import { runMany } from '../simulation/pool.ts';
import type { Result as Run } from '../simulation/run.ts';
import { median, type Result, result } from './statistics.ts';

/** What is asked for: a year in a minute. */
const YEAR_DAYS = 365;
const YEAR_S = 60;
/** Long enough that starting and coming to rest count for little; a year is as fast, since old entries are pruned. */
const DAYS = 60;

/** `runs` samples, one after the other in processes of their own. */
export async function simulate(runs: number): Promise<Result[]> {
  const samples: Run[] = [];
  for (let seed = 1; seed <= runs; seed += 1)
    await runMany({
      seeds: [seed],
      run: { days: DAYS, busy: true },
      result: (run) => {
        samples.push(run);
      },
    });
  const broken = samples.find(({ violations }) => violations > 0);
  if (broken)
    throw new Error(
      `seed ${broken.seed} breaks a promise: npm run simulate -- --seed ${broken.seed} --days ${DAYS} --busy`,
    );
  const daysASecond = median(samples.map(({ ms }) => (DAYS / ms) * 1_000));
  return [result('simulate', 'days/s', runs, daysASecond, 'a year in 60 s', YEAR_DAYS / YEAR_S)];
}
