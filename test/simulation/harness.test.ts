/** The harness itself: virtual time, the broker, the board and the mutations keep what the simulation builds on. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import type { BoardMessage } from '../../protocol/board/messages.ts';
import { mutated } from './mutate.ts';
import { MUTATIONS } from './mutations.ts';
import { Broker } from './virtual/broker.ts';
import { owner, VirtualClock } from './virtual/clock.ts';
import { Disk } from './virtual/disk.ts';
import { Line } from './virtual/line.ts';
import { Random } from './virtual/random.ts';
import { ModelBoard } from './world/board.ts';

const clockOf = () => new VirtualClock(Date.UTC(2026, 10, 24));

describe('virtual time', () => {
  test('runs events in the order of their times, and those of one time in the order they were given', async () => {
    const clock = clockOf();
    const told: string[] = [];
    const random = new Random(1);
    for (let event = 0; event < 500; event += 1) {
      const atMs = random.whole(0, 50);
      clock.at(clock.world, atMs, () =>
        told.push(`${String(atMs).padStart(2, '0')} ${String(event).padStart(3, '0')}`),
      );
    }
    await clock.runUntil(100);
    expect(told).toEqual([...told].sort());
    expect(told).toHaveLength(500);
    expect(clock.nowMs).toBe(100);
  });

  test('an event is over only when every promise that it settled has been followed', async () => {
    const clock = clockOf();
    const told: string[] = [];
    clock.at(clock.world, 1, () => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => told.push(`late ${clock.nowMs}`));
    });
    clock.at(clock.world, 2, () => told.push('next'));
    await clock.runUntil(2);
    expect(told).toEqual(['late 1', 'next']);
  });

  test('a process that is dead hears of nothing any more, not of timers and not of files', async () => {
    const clock = clockOf();
    const by = owner('controller');
    const disk = new Disk(clock, by, new Random(1), { writeMsMean: 0 });
    const told: string[] = [];
    clock.at(by, 5, () => told.push('timer'));
    clock.at(by, 1, () => {
      void disk.open(':memory:').then(() => told.push('file'));
      by.alive = false;
    });
    await clock.runUntil(10);
    expect(told).toEqual([]);
  });

  test('stands still while a file is opened', async () => {
    const clock = clockOf();
    let readAtMs = -1;
    clock.at(clock.world, 1, () => {
      const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
      void clock.hold(clock.world, slow).then(() => {
        readAtMs = clock.nowMs;
      });
    });
    clock.at(clock.world, 2, () => {});
    await clock.runUntil(1_000);
    expect(readAtMs).toBe(1);
  });
});

describe('the broker', () => {
  const connected = async (faults = {}) => {
    const clock = clockOf();
    const broker = new Broker(clock, new Random(1));
    Object.assign(broker.faults, {});
    broker.faults = { ...broker.faults, ...faults };
    const got: string[] = [];
    const open = async (name: string, filters: string[], will?: { topic: string; payload: string }) => {
      const by = owner(name);
      let up = () => {};
      const ready = new Promise<void>((resolve) => {
        up = resolve;
      });
      const connection = await broker.opener(by)({ broker: 'mqtt://b' }, name, will, {
        up,
        message: (topic, payload) => got.push(`${topic} ${Buffer.from(payload)}`),
        closed: (why) => got.push(`closed: ${why}`),
      });
      await clock.runUntil(clock.nowMs + 1_000);
      await ready;
      void connection.subscribe(filters);
      await clock.runUntil(clock.nowMs + 1_000);
      return { by, connection };
    };
    return { clock, broker, got, open };
  };

  test('tells in order, and once', async () => {
    const { clock, got, open } = await connected();
    await open('platform', ['a/+/journal']);
    const { connection } = await open('terminal', []);
    for (let text = 0; text < 5; text += 1) connection.publish('a/t/journal', `${text}`, { qos: 1 });
    await clock.runUntil(clock.nowMs + 5_000);
    expect(got).toEqual([0, 1, 2, 3, 4].map((text) => `a/t/journal ${text}`));
  });

  test('forgets and doubles where it is told to', async () => {
    for (const [faults, count] of [
      [{ forgotten: 1 }, 0],
      [{ twice: 1 }, 2],
    ] as const) {
      const { clock, got, open } = await connected(faults);
      await open('platform', ['a/+/journal']);
      const { connection } = await open('terminal', []);
      connection.publish('a/t/journal', 'x', { qos: 1 });
      await clock.runUntil(clock.nowMs + 5_000);
      expect(got).toHaveLength(count);
    }
  });

  test('a half-open connection swallows what is sent, and ends at keep-alive with its will', async () => {
    const { clock, broker, got, open } = await connected();
    await open('platform', ['a/t/state', 'a/t/journal']);
    const { connection } = await open('terminal', [], { topic: 'a/t/state', payload: 'down' });
    broker.cut('terminal', 'halfOpen');
    connection.publish('a/t/journal', 'lost', { qos: 1 });
    await clock.runUntil(clock.nowMs + 60_000);
    expect(got).toEqual(['closed: keep-alive', 'a/t/state down']);
  });
});

describe('the model of a board', () => {
  const rig = async () => {
    const clock = clockOf();
    const line = new Line(clock, new Random(1));
    const told: string[] = [];
    const board = new ModelBoard('BOARD-A', ['A01', 'A02'], clock, new Random(2), line, {
      pulse: ({ unlockId }) => told.push(`pulse ${unlockId}`),
      pulseEnded: (_, onMs) => told.push(`off after ${onMs}`),
      leaf: (compartment, open) => told.push(`${compartment} ${open ? 'open' : 'closed'}`),
    });
    const host = owner('controller');
    const heard: BoardMessage[] = [];
    const reader = new FrameReader();
    const opening = line.opener(host)('tcp://b:1', {
      data: (bytes) => void heard.push(...reader.push(bytes)),
      closed: () => {},
    });
    await clock.runUntil(1_000);
    const port = await opening;
    const ask = async (message: BoardMessage) => {
      void port.write(encodeFrame(message));
      await clock.runUntil(clock.nowMs + 10);
      return heard.findLast(({ id, name }) => id === message.id && !name.startsWith('door'))?.fields as
        | Record<string, number>
        | undefined;
    };
    const configure = {
      hostSilentMs: 3_000,
      openWaitMs: 2_000,
      debounceMs: 20,
      contactOpenLevel: 1,
      tamperOpenLevel: 1,
    };
    return { clock, board, told, heard, ask, configure };
  };
  const unlock = (id: number, unlockId: number, compartment = 0) =>
    ({ name: 'unlock', id, fields: { unlockId, compartment, pulseMs: 200 } }) as const;

  test('pulses once for an id, opens its door and tells it', async () => {
    const { clock, told, heard, ask, configure } = await rig();
    await ask({ name: 'configure', id: 1_001, fields: configure });
    await ask(unlock(1_002, 77));
    await ask(unlock(1_003, 77));
    await clock.runUntil(clock.nowMs + 3_000);
    expect(told).toEqual(['pulse 77', 'A01 open', 'off after 200']);
    expect(heard.filter(({ name }) => name === 'doorMoved').length).toBeGreaterThan(0);
    expect((await ask({ name: 'unlockStatus', id: 1_004, fields: { unlockId: 77 } }))?.state).toBe(3);
  });

  test('refuses a second coil, and an unlock that nobody has configured it for', async () => {
    const { ask, configure, told } = await rig();
    expect(await ask(unlock(1_001, 5))).toMatchObject({ code: 4 });
    await ask({ name: 'configure', id: 1_002, fields: configure });
    await ask(unlock(1_003, 5));
    expect((await ask(unlock(1_004, 6, 1)))?.state).toBe(5);
    expect(told.filter((line) => line.startsWith('pulse'))).toEqual(['pulse 5']);
  });

  test('sends its events again until they are acknowledged, and forgets them and its unlocks in a reset', async () => {
    const { clock, board, heard, ask } = await rig();
    const started = () => heard.filter(({ name }) => name === 'started').length;
    await clock.runUntil(clock.nowMs + 1_000);
    expect(started()).toBeGreaterThan(2);
    void ask({ name: 'acknowledge', id: 0, fields: { boot: 2, upTo: 1 } });
    await clock.runUntil(clock.nowMs + 500);
    const before = started();
    await clock.runUntil(clock.nowMs + 2_000);
    expect(started()).toBe(before);
    board.reset();
    await clock.runUntil(clock.nowMs + 2_000);
    expect(started()).toBeGreaterThan(before);
  });
});

describe('mutations', () => {
  test.each(Object.entries(MUTATIONS))('%s still fits its source', (_, { file, from, to }) => {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(mutated(source, file, from, to)).not.toBe(source);
  });
});
