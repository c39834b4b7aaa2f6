/**
 * Frames of the NXP PN532 on its high-speed UART (user manual UM0701-02, 6.2.1).
 *
 *   normal     00h 00h FFh LEN LCS TFI DATA.. DCS 00h                    LEN counts TFI and DATA
 *   extended   00h 00h FFh FFh FFh LEN(2, high first) LCS TFI DATA.. DCS 00h
 *   ACK        00h 00h FFh 00h FFh 00h         NACK  00h 00h FFh FFh 00h 00h
 *   error      00h 00h FFh 01h FFh 7Fh 81h 00h
 *
 * LEN and LCS add up to zero, so do TFI to DCS, in the low byte. TFI is D4h towards the chip and D5h from it. Bytes of
 * 55h wake a sleeping chip; the zeros behind them give it time, and are read as a long preamble.
 */
import { byteText, Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import { hexWords } from '../explain.ts';
import { COMMANDS } from './words.ts';

export type Pn532Frame =
  | { readonly kind: 'ack' | 'nack' | 'error' | 'wake' }
  | {
      readonly kind: 'request' | 'answer';
      /** Of a request; an answer carries the command's number plus one and is told with the command's own. */
      readonly command: number;
      readonly data: Uint8Array;
    };

export const WAKE = 0x55;
const TO_CHIP = 0xd4;
const FROM_CHIP = 0xd5;
const ERROR = 0x7f;
/** TFI and 264 bytes: the longest that the manual allows (6.2.1.2). */
const DATA_BYTES_MAX = 265;
const NORMAL_BYTES_MAX = 255;
/** 14 zeros of a wake-up and the frame's own two. */
const PREAMBLE_BYTES_MAX = 16;
const FRAME_BYTES_MAX = PREAMBLE_BYTES_MAX + 6 + DATA_BYTES_MAX + 2;

export const ACK = Uint8Array.from([0x00, 0x00, 0xff, 0x00, 0xff, 0x00]);
export const ERROR_FRAME = Uint8Array.from([0x00, 0x00, 0xff, 0x01, 0xff, ERROR, 0x81, 0x00]);
/** As libnfc wakes a chip on a serial line. */
export const WAKE_UP = Uint8Array.from([WAKE, WAKE, ...new Array<number>(14).fill(0)]);

const checksum = (bytes: Iterable<number>): number => {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return -sum & 0xff;
};

export const encodePn532Request = (command: number, data: ArrayLike<number> = []): Uint8Array =>
  encode([TO_CHIP, command, ...Array.from(data)]);
export const encodePn532Answer = (command: number, data: ArrayLike<number> = []): Uint8Array =>
  encode([FROM_CHIP, command + 1, ...Array.from(data)]);

function encode(body: readonly number[]): Uint8Array {
  const { length } = body;
  if (length > DATA_BYTES_MAX) throw new RangeError(`${length} bytes do not fit one frame`);
  const size = length > NORMAL_BYTES_MAX ? [0xff, 0xff, length >> 8, length & 0xff] : [length];
  const lengthChecksum = checksum(length > NORMAL_BYTES_MAX ? size.slice(2) : size);
  return Uint8Array.from([0x00, 0x00, 0xff, ...size, lengthChecksum, ...body, checksum(body), 0x00]);
}

/** What stands between the start of a frame and its TFI. */
interface Head {
  /** Of all bytes up to the TFI. */
  readonly bytes: number;
  readonly kind: 'ack' | 'nack' | 'data';
  readonly length: number;
}

/** `undefined` where more bytes must come to tell, `false` where no frame begins so. */
function headOf(bytes: Uint8Array): Head | undefined | false {
  let at = 0;
  while (bytes[at] === 0x00 && at < PREAMBLE_BYTES_MAX) at += 1;
  if (at === bytes.length) return undefined;
  // One zero is enough: the other may have been lost to a chip that woke up.
  if (at === 0 || bytes[at] !== 0xff) return false;
  const [first, second] = [bytes[at + 1], bytes[at + 2]];
  if (first === undefined || second === undefined) return undefined;
  // Nothing else guards these two: with both zeros only, or noise joins one of them out of two others.
  if (first === 0x00 && second === 0xff) return at > 1 && { bytes: at + 3, kind: 'ack', length: 0 };
  if (first === 0xff && second === 0x00) return at > 1 && { bytes: at + 3, kind: 'nack', length: 0 };
  if (first !== 0xff || second !== 0xff)
    return first > 0 && checksum([first]) === second && { bytes: at + 3, kind: 'data', length: first };
  const size = bytes.subarray(at + 3, at + 6);
  if (size.length < 3) return undefined;
  const length = ((size[0] as number) << 8) | (size[1] as number);
  const right = length > 0 && length <= DATA_BYTES_MAX && checksum(size.subarray(0, 2)) === size[2];
  return right && { bytes: at + 6, kind: 'data', length };
}

/** A frame without data is followed by its postamble only, one with data by the checksum as well. */
const wholeLength = ({ bytes, kind, length }: Head): number => bytes + (kind === 'data' ? length + 2 : 1);

/** @throws WireError */
export function decodePn532(frame: Uint8Array, trail?: FieldSeen[]): Pn532Frame {
  const cursor = new Cursor(frame, trail);
  if (frame[0] === WAKE) {
    cursor.take(frame.length, 'wake-up', hexWords);
    if (frame.some((byte) => byte !== WAKE)) throw new WireError('wire.marker', 'no frame begins so');
    return { kind: 'wake' };
  }
  const head = headOf(frame);
  if (!head) throw new WireError('wire.marker', 'no frame begins so');
  if (wholeLength(head) !== frame.length)
    throw new WireError('wire.length', `${frame.length} bytes instead of ${wholeLength(head)}`);
  takeHead(cursor, head);
  if (head.kind !== 'data') {
    cursor.marker(0x00, 'postamble');
    return { kind: head.kind };
  }
  return decodeBody(cursor, head.length);
}

function takeHead(cursor: Cursor, { bytes, kind }: Head): void {
  const start = cursor.bytes.indexOf(0xff) + 1;
  cursor.take(start, 'preamble and start', hexWords);
  const words = kind === 'data' ? 'length and its checksum' : kind.toUpperCase();
  cursor.take(bytes - start, words, hexWords);
}

function decodeBody(cursor: Cursor, length: number): Pn532Frame {
  const body = cursor.bytes.subarray(cursor.at, cursor.at + length);
  const tfi = cursor.u8('TFI', (value) => TFIS.get(value) ?? byteText(value));
  let command = 0;
  if (tfi !== ERROR) {
    const answers = tfi === FROM_CHIP ? 1 : 0;
    command = cursor.u8('command', (value) => COMMANDS.get(value - answers) ?? 'unknown command') - answers;
  }
  const data = cursor.take(length - (tfi === ERROR ? 1 : 2), 'data');
  const told = cursor.u8('DCS', (value) => (value === checksum(body) ? 'right' : 'wrong'));
  if (told !== checksum(body)) throw new WireError('wire.checksum', 'the checksum is wrong');
  cursor.marker(0x00, 'postamble');
  if (tfi === TO_CHIP) return { kind: 'request', command, data };
  if (tfi === FROM_CHIP) return { kind: 'answer', command, data };
  if (tfi === ERROR && data.length === 0) return { kind: 'error' };
  throw new WireError('wire.value', `a frame of ${byteText(tfi)}`);
}

const TFIS: ReadonlyMap<number, string> = new Map([
  [TO_CHIP, 'to the chip'],
  [FROM_CHIP, 'from the chip'],
  [ERROR, 'error'],
]);

export const PN532_FRAMING: Framing<Pn532Frame> = {
  bytesMax: FRAME_BYTES_MAX,
  measure(bytes) {
    if (bytes[0] === WAKE) return 1;
    const head = headOf(bytes);
    if (head === undefined) return undefined;
    return head ? wholeLength(head) : 0;
  },
  decode: decodePn532,
};
