/**
 * From the scanner's last byte to the coil pin, in real time, against its own floor measured between the same samples:
 * the unlock frame's bytes at 115200 baud plus one durable commit of the same size by the bare driver.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from '../../demo/stack.ts';
import { COURIER_BADGE, everythingUp, placeOrder } from '../../demo/story.ts';
import { waitFor } from '../../demo/wait.ts';
import { openDatabase } from '../../drivers/sqlite.ts';
import { encodeFrame } from '../../protocol/board/codec.ts';
import { quantile, type Result, result } from './statistics.ts';

const BATCH = 8;
const BAUD = 115_200;
const BITS_PER_BYTE = 10;
/** What one pickup's decision writes: two entries and four views. */
const COMMIT_BYTES = 2_000;
const WARM_COMMITS = 50;
const STEP_MS = 20_000;

export async function scanToCoil(runs: number): Promise<Result[]> {
  const data = await mkdtemp(join(tmpdir(), 'credit-reading-bench-'));
  const stack = await Stack.start({ data });
  const ours: number[] = [];
  const floor: number[] = [];
  try {
    await everythingUp(stack);
    const commit = await bareCommit(join(data, 'bare.db'));
    while (ours.length < runs) {
      for (const order of await loadBatch(stack)) {
        floor.push(wireMs() + (await commit()));
        const { journal } = await stack.kiosk.health();
        await stack.cabinet.people({ takes: true, afterMs: 10, closeAfterMs: 20 });
        const { atMs } = await stack.cabinet.scan(order.code);
        await settled(stack, journal.head);
        const { lastOnAtMs } = await stack.cabinet.coilTimes();
        ours.push(lastOnAtMs - atMs);
      }
    }
  } finally {
    await stack.stop();
    await rm(data, { recursive: true, force: true });
  }
  const line = (name: string, q: number) =>
    result(`scan-to-coil ${name}`, 'ms', ours.length, quantile(ours, q), `floor ${name}`, quantile(floor, q));
  return [line('p50', 0.5), line('p99', 0.99)];
}

function wireMs(): number {
  const frame = encodeFrame({
    name: 'unlock',
    id: 1,
    fields: { unlockId: 1000, compartment: 1, pulseMs: 200 },
  });
  return (frame.length * BITS_PER_BYTE * 1000) / BAUD;
}

/** One insert of the same size, committed with the same guarantees; resolves with its ms. */
async function bareCommit(path: string): Promise<() => Promise<number>> {
  const database = await openDatabase(path);
  await database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (text TEXT)');
  const insert = await database.prepare('INSERT INTO bare VALUES (?)');
  const text = 'x'.repeat(COMMIT_BYTES);
  // The first pages of a new file are dearer than those of one that is in use.
  for (let warm = 0; warm < WARM_COMMITS; warm += 1) await insert.run(text);
  return async () => {
    const from = performance.now();
    await insert.run(text);
    return performance.now() - from;
  };
}

async function loadBatch(stack: Stack) {
  const orders = [];
  for (let index = 0; index < BATCH; index += 1) orders.push(await placeOrder(stack));
  await stack.cabinet.scan(COURIER_BADGE);
  for (const order of orders) {
    await waitFor(
      'order at the terminal',
      STEP_MS,
      async () => (await stack.platform.orderOf(order.hold)).status === 'placed',
    );
    await stack.cabinet.people({ puts: order.item, afterMs: 10, closeAfterMs: 20 });
    await stack.cabinet.scan(order.item);
    await waitFor(
      'item loaded',
      STEP_MS,
      async () => (await stack.platform.orderOf(order.hold)).status === 'ready',
    );
  }
  await stack.cabinet.scan(COURIER_BADGE);
  await waitFor('courier gone', STEP_MS, async () => (await stack.kiosk.health()).unfinishedSessions === 0);
  const ready = await Promise.all(orders.map(({ hold }) => stack.platform.orderOf(hold)));
  return ready.map((order) => ({ ...order, code: order.code ?? '' }));
}

async function settled(stack: Stack, head: number): Promise<void> {
  await waitFor('pickup settled', STEP_MS, async () => {
    const { journal, unfinishedSessions } = await stack.kiosk.health();
    return journal.head > head && unfinishedSessions === 0;
  });
}
