/**
 * Frames of the "WKLY" boards (up to 24 locks and more; RS485, 9600 8N1), as drivers and tests in several public code
 * bases agree: "WKLY" in ASCII, the length of the whole frame, the board, a command, its data, the XOR of all before.
 *
 *   57 4B 4C 59 LEN board command data.. x
 *
 *   82 lock   unlock           answer 82 status lock contact      00 open, 01 closed
 *   83 lock   ask one          answer 83 status lock contact
 *   84        ask all          answer 84 status count contact..
 *                              unasked 85 lock contact
 *   80, 86, 87 unlock several together, all, several in turn; 81, 88, 89 flash, on, off
 *
 * Status 00: done; FF: could not. A request and its answer have the same command: their lengths tell them apart.
 */
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import type { LockFrame } from '../lock.ts';

const START = [0x57, 0x4b, 0x4c, 0x59] as const;
export const WKLY = { unlock: 0x82, askOne: 0x83, askAll: 0x84, moved: 0x85 } as const;
const COMMANDS = new Map<number, string>([
  [0x80, 'unlock several together'],
  [0x81, 'flash a channel'],
  [WKLY.unlock, 'unlock one'],
  [WKLY.askOne, 'ask for one contact'],
  [WKLY.askAll, 'ask for all contacts'],
  [WKLY.moved, 'a door moved'],
  [0x86, 'unlock all'],
  [0x87, 'unlock several in turn'],
  [0x88, 'channel on'],
  [0x89, 'channel off'],
]);
export const STATUS = { done: 0x00, failed: 0xff } as const;
const HEAD_BYTES = 7;
const FRAME_BYTES_MIN = HEAD_BYTES + 1;
const FRAME_BYTES_MAX = 255;

export function encodeWkly(address: number, command: number, ...data: readonly number[]): Uint8Array {
  const body = [...START, FRAME_BYTES_MIN + data.length, address, command, ...data];
  return Uint8Array.from([...body, xor(body)]);
}

const xor = (bytes: Iterable<number>) => [...bytes].reduce((sum, byte) => sum ^ byte, 0);

/** The fields of one whole frame of either direction. @throws WireError */
export function decodeWkly(frame: Uint8Array, trail?: FieldSeen[]): LockFrame {
  const cursor = new Cursor(frame, trail);
  START.forEach((byte, at) => {
    cursor.marker(byte, `start ${'WKLY'[at]}`);
  });
  const length = cursor.u8('length');
  if (length !== frame.length)
    throw new WireError('wire.length', `the frame says ${length} bytes and has ${frame.length}`);
  const address = cursor.u8('board');
  const command = cursor.u8('command', (value) => COMMANDS.get(value) ?? 'unknown command');
  const computed = xor(frame.subarray(0, -1));
  const seen = readData(command, cursor);
  const told = cursor.u8('XOR', (value) => (value === computed ? 'right' : 'wrong'));
  cursor.end();
  if (told !== computed) throw new WireError('wire.checksum', 'the XOR is wrong');
  return { data: NOTHING, ...seen, address, bytes: frame };
}

const NOTHING = new Uint8Array();
type Body = Pick<LockFrame, 'says'> & Partial<LockFrame>;

function readData(command: number, cursor: Cursor): Body {
  const bytes = cursor.left - 1;
  if (command === WKLY.moved) return { says: 'moved', ...readLock(cursor), ...readContact(cursor) };
  if (command === WKLY.askAll) return bytes === 0 ? { says: 'askAll' } : readAll(cursor);
  if (command !== WKLY.unlock && command !== WKLY.askOne)
    return { says: 'other', data: cursor.take(bytes, 'data') };
  if (bytes > 1 || cursor.bytes[cursor.at] === STATUS.failed) return readAnswer(command, cursor);
  return { says: command === WKLY.unlock ? 'unlock' : 'askOne', ...readLock(cursor) };
}

function readAnswer(command: number, cursor: Cursor): Body {
  if (!readDone(cursor)) return { says: 'failed', data: cursor.take(cursor.left - 1, 'rest') };
  return { says: command === WKLY.unlock ? 'done' : 'door', ...readLock(cursor), ...readContact(cursor) };
}

function readAll(cursor: Cursor): Body {
  if (!readDone(cursor)) return { says: 'failed', data: cursor.take(cursor.left - 1, 'rest') };
  const count = cursor.u8('contacts');
  const data = Uint8Array.from({ length: count }, (_, at) => readContact(cursor, ` of lock ${at + 1}`).level);
  return { says: 'doors', data };
}

const readDone = (cursor: Cursor) =>
  cursor.u8('status', (value) => (value === STATUS.done ? 'done' : 'could not')) === STATUS.done;

function readLock(cursor: Cursor): { lock: number } {
  const lock = cursor.u8('lock');
  if (lock === 0) throw new WireError('wire.value', 'locks count from 1');
  return { lock: lock - 1 };
}

function readContact(cursor: Cursor, of = ''): { level: 0 | 1 } {
  const level = cursor.u8(`contact${of}`, (value) => (value === 0 ? 'open' : 'closed'));
  if (level > 1) throw new WireError('wire.value', `a contact is 0 or 1, not ${level}`);
  return { level: level === 1 ? 1 : 0 };
}

export const FRAMING_WKLY: Framing<LockFrame> = {
  bytesMax: FRAME_BYTES_MAX,
  measure(bytes) {
    const at = START.findIndex((byte, index) => index < bytes.length && bytes[index] !== byte);
    if (at >= 0) return 0;
    const length = bytes[START.length];
    return length === undefined || length >= FRAME_BYTES_MIN ? length : 0;
  },
  decode: decodeWkly,
};
