/**
 * Frames of UHF modules with the chips M100, QM100 and R200 (YRM100, JRD-4035 and others; vendor's command manual).
 *
 *   BBh TYPE CMD LEN(2, high first) PARAMETERS.. SUM 7Eh
 *
 * LEN counts the parameters; SUM is the low byte of the sum of TYPE to the last parameter. Nothing is escaped: BBh and
 * 7Eh may also stand within.
 */
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import { COMMANDS } from './words.ts';

export const TYPE = { request: 0x00, answer: 0x01, notification: 0x02 } as const;
export const TYPES: ReadonlyMap<number, string> = new Map([
  [TYPE.request, 'request'],
  [TYPE.answer, 'answer'],
  [TYPE.notification, 'notification'],
]);

export interface M100Frame {
  readonly type: number;
  readonly command: number;
  readonly parameters: Uint8Array;
}

const START = 0xbb;
const END = 0x7e;
const HEAD_BYTES = 5;
const TAIL_BYTES = 2;
/** A read of 255 words with the longest EPC is shorter. */
const PARAMETER_BYTES_MAX = 600;

export function encodeM100(type: number, command: number, parameters: ArrayLike<number> = []): Uint8Array {
  const { length } = parameters;
  if (length > PARAMETER_BYTES_MAX) throw new RangeError(`${length} bytes do not fit one frame`);
  const body = [type, command, length >> 8, length & 0xff, ...Array.from(parameters)];
  return Uint8Array.from([START, ...body, sumOf(body), END]);
}

function sumOf(body: Iterable<number>): number {
  let sum = 0;
  for (const byte of body) sum += byte;
  return sum & 0xff;
}

/** @throws WireError */
export function decodeM100(frame: Uint8Array, trail?: FieldSeen[]): M100Frame {
  const cursor = new Cursor(frame, trail);
  cursor.marker(START, 'start');
  const type = cursor.u8('type', (value) => TYPES.get(value) ?? 'unknown');
  if (!TYPES.has(type)) throw new WireError('wire.value', `a frame of type ${type}`);
  const command = cursor.u8('command', (value) => COMMANDS.get(value) ?? 'unknown command');
  const length = cursor.u16be('length');
  if (length !== cursor.left - TAIL_BYTES)
    throw new WireError('wire.length', `${cursor.left - TAIL_BYTES} bytes instead of ${length}`);
  const parameters = cursor.take(length, 'parameters');
  const computed = sumOf(frame.subarray(1, cursor.at));
  const told = cursor.u8('sum', (value) => (value === computed ? 'right' : 'wrong'));
  if (told !== computed) throw new WireError('wire.checksum', 'the sum is wrong');
  cursor.marker(END, 'end');
  return { type, command, parameters };
}

export const M100_FRAMING: Framing<M100Frame> = {
  bytesMax: HEAD_BYTES + PARAMETER_BYTES_MAX + TAIL_BYTES,
  measure(bytes) {
    if (bytes[0] !== START) return 0;
    const type = bytes[1];
    if (type !== undefined && !TYPES.has(type)) return 0;
    if (bytes.length < HEAD_BYTES) return undefined;
    return HEAD_BYTES + (((bytes[3] as number) << 8) | (bytes[4] as number)) + TAIL_BYTES;
  },
  decode: decodeM100,
};
