/** npm run bench -- [NAME] --json: medians of interleaved runs; the last line is one JSON object. */
import { Console } from 'node:console';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { boardIdle, boardSize, eventCycles, unlockCycles } from './board-cycles.ts';
import { controllerFootprint } from './controller-footprint.ts';
import { decode } from './decode.ts';
import { inventory } from './inventory.ts';
import { journalDrain } from './journal-drain.ts';
import { ledger } from './ledger.ts';
import { restart } from './restart.ts';
import { scanToCoil } from './scan-to-coil.ts';
import { simulate } from './simulate.ts';
import type { Result } from './statistics.ts';

interface Bench {
  readonly runs: number;
  run(runs: number): Promise<Result[]>;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  'scan-to-coil': { runs: 120, run: scanToCoil },
  'controller-footprint': { runs: 11, run: controllerFootprint },
  inventory: { runs: 7, run: inventory },
  'unlock-cycles': { runs: 10_000, run: unlockCycles },
  'event-cycles': { runs: 1_000, run: eventCycles },
  'board-size': { runs: 1, run: boardSize },
  'board-idle': { runs: 1, run: boardIdle },
  decode: { runs: 15, run: decode },
  simulate: { runs: 5, run: simulate },
  ledger: { runs: 100, run: ledger },
  'journal-drain': { runs: 3, run: journalDrain },
  restart: { runs: 5, run: restart },
};

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

await new Command('bench')
  .description('Measures; judges nothing. Ratios are ours divided by the reference of the same run')
  .addArgument(new Argument('[name]', 'only this one').choices(Object.keys(BENCHES)))
  .option('--json', 'one JSON object on the last line')
  .option('--runs <n>', 'samples of each', count)
  .action(async (name: string | undefined, options: { json?: boolean; runs?: number }) => {
    const results: Result[] = [];
    for (const [key, bench] of Object.entries(BENCHES)) {
      if (name && key !== name) continue;
      console.error(`measuring ${key} ...`);
      results.push(...(await bench.run(options.runs ?? bench.runs)));
    }
    if (!options.json) new Console(process.stderr).table(results);
    process.stdout.write(`${JSON.stringify({ results })}\n`);
  })
  .parseAsync();
