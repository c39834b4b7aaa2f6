/** npm run simulate -- --seed N --days D --json: the seeded simulation, one run or many. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { mutatedWorker } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';
import { runMany } from './pool.ts';
import type { Result } from './run.ts';
import { FAULTS } from './world/faults.ts';

const SEEDS_MAX = 1_000_000;

interface Options {
  readonly seed: number;
  readonly seeds?: readonly number[];
  readonly days: number;
  readonly faults?: readonly string[];
  readonly busy?: true;
  readonly mutation?: string;
  readonly trace?: true;
  readonly json?: true;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number from 0');
  return value;
}

function range(text: string): number[] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === undefined || last < first || last - first >= SEEDS_MAX)
    throw new InvalidArgumentError('two whole numbers, such as 1..1000');
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function faultNames(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !(name in FAULTS));
  if (unknown)
    throw new InvalidArgumentError(
      `there is no fault ${unknown}; there are: ${Object.keys(FAULTS).join(', ')}`,
    );
  return names;
}

await new Command('simulate')
  .description('Days of a terminal, its patrons and everything that goes wrong, as one seed draws them')
  .option('--seed <n>', 'the run', whole, 1)
  .option('--seeds <a..b>', 'many runs, on all cores', range)
  .option('--days <n>', 'virtual days of each', whole, 10)
  .option('--faults <names>', 'these instead of the ones that the seed draws; empty for none', faultNames)
  .option('--busy', 'a busy terminal, as the benchmark has it')
  .addOption(
    new Option('--mutation <name>', 'looks for a defect that is put into a copy of the sources').choices(
      Object.keys(MUTATIONS),
    ),
  )
  .option('--trace', 'tells everything that happens')
  .option('--json', 'one JSON object on the last line')
  .action((options: Options) => (options.mutation ? hunt(options.mutation, options) : simulate(options)))
  .parseAsync();

async function simulate(options: Options): Promise<void> {
  const { seed, days, faults, busy, trace } = options;
  const seeds = options.seeds ?? [seed];
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  process.once('SIGTERM', () => cancel.abort());
  const began = performance.now();
  const results: Result[] = [];
  await runMany({
    seeds,
    run: { days, ...(faults && { faults }), ...(busy && { busy }), ...(trace && { trace }) },
    signal: cancel.signal,
    result: (result) => {
      results.push(result);
      progress(results, seeds.length);
      if (result.violations > 0) explain(result, options);
    },
  });
  const total = (count: (result: Result) => number) => results.reduce((sum, one) => sum + count(one), 0);
  const [one] = results;
  const told =
    seeds.length === 1 && one
      ? shown(one)
      : {
          seeds: results.length,
          days,
          sessions: total(({ sessions }) => sessions),
          faults: total((result) => result.faults),
          violations: total(({ violations }) => violations),
          failed: results.filter(({ violations }) => violations > 0).map((result) => result.seed),
          loans: total(({ counts }) => counts.loans ?? 0),
          loansWithoutHold: total(({ counts }) => counts.loansWithoutHold ?? 0),
          inDoubt: total(({ inDoubt }) => inDoubt),
          ms: Math.round(performance.now() - began),
        };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exitCode = cancel.signal.aborted ? 130 : total(({ violations }) => violations) > 0 ? 1 : 0;
}

/** Runs until a seed finds it: exit 0 when one does. */
async function hunt(mutation: string, { seed, seeds = [seed], days, faults }: Options): Promise<void> {
  const found = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => found.abort());
  const { worker, remove } = await mutatedWorker(mutation);
  let runs = 0;
  let first: Result | undefined;
  try {
    await runMany({
      seeds,
      run: { days, ...(faults && { faults }) },
      worker,
      signal: found.signal,
      result: (result) => {
        runs += 1;
        if (result.violations === 0 || first) return;
        first = result;
        found.abort();
      },
    });
  } finally {
    await remove();
  }
  const violation = first?.found[0];
  const told = first ? { seed: first.seed, promise: violation?.promise, what: violation?.what } : {};
  process.stdout.write(`${JSON.stringify({ mutation, found: first !== undefined, runs, days, ...told })}\n`);
  process.exitCode = first ? 0 : 1;
}

function shown({ found, tail, ...told }: Result): object {
  return told;
}

function progress(results: readonly Result[], of: number): void {
  if (of === 1 || !process.stderr.isTTY) return;
  const failed = results.filter(({ violations }) => violations > 0).length;
  process.stderr.write(`\r${results.length} of ${of} runs, ${failed} with violations `);
}

/** What happened before it, what it was, and the command that makes it happen again. */
function explain({ seed, tail, found }: Result, { days, faults, busy }: Options): void {
  const same = [`--seed ${seed}`, `--days ${days}`, ...(faults ? [`--faults '${faults.join(',')}'`] : [])];
  const command = `npm run simulate -- ${same.join(' ')}${busy ? ' --busy' : ''}`;
  const what = found.map(
    ({ promise, what: told, day, step }) => `  ${promise}: ${told} (day ${day}, step ${step})`,
  );
  process.stderr.write(
    `\n${tail.join('\n')}\n\nseed ${seed} breaks its promises:\n${what.join('\n')}\nagain: ${command}\n`,
  );
}
