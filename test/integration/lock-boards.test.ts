/** Commercial lock boards behind the cabinet, over real TCP and a real tty: the simulator's process, our own line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cabinet } from '../../controller/cabinet/cabinet.ts';
import type { Input, UnlockAnswer } from '../../controller/lending/inputs.ts';
import { Child } from '../../demo/child.ts';
import { CabinetClient } from '../../demo/clients.ts';
import { Stack } from '../../demo/stack.ts';
import { everythingUp, load, placeOrder } from '../../demo/story.ts';
import { waitFor } from '../../demo/wait.ts';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import { missing } from './peers.ts';

const LONG = 60_000;
const STEP_MS = 15_000;
const TIMES = { pulseMs: 100, openWaitMs: 1_000, debounceMs: 20, hostSilentMs: 3_000 };

interface Simulated {
  readonly name: string;
  readonly driver: LockDriverName;
  readonly doors: number;
  readonly address?: number;
  /** On whose line it is. */
  readonly line?: string;
}

describe('commercial boards', { timeout: LONG }, () => {
  let folder: string;
  let simulator: Child;
  let cabinet: Cabinet | undefined;
  let hardware: CabinetClient;
  let inputs: Input[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credit-reading-locks-'));
    inputs = [];
  });
  afterEach(async () => {
    await cabinet?.stop();
    await simulator.stop();
    for (const child of children.splice(0)) child.kill();
    await rm(folder, { recursive: true, force: true });
  });

  type Wire = (board: Simulated, tcp: number) => Promise<string>;
  const overTcp: Wire = async (_board, tcp) => `tcp://127.0.0.1:${tcp}`;

  /** The compartments of board n are A0, A1 .. or B0, B1 .. */
  async function start(boards: readonly Simulated[], wire = overTcp): Promise<Cabinet> {
    const argument = ({ name, driver, doors, address, line }: Simulated) =>
      [name, driver, doors, address ?? '', ...(line ? [line] : [])].join(':');
    simulator = new Child({
      name: 'simulator',
      args: ['dist/simulator.mjs', ...boards.flatMap((board) => ['--lock-board', argument(board)])],
    });
    const { lockPorts = [], control = 0 } = await simulator.ready;
    hardware = new CabinetClient(`http://127.0.0.1:${control}`);
    const lockBoards = await Promise.all(
      boards.map(async (board, at) => ({
        name: board.name,
        kind: board.driver,
        driver: LOCK_DRIVERS[board.driver].create({ address: board.address }),
        port: await wire(board, lockPorts[at] ?? 0),
        pollMs: 100,
        compartments: Array.from({ length: board.doors }, (_, index) => `${'ABCD'[at]}${index}`),
      })),
    );
    cabinet = new Cabinet({ boards: [], ports: [], lockBoards, firstBoot: 500 }, TIMES, {
      input: async (input) => {
        inputs.push(input);
      },
      trouble: () => {},
    });
    cabinet.start();
    return cabinet;
  }

  const linkOf = (name: string) => cabinet?.all.find(({ plan }) => plan.name === name)?.link;
  const link = (name: string, wanted: 'up' | 'down') =>
    waitFor(`${name} to be ${wanted}`, STEP_MS, async () => linkOf(name) === wanted);
  const seen = (what: string, look: (input: Input) => boolean) =>
    waitFor(what, STEP_MS, async () => inputs.find(look));
  const moved = (compartment: string, open: boolean) =>
    seen(
      `${compartment} ${open ? 'open' : 'closed'}`,
      (input) => input.kind === 'doorMoved' && input.compartment === compartment && input.open === open,
    );
  const answer = (unlockId: number, wanted: UnlockAnswer) =>
    seen(`${wanted} for ${unlockId}`, (input) => {
      if (input.kind !== 'unlockAnswered' || input.unlockId !== unlockId) return false;
      expect(input.answer).toBe(wanted);
      return true;
    });
  const post = (path: string, body: object = {}) =>
    fetch(hardware.base + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  /** A door that is shut while its coil holds the latch back springs open again. */
  const coilOff = (compartment: number) =>
    waitFor('the coil to be off', STEP_MS, async () => {
      const { compartments } = await hardware.state();
      return !compartments[compartment]?.coil;
    });
  const coils = async (board = 0) => (await hardware.state()).boards[board]?.coils;

  test.each(LOCK_DRIVER_NAMES)('%s: opened, jammed, forced, and shut', async (driver) => {
    await start([{ name: 'WEST', driver, doors: 4 }]);
    await link('WEST', 'up');
    cabinet?.unlock('A1', 1);
    await answer(1, 'opened');
    await moved('A1', true);
    await coilOff(1);
    await post('/compartments/1/close');
    await moved('A1', false);
    await hardware.jam(2, true);
    cabinet?.unlock('A2', 2);
    await answer(2, 'notOpened');
    await post('/compartments/3/force-open');
    await moved('A3', true);
    expect(await coils()).toMatchObject({ pulses: 2, togetherMax: 1 });
    expect(inputs.filter((input) => input.kind === 'doorMoved' && input.compartment === 'A2')).toEqual([]);
  });

  test('a cable that is cut in the middle of an unlock: nobody saw the door, and the board counts as new', async () => {
    await start([{ name: 'WEST', driver: '8a', doors: 4 }]);
    await link('WEST', 'up');
    cabinet?.unlock('A0', 5);
    await waitFor('the coil', STEP_MS, async () => (await hardware.state()).compartments[0]?.coil);
    await hardware.cable('WEST', 'cut');
    await link('WEST', 'down');
    cabinet?.unlock('A1', 6);
    await answer(6, 'boardAway');
    await hardware.cable('WEST', 'ok');
    await link('WEST', 'up');
    const ups = inputs.filter((input) => input.kind === 'boardUp');
    expect(ups).toMatchObject([
      { boot: 500, doors: { A0: 'closed' } },
      { boot: 501, doors: { A0: 'open', A1: 'closed' } },
    ]);
    expect(inputs.some((input) => input.kind === 'unlockAnswered' && input.unlockId === 5)).toBe(false);
    expect(await coils()).toMatchObject({ pulses: 1 });
  });

  test('a board that comes back tells its doors, and forgot nothing where nothing was asked of it', async () => {
    await start([{ name: 'WEST', driver: 'cu48', doors: 3 }]);
    await link('WEST', 'up');
    await hardware.cable('WEST', 'hung');
    await link('WEST', 'down');
    await post('/compartments/2/force-open');
    await hardware.cable('WEST', 'ok');
    await link('WEST', 'up');
    expect(inputs.findLast(({ kind }) => kind === 'boardUp')).toMatchObject({
      boot: 500,
      doors: { A0: 'closed', A1: 'closed', A2: 'open' },
    });
  });

  test('two boards on one line, and a third beside them: one that hangs takes nobody with it', async () => {
    await start([
      { name: 'FIRST', driver: '8a', doors: 2, address: 1 },
      { name: 'SECOND', driver: '8a', doors: 2, address: 2, line: 'FIRST' },
      { name: 'OTHER', driver: 'wkly', doors: 2 },
    ]);
    await Promise.all(['FIRST', 'SECOND', 'OTHER'].map((name) => link(name, 'up')));
    cabinet?.unlock('A1', 1);
    cabinet?.unlock('B1', 2);
    cabinet?.unlock('C0', 3);
    await Promise.all([answer(1, 'opened'), answer(2, 'opened'), answer(3, 'opened')]);
    await post('/boards/SECOND/fault', { kind: 'silent', times: 1_000 });
    await link('SECOND', 'down');
    cabinet?.unlock('A0', 4);
    await answer(4, 'opened');
    expect(inputs.filter(({ kind }) => kind === 'boardDown')).toEqual([
      { kind: 'boardDown', board: 'SECOND' },
    ]);
    expect(['FIRST', 'OTHER'].map(linkOf)).toEqual(['up', 'up']);
  });

  test('what only our boards have is refused with the reason', async () => {
    await start([{ name: 'WEST', driver: 'cu16', doors: 2 }]);
    expect((await post('/boards/WEST/reset', { kind: 'external' })).status).toBe(409);
    expect(await (await post('/boards/WEST/tamper', { open: true })).text()).toMatch(/cu16 has no tamper/);
    expect((await post('/boards/NOBODY/fault', { kind: 'silent' })).status).toBe(404);
    expect((await hardware.state()).boards).toMatchObject([
      { serialNumber: 'WEST', kind: 'cu16', tamper: 'closed', buttons: [] },
    ]);
  });

  test.skipIf(missing('socat'))('over a real tty with the native serial binding', async () => {
    const wire: Wire = async ({ name, driver }, tcp) => {
      const tty = join(folder, name);
      children.push(
        spawn('socat', [`PTY,raw,echo=0,link=${tty}`, `TCP:127.0.0.1:${tcp}`], { stdio: 'ignore' }),
      );
      await waitFor(`tty ${name}`, STEP_MS, () =>
        access(tty).then(
          () => true,
          () => false,
        ),
      );
      return `serial:${tty}?baud=${LOCK_DRIVERS[driver].create().wire.serial.baud}`;
    };
    await start(
      [
        { name: 'EIGHT', driver: '8a', doors: 2 },
        { name: 'KERONG', driver: 'cu16', doors: 2 },
      ],
      wire,
    );
    await Promise.all([link('EIGHT', 'up'), link('KERONG', 'up')]);
    cabinet?.unlock('A1', 1);
    cabinet?.unlock('B0', 2);
    await Promise.all([answer(1, 'opened'), answer(2, 'opened')]);
    await coilOff(1);
    await post('/compartments/1/close');
    await moved('A1', false);
  });
});

