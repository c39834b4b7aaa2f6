/**
 * FEIG OBID ISO-Host frames (manual H20800-16e-ID-B, sections 3 and 4; HF readers ISC.MR, ISC.PR, ISC.LR, CPR).
 *
 *   standard   LEN ADR CMD [STATUS] DATA.. CRC(2, low first)             LEN counts the whole frame
 *   advanced   02h LEN(2, high first) ADR CMD [STATUS] DATA.. CRC(2)     LEN counts the whole frame
 *
 * A reply has a status and a request none. A standard frame of length 2 cannot exist: a first byte 02h is advanced.
 */
import { crc16Reflected } from '../../wire/crc16.ts';
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import { COMMANDS, STATUSES } from './words.ts';

export interface FeigReply {
  readonly address: number;
  readonly command: number;
  readonly status: number;
  readonly data: Uint8Array;
}

export interface FeigRequest {
  readonly command: number;
  readonly data?: Uint8Array | readonly number[];
  /** Bus address; FFh: whoever hears it. */
  readonly address?: number;
  /** Needed for more than 250 bytes of data. */
  readonly advanced?: boolean;
}

const ADVANCED = 0x02;
export const ADDRESS_ANY = 0xff;
const CRC_BYTES = 2;
const STANDARD_BYTES_MAX = 255;
/** Replies of up to 128 block bytes and inventories of some dozens of tags; the readers' own buffers are not larger. */
const FRAME_BYTES_MAX = 2_048;

export function encodeFeig(request: FeigRequest): Uint8Array {
  const { command, data = [], address = ADDRESS_ANY } = request;
  const length = 3 + data.length + CRC_BYTES;
  const advanced = request.advanced ?? length > STANDARD_BYTES_MAX;
  const total = advanced ? length + 2 : length;
  const head = advanced ? [ADVANCED, total >> 8, total & 0xff] : [total];
  return withCrc([...head, address, command, ...data]);
}

/** What a reader answers; `advanced` as it was asked. */
export function encodeFeigReply(reply: FeigReply, advanced = false): Uint8Array {
  const { address, command, status, data } = reply;
  return encodeFeig({ address, command, data: [status, ...data], advanced });
}

function withCrc(body: readonly number[]): Uint8Array {
  const frame = Uint8Array.from([...body, 0, 0]);
  const crc = crc16Reflected(frame, 0, body.length);
  frame[body.length] = crc & 0xff;
  frame[body.length + 1] = crc >> 8;
  return frame;
}

/** The fields of one whole frame. @throws WireError */
export function decodeFeigRequest(frame: Uint8Array, trail?: FieldSeen[]): Required<FeigRequest> {
  const { cursor, advanced } = open(frame, trail);
  const { address, command } = head(cursor);
  const data = cursor.take(cursor.left - CRC_BYTES, 'data');
  checkCrc(cursor);
  return { address, command, data, advanced };
}

/** @throws WireError */
export function decodeFeig(frame: Uint8Array, trail?: FieldSeen[]): FeigReply {
  const { cursor } = open(frame, trail);
  const { address, command } = head(cursor);
  const status = cursor.u8('status', (value) => STATUSES.get(value) ?? 'unknown status');
  const data = cursor.take(cursor.left - CRC_BYTES, 'data');
  checkCrc(cursor);
  return { address, command, status, data };
}

function open(frame: Uint8Array, trail: FieldSeen[] | undefined) {
  const cursor = new Cursor(frame, trail);
  const advanced = frame[0] === ADVANCED;
  if (advanced) cursor.marker(ADVANCED, 'advanced frame');
  const length = advanced ? cursor.u16be('length') : cursor.u8('length');
  if (length !== frame.length)
    throw new WireError('wire.length', `the frame says ${length} bytes and has ${frame.length}`);
  return { cursor, advanced };
}

function head(cursor: Cursor) {
  const address = cursor.u8('reader address', (value) => (value === ADDRESS_ANY ? 'any' : undefined));
  const command = cursor.u8('command', (value) => COMMANDS.get(value) ?? 'unknown command');
  return { address, command };
}

function checkCrc(cursor: Cursor): void {
  const computed = crc16Reflected(cursor.bytes, 0, cursor.at);
  const told = cursor.u16le('CRC', (value) => (value === computed ? 'right' : 'wrong'));
  if (told !== computed) throw new WireError('wire.checksum', 'the CRC is wrong');
}

/** Replies, as a host receives them; requests, as a simulated reader does. */
export const feigFraming = <F>(decode: (frame: Uint8Array) => F, bytesMin: number): Framing<F> => ({
  bytesMax: FRAME_BYTES_MAX,
  measure(bytes) {
    if (bytes[0] !== ADVANCED) return (bytes[0] as number) < bytesMin ? 0 : bytes[0];
    if (bytes.length < 3) return undefined;
    const length = ((bytes[1] as number) << 8) | (bytes[2] as number);
    return length < bytesMin + 2 ? 0 : length;
  },
  decode,
});
export const REPLY_BYTES_MIN = 6;
export const REQUEST_BYTES_MIN = 5;
