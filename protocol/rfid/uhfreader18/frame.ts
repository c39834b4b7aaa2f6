/**
 * Frames of the UHFReader18 family (Chafon, RRU98xx, UHFReader288, E310; ISO 18000-6C; captures of real readers).
 *
 *   LEN ADR CMD [STATUS] DATA.. CRC(2, low first)     LEN counts the bytes after it; an answer has a status
 */
import { crc16Reflected } from '../../wire/crc16.ts';
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';

export interface UhfRequest {
  readonly address: number;
  readonly command: number;
  readonly data: Uint8Array;
}
export interface UhfReply extends UhfRequest {
  readonly status: number;
}

export const ADDRESS_ANY = 0xff;
const CRC_BYTES = 2;

export const UHF = {
  inventory: 0x01,
  read: 0x02,
  write: 0x03,
  setEas: 0x0c,
  checkEas: 0x0d,
  information: 0x21,
} as const;
export const COMMANDS: ReadonlyMap<number, string> = new Map([
  [UHF.inventory, 'inventory'],
  [UHF.read, 'read'],
  [UHF.write, 'write'],
  [0x04, 'write EPC'],
  [0x06, 'lock'],
  [UHF.setEas, 'set EAS'],
  [UHF.checkEas, 'check EAS'],
  [0x0f, 'inventory of one tag'],
  [0x10, 'block write'],
  [UHF.information, 'reader information'],
  [0x22, 'region'],
  [0x24, 'set address'],
  [0x25, 'scan time'],
  [0x28, 'baud rate'],
  [0x2f, 'power'],
  [0x33, 'beep'],
  [0x35, 'set work mode'],
  [0x36, 'get work mode'],
  [0x76, 'mode'],
  [0x93, 'stop'],
  [0xee, 'tag, told unasked in scan mode'],
]);

export const STATUS = {
  ok: 0x00,
  done: 0x01,
  timeOut: 0x02,
  more: 0x03,
  overflow: 0x04,
  poor: 0xfa,
  noTag: 0xfb,
  tagError: 0xfc,
} as const;
export const STATUSES: ReadonlyMap<number, string> = new Map([
  [STATUS.ok, 'ok'],
  [STATUS.done, 'done'],
  [STATUS.timeOut, 'the scan time ran out'],
  [STATUS.more, 'more frames follow'],
  [STATUS.overflow, 'more tags than there is room for'],
  [STATUS.poor, 'the tag is there but not understood'],
  [STATUS.noTag, 'no tag'],
  [STATUS.tagError, 'the tag answered with an error'],
  [0xfd, 'the length is wrong'],
  [0xfe, 'the reader does not know the command'],
  [0xff, 'a parameter is wrong'],
]);

export function encodeUhf({ address, command, data }: UhfRequest): Uint8Array {
  const length = data.length + 2 + CRC_BYTES;
  if (length > 0xff) throw new RangeError(`${data.length} bytes do not fit one frame`);
  const frame = Uint8Array.from([length, address, command, ...data, 0, 0]);
  const end = frame.length - CRC_BYTES;
  const crc = crc16Reflected(frame, 0, end);
  frame[end] = crc & 0xff;
  frame[end + 1] = crc >> 8;
  return frame;
}

export const encodeUhfReply = ({ address, command, status, data }: UhfReply): Uint8Array =>
  encodeUhf({ address, command, data: Uint8Array.from([status, ...data]) });

function head(cursor: Cursor) {
  const length = cursor.u8('length');
  if (length !== cursor.left) throw new WireError('wire.length', `${cursor.left} bytes instead of ${length}`);
  const address = cursor.u8('reader address', (value) => (value === ADDRESS_ANY ? 'any' : undefined));
  const command = cursor.u8('command', (value) => COMMANDS.get(value) ?? 'unknown command');
  return { address, command };
}

function tail(cursor: Cursor): Uint8Array {
  const data = cursor.take(cursor.left - CRC_BYTES, 'data');
  const computed = crc16Reflected(cursor.bytes, 0, cursor.at);
  const told = cursor.u16le('CRC', (value) => (value === computed ? 'right' : 'wrong'));
  if (told !== computed) throw new WireError('wire.checksum', 'the CRC is wrong');
  return data;
}

/** @throws WireError */
export function decodeUhfRequest(frame: Uint8Array, trail?: FieldSeen[]): UhfRequest {
  const cursor = new Cursor(frame, trail);
  return { ...head(cursor), data: tail(cursor) };
}

/** @throws WireError */
export function decodeUhf(frame: Uint8Array, trail?: FieldSeen[]): UhfReply {
  const cursor = new Cursor(frame, trail);
  const { address, command } = head(cursor);
  const status = cursor.u8('status', (value) => STATUSES.get(value) ?? 'unknown status');
  return { address, command, status, data: tail(cursor) };
}

export const REPLY_BYTES_MIN = 6;
export const REQUEST_BYTES_MIN = 5;
export const uhfFraming = <F>(decode: (frame: Uint8Array) => F, bytesMin: number): Framing<F> => ({
  bytesMax: 0x100,
  measure: (bytes) => ((bytes[0] as number) + 1 < bytesMin ? 0 : (bytes[0] as number) + 1),
  decode,
});
