/** npm run fuzz:firmware -- --runs N --json: the firmware's logic under libFuzzer; the last line is one JSON object. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';

const FIRMWARE = fileURLToPath(new URL('../firmware/', import.meta.url));
/** The shapes of board, each with a fuzzer of its own: processes take them in turn. */
const BOARDS = ['mega2560', 'uno'] as const;
const fuzzerOf = (board: string) => join(FIRMWARE, `build/fuzz-${board}`);
const CORPUS = join(FIRMWARE, 'host/corpus');
const REGRESSIONS = join(CORPUS, 'regressions');
/** A longer script only repeats itself: the harness bounds its time. */
const INPUT_BYTES_MAX = 256;
const PROGRESS_MS = 10_000;
/** An input is a millisecond's work. */
const INPUT_S_MAX = 10;
/** Tries to make a finding shorter: seconds, not minutes. */
const SHORTEN_RUNS = 50_000;
/** libFuzzer's own code for what it found; any other but 0 is trouble of another kind. */
const EXIT_FOUND = 77;
const EXIT_INTERRUPTED = 130;

interface Options {
  readonly runs: number;
  readonly jobs: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly keep?: boolean;
}

/** What one fuzzing process has told so far. */
interface Worker {
  readonly fuzzer: string;
  readonly found: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  readonly broken: string[];
  runs: number;
  /** Of the firmware's code; the harness is not counted, the sanitizers' own branches are. */
  edges: number;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

function build(): void {
  const { status, stderr, error } = spawnSync('make', ['-C', FIRMWARE, '--no-print-directory', 'fuzz'], {
    encoding: 'utf8',
  });
  if (error) throw new Error('make is missing: apt-get install make', { cause: error });
  if (status !== 0) throw new Error(`the fuzzer does not build:\n${stderr}`);
}

function listen(worker: Worker, line: string): void {
  const runs = /^#(\d+)\s/.exec(line) ?? /^stat::number_of_executed_units:\s+(\d+)/.exec(line);
  if (runs) worker.runs = Number(runs[1]);
  const edges = /\bcov: (\d+)/.exec(line);
  if (edges) worker.edges = Number(edges[1]);
  if (/RULE BROKEN|ERROR: |runtime error:/.test(line)) worker.broken.push(line);
}

/** Workers share the scratch corpus, and read each other's new inputs from it. */
async function start(index: number, scratch: string, options: Options): Promise<Worker> {
  const fuzzer = fuzzerOf(BOARDS[index % BOARDS.length] ?? BOARDS[0]);
  const found = join(scratch, `found-${index}`);
  await mkdir(found);
  const child = spawn(
    fuzzer,
    [
      `-runs=${Math.ceil(options.runs / options.jobs)}`,
      `-seed=${(options.seed ?? Math.floor(Math.random() * 2 ** 31)) + index}`,
      `-max_len=${INPUT_BYTES_MAX}`,
      `-timeout=${INPUT_S_MAX}`,
      `-artifact_prefix=${found}/`,
      '-detect_leaks=0',
      // Long scripts cost a hundred times what short ones do, and seldom find more.
      '-entropic_scale_per_exec_time=1',
      '-print_final_stats=1',
      join(scratch, 'corpus'),
      CORPUS,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  const worker: Worker = { fuzzer, found, child, ended, broken: [], runs: 0, edges: 0 };
  createInterface({ input: child.stderr }).on('line', (line) => listen(worker, line));
  return worker;
}

const sum = (workers: readonly Worker[]) => workers.reduce((all, { runs }) => all + runs, 0);
const mostEdges = (workers: readonly Worker[]) => Math.max(0, ...workers.map(({ edges }) => edges));

function progress(workers: readonly Worker[], since: number): void {
  const runs = sum(workers);
  const seconds = (performance.now() - since) / 1000;
  const edges = mostEdges(workers);
  console.error(
    `${seconds.toFixed(0).padStart(5)} s  ${runs} runs, ${Math.round(runs / seconds)}/s, ${edges} edges`,
  );
}

/** Made shorter where that is quick, and kept where the tests replay it. */
async function keepFinding(fuzzer: string, found: string): Promise<void> {
  await mkdir(REGRESSIONS, { recursive: true });
  const kept = join(REGRESSIONS, basename(found));
  const short = `${found}.short`;
  spawnSync(
    fuzzer,
    [
      '-minimize_crash=1',
      `-runs=${SHORTEN_RUNS}`,
      '-max_total_time=20',
      `-exact_artifact_path=${short}`,
      found,
    ],
    { stdio: 'ignore' },
  );
  await copyFile(short, kept).catch(() => copyFile(found, kept));
  const path = (of: string) => relative(process.cwd(), of);
  console.error(`kept:   ${path(kept)}\nreplay: FUZZ_TRACE=1 ${path(fuzzer)} ${path(kept)}`);
}

/** The corpus and what was new, made small again: one input for each edge of the firmware, in each shape. */
async function keepNew(scratch: string): Promise<void> {
  const merged = join(scratch, 'merged');
  await mkdir(merged);
  for (const board of BOARDS) {
    const { status, stderr } = spawnSync(
      fuzzerOf(board),
      ['-merge=1', '-use_counters=0', `-max_len=${INPUT_BYTES_MAX}`, merged, CORPUS, join(scratch, 'corpus')],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the corpus cannot be merged:\n${stderr}`);
  }
  for (const entry of await readdir(CORPUS, { withFileTypes: true }))
    if (entry.isFile()) await rm(join(CORPUS, entry.name));
  for (const name of await readdir(merged)) await copyFile(join(merged, name), join(CORPUS, name));
  console.error(`${(await readdir(merged)).length} inputs in ${relative(process.cwd(), CORPUS)}`);
}

/** The inputs that broke a rule, with the fuzzer that tells of it. */
async function findings(workers: readonly Worker[]): Promise<{ fuzzer: string; path: string }[]> {
  const all = workers.map(async ({ fuzzer, found }) =>
    (await readdir(found))
      .filter((name) => !name.startsWith('slow-unit-'))
      .map((name) => ({ fuzzer, path: join(found, name) })),
  );
  return (await Promise.all(all)).flat();
}

/** Runs all workers to their end; the first that ends otherwise ends the others. */
async function fuzz(workers: readonly Worker[]): Promise<readonly number[]> {
  const started = performance.now();
  const timer = setInterval(() => progress(workers, started), PROGRESS_MS);
  try {
    return await Promise.all(
      workers.map(async ({ ended }) => {
        const code = await ended;
        if (code !== 0) for (const { child } of workers) child.kill();
        return code;
      }),
    );
  } finally {
    clearInterval(timer);
  }
}

async function main(options: Options): Promise<void> {
  build();
  const scratch = await mkdtemp(join(tmpdir(), 'fuzz-firmware-'));
  await mkdir(join(scratch, 'corpus'));
  await mkdir(CORPUS, { recursive: true });
  const workers: Worker[] = [];
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    for (const { child } of workers) child.kill();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const started = performance.now();
    for (let index = 0; index < options.jobs; index++) workers.push(await start(index, scratch, options));
    const codes = await fuzz(workers);
    const seconds = (performance.now() - started) / 1000;
    const found = await findings(workers);
    for (const line of workers.flatMap(({ broken }) => broken)) console.error(line);
    for (const { fuzzer, path } of found) await keepFinding(fuzzer, path);
    if (interrupted) process.exitCode = EXIT_INTERRUPTED;
    else if (found.length > 0 || codes.some((code) => code !== 0)) process.exitCode = 1;
    else if (options.keep) await keepNew(scratch);
    if (!found.length && !interrupted && codes.some((code) => code !== 0 && code !== EXIT_FOUND))
      console.error(`a fuzzing process ended by itself: exit codes ${codes.join(', ')}`);
    report(workers, seconds, found.length, options);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function report(workers: readonly Worker[], seconds: number, found: number, options: Options): void {
  const runs = sum(workers);
  const edges = mostEdges(workers);
  const result = {
    runs,
    execsPerSecond: Math.round(runs / seconds),
    seconds: Number(seconds.toFixed(1)),
    found,
    coverage: edges,
  };
  process.stdout.write(`${options.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2)}\n`);
}

await new Command('fuzz-firmware')
  .description(
    'Fuzzes the firmware’s logic on this machine: scripts of bytes, doors, time and power, judged at every millisecond',
  )
  .option('--runs <n>', 'inputs to try, all processes together', count, 10_000_000)
  .option(
    '--jobs <n>',
    'processes, the shapes of board in turn',
    count,
    Math.max(BOARDS.length, availableParallelism()),
  )
  .option('--seed <n>', 'of the first process; by chance when not given', count)
  .option('--keep', 'merges new inputs into firmware/host/corpus')
  .option('--json', 'only one JSON object, on the last line')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(String((error as Error).message ?? error));
    process.exitCode = 1;
  });
