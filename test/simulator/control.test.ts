/** The simulator's process and its control API over real HTTP: what it does, and how it says what is wrong. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Child } from '../../demo/child.ts';
import { waitFor } from '../../demo/wait.ts';

const LONG = 30_000;

interface State {
  readonly boards: readonly { readonly serialNumber: string; readonly [field: string]: unknown }[];
  readonly compartments: readonly {
    readonly board: number;
    readonly door: string;
    readonly items: string[];
  }[];
}

describe('the control API', { timeout: LONG }, () => {
  let simulator: Child;
  let base: string;
  beforeAll(async () => {
    simulator = new Child({
      name: 'simulator',
      args: ['dist/simulator.mjs', '--board', 'FIRST001:mega2560:12', '--board', 'SECOND01:uno'],
    });
    base = `http://127.0.0.1:${(await simulator.ready).control}`;
  }, LONG);
  afterAll(() => simulator.stop());

  const post = (path: string, body: object = {}) =>
    fetch(base + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const state = async () => (await (await fetch(`${base}/state`)).json()) as State;

  test('compartments are numbered through all boards', async () => {
    const { boards, compartments } = await state();
    expect(boards).toMatchObject([
      { serialNumber: 'FIRST001', kind: 'mega2560', cable: 'ok', tamper: 'closed' },
      { serialNumber: 'SECOND01', kind: 'uno' },
    ]);
    expect(compartments.map(({ board }) => board)).toEqual([...Array(12).fill(0), ...Array(4).fill(1)]);
  });

  test('what is put behind a door of the second board is there, and only through an open door', async () => {
    expect((await post('/compartments/13/put', { item: 'book' })).status).toBe(409);
    await post('/compartments/13/force-open');
    expect((await post('/compartments/13/put', { item: 'book' })).status).toBe(200);
    await post('/compartments/13/close');
    await waitFor(
      'the door to be shut',
      5_000,
      async () => (await state()).compartments[13]?.door === 'closed',
    );
    expect((await state()).compartments[13]?.items).toEqual(['book']);
    expect((await post('/compartments/13/take')).status).toBe(409);
  });

  test('a board is named by its number, or by its place', async () => {
    await post('/boards/SECOND01/tamper', { open: true });
    await post('/boards/0/button', { button: 3, pressed: true });
    await post('/boards/1/supply', { volts: 10.5 });
    expect((await state()).boards).toMatchObject([
      { tamper: 'closed', buttons: [false, false, false, true] },
      { tamper: 'open', supplyVolts: 10.5 },
    ]);
  });

  test.each([
    ['/boards/NOBODY/cable', { state: 'cut' }, 404, 'no board NOBODY'],
    ['/boards/0/cable', { state: 'chewed' }, 400, 'state'],
    ['/boards/0/reset', {}, 400, 'kind'],
    ['/boards/0/supply', { volts: -1 }, 400, 'volts'],
    ['/boards/0/port', { index: 2 }, 400, 'index'],
    ['/compartments/16/close', {}, 400, 'n'],
    ['/people', { afterMs: -5, closeAfterMs: 1 }, 400, 'afterMs'],
    ['/scan', { code: '' }, 400, 'code'],
  ])('%s with %j: %d', async (path, body, status, why) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(why);
  });
});

test.each([
  [['--board', ''], /serial number/],
  [['--board', 'A:nano'], /mega2560 or uno/],
  [['--board', 'A:uno:5'], /1 to 4/],
  [['--board-port', '70000'], /0 to 65535/],
  [['--hex-dir', '/nowhere'], /run "npm run firmware"/],
])('arguments %j are refused with the reason', (args, why) => {
  const { status, stderr } = spawnSync(process.execPath, ['dist/simulator.mjs', ...args], {
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  expect(stderr).toMatch(why);
});

test('a board’s EEPROM outlives the process', { timeout: LONG }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'credit-reading-eeprom-'));
  const bytes: Buffer[] = [];
  for (let run = 0; run < 2; run += 1) {
    const child = new Child({ name: 'simulator', args: ['dist/simulator.mjs', '--eeprom-dir', folder] });
    await child.ready;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await child.stop();
    const [file = ''] = await readdir(folder);
    bytes.push(await readFile(join(folder, file)));
  }
  // The count of starts: in one slot and then in the other.
  expect(bytes[0]?.subarray(0, 8)).not.toEqual(bytes[1]?.subarray(0, 8));
  expect(bytes[0]?.subarray(16, 35)).toEqual(bytes[1]?.subarray(16, 35));
  await rm(folder, { recursive: true });
});
