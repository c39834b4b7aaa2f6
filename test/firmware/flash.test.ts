/** Flashing, with the peers that a board has: avrdude, and the bootloader that Arduino sells, running in simavr. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSerialPort } from '../../controller/port/serial-port.ts';
import { readFirmware } from '../../controller/service/firmware.ts';
import { type FlashTarget, flashBoard } from '../../controller/service/flash.ts';
import { BOOTLOADER, SimavrBoard } from '../../demo/simavr-board.ts';
import { encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import { type BoardIdentity, readIdentity } from '../../protocol/board/identity.ts';
import type { BoardMessage } from '../../protocol/board/messages.ts';
import { missing, missingFile } from '../integration/peers.ts';

const HEX = 'firmware/release/mega2560.hex';
const UNO_HEX = 'firmware/release/uno.hex';
/** The bootloader waits a second, and the application speaks by itself as soon as it runs. */
const ANSWER_MS_MAX = 6_000;
const LONG = 40_000;

/** The part of the cabinet, for one board and without a cabinet: it notes what is asked of it. */
class Bench implements FlashTarget {
  readonly name = 'bench';
  readonly asked: string[] = [];
  answered: BoardIdentity | undefined;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }
  kind() {
    return this.answered?.kind;
  }
  portPath() {
    return this.#path;
  }
  async drain() {
    this.asked.push('drain');
  }
  async release() {
    this.asked.push('release');
    this.answered = undefined;
  }
  async resume() {
    this.asked.push('resume');
    this.answered = await identify(this.#path);
    return this.answered;
  }
}

/** Silent until the board speaks by itself: its bootloader would take a question as a reason to stay. */
async function identify(path: string): Promise<BoardIdentity> {
  let heard: (message: BoardMessage) => void = () => {};
  const reader = new FrameReader();
  const data = (bytes: Uint8Array) => {
    for (const message of reader.push(bytes)) heard(message);
  };
  const address = { kind: 'serial', path, baud: 115_200, parity: 'none', dataBits: 8, stopBits: 1 } as const;
  const port = await openSerialPort(address, { data, closed: () => {} });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('the board does not answer')), ANSWER_MS_MAX);
      heard = (message) => {
        if (message.name === 'identity') resolve(readIdentity(message.fields));
        else if (message.name === 'started')
          port.write(encodeFrame({ name: 'identify', id: 1, fields: {} })).catch(reject);
      };
    });
  } finally {
    clearTimeout(timer);
    await port.close();
  }
}

/** The avrdude that this process has started. */
async function avrdudes(): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(join('/proc', entry, 'stat'), 'utf8').catch(() => '');
    if (new RegExp(`^\\d+ \\(avrdude\\) [^Z] ${process.pid} `).test(stat)) found.push(Number(entry));
  }
  return found;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credit-reading-flash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a hex is looked at', () => {
  test('ours says which board it is for and which version it is', async () => {
    const version = expect.stringMatching(/^\d+\.\d+\.\d+$/);
    expect(await readFirmware(HEX)).toEqual({ kind: 'mega2560', version });
    expect(await readFirmware(UNO_HEX)).toEqual({ kind: 'uno', version });
  });

  test.each([
    ['not there', undefined],
    ['empty', ''],
    ['no Intel HEX', 'hello\n'],
    ['a line with a wrong checksum', ':0400000001020304F3\n:00000001FF\n'],
    ['somebody else’s', ':0400000001020304F2\n:00000001FF\n'],
  ])('%s: refused, and the board is left alone', async (_, text) => {
    const hexPath = join(folder, 'some.hex');
    if (text !== undefined) await writeFile(hexPath, text);
    const board = new Bench('/dev/null');
    await expect(
      flashBoard({ board, hexPath, kind: 'mega2560', onProgress: () => {} }),
    ).rejects.toMatchObject({ code: 'flash.hex' });
    expect(board.asked).toEqual([]);
  });

  test('for another kind of board, or for nobody knows which: refused, and the board is left alone', async () => {
    const board = new Bench('/dev/null');
    const job = { board, hexPath: UNO_HEX, onProgress: () => {} };
    await expect(flashBoard({ ...job, kind: 'mega2560' })).rejects.toMatchObject({ code: 'flash.board' });
    await expect(flashBoard(job)).rejects.toMatchObject({ code: 'flash.board' });
    board.answered = { kind: 'mega2560' } as BoardIdentity;
    await expect(flashBoard({ ...job, kind: 'uno' })).rejects.toMatchObject({ code: 'flash.board' });
    expect(board.asked).toEqual([]);
  });
});

