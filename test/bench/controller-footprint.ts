/** The bundled controller: resident memory idle after a pickup, and from start to ready against a bare Node start. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from '../../demo/stack.ts';
import { collect, everythingUp, lentAndAcknowledged, load, placeOrder } from '../../demo/story.ts';
import { median, type Result, result } from './statistics.ts';

const MEMORY_MB_MAX = 80;
const IDLE_MS = 3_000;

export async function controllerFootprint(runs: number): Promise<Result[]> {
  const data = await mkdtemp(join(tmpdir(), 'credit-reading-bench-'));
  const stack = await Stack.start({ data });
  const startMs: number[] = [];
  const bareMs: number[] = [];
  try {
    await everythingUp(stack);
    const order = await load(stack, await placeOrder(stack));
    await collect(stack, order);
    await lentAndAcknowledged(stack, order);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const memoryMb = await residentMb(stack.controller.pid);
    for (let run = 0; run < runs; run += 1) {
      bareMs.push(await bareNode());
      const child = await stack.restartController();
      await child.ready;
      startMs.push(performance.now() - child.startedMs);
    }
    return [
      result('controller-footprint memory', 'MB', 1, memoryMb, 'limit', MEMORY_MB_MAX),
      result('controller-footprint start', 'ms', runs, median(startMs), 'bare node', median(bareMs)),
    ];
  } finally {
    await stack.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** From spawn to the first line of a program that does nothing else. */
function bareNode(): Promise<number> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', 'console.log(1)'], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.once('error', reject);
    child.stdout.once('data', () => resolve(performance.now() - from));
  });
}
