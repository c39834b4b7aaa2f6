/** Boards on real TCP ports, the real hex in each: found by number, told apart, and none of them in another's way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '../../controller/cabinet/board.ts';
import { Cabinet } from '../../controller/cabinet/cabinet.ts';
import type { Input } from '../../controller/lending/inputs.ts';
import { Panel } from '../../controller/panel/panel.ts';
import { Child } from '../../demo/child.ts';
import { CabinetClient } from '../../demo/clients.ts';
import { waitFor } from '../../demo/wait.ts';

const LONG = 40_000;
const STEP_MS = 10_000;
const TIMES = { pulseMs: 100, openWaitMs: 1_000, debounceMs: 20, hostSilentMs: 3_000 };

describe('several boards', { timeout: LONG }, () => {
  let folder: string;
  let simulator: Child;
  let cabinet: Cabinet | undefined;
  let hardware: CabinetClient;
  let inputs: Input[] = [];
  let troubles: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credit-reading-boards-'));
    inputs = [];
    troubles = [];
  });
  afterEach(async () => {
    await cabinet?.stop();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Simulated boards, and a cabinet whose configuration names boards of one compartment each. */
  async function start(simulated: readonly string[], configured: readonly string[]): Promise<Cabinet> {
    simulator = new Child({
      name: 'simulator',
      args: ['dist/simulator.mjs', ...simulated.flatMap((board) => ['--board', board])],
    });
    const { boardPorts = [], control = 0 } = await simulator.ready;
    hardware = new CabinetClient(`http://127.0.0.1:${control}`);
    const plan = {
      ports: boardPorts.map((port) => `tcp://127.0.0.1:${port}`),
      boards: configured.map((name, index) => ({ name, compartments: [`A${index}`] })),
    };
    cabinet = new Cabinet(plan, TIMES, {
      input: async (input) => {
        inputs.push(input);
      },
      trouble: (message) => troubles.push(message),
    });
    cabinet.start();
    return cabinet;
  }

  const boardOf = (name: string): Board => {
    const board = cabinet?.boards.find(({ plan }) => plan.name === name);
    if (!board) throw new Error(`no board ${name}`);
    return board;
  };
  const link = (name: string, wanted: 'up' | 'down') =>
    waitFor(`${name} to be ${wanted}`, STEP_MS, async () => boardOf(name).link === wanted);
  const post = (path: string, body: object) =>
    fetch(hardware.base + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  test('each kind is found by its number, whichever port it is in', async () => {
    await start(['UNO00001:uno', 'MEGA0001'], ['MEGA0001', 'UNO00001']);
    await Promise.all([link('MEGA0001', 'up'), link('UNO00001', 'up')]);
    expect(boardOf('UNO00001').identity).toMatchObject({ kind: 'uno', compartments: 4, buttons: 2 });
    const before = boardOf('UNO00001').carrier?.url;
    await hardware.plug('UNO00001', 1);
    await waitFor('the other port', STEP_MS, async () => {
      const { carrier, link: now } = boardOf('UNO00001');
      return now === 'up' && carrier?.url !== before;
    });
    await link('MEGA0001', 'up');
  });

  test('two boards with one number: neither is driven, until one is gone', async () => {
    await start(['TWIN0001', 'TWIN0001', 'OTHER001'], ['TWIN0001', 'OTHER001']);
    await waitFor('the twins to be noticed', STEP_MS, async () =>
      troubles.some((trouble) => trouble.startsWith('two boards say the same')),
    );
    await Promise.all([link('OTHER001', 'up'), link('TWIN0001', 'down')]);
    expect(boardOf('TWIN0001').trouble).toMatch(/two boards/);
    cabinet?.unlock('A0', 7);
    await waitFor('the answer', STEP_MS, async () =>
      inputs.find((input) => input.kind === 'unlockAnswered' && input.answer === 'boardAway'),
    );
    await hardware.cable('1', 'cut');
    await link('TWIN0001', 'up');
  });

  test('a board that the configuration does not name is told and left alone', async () => {
    await start(['STRANGER'], ['MEGA0001']);
    await waitFor('the stranger', STEP_MS, async () =>
      troubles.some((trouble) => /does not name/.test(trouble)),
    );
    expect(cabinet?.ports).toMatchObject([{ condition: 'identified', board: 'STRANGER' }]);
  });

  test('a board that hangs goes down alone, and comes back with its doors', async () => {
    await start(['MEGA0001', 'MEGA0002'], ['MEGA0001', 'MEGA0002']);
    await Promise.all([link('MEGA0001', 'up'), link('MEGA0002', 'up')]);
    await hardware.cable('MEGA0002', 'hung');
    await link('MEGA0002', 'down');
    expect(boardOf('MEGA0001').link).toBe('up');
    await post('/compartments/16/force-open', {});
    await hardware.cable('MEGA0002', 'ok');
    await link('MEGA0002', 'up');
    expect(inputs.findLast(({ kind }) => kind === 'boardUp')).toMatchObject({ doors: { A1: 'open' } });
    expect(inputs.filter((input) => input.kind === 'boardDown')).toEqual([
      { kind: 'boardDown', board: 'MEGA0002' },
    ]);
  });

  test('a board gets its number, and keeps it over a power cut', async () => {
    await start(['NEWBOARD'], ['MEGA0007']);
    const [port] = await waitFor('the port', STEP_MS, async () => {
      const known = cabinet?.ports ?? [];
      return known[0]?.condition === 'identified' && known;
    });
    await cabinet?.provision(port?.port ?? '', 'MEGA0007');
    await link('MEGA0007', 'up');
    await hardware.reset('0', 'power');
    await waitFor('a new boot', STEP_MS, async () =>
      inputs.find((input) => input.kind === 'boardUp' && input.boot === 2),
    );
    await link('MEGA0007', 'up');
  });

  test('the housing, a button, the buzzer and the thermometer reach the board and come back', async () => {
    await start(['MEGA0001'], ['MEGA0001']);
    await link('MEGA0001', 'up');
    const board = boardOf('MEGA0001');
    const pressed: number[] = [];
    const panel = await Panel.open(
      {
        lamps: 1,
        lamp: board.lamps.panel.bind(board.lamps),
        sound: (frequencyHz, durationMs) => void board.sound(frequencyHz, durationMs),
        listen: board.listen.bind(board),
      },
      { temperature: 'TMP36', onButton: (button) => pressed.push(button) },
    );
    try {
      await post('/boards/MEGA0001/tamper', { open: true });
      await post('/boards/MEGA0001/temperature', { celsius: 31 });
      await post('/boards/MEGA0001/button', { button: 2, pressed: true });
      await waitFor('the housing', STEP_MS, async () =>
        inputs.find((input) => input.kind === 'tamperMoved' && input.open),
      );
      await waitFor('the button', STEP_MS, async () => pressed.length > 0);
      expect(pressed).toEqual([2]);
      await waitFor('31 degrees', STEP_MS, async () => Math.abs((panel.temperatureCelsius ?? 0) - 31) < 1);
      board.sound(1_000, 1_500);
      await waitFor('the tone', STEP_MS, async () => {
        const [state] = (await hardware.state()).boards;
        return Math.abs((state?.buzzerHz ?? 0) - 1_000) < 40;
      });
      panel.lamp(0).brightness(128);
      await waitFor('half a lamp', STEP_MS, async () => {
        const [first] = (await hardware.state()).compartments;
        return Math.abs((first?.lamp ?? 0) - 0.5) < 0.1;
      });
    } finally {
      panel.close();
    }
  });
});
