/** Scanners over HID, fed with real reports through the port: codes, half codes, coming back, and being told to read. */
import { beforeEach, expect, test } from 'vitest';
import type { Port, PortHandlers } from '../../controller/port/port.ts';
import { Scanner, type ScannerOptions } from '../../controller/sensing/scanner.ts';
import golden from '../../protocol/vectors/barcode.json' with { type: 'json' };
import { fromHex, hex } from '../../protocol/wire/hex.ts';

const POS = 'hid:0c2e:0b61?usagePage=8c';
const KEYBOARD = 'hid:05e0:1300?usagePage=1';
const typed = golden.keyboard.reports.map(fromHex);

/** A port of our own, and time that passes when it is told to. */
class Desk {
  told: string[] = [];
  written: string[] = [];
  /** What a write does; the report goes out unless it is replaced. */
  write = async (_bytes: Uint8Array): Promise<void> => {};
  nowMs = 0;
  #handlers: PortHandlers | undefined;
  #due: { readonly atMs: number; readonly run: () => void }[] = [];
  scanner: Scanner | undefined;

  async start(more: Partial<ScannerOptions> & { url: string }): Promise<Scanner> {
    this.scanner = new Scanner({
      backoff: { msMin: 1, msMax: 1, stableMs: 1_000_000 },
      random: () => 0,
      nowMs: () => this.nowMs,
      setTimer: (run, afterMs) => {
        const due = { atMs: this.nowMs + afterMs, run };
        this.#due.push(due);
        return () => {
          this.#due = this.#due.filter((one) => one !== due);
        };
      },
      open: async (_url, handlers): Promise<Port> => {
        this.#handlers = handlers;
        return {
          write: async (bytes) => {
            await this.write(bytes);
            this.written.push(hex(bytes));
          },
          close: async () => handlers.closed('closed here'),
        };
      },
      onCode: (text) => this.told.push(`code ${text}`),
      onTrouble: (why) => this.told.push(`trouble ${why}`),
      onLink: (link) => this.told.push(`link ${link}`),
      ...more,
    });
    this.scanner.start();
    await settle();
    return this.scanner;
  }

  reports(...reports: readonly Uint8Array[]): void {
    for (const report of reports) this.#handlers?.data(report);
  }

  async unplug(): Promise<void> {
    this.#handlers?.closed('unplugged');
    await this.pass(1);
  }

  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    for (;;) {
      const next = this.#due.filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.nowMs = next.atMs;
      next.run();
      await settle();
    }
    this.nowMs = until;
  }

  get timers(): number {
    return this.#due.length;
  }
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

