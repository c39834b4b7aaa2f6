/** Many runs in worker processes: each takes the next seed when it has finished one. */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Result, RunOptions } from './run.ts';

export interface PoolOptions {
  readonly seeds: readonly number[];
  readonly run: Omit<RunOptions, 'seed'>;
  /** Runs in one process before a new one takes its place: what a run leaves behind cannot pile up. */
  readonly runsEach?: number;
  /** Another worker than the one beside this file, such as a mutated one. */
  readonly worker?: string;
  readonly signal?: AbortSignal;
  result(result: Result): void;
}

const RUNS_EACH = 50;
/** MB. What an event leaves behind is short-lived: the more of it dies before it is looked at, the better. */
const YOUNG_SPACE = '--max-semi-space-size=64';
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Rejects where a worker ends without its answer. Ends every worker, whatever ends it. */
export async function runMany({
  seeds,
  run,
  runsEach = RUNS_EACH,
  worker = WORKER,
  signal,
  result,
}: PoolOptions): Promise<void> {
  const left = [...seeds];
  const workers = Array.from({ length: Math.min(availableParallelism(), left.length) }, async () => {
    while (left.length > 0 && !signal?.aborted) await work(worker, left, runsEach, run, signal, result);
  });
  await Promise.all(workers);
}

async function work(
  worker: string,
  left: number[],
  runsEach: number,
  run: Omit<RunOptions, 'seed'>,
  signal: AbortSignal | undefined,
  result: (result: Result) => void,
): Promise<void> {
  const loader = worker.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = fork(worker, {
    execArgv: [YOUNG_SPACE, ...loader],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  try {
    for (let runs = 0; runs < runsEach && !signal?.aborted; runs += 1) {
      const seed = left.shift();
      if (seed === undefined) break;
      result(await ask(child, { ...run, seed }, signal));
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

function ask(child: ChildProcess, options: RunOptions, signal?: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => {
      if (!signal?.aborted) reject(new Error(`the worker ended with ${code} in seed ${options.seed}`));
      else reject(new Error('cancelled'));
    };
    child.once('exit', ended);
    child.once('message', (result) => {
      child.off('exit', ended);
      resolve(result as Result);
    });
    child.send(options);
  });
}
