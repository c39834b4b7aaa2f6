/** Reconnecting for ever: the pauses, the order of what is told, and that nothing gathers. */
import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKOFF, backoffMs } from '../../controller/port/backoff.ts';
import { type KeepOpenOptions, keepOpen } from '../../controller/port/keep-open.ts';
import type { Port, PortHandlers } from '../../controller/port/port.ts';

const ticks = async (count = 5) => {
  for (let i = 0; i < count; i += 1) await Promise.resolve();
};

/** A port that opens, fails or hangs as told, with time moved by hand. */
function stage(script: (attempt: number) => 'opens' | 'fails' | 'hangs') {
  const told: string[] = [];
  const timers = new Map<() => void, number>();
  const signals: AbortSignal[] = [];
  let attempts = 0;
  let handlers: PortHandlers | undefined;
  const open = (_url: string, given: PortHandlers, signal?: AbortSignal): Promise<Port> => {
    if (signal) signals.push(signal);
    attempts += 1;
    const what = script(attempts);
    if (what === 'fails') return Promise.reject(new Error('away'));
    if (what === 'hangs') return new Promise(() => {});
    handlers = given;
    return Promise.resolve({ write: async () => {}, close: async () => given.closed('closed here') });
  };
  const options: KeepOpenOptions = {
    url: 'tcp://x:1',
    open,
    random: () => 1,
    setTimer: (run, afterMs) => {
      timers.set(run, afterMs);
      return () => timers.delete(run);
    },
    onOpen: () => told.push('open'),
    onData: () => told.push('data'),
    onClosed: (why) => told.push(`closed ${why}`),
    onFailed: (_error, retryMs) => told.push(`failed, again in ${retryMs}`),
  };
  const fire = async (): Promise<number> => {
    const [[run, ms] = [() => {}, -1]] = timers;
    timers.delete(run);
    run();
    await ticks();
    return ms;
  };
  return {
    told,
    timers,
    signals,
    options,
    fire,
    unplug: () => handlers?.closed('unplugged'),
    attempts: () => attempts,
  };
}

test('pauses lie between 100 ms and a ceiling that doubles up to 5 s', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const ms = backoffMs(BACKOFF, attempt, () => random);
        expect(ms).toBeGreaterThanOrEqual(100);
        expect(ms).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** (attempt + 1)));
      },
    ),
  );
});

test('each failure waits longer, up to the maximum, and it never gives up', async () => {
  const { options, fire, told } = stage(() => 'fails');
  const kept = keepOpen(options);
  await ticks();
  for (let i = 0; i < 8; i += 1) await fire();
  expect(told).toEqual(
    [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000].map((ms) => `failed, again in ${ms}`),
  );
  await kept.stop();
});

test('a connection that held 10 s starts the pauses anew, a shorter one does not', async () => {
  const { options, fire, unplug, timers } = stage((attempt) => (attempt < 3 ? 'fails' : 'opens'));
  const kept = keepOpen(options);
  await ticks();
  await fire();
  await fire();
  unplug();
  expect([...timers.values()]).toEqual([800]);
  await fire();
  expect([...timers.values()]).toEqual([10_000]);
  await fire();
  unplug();
  expect([...timers.values()]).toEqual([200]);
  await kept.stop();
});

test.each(['opens', 'fails', 'hangs'] as const)('stop settles at once where the port %s', async (how) => {
  const { options, told, timers, signals } = stage(() => how);
  const kept = keepOpen(options);
  await ticks();
  await kept.stop();
  await kept.stop();
  expect(timers.size).toBe(0);
  expect(signals.at(-1)?.aborted).toBe(true);
  expect(told.filter((line) => line.startsWith('closed'))).toHaveLength(how === 'opens' ? 1 : 0);
  expect(kept.port).toBeUndefined();
});

test('a port that opens after stop is closed and not told', async () => {
  let late: ((port: Port) => void) | undefined;
  const told: string[] = [];
  const kept = keepOpen({
    url: 'tcp://x:1',
    open: () => new Promise((resolve) => (late = resolve)),
    onOpen: () => told.push('open'),
    onData: () => told.push('data'),
    onClosed: () => told.push('closed'),
  });
  await kept.stop();
  late?.({ write: async () => {}, close: async () => void told.push('port closed') });
  await ticks();
  expect(told).toEqual(['port closed']);
});

test('1,000 reconnects alternate open and closed, and neither listeners nor timers gather', async () => {
  const { options, fire, unplug, told, timers, signals } = stage(() => 'opens');
  const kept = keepOpen(options);
  await ticks();
  for (let i = 0; i < 1_000; i += 1) {
    unplug();
    unplug();
    await fire();
    expect(timers.size).toBe(1);
  }
  await kept.stop();
  expect(told).toEqual(
    Array.from({ length: 1_001 }, (_, i) => [
      'open',
      i < 1_000 ? 'closed unplugged' : 'closed closed here',
    ]).flat(),
  );
  expect(signals.every((signal) => getEventListeners(signal, 'abort').length === 0)).toBe(true);
});

test('over real TCP it comes back each time the server drops it, without listeners left behind', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  const kept = keepOpen({
    url: `tcp://127.0.0.1:${port}`,
    backoff: { msMin: 0, msMax: 1, stableMs: 10_000 },
    onOpen: () => {},
    onData: () => {},
    onClosed: () => {},
  });
  await expect.poll(() => connections, { timeout: 20_000 }).toBeGreaterThan(1_000);
  await kept.stop();
  server.close();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
}, 30_000);
