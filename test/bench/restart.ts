/**
 * From kill -9 to ready with 100,000 entries in the ledger that nobody has acknowledged: the bundled controller on a
 * ledger that the real Ledger wrote. And how large the ledger's file is after as many that were acknowledged.
 */
import { copyFile, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Ledger } from '../../controller/ledger/ledger.ts';
import { freePort } from '../../demo/free-port.ts';
import { Stack } from '../../demo/stack.ts';
import { median, type Result, result } from './statistics.ts';
import { decisions } from './visits.ts';

const ENTRIES = 100_000;
const COMMITS_AT_ONCE = 500;
/** What the platform acknowledges at once in a steady state. */
const ACKNOWLEDGED_AT_ONCE = 20;
const READY_MS_MAX = 1_000;
/** Of this the write-ahead log has 4 (SQLite writes it back after 1,000 pages). */
const SIZE_MB_MAX = 8;
const MB = 1_048_576;
const MOMENT = { wallMs: Date.UTC(2026, 10, 24), clock: 'trusted', monotonicMs: 5, boot: 1 } as const;

export async function restart(runs: number): Promise<Result[]> {
  await mkdir('build', { recursive: true });
  const folder = await mkdtemp(resolve('build', 'bench-restart-'));
  try {
    const { small, full, fullMb } = await restarts(folder, runs);
    const kept = await steady(join(folder, 'steady.db'));
    return [
      result('restart, 100,000 entries', 'ms', runs, median(full), 'limit', READY_MS_MAX),
      result('restart, 100,000 entries', 'ms', runs, median(full), 'a small ledger', median(small)),
      result('ledger, 100,000 acknowledged', 'MB', 1, kept, 'limit', SIZE_MB_MAX),
      result('ledger, 100,000 acknowledged', 'MB', 1, kept, 'as many not acknowledged', fullMb),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from kill to ready, with a small ledger and with the full one in turns. */
async function restarts(folder: string, runs: number) {
  // No broker: nothing is acknowledged, and the ledger stays as full as it is.
  const stack = await Stack.start({ data: folder, broker: `mqtt://127.0.0.1:${await freePort()}` });
  const own = join(stack.data, 'ledger.db');
  const ledgers = { small: join(folder, 'small.db'), full: join(folder, 'full.db') };
  const spentMs = { small: [] as number[], full: [] as number[] };
  try {
    await killed(stack);
    await copied(own, ledgers.small);
    await copied(own, join(folder, 'filled.db'));
    await filled(join(folder, 'filled.db'), ledgers.full);
    for (let run = 0; run < runs; run += 1)
      for (const size of ['small', 'full'] as const) {
        await copied(ledgers[size], own);
        await (await stack.restartController()).ready;
        const killedMs = performance.now();
        await (await stack.restartController()).ready;
        spentMs[size].push(performance.now() - killedMs);
        await killed(stack);
      }
    return { ...spentMs, fullMb: await megabytes(ledgers.full) };
  } finally {
    await stack.stop();
  }
}

async function killed(stack: Stack): Promise<void> {
  stack.controller.kill('SIGKILL');
  await stack.controller.exited;
}

/** A database and its write-ahead log, as a process leaves them that is killed. */
async function copied(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await rm(`${to}-wal`, { force: true });
  await copyFile(`${from}-wal`, `${to}-wal`).catch(() => {});
}

async function filled(path: string, to: string): Promise<void> {
  const ledger = await Ledger.open(path, 'demo');
  const next = decisions('full');
  for (let entries = 0; entries < ENTRIES; entries += COMMITS_AT_ONCE)
    await Promise.all(
      Array.from({ length: COMMITS_AT_ONCE }, () => ledger.commit([next.next().value.entry], [], MOMENT)),
    );
  await copied(path, to);
  await ledger.close();
}

/** Of database and write-ahead log, at their largest. */
async function steady(path: string): Promise<number> {
  const ledger = await Ledger.open(path, 'demo');
  const next = decisions('steady');
  let largest = 0;
  for (let entries = 0; entries < ENTRIES; entries += ACKNOWLEDGED_AT_ONCE) {
    await Promise.all(
      Array.from({ length: ACKNOWLEDGED_AT_ONCE }, () => {
        const { entry, change } = next.next().value;
        return ledger.commit([entry], [change], MOMENT);
      }),
    );
    ledger.acknowledge(ledger.durable);
    if (entries % 1_000 === 0) largest = Math.max(largest, await megabytes(path));
  }
  await ledger.close();
  return largest;
}

async function megabytes(path: string): Promise<number> {
  const sizes = await Promise.all([path, `${path}-wal`].map(async (one) => (await stat(one)).size));
  return sizes.reduce((sum, size) => sum + size, 0) / MB;
}