const noPeers =
  [missing('avrdude'), missing('gcc')].includes(true) ||
  missingFile('/usr/include/simavr/sim_avr.h', 'libsimavr-dev') ||
  missingFile(BOOTLOADER, 'arduino-core-avr');
describe.skipIf(noPeers)('a board with its real bootloader', { timeout: LONG }, () => {
  let rig: SimavrBoard;
  let board: Bench;
  let version: string;
  beforeEach(async () => {
    rig = await SimavrBoard.start({ folder });
    board = new Bench(rig.path);
    version = (await readFirmware(HEX)).version;
  }, LONG);
  afterEach(async () => {
    // After a failed test only: avrdude turns in circles at a port that is gone.
    for (const pid of await avrdudes()) process.kill(pid, 'SIGKILL');
    await rig.stop();
  });

  test('that is erased is flashed, and says then who it is', async () => {
    const steps = new Map<string, number[]>();
    const done = await flashBoard({
      board,
      hexPath: HEX,
      kind: 'mega2560',
      onProgress: ({ step, percent }) => {
        if (percent !== undefined) steps.set(step, [...(steps.get(step) ?? []), percent]);
      },
    });
    expect(done).toMatchObject({ attempts: 1, firmware: version });
    expect(board.asked).toEqual(['drain', 'release', 'resume']);
    expect(board.answered).toMatchObject({ kind: 'mega2560', firmware: version, sameTable: true });
    for (const step of ['writing', 'verifying']) {
      const percents = steps.get(step) ?? [];
      expect(percents.length, step).toBeGreaterThan(10);
      expect(percents).toEqual([...percents].sort((one, other) => one - other));
      expect(percents.at(-1)).toBe(100);
    }
  });

  test('whose avrdude is killed in the middle is flashed from the beginning, by itself', async () => {
    let killed = 0;
    const attempts = new Set<number | undefined>();
    const done = await flashBoard({
      board,
      hexPath: HEX,
      kind: 'mega2560',
      onProgress: ({ step, percent, attempt }) => {
        attempts.add(attempt);
        if (step !== 'writing' || (percent ?? 0) < 30 || killed > 0) return;
        killed = 1;
        void avrdudes().then(([pid]) => pid && process.kill(pid, 'SIGKILL'));
      },
    });
    expect(done).toMatchObject({ attempts: 2, firmware: version });
    expect([...attempts]).toEqual([undefined, 1, 2]);
    expect(board.asked).toEqual(['drain', 'release', 'resume']);
  });

  test('whose technician went away in the middle is left half written, and flashed the next time', async () => {
    const gone = new AbortController();
    const began = flashBoard({
      board,
      hexPath: HEX,
      kind: 'mega2560',
      signal: gone.signal,
      onProgress: ({ step, percent }) => {
        if (step === 'writing' && (percent ?? 0) >= 50) gone.abort();
      },
    });
    await expect(began).rejects.toMatchObject({ code: 'flash.write' });
    expect(await avrdudes(), 'nobody is left at the port').toEqual([]);
    expect(board.asked).toEqual(['drain', 'release', 'resume']);
    expect(board.answered).toBeUndefined();

    const done = await flashBoard({ board, hexPath: HEX, kind: 'mega2560', onProgress: () => {} });
    expect(done).toMatchObject({ attempts: 1, firmware: version });
  });

  test('that is unplugged in the middle is given up at once, and not left to an avrdude', async () => {
    const steps: string[] = [];
    const failed = flashBoard({
      board,
      hexPath: HEX,
      kind: 'mega2560',
      onProgress: ({ step, percent }) => {
        if (step === 'writing' && percent === 40) void rig.stop();
        steps.push(step);
      },
    });
    await expect(failed).rejects.toMatchObject({ code: expect.stringMatching(/^(flash|port)\./) });
    expect(steps).toContain('writing');
    expect(await avrdudes(), 'nobody is left at the port').toEqual([]);
    expect(board.asked).toEqual(['drain', 'release', 'resume']);
  });
});