describe('a controller that dies in the middle of an unlock', { timeout: LONG }, () => {
  test('finds a shut door and does not know whether it was open: in doubt, and nobody owes the item', async () => {
    const data = await mkdtemp(join(tmpdir(), 'credit-reading-locks-'));
    const stack = await Stack.start({
      data,
      boards: [],
      lockBoards: [{ name: 'WEST', driver: '8a', compartments: 2 }],
    });
    try {
      await everythingUp(stack);
      const order = await load(stack, await placeOrder(stack));
      const { compartments } = await stack.cabinet.state();
      const place = compartments.findIndex(({ items }) => items.includes(order.item));
      await stack.cabinet.jam(place, true);
      await stack.cabinet.scan(order.code);
      await waitFor('the coil', STEP_MS, async () => (await stack.cabinet.state()).compartments[place]?.coil);
      await stack.restartController();
      const doubt = await waitFor('the doubt', STEP_MS, async () =>
        (await stack.platform.journal()).find(({ data: entry }) => entry.kind === 'inDoubt'),
      );
      expect(doubt.data).toMatchObject({
        hold: order.hold,
        reason: 'boardRestarted',
        wayOut: 'courierChecks',
      });
      expect((await stack.platform.counts()).loans).toBe(0);
      const boots = (await stack.platform.journal()).filter(
        ({ data: entry }) => entry.kind === 'boardStarted',
      );
      expect(boots.map(({ data: entry }) => entry.boot)).toEqual([100_000, 200_000]);
    } finally {
      await stack.stop();
      await rm(data, { recursive: true, force: true });
    }
  });
});
