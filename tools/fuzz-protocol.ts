/** npm run fuzz:protocol -- --runs N --seed S --json: any bytes for every decoder; the last line is one JSON object. */
import { Command, InvalidArgumentError } from 'commander';
import { fromHex, hex } from '../protocol/wire/hex.ts';
import { firstWrong, shortest, verdict, type Wrong } from './fuzz/judge.ts';
import { mutate, seeded } from './fuzz/mutations.ts';
import { keptTooMuch } from './fuzz/soak.ts';
import { TARGETS, type Target } from './fuzz/targets.ts';

/** Between two of them Ctrl-C is heard. */
const BATCH = 200;
const PROGRESS_MS = 500;
const SEED_MAX = 2 ** 31;
const EXIT_INTERRUPTED = 130;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly only?: Target;
  readonly replay?: { readonly target: Target; readonly bytes: Uint8Array };
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

function targetOf(text: string): Target {
  const target = TARGETS.find(({ name }) => name === text);
  if (!target) throw new InvalidArgumentError(`one of ${TARGETS.map(({ name }) => name).join(', ')}`);
  return target;
}

function replayed(text: string): Options['replay'] {
  const at = text.indexOf(':');
  const target = targetOf(text.slice(0, Math.max(at, 0)));
  try {
    return { target, bytes: fromHex(text.slice(at + 1)) };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

interface Campaign {
  readonly options: Options;
  readonly targets: readonly Target[];
  readonly started: number;
  /** A target that failed once is left alone: its next inputs would fail alike. */
  readonly failed: Set<Target>;
  runs: number;
  interrupted: boolean;
}

const note = (text: string) => process.stderr.write(text);

function progress({ runs, options, failed, started }: Campaign, done = false): void {
  if (!process.stderr.isTTY) return;
  const perSecond = Math.round(runs / ((performance.now() - started) / 1000));
  note(`\r${runs} of ${options.runs} inputs, ${perSecond}/s, ${failed.size} failures${done ? '\n' : '  '}`);
}

function fail(campaign: Campaign, target: Target, wrong: string, replay: string): void {
  campaign.failed.add(target);
  if (process.stderr.isTTY) note('\n');
  note(`${target.name}: ${wrong}\nreplay: npm run fuzz:protocol -- ${replay}\n`);
}

/** What was late once, and is not when it is alone, was the machine's fault. */
function found(campaign: Campaign, target: Target, bytes: Uint8Array, first: Wrong): void {
  const again = verdict(target, bytes);
  if (!again && first.late) return;
  // What is late is left as it is: made shorter, it would stop being late somewhere on the limit.
  const short = again && !again.late ? shortest(bytes, (part) => verdict(target, part) !== undefined) : bytes;
  const { words } = verdict(target, short) ?? { words: `only now and then: ${first.words}` };
  const shown = hex(short);
  fail(campaign, target, `${words}\ninput:  ${shown || '(nothing)'}`, `--replay ${target.name}:${shown}`);
}

/** The targets in turn, each with an input of its own. */
async function run(campaign: Campaign): Promise<void> {
  const { runs, seed } = campaign.options;
  const random = seeded(seed);
  let told = performance.now();
  while (campaign.runs < runs && !campaign.interrupted) {
    const open = campaign.targets.filter((target) => !campaign.failed.has(target));
    if (open.length === 0) return;
    const cases = Array.from({ length: Math.min(BATCH, runs - campaign.runs) }, (_, at) => {
      const target = open[(campaign.runs + at) % open.length] as Target;
      return { target, bytes: mutate(target.golden, random, target.seal) };
    });
    const first = firstWrong(cases);
    const wrong = first && cases[first.index];
    campaign.runs += first ? first.index + 1 : cases.length;
    if (wrong) found(campaign, wrong.target, wrong.bytes, first.wrong);
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      progress(campaign);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Long streams for each splitter. */
async function soak(campaign: Campaign): Promise<void> {
  const { seed } = campaign.options;
  for (const target of campaign.targets) {
    if (campaign.interrupted || campaign.failed.has(target)) continue;
    const kept = keptTooMuch(target, seed);
    if (kept > 0)
      fail(
        campaign,
        target,
        `its splitter keeps ${kept} bytes of a stream`,
        `--only ${target.name} --runs 1 --seed ${seed}`,
      );
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function main(options: Options): Promise<void> {
  const { seed, only, replay, json } = options;
  const campaign: Campaign = {
    options,
    targets: only ? [only] : replay ? [replay.target] : TARGETS,
    started: performance.now(),
    failed: new Set(),
    runs: 0,
    interrupted: false,
  };
  const interrupt = () => {
    campaign.interrupted = true;
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  if (replay) {
    campaign.runs = 1;
    const wrong = verdict(replay.target, replay.bytes);
    if (wrong) found(campaign, replay.target, replay.bytes, wrong);
  } else {
    await run(campaign);
    progress(campaign, true);
    await soak(campaign);
  }
  const result = {
    runs: campaign.runs,
    seed,
    decoders: campaign.targets.length,
    failures: campaign.failed.size,
    ms: Math.round(performance.now() - campaign.started),
  };
  process.stdout.write(`${json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2)}\n`);
  if (campaign.failed.size > 0) process.exitCode = 1;
  else if (campaign.interrupted) process.exitCode = EXIT_INTERRUPTED;
}

await new Command('fuzz-protocol')
  .description(
    'Fuzzes every decoder and splitter of the wires: a value or a WireError, in bounded time and memory',
  )
  .option('--runs <n>', 'inputs to try, all decoders together', count, 100_000)
  .option('--seed <n>', 'chosen by chance when not given', count, 1 + Math.floor(Math.random() * SEED_MAX))
  .option('--only <decoder>', 'only this one', targetOf)
  .option('--json', 'only one JSON object, on the last line')
  .option('--replay <decoder:hex>', 'only this input', replayed)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(String((error as Error).message ?? error));
    process.exitCode = 1;
  });
