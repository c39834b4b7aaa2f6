/** Every decoder and splitter of the wires, with golden bytes to start from. */

import { BOOT_REPORT_BYTES, BootKeyboard, decodeBootReport } from '../../protocol/barcode/boot-keyboard.ts';
import { explainCode, explainReports } from '../../protocol/barcode/explain.ts';
import {
  decodePosReport,
  POS_REPORT_BYTES,
  PosAssembler,
  type PosLayout,
} from '../../protocol/barcode/hid-pos.ts';
import { LineSplitter } from '../../protocol/barcode/line-splitter.ts';
import { latin1 } from '../../protocol/barcode/text.ts';
import { CODE_RULES, judgeCode } from '../../protocol/barcode/validate.ts';
import { decodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS } from '../../protocol/lock/drivers.ts';
import { RFID_DRIVER_NAMES, RFID_DRIVERS } from '../../protocol/rfid/drivers.ts';
import { decodeSip2, explainSip2, isWhole } from '../../protocol/sip2/decode.ts';
import { SIP2_OPTIONS } from '../../protocol/sip2/options.ts';
import { Sip2Splitter } from '../../protocol/sip2/splitter.ts';
import { bytesNeeded } from '../../protocol/tag/bytes-needed.ts';
import { type EpcRule, itemOfEpc } from '../../protocol/tag/epc.ts';
import { explainTag, readTag } from '../../protocol/tag/tag.ts';
import barcode from '../../protocol/vectors/barcode.json' with { type: 'json' };
import board from '../../protocol/vectors/board.json' with { type: 'json' };
import lock from '../../protocol/vectors/lock.json' with { type: 'json' };
import rfid from '../../protocol/vectors/rfid.json' with { type: 'json' };
import sip2 from '../../protocol/vectors/sip2.json' with { type: 'json' };
import tag from '../../protocol/vectors/tag.json' with { type: 'json' };
import { fromHex } from '../../protocol/wire/hex.ts';
import {
  boardSeal,
  feigSeal,
  m100Seal,
  padSeal,
  pn532Seal,
  rl866Seal,
  type Seal,
  sip2Seal,
  sizeSeal,
  sumSeal,
  tagSeal,
  uhfSeal,
  wklySeal,
  xorSeal,
} from './seals.ts';

/** Cuts a stream; what it keeps between two pushes is bounded. */
export interface Cutter {
  push(bytes: Uint8Array): readonly unknown[];
  /** The line was quiet, or time is over. */
  end(): readonly unknown[];
}

export interface Target {
  readonly name: string;
  readonly golden: readonly Uint8Array[];
  readonly seal?: Seal;
  /** Each on its own: a value, or a `WireError`. */
  readonly decoders: readonly ((bytes: Uint8Array) => unknown)[];
  readonly cutter?: () => Cutter;
  /** `stream`: any cut gives the same parts. `reports`: each push is one report. */
  readonly cuts: 'stream' | 'reports';
}

const text = (bytes: Uint8Array) => latin1(bytes);
const bytesOf = (line: string) => Uint8Array.from(Buffer.from(line, 'utf8'));
const framesOf = ({ frames }: { readonly frames: readonly { readonly hex: string }[] }) =>
  frames.map(({ hex }) => fromHex(hex));

interface Source {
  push(bytes: Uint8Array): readonly unknown[];
}
const quiet = (splitter: Source & { quiet(): readonly unknown[] }): Cutter => ({
  push: (bytes) => splitter.push(bytes),
  end: () => splitter.quiet(),
});
const expiring = (source: Source & { expire(): unknown }): Cutter => ({
  push: (bytes) => source.push(bytes),
  end: () => [source.expire()],
});
const ignore = () => {};

const lines: Target = {
  name: 'barcode/lines',
  golden: [']C1ABC-123\r', '30234000517861\r\n', '\x06X\n'].map(bytesOf),
  decoders: [],
  cutter: () => expiring(new LineSplitter()),
  cuts: 'stream',
};

const code: Target = {
  name: 'barcode/code',
  golden: barcode.checked.map(({ body, check }) => bytesOf(`]A0A${body}${check}B`)),
  decoders: [
    (bytes) => explainCode(text(bytes), []),
    (bytes) => judgeCode(text(bytes), CODE_RULES, ']A0'),
    (bytes) => judgeCode(text(bytes), CODE_RULES, text(bytes)),
  ],
  cuts: 'stream',
};

const pos = (layout: PosLayout): Target => ({
  name: `hid/pos-${layout}`,
  golden: barcode.honeywell.reports.map(fromHex),
  seal: sizeSeal(POS_REPORT_BYTES),
  decoders: [
    (bytes) => decodePosReport(bytes, layout, []),
    (bytes) => explainReports([bytes, bytes], { layout }, []),
    (bytes) => explainReports([bytes]),
  ],
  cutter: () => expiring(new PosAssembler(layout)),
  cuts: 'reports',
});

