import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stack } from '../../demo/stack.ts';
import {
  allAcknowledged,
  COURIER_BADGE,
  collect,
  everythingUp,
  factsOf,
  lentAndAcknowledged,
  load,
  placeOrder,
} from '../../demo/story.ts';
import { waitFor } from '../../demo/wait.ts';
import { topic } from '../../protocol/platform/topics.ts';

const LONG = 60_000;

/** The real programs as they are shipped: bundles, processes, sockets, files, and the hex in the emulator. */
describe('the whole path', { timeout: LONG }, () => {
  let data: string;
  let stack: Stack;
  const post = (path: string, body: object) =>
    fetch(`${stack.cabinet.base}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const shows = (screen: string) =>
    waitFor(`screen ${screen}`, 10_000, async () => (await stack.kiosk.screen()) === screen);

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'credit-reading-test-'));
    stack = await Stack.start({ data, admin: true });
    await everythingUp(stack);
  }, LONG);
  afterAll(async () => {
    await stack.stop();
    await rm(data, { recursive: true, force: true });
  }, LONG);

  test('an order is loaded, collected, posted and acknowledged', async () => {
    const order = await load(stack, await placeOrder(stack));
    await collect(stack, order);
    await lentAndAcknowledged(stack, order);
    expect(await stack.platform.counts()).toMatchObject({ loans: 1, doubled: 0, gaps: 0, refused: 0 });
  });

  test('a used code is answered as such and opens nothing', async () => {
    const order = await load(stack, await placeOrder(stack));
    await collect(stack, order);
    const { coilPulses } = await factsOf(stack);
    await stack.cabinet.scan(order.code);
    await stack.cabinet.scan(order.code);
    expect((await factsOf(stack)).coilPulses).toBe(coilPulses);
  });

  test('a code typed on the screen opens as a scanned one does', async () => {
    const order = await load(stack, await placeOrder(stack));
    await stack.cabinet.people({ takes: true, afterMs: 30, closeAfterMs: 60 });
    await stack.kiosk.type(order.code);
    await lentAndAcknowledged(stack, order);
  });

  test('garbage, half codes and codes in pieces on the scanner’s port harm nothing', async () => {
    await post('/scan', { code: 'x'.repeat(500) });
    await post('/scan', { code: '12345678', half: true });
    await new Promise((resolve) => setTimeout(resolve, 400));
    await post('/scan', { code: COURIER_BADGE, chunks: 5, garbage: true });
    await shows('courier');
    await stack.cabinet.scan(COURIER_BADGE);
    await waitFor('idle', 10_000, async () => (await stack.kiosk.health()).unfinishedSessions === 0);
  });

  test('the wrong item is refused while loading', async () => {
    const { coilPulses } = await factsOf(stack);
    await stack.cabinet.scan(COURIER_BADGE);
    await stack.cabinet.scan('nobody ordered this');
    await shows('courier');
    await stack.cabinet.scan(COURIER_BADGE);
    expect((await factsOf(stack)).coilPulses).toBe(coilPulses);
  });

  test('a door that is jammed leaves nobody owing, and the code still opens', async () => {
    const order = await load(stack, await placeOrder(stack));
    const compartment = (await stack.cabinet.state()).compartments.findIndex(({ items }) =>
      items.includes(order.item),
    );
    await post(`/compartments/${compartment}/jam`, { jammed: true });
    await stack.cabinet.scan(order.code);
    await waitFor('the pickup to be voided', 15_000, async () => {
      const journal = await stack.platform.journal();
      return journal.some(({ data: entry }) => entry.kind === 'loanVoided' && entry.hold === order.hold);
    });
    expect((await stack.platform.orderOf(order.hold)).status).toBe('ready');
    await post(`/compartments/${compartment}/jam`, { jammed: false });
    await collect(stack, order);
    await lentAndAcknowledged(stack, order);
  });

  test('a board that is unplugged in the middle of a pickup comes back and the loan is posted', async () => {
    const order = await load(stack, await placeOrder(stack));
    await stack.cabinet.people({ takes: true, afterMs: 400, closeAfterMs: 400 });
    await stack.cabinet.scan(order.code);
    await shows('takeItem');
    await post('/boards/0/cable', { state: 'cut' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await post('/boards/0/cable', { state: 'ok' });
    await lentAndAcknowledged(stack, order);
  });

  test('messages on MQTT that fit no schema are answered or dropped, and the story goes on', async () => {
    const config = await readFile(join(data, 'terminal.yaml'), 'utf8');
    const broker = /mqtt:\/\/[\d.:]+/.exec(config)?.[0] ?? '';
    const intruder: MqttClient = connect(broker);
    const replies: string[] = [];
    intruder.on('message', (_topic, payload) => replies.push(payload.toString()));
    await intruder.subscribeAsync(topic('demo', 'reply'));
    for (const payload of [
      '',
      'not json',
      '{}',
      '{"id":"x","expires":"never","action":{"kind":"openEverything"}}',
    ])
      await intruder.publishAsync(topic('demo', 'command'), payload, { qos: 1 });
    await intruder.publishAsync(topic('demo', 'journal'), '{"specversion":"1.0"}', { qos: 1 });
    await intruder.publishAsync(topic('demo', 'acknowledged'), '{"upTo":-1}', { qos: 1 });
    await waitFor('the answer', 5_000, async () => replies.some((reply) => reply.includes('"invalid"')));
    await intruder.endAsync();
    const order = await load(stack, await placeOrder(stack));
    await collect(stack, order);
    await lentAndAcknowledged(stack, order);
    expect((await stack.platform.counts()).badPayloads).toBeGreaterThan(0);
  });

  test('no patron, code or badge is ever logged', async () => {
    await waitFor('all acknowledged', 10_000, () => allAcknowledged(stack));
    const log = stack.controller.lastLines.join('\n');
    expect(log).not.toMatch(/patron-demo|COURIER-1/);
  });

  // Last: it leaves the kiosk waiting.
  test('five wrong codes make the kiosk wait', async () => {
    for (let code = 0; code < 5; code += 1) await stack.kiosk.type(`0000000${code}`);
    await shows('waitAfterCodes');
  });
});

describe('a start that cannot be', { timeout: LONG }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credit-reading-start-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const BOARD = [
    'boardPorts: ["tcp://127.0.0.1:9"]',
    'boards: [{ serialNumber: B1, compartments: [{ name: A01, size: small }] }]',
  ].join('\n');

  async function start(yaml: string): Promise<{ code: number | null; told: string }> {
    const config = join(folder, 'terminal.yaml');
    await writeFile(config, yaml);
    const child = spawn(process.execPath, [
      'dist/controller.mjs',
      '--config',
      config,
      '--page',
      'dist/pages/kiosk.html',
    ]);
    let told = '';
    child.stderr.on('data', (chunk) => {
      told += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { code, told };
  }

  test('a configuration with a wrong field: exit 2, the field and what is allowed', async () => {
    const { code, told } = await start(`terminal: demo\ndata: ${folder}/a\nkiosk: { prot: 80 }\n${BOARD}\n`);
    expect(code).toBe(2);
    expect(told).toMatch(/config\.field.*kiosk\.prot.*port/s);
  });

  test('a database that is not ours: exit 1, named and left alone', async () => {
    await mkdir(join(folder, 'b'));
    const file = join(folder, 'b', 'ledger.db');
    const text = 'not a database at all, but long enough to be looked at closely '.repeat(40);
    await writeFile(file, text);
    const { code, told } = await start(`terminal: demo\ndata: ${folder}/b\nkiosk: { port: 0 }\n${BOARD}\n`);
    expect(code).toBe(1);
    expect(told).toMatch(/ledger\.notOurs/);
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