function pos(text: string, aim = ']C1', goesOn = false): Uint8Array {
  const report = new Uint8Array(64);
  report.set([0x02, text.length, ...Buffer.from(aim + text, 'latin1')]);
  report[63] = goesOn ? 1 : 0;
  return report;
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

test('POS: a code of one report, and one of several', async () => {
  await desk.start({ url: POS });
  desk.reports(pos('30234000517861'));
  desk.reports(pos('x'.repeat(56), ']Q3', true), pos('y'.repeat(56), ']Q3', true), pos('z', ']Q3'));
  expect(desk.told).toEqual(['link up', 'code 30234000517861', `code ${'x'.repeat(56)}${'y'.repeat(56)}z`]);
});

test('POS: the rest does not come: the half is told by its length, and the next code is whole', async () => {
  await desk.start({ url: POS });
  desk.reports(pos('S'.repeat(56), ']Q3', true));
  await desk.pass(199);
  expect(desk.told).toEqual(['link up']);
  await desk.pass(1);
  desk.reports(pos('NEXT', ']Q3'));
  expect(desk.told.slice(1)).toEqual([
    'trouble half a code, 56 characters: no further report for 200 ms',
    'code NEXT',
  ]);
});

test('POS: what the scanner answers to a command was scanned by nobody, and text of several lines is no code', async () => {
  await desk.start({ url: POS });
  desk.reports(...golden.honeywell.reports.map(fromHex));
  expect(desk.told).toEqual(['link up', 'trouble a code with characters that are not printable']);
});

test('POS: a CR that the scanner adds is no part of the code', async () => {
  await desk.start({ url: POS });
  desk.reports(pos('A1\r\n'), pos('\r'));
  expect(desk.told.slice(1)).toEqual(['code A1', 'trouble an empty code']);
});

test('POS: the AIM identifier is kept where that is wished', async () => {
  await desk.start({ url: POS, stripAim: false });
  desk.reports(pos('A1', ']E0'));
  expect(desk.told.at(-1)).toBe('code ]E0A1');
});

test('POS: the layout of an unknown vendor is configured', async () => {
  await desk.start({ url: 'hid:05e0:1300', mode: 'pos', layout: 'plain' });
  const report = new Uint8Array(64);
  report.set([0x02, 4, ...Buffer.from('123\r')]);
  desk.reports(report);
  expect(desk.told.at(-1)).toBe('code 123');
  expect(() => new Scanner({ url: 'hid:05e0:1300', mode: 'pos', onCode() {}, onTrouble() {} })).toThrow(
    /layout/,
  );
});

test('POS: reports of another layout are told once until a code comes, never with the code', async () => {
  await desk.start({ url: POS });
  const other = new Uint8Array(64);
  other.set([0x02, 9, ...Buffer.from('SECRET123')]);
  for (let count = 0; count < 100; count += 1) desk.reports(other);
  expect(desk.told.slice(1)).toEqual([expect.stringContaining('trouble a report that is not understood')]);
  expect(desk.told.join()).not.toContain('SEC');
  desk.reports(pos('A1'), other);
  expect(desk.told.slice(2)).toEqual(['code A1', expect.stringContaining('trouble a report')]);
});

test('keyboard: the reports of a real kernel are a code', async () => {
  await desk.start({ url: KEYBOARD });
  desk.reports(...typed);
  expect(desk.told).toEqual(['link up', 'code B12-']);
});

test('keyboard: no Enter for 200 ms', async () => {
  await desk.start({ url: KEYBOARD });
  desk.reports(...typed.slice(0, -2));
  await desk.pass(200);
  desk.reports(...typed);
  expect(desk.told.slice(1)).toEqual([
    'trouble half a code, 4 characters: no further key for 200 ms',
    'code B12-',
  ]);
});

test('keyboard: unplugged while a key is down: the half is told, and that key counts again afterwards', async () => {
  await desk.start({ url: KEYBOARD });
  desk.reports(...typed.slice(0, 5));
  await desk.unplug();
  desk.reports(...typed.slice(4));
  expect(desk.told).toEqual([
    'link up',
    'trouble half a code, 2 characters: the scanner was disconnected',
    'link down',
    'link up',
    'code 12-',
  ]);
});

test('keyboard: a key that types nothing spoils its code aloud', async () => {
  await desk.start({ url: KEYBOARD });
  desk.reports(...typed.slice(0, 4), Uint8Array.of(0, 0, 0x3a, 0, 0, 0, 0, 0), ...typed.slice(4), ...typed);
  expect(desk.told.slice(1)).toEqual(['trouble no character of a code: F1', 'code B12-']);
});

test('codes are judged only where that is configured, and told without the code', async () => {
  await desk.start({ url: POS, codes: ['startStop', 'codabar14', 'isbn13'] });
  desk.reports(pos('A30234000517861B', ']F0'), pos('30234000517862', ']F0'), pos('0306406152', ']A0'));
  expect(desk.told.slice(1)).toEqual([
    'code 30234000517861',
    'trouble 14 digits with a wrong check digit',
    'code 9780306406157',
  ]);
});

test('a scanner whose make is configured is told to read: at once, again while it idles, and after a code', async () => {
  await desk.start({ url: POS, make: 'honeywell' });
  const { triggerOn, triggerOff, beep } = golden.honeywell.commands;
  expect(desk.written).toEqual([triggerOn]);
  await desk.pass(10_000);
  expect(desk.written).toEqual([triggerOn, triggerOn]);
  desk.reports(pos('A1'));
  await desk.pass(1_500);
  expect(desk.written).toEqual([triggerOn, triggerOn, triggerOn]);
  expect(await desk.scanner?.beep()).toBe(true);
  expect(desk.written.at(-1)).toBe(beep);
  await desk.scanner?.stop();
  expect(desk.written.at(-1)).toBe(triggerOff);
  expect(desk.timers).toBe(0);
});

test('told not to read, it stays dark over a reconnection, until it is told to read', async () => {
  const scanner = await desk.start({ url: POS, make: 'honeywell' });
  const { triggerOn, triggerOff } = golden.honeywell.commands;
  scanner.trigger(false);
  await desk.unplug();
  await desk.pass(60_000);
  expect(desk.written).toEqual([triggerOn, triggerOff]);
  scanner.trigger(true);
  await settle();
  expect(desk.written.at(-1)).toBe(triggerOn);
  await desk.unplug();
  expect(desk.written.slice(-2)).toEqual([triggerOn, triggerOn]);
});

test('a code that is still held there when the scanner reads again is one showing', async () => {
  await desk.start({ url: POS, make: 'honeywell' });
  for (let count = 0; count < 5; count += 1) {
    desk.reports(pos('COURIER-1'));
    await desk.pass(1_600);
  }
  desk.reports(pos('ITEM-1'));
  await desk.pass(3_100);
  desk.reports(pos('ITEM-1'));
  expect(desk.told.slice(1)).toEqual(['code COURIER-1', 'code ITEM-1', 'code ITEM-1']);
});

test('without a make nothing is ever written, and the same code twice is two showings', async () => {
  const scanner = await desk.start({ url: POS });
  scanner.trigger(true);
  expect(await scanner.beep()).toBe(false);
  desk.reports(pos('A1'), pos('A1'));
  await desk.pass(100_000);
  expect(desk.written).toEqual([]);
  expect(desk.told).toEqual(['link up', 'code A1', 'code A1']);
});

test('a command that is not taken is told, and one that never settles does not hold the end up', async () => {
  const scanner = await desk.start({ url: POS, make: 'honeywell' });
  desk.write = async () => {
    throw new Error('gone');
  };
  expect(await scanner.beep()).toBe(false);
  expect(desk.told.at(-1)).toBe('trouble the scanner did not take beep: gone');
  desk.write = () => new Promise(() => {});
  const stopped = scanner.stop();
  desk.reports(pos('LATE'));
  await desk.pass(100);
  await stopped;
  expect(desk.told.slice(-1)).toEqual(['link down']);
  expect(desk.told).not.toContain('code LATE');
});