const keyboard: Target = {
  name: 'hid/keyboard',
  golden: barcode.keyboard.reports.map(fromHex),
  seal: sizeSeal(BOOT_REPORT_BYTES),
  decoders: [(bytes) => decodeBootReport(bytes, []), (bytes) => explainReports([bytes])],
  cutter: () => expiring(new BootKeyboard()),
  cuts: 'reports',
};

const boards: Target = {
  name: 'board',
  golden: board.vectors.map(({ wire }) => fromHex(wire)),
  seal: boardSeal,
  decoders: [(bytes) => decodeFrame(bytes)],
  cutter: () => {
    const reader = new FrameReader();
    return { push: (bytes) => reader.push(bytes), end: () => [] };
  },
  cuts: 'stream',
};

const LOCK_SEALS: Readonly<Record<string, Seal>> = {
  '8a': xorSeal,
  wkly: wklySeal,
  cu16: sumSeal,
  cu48: sumSeal,
};
const LOCK_FRAMES: Readonly<Record<string, readonly Uint8Array[]>> = {
  '8a': framesOf(lock.boards['8a']),
  wkly: framesOf(lock.boards.wkly),
  cu16: framesOf(lock.boards.kerong),
  cu48: framesOf(lock.boards.kerong),
};

const locks = LOCK_DRIVER_NAMES.map((name): Target => {
  const { create, decode } = LOCK_DRIVERS[name];
  const { wire } = create();
  const seal = LOCK_SEALS[name];
  return {
    name: `lock/${name}`,
    golden: LOCK_FRAMES[name] ?? [],
    ...(seal && { seal }),
    decoders: [(bytes) => decode(bytes), (bytes) => decode(bytes, [])],
    cutter: () => quiet(wire.splitter(ignore)),
    cuts: 'stream',
  };
});

const RFID_SEALS: Readonly<Record<string, Seal>> = {
  feig: feigSeal,
  m3m810: padSeal,
  rl866: rl866Seal,
  uhfreader18: uhfSeal,
  m100: m100Seal,
  pn532: pn532Seal,
};
const RFID_FRAMES: Readonly<Record<string, Parameters<typeof framesOf>[0]>> = rfid.readers;
/** GetFirmwareVersion and its answer, as libnfc exchanges them with every PN532 (user manual UM0701-02, 7.2.2). */
const PN532_FRAMES = ['0000ff02fed4022a00', '0000ff06fad50332010607e800'].map(fromHex);

const readers = RFID_DRIVER_NAMES.map((name): Target => {
  const { create, decode } = RFID_DRIVERS[name];
  const { wire } = create();
  const seal = RFID_SEALS[name];
  const vectors = RFID_FRAMES[name];
  return {
    name: `rfid/${name}`,
    golden: vectors ? framesOf(vectors) : PN532_FRAMES,
    ...(seal && { seal }),
    decoders: [(bytes) => decode(bytes), (bytes) => decode(bytes, [])],
    cutter: () => quiet(wire.splitter(ignore)),
    cuts: 'stream',
  };
});

const EPC_RULES: readonly EpcRule[] = [
  { form: 'hex' },
  { form: 'ascii' },
  { form: 'bcd', digits: 14 },
  { form: 'decimal', digits: 10 },
];
const DSFIDS = [undefined, 0x00, 0x06, 0x3e];

const tags: Target = {
  name: 'tag',
  golden: tag.dumps.map(({ user_memory_hex }) => fromHex(user_memory_hex)),
  seal: tagSeal,
  decoders: [
    ...DSFIDS.map((dsfid) => (bytes: Uint8Array) => explainTag(bytes, [], { dsfid })),
    (bytes) => readTag(bytes, { partial: true, rules: { crcWrongOwnerOdd: true } }),
    (bytes) => bytesNeeded(bytes),
    ...EPC_RULES.map((rule) => (bytes: Uint8Array) => itemOfEpc(bytes, rule)),
  ],
  cuts: 'stream',
};

const library: Target = {
  name: 'sip2',
  golden: sip2.messages.map(({ message }) => bytesOf(`${message}\r`)),
  seal: sip2Seal,
  decoders: [
    (bytes) => decodeSip2(bytes),
    (bytes) => decodeSip2(bytes, { ...SIP2_OPTIONS, checksum: 'off', encoding: 'gb18030' }),
    (bytes) => decodeSip2(bytes, { ...SIP2_OPTIONS, checksum: 'utf16', encoding: 'latin1', escape: 'none' }),
    (bytes) => explainSip2(bytes, SIP2_OPTIONS, []),
    (bytes) => isWhole(bytes),
  ],
  cutter: () => quiet(new Sip2Splitter({ whole: (bytes) => isWhole(bytes), bad: ignore })),
  cuts: 'stream',
};

export const TARGETS: readonly Target[] = [
  lines,
  code,
  pos('aim'),
  pos('plain'),
  keyboard,
  boards,
  ...readers,
  ...locks,
  tags,
  library,
];
