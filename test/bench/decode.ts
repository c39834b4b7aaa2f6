/**
 * How fast each codec splits and decodes its golden frames, against its own wire at full load. The target is a thousand
 * times the wire: then a Raspberry Pi, ten times slower than this machine, spends 1 % of a core on a line that is never quiet.
 */
import { BootKeyboard } from '../../protocol/barcode/boot-keyboard.ts';
import { PosAssembler } from '../../protocol/barcode/hid-pos.ts';
import { LineSplitter } from '../../protocol/barcode/line-splitter.ts';
import { FrameReader } from '../../protocol/board/codec.ts';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import { RFID_DRIVER_NAMES, RFID_DRIVERS, type RfidDriverName } from '../../protocol/rfid/drivers.ts';
import { readTag } from '../../protocol/tag/tag.ts';
import barcode from '../../protocol/vectors/barcode.json' with { type: 'json' };
import board from '../../protocol/vectors/board.json' with { type: 'json' };
import lock from '../../protocol/vectors/lock.json' with { type: 'json' };
import rfid from '../../protocol/vectors/rfid.json' with { type: 'json' };
import tag from '../../protocol/vectors/tag.json' with { type: 'json' };
import { fromHex } from '../../protocol/wire/hex.ts';
import type { Wire } from '../../protocol/wire/talk.ts';
import { median, type Result, result } from './statistics.ts';

/** One sample lasts about so long: longer than the clock's grain and a collection of garbage. */
const SAMPLE_MS = 20;
const MB = 1_000_000;

interface Codec {
  readonly name: string;
  readonly wire: string;
  readonly wireBytesPerSecond: number;
  readonly frames: readonly Uint8Array[];
  /** Takes one frame from the wire; returns how many came out. */
  take(frame: Uint8Array): number;
}

function serial(baud: number, parity: 'none' | 'even') {
  const even = parity === 'even';
  return { wire: `wire ${baud} 8${even ? 'E' : 'N'}1`, wireBytesPerSecond: baud / (even ? 11 : 10) };
}

/** A full-speed interrupt endpoint carries at most one report each millisecond (USB 2.0, 5.7.4). */
function usb(reportBytes: number) {
  return { wire: `wire ${reportBytes} bytes/ms`, wireBytesPerSecond: reportBytes * 1_000 };
}

function device(name: string, { serial: { baud, parity }, splitter }: Wire<unknown>, frames: Frames): Codec {
  const cutter = splitter(() => {});
  return {
    name,
    ...serial(baud, parity),
    frames: bytesOf(frames),
    take: (frame) => cutter.push(frame).length + cutter.quiet().length,
  };
}

interface Frames {
  readonly frames: readonly { readonly hex: string }[];
}
const bytesOf = ({ frames }: Frames) => frames.map(({ hex }) => fromHex(hex));

const LOCKS: Readonly<Record<LockDriverName, Frames>> = {
  '8a': lock.boards['8a'],
  wkly: lock.boards.wkly,
  cu16: lock.boards.kerong,
  cu48: lock.boards.kerong,
};
const READERS: Readonly<Record<RfidDriverName, Frames>> = {
  ...rfid.readers,
  /** The answer to GetFirmwareVersion (user manual UM0701-02, 7.2.2). */
  pn532: { frames: [{ hex: '0000ff06fad50332010607e800' }] },
};

function codecs(): Codec[] {
  const lines = new LineSplitter();
  const pos = new PosAssembler('aim');
  const keyboard = new BootKeyboard();
  const boards = new FrameReader();
  return [
    {
      name: 'barcode lines',
      ...serial(115_200, 'none'),
      frames: barcode.checked.map(({ body, check }) => Buffer.from(`]A0${body}${check}\r\n`)),
      take: (frame) => lines.push(frame).length,
    },
    {
      name: 'barcode HID POS',
      ...usb(64),
      frames: barcode.honeywell.reports.map(fromHex),
      take: (frame) => pos.push(frame).length,
    },
    {
      name: 'barcode keyboard',
      ...usb(8),
      frames: barcode.keyboard.reports.map(fromHex),
      take: (frame) => keyboard.push(frame).length,
    },
    {
      name: 'board',
      ...serial(115_200, 'none'),
      frames: board.vectors.map(({ wire }) => fromHex(wire)),
      take: (frame) => boards.push(frame).length,
    },
    ...RFID_DRIVER_NAMES.map((name) =>
      device(`rfid ${name}`, RFID_DRIVERS[name].create().wire, READERS[name]),
    ),
    ...LOCK_DRIVER_NAMES.map((name) => device(`lock ${name}`, LOCK_DRIVERS[name].create().wire, LOCKS[name])),
    {
      name: 'tag',
      // ISO/IEC 15693-2, 8.1: the high data rate from the tag.
      wire: 'air 26.48 kbit/s',
      wireBytesPerSecond: 26_480 / 8,
      frames: tag.dumps.map(({ user_memory_hex }) => fromHex(user_memory_hex)),
      take: (frame) => (readTag(frame).model === 'unknown' ? 0 : 1),
    },
  ];
}

/** Of the golden frames only those that give something: a host's splitter takes no requests. */
function onlyAnswers(codec: Codec): Codec {
  const wholeCode = codec.name === 'barcode HID POS' || codec.name === 'barcode keyboard';
  const frames = wholeCode ? codec.frames : codec.frames.filter((frame) => codec.take(frame) > 0);
  if (frames.length === 0) throw new Error(`no golden frame of ${codec.name} decodes`);
  return { ...codec, frames };
}

class Meter {
  readonly codec: Codec;
  readonly bytesPerSecond: number[] = [];
  readonly #bytes: number;
  readonly #out: number;
  readonly #rounds: number;

  constructor(codec: Codec) {
    this.codec = codec;
    this.#bytes = codec.frames.reduce((sum, { length }) => sum + length, 0);
    this.#out = this.#round();
    // Warm before the rounds of a sample are counted: cold code is slower by far.
    for (const until = performance.now() + 5 * SAMPLE_MS; performance.now() < until; ) this.#round();
    const from = performance.now();
    let rounds = 0;
    for (; performance.now() - from < SAMPLE_MS; rounds += 1) this.#round();
    this.#rounds = rounds;
  }

  sample(): void {
    const from = performance.now();
    for (let round = 0; round < this.#rounds; round += 1)
      if (this.#round() !== this.#out) throw new Error(`${this.codec.name} gives other frames`);
    this.bytesPerSecond.push((this.#bytes * this.#rounds * 1_000) / (performance.now() - from));
  }

  #round(): number {
    let out = 0;
    for (const frame of this.codec.frames) out += this.codec.take(frame);
    return out;
  }
}

export async function decode(runs: number): Promise<Result[]> {
  const meters = codecs().map((codec) => new Meter(onlyAnswers(codec)));
  for (let run = 0; run < runs; run += 1) for (const meter of meters) meter.sample();
  return meters.map(({ codec: { name, wire, wireBytesPerSecond }, bytesPerSecond }) =>
    result(`decode ${name}`, 'MB/s', runs, median(bytesPerSecond) / MB, wire, wireBytesPerSecond / MB),
  );
}
