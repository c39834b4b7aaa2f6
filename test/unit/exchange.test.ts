import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TerminalError } from '../../controller/error.ts';
import { Exchange } from '../../controller/port/exchange.ts';
import { waitFor } from '../../demo/wait.ts';
import { feig } from '../../protocol/rfid/feig/driver.ts';
import { encodeFeigReply, type FeigReply } from '../../protocol/rfid/feig/frame.ts';
import { ask } from '../../protocol/wire/talk.ts';
import { FeigReader } from '../../simulator/devices/feig.ts';
import { type SimTag, simTag } from '../../simulator/devices/field.ts';
import { type DeviceOnTcp, deviceOnTcp } from '../devices/on-tcp.ts';

const LIMIT_MS = 5_000;
const UID = 'E00401003123AA26';
const driver = feig();
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as TerminalError).code,
  );

describe('an exchange', () => {
  let reader: DeviceOnTcp<unknown>;
  let exchange: Exchange<FeigReply>;
  let tags: SimTag[];
  let told: string[];
  let unasked: FeigReply[];

  beforeEach(async () => {
    tags = [simTag({ uid: UID })];
    told = [];
    unasked = [];
    reader = (await deviceOnTcp(new FeigReader(() => tags))) as DeviceOnTcp<unknown>;
    exchange = new Exchange({
      url: reader.url,
      wire: driver.wire,
      probe: () => driver.identify(),
      onLink: (link) => told.push(link),
      onUnasked: (frame) => unasked.push(frame),
      onTrouble: (why) => told.push(why),
      backoff: { msMin: 10, msMax: 50, stableMs: 10_000 },
    });
    exchange.start();
    await up();
  });
  afterEach(async () => {
    await exchange.stop();
    reader.close();
  });

  const up = () => waitFor('the link', LIMIT_MS, async () => exchange.link === 'up');
  const inventory = () => exchange.run(() => driver.inventory(0));

  test('carries talks one after another, each to its end', async () => {
    const order: string[] = [];
    const note = (what: string) => () => order.push(what);
    await Promise.all([
      inventory().then(note('inventory')),
      exchange.run(() => driver.readBlocks?.(UID, 0, 8) ?? expect.fail()).then(note('blocks')),
      exchange.run(() => driver.identify()).then(note('identity')),
    ]);
    expect(order).toEqual(['inventory', 'blocks', 'identity']);
  });

  test('a device that says no is well, and stays', async () => {
    const blocks = exchange.run(() => driver.readBlocks?.('E004010000000000', 0, 8) ?? expect.fail());
    expect(await codeOf(blocks)).toBe('device.refused');
    expect(exchange.link).toBe('up');
    expect((await inventory()).tags).toHaveLength(1);
  });

  test('an answer that comes late answers nothing: the port is opened anew', async () => {
    // Two questions with the same command: the late answer to the first would fit the second.
    const short = () => ask<FeigReply>(Uint8Array.from([0x05, 0xff, 0x65, 0xe5, 0xcb]), 50, () => true);
    reader.device.fail('late', 1);
    expect(await codeOf(exchange.run(short))).toBe('device.timeout');
    expect(exchange.link).toBe('down');
    await up();
    tags = [];
    expect((await inventory()).tags).toEqual([]);
    expect(told).toEqual(['up', expect.stringMatching(/no answer within 50 ms/), 'down', 'up']);
  });

  test('whoever waits is told when the cable is pulled, and the link comes back by itself', async () => {
    const waiting = [inventory(), inventory(), inventory()].map(codeOf);
    reader.port.cable = 'cut';
    expect(await Promise.all(waiting)).toEqual(['device.away', 'device.away', 'device.away']);
    expect(await codeOf(inventory())).toBe('device.away');
    reader.port.cable = 'ok';
    await up();
    expect((await inventory()).complete).toBe(true);
  });

  test('what nobody asked for is handed on, in the middle of a talk as well', async () => {
    const other = { address: 0, command: 0x69, status: 0, data: new Uint8Array() };
    const running = inventory();
    reader.port.send(encodeFeigReply(other));
    expect((await running).tags).toHaveLength(1);
    expect(unasked).toEqual([other]);
  });

  test('whoever asks a hundred things at once is refused the last ones, and nothing hangs', async () => {
    const codes = await Promise.all(
      Array.from({ length: 100 }, () => codeOf(exchange.run(() => driver.identify()))),
    );
    expect(codes.filter((code) => code === 'resolved').length).toBeGreaterThanOrEqual(64);
    expect(codes.at(-1)).toBe('device.away');
  });

  test('ends every waiter when it is stopped', async () => {
    const waiting = [inventory(), inventory()].map(codeOf);
    await exchange.stop();
    expect(await Promise.all(waiting)).toEqual(['device.away', 'device.away']);
    expect(exchange.link).toBe('down');
  });
});
