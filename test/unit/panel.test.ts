/** The panel with the real johnny-five: what its components tell the board, and what they leave behind. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import five from 'johnny-five';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Panel, type PanelOptions } from '../../controller/panel/panel.ts';
import { LAMP_MODES } from '../../protocol/board/messages.ts';
import { PanelBoard } from './panel-board.ts';

const { off, on, dim, blink, breathe } = LAMP_MODES;
const { Board } = five as unknown as { Board: { cache: unknown[] } };

let board: PanelBoard;
let panel: Panel;
let pressed: number[];

async function open(options: Partial<PanelOptions> = {}, lamps = 16): Promise<void> {
  board = new PanelBoard(lamps);
  pressed = [];
  panel = await Panel.open(board, {
    temperature: 'none',
    onButton: (button) => pressed.push(button),
    ...options,
  });
  vi.useFakeTimers();
}
async function reopen(options: Partial<PanelOptions>): Promise<void> {
  panel.close();
  vi.useRealTimers();
  await open(options);
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => open());
afterEach(() => {
  panel.close();
  vi.useRealTimers();
});

describe('lamps', () => {
  test('on, brightness and off are told in the board’s words', async () => {
    const lamp = panel.lamp(3);
    expect(lamp).toBeInstanceOf(five.Led);
    for (const act of [
      () => lamp.on(),
      () => lamp.brightness(128),
      () => lamp.intensity(1),
      () => lamp.off(),
    ]) {
      act();
      await pass(100);
    }
    expect(board.told(3)).toEqual([
      [on, 0],
      [dim, 4],
      [dim, 1],
      [off, 0],
    ]);
  });

  test('pulse and blink are one message each, in the board’s own rhythm', async () => {
    panel.lamp(0).pulse();
    panel.lamp(1).blink();
    await pass(60_000);
    expect(board.told(0)).toEqual([[breathe, 0]]);
    expect(board.told(1)).toEqual([[blink, 0]]);
  });

  test('blink in a time of one’s own switches until it is stopped', async () => {
    panel.lamp(2).blink(200);
    await pass(1_100);
    panel.lamp(2).stop().off();
    await pass(1_000);
    expect(board.told(2)).toEqual([on, off, on, off, on, off].map((mode) => [mode, 0]));
  });

  test('a fade goes through all eighths and ends', async () => {
    const done = vi.fn();
    panel.lamp(0).fadeIn(1_000, done);
    await pass(5_000);
    expect(board.told(0)).toEqual([...[1, 2, 3, 4, 5, 6, 7].map((level) => [dim, level]), [on, 0]]);
    expect(done).toHaveBeenCalledTimes(1);
    panel.lamp(0).fadeOut(100);
    await pass(1_000);
    expect(board.told(0).at(-1)).toEqual([off, 0]);
  });

  test('sixteen lamps that change a hundred times a second leave most of the link to the doors', async () => {
    for (let step = 0; step < 500; step += 1) {
      for (let index = 0; index < 16; index += 1) panel.lamp(index).brightness((step * 37) % 256);
      await pass(10);
    }
    for (let index = 0; index < 16; index += 1) panel.lamp(index).brightness(255);
    await pass(100);
    for (let index = 0; index < 16; index += 1) {
      expect(board.told(index).length).toBeLessThan(5 * 20 + 3);
      expect(board.told(index).at(-1)).toEqual([on, 0]);
    }
    expect(board.wireBytes / 5).toBeLessThan(11_520 / 3);
  });

  test('lending’s lamp stays lit whatever the panel does, and the panel’s wish shows after it', async () => {
    board.board.lending(0, 'on');
    panel.lamp(0).off();
    panel.lamp(0).pulse();
    await pass(100);
    expect(board.told(0)).toEqual([[on, 0]]);
    board.board.lending(0, 'off');
    await pass(100);
    expect(board.told(0).at(-1)).toEqual([breathe, 0]);
  });
});

describe('buttons', () => {
  const heard = (index: number) => {
    const words: string[] = [];
    panel.button(index).on('down', () => words.push('down'));
    panel.button(index).on('up', () => words.push('up'));
    panel.button(index).on('hold', () => words.push('hold'));
    return words;
  };

  test('a press is told once, is heard, and is handed on', async () => {
    const words = heard(1);
    board.press(1, true);
    board.press(1, true);
    await pass(100);
    board.press(1, false);
    await pass(100);
    expect(words).toEqual(['down', 'up']);
    expect(pressed).toEqual([1]);
    expect(board.sounds).toEqual([[2093, 30]]);
  });

  test('press and release that arrive in one chunk are both told', async () => {
    const words = heard(0);
    board.press(0, true);
    board.press(0, false);
    await pass(100);
    expect(words).toEqual(['down', 'up']);
  });

  test('nobody holds a button of a board that is away', async () => {
    const words = heard(2);
    board.press(2, true);
    await pass(600);
    board.setLink('down');
    await pass(5_000);
    expect(words).toEqual(['down', 'hold', 'up']);
  });
});

describe('buzzer', () => {
  test('tone, note and silence are one message each', () => {
    expect(panel.buzzer).toBeInstanceOf(five.Piezo);
    panel.buzzer.frequency(440, 300);
    panel.buzzer.tone(1_000, 200);
    panel.buzzer.note('c5', 100);
    panel.buzzer.noTone();
    expect(board.sounds).toEqual([
      [440, 300],
      [500, 200],
      [523, 100],
      [0, 0],
    ]);
  });

  test('a song is as many messages as notes; what a piezo cannot play is silence', async () => {
    panel.buzzer.play({ song: 'c4 - e4 c0', tempo: 600 });
    await pass(5_000);
    expect(board.sounds).toEqual([
      [262, 100],
      [0, 0],
      [330, 100],
      [0, 0],
    ]);
  });

  test('a longer sound than the board takes is cut to its limit', () => {
    panel.buzzer.frequency(440.4, 1e9);
    expect(board.sounds).toEqual([[440, 2000]]);
  });

  test('refused and done are told apart, and the later beep ends the earlier', async () => {
    panel.beep('refused');
    await pass(50);
    panel.beep('done');
    await pass(5_000);
    expect(board.sounds).toEqual([
      [440, 200],
      [1047, 100],
      [1568, 200],
    ]);
  });
});

describe('thermometer', () => {
  const OUTPUT = {
    TMP36: (celsius: number) => 0.5 + celsius / 100,
    LM35: (celsius: number) => celsius / 100,
  };

  test.each(['TMP36', 'LM35'] as const)(
    '%s is true within half a degree at any board voltage',
    async (sensor) => {
      await reopen({ temperature: sensor });
      for (const boardVolts of [4.5, 4.75, 5, 5.25, 5.5])
        for (const celsius of [2, 21.3, 25, 38]) {
          // The board's 10 bits of the reference are what they are: 0.2 % of the voltage told.
          board.measureVolts(OUTPUT[sensor](celsius), boardVolts);
          expect(Math.abs((panel.temperatureCelsius ?? Number.NaN) - celsius)).toBeLessThanOrEqual(0.5);
        }
      expect(panel.thermometer).toBeInstanceOf(five.Thermometer);
    },
  );

  test('a chip whose reference was measured is corrected by it', async () => {
    await reopen({ temperature: 'TMP36', referenceVolts: 1.045 });
    board.measure(0, Math.round((0.75 / 5) * 1024), Math.round((1.045 / 5) * 1024));
    expect(panel.temperatureCelsius).toBeCloseTo(25, 0);
  });

  test('the supply is told in fractions of 5 V, once a second', async () => {
    const told = vi.fn();
    panel.supply.on('change', told);
    board.measure(500, 0, Math.round((1.1 / 4.6) * 1024));
    await pass(3_000);
    expect(told).toHaveBeenCalledTimes(1);
    const volts = ((told.mock.calls[0]?.[0] ?? 0) / 1023) * 5;
    expect(volts).toBeCloseTo((500 / 1024) * 4.6, 1);
  });

  test('nothing is told that was not measured: at the start, without a sensor, with the board away', async () => {
    await reopen({ temperature: 'TMP36' });
    expect(panel.temperatureCelsius).toBeUndefined();
    expect(panel.thermometer?.celsius).toBeNaN();
    board.measure(0, 0, 0);
    expect(panel.temperatureCelsius).toBeUndefined();
    board.measure(0, 1023, 225);
    expect(panel.temperatureCelsius).toBeUndefined();
    board.measureVolts(0.75, 5);
    expect(panel.temperatureCelsius).toBeCloseTo(25, 0);
    board.setLink('down');
    expect(panel.temperatureCelsius).toBeUndefined();
  });
});

describe('what is left behind', () => {
  test('a thousand reconnects leave one Board, no listener, and the lamps as they were wished', async () => {
    const count = () => ({
      boards: Board.cache.length,
      links: board.listeners.size,
      process: process.eventNames().map((name) => [name, process.listenerCount(name)]),
      timers: vi.getTimerCount(),
    });
    panel.lamp(5).pulse();
    await pass(100);
    const before = count();
    for (let turn = 0; turn < 1_000; turn += 1) {
      board.setLink('down');
      board.setLink('up');
      await pass(60);
    }
    await pass(1_000);
    expect(count()).toEqual(before);
    expect(before.boards).toBe(1);
    expect(board.told(5)).toEqual(Array(1_001).fill([breathe, 0]));
  });

  test('a panel that is closed leaves no Board, no listener, no timer, and dark lamps', async () => {
    panel.lamp(0).blink(100);
    panel.lamp(1).fadeIn(60_000);
    panel.lamp(2).pulse();
    panel.supply.on('data', () => {});
    panel.beep('refused');
    board.press(0, true);
    await pass(1_000);
    panel.close();
    await pass(100);
    expect(Board.cache.length).toBe(0);
    expect(board.listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    for (const index of [0, 1, 2]) expect(board.told(index).at(-1)).toEqual([off, 0]);
  });

  test('a process that used everything ends by itself, without having turned in circles', async () => {
    vi.useRealTimers();
    const script = `
      const { Panel } = await import('./controller/panel/panel.ts');
      const { PanelBoard } = await import('./test/unit/panel-board.ts');
      const panel = await Panel.open(new PanelBoard(), { temperature: 'TMP36', onButton: () => {} });
      const before = process.cpuUsage();
      panel.lamp(0).pulse(); panel.lamp(1).fadeIn(10000); panel.lamp(2).blink(100); panel.beep('refused');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { user, system } = process.cpuUsage(before);
      panel.close();
      console.log(JSON.stringify({ cpuMs: (user + system) / 1000, sigint: process.listenerCount('SIGINT') }));`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
    const { cpuMs, sigint } = JSON.parse(stdout);
    expect(sigint).toBe(0);
    expect(cpuMs).toBeLessThan(300);
  });
});

test('the example of docs/panel.md runs: lamps of free compartments breathe', async () => {
  const page = await readFile('docs/panel.md', 'utf8');
  const example = /```ts\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(10);
  const { code } = await transform(example, { loader: 'ts' });
  const { showFree } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  showFree(panel, [{ free: true }, { free: false }]);
  await pass(100);
  showFree(panel, [{ free: false }, { free: true }]);
  await pass(100);
  expect(board.told(0)).toEqual([
    [breathe, 0],
    [off, 0],
  ]);
  expect(board.told(1)).toEqual([[breathe, 0]]);
});
