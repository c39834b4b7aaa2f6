/**
 * Frames of the 3M 810 and 210 pads (vendor's Model 210 protocol 1.0.0; captures of a real 810).
 *
 *   D6h LEN(2, high first) CMD DATA.. CRC(2, high first)     LEN counts the bytes after it
 *
 * A reply has an error byte after CMD. The version probe of older firmware begins with D5h instead. The CRC covers LEN
 * to DATA.
 */
import { crc16Forward } from '../../wire/crc16.ts';
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import { COMMANDS } from './words.ts';

export interface PadFrame {
  /** D5h of the version probe, else D6h. */
  readonly start: number;
  readonly command: number;
  readonly data: Uint8Array;
}

export const START = 0xd6;
export const START_PROBE = 0xd5;
const CRC_BYTES = 2;
const HEADER_BYTES = 3;
/** An inventory of 40 tags, or 28 blocks with their numbers, is shorter. */
const FRAME_BYTES_MAX = 512;

const crcOf = (bytes: Uint8Array, end: number) => crc16Forward(bytes, 1, end) ^ 0xffff;

export function encodePad(command: number, data: ArrayLike<number>, start = START): Uint8Array {
  const length = 1 + data.length + CRC_BYTES;
  const frame = Uint8Array.from([start, length >> 8, length & 0xff, command, ...Array.from(data), 0, 0]);
  const end = frame.length - CRC_BYTES;
  const crc = crcOf(frame, end);
  frame[end] = crc >> 8;
  frame[end + 1] = crc & 0xff;
  return frame;
}

/** @throws WireError */
export function decodePad(frame: Uint8Array, trail?: FieldSeen[]): PadFrame {
  const cursor = new Cursor(frame, trail);
  const start = cursor.u8('start', (value) => (value === START_PROBE ? 'version probe' : 'frame'));
  if (start !== START && start !== START_PROBE) throw new WireError('wire.marker', 'no frame begins so');
  const length = cursor.u16be('length');
  if (length !== cursor.left) throw new WireError('wire.length', `${cursor.left} bytes instead of ${length}`);
  const command = cursor.u8('command', (value) => COMMANDS.get(value) ?? 'unknown command');
  const data = cursor.take(cursor.left - CRC_BYTES, 'data');
  const computed = crcOf(frame, cursor.at);
  const told = cursor.u16be('CRC', (value) => (value === computed ? 'right' : 'wrong'));
  if (told !== computed) throw new WireError('wire.checksum', 'the CRC is wrong');
  return { start, command, data };
}

export const PAD_FRAMING: Framing<PadFrame> = {
  bytesMax: FRAME_BYTES_MAX,
  measure(bytes) {
    if (bytes[0] !== START && bytes[0] !== START_PROBE) return 0;
    if (bytes.length < HEADER_BYTES) return undefined;
    const length = ((bytes[1] as number) << 8) | (bytes[2] as number);
    return length < 1 + CRC_BYTES ? 0 : HEADER_BYTES + length;
  },
  decode: decodePad,
};
