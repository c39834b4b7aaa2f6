/**
 * Frames of the "8A" boards (Guangzhou Shuoming, "RS485 lock control board protocol" 2021 and 2024A1; sold under many
 * names, with 2 to 50 locks). Every frame ends with the XOR of all bytes before it; no byte tells a length, so a frame
 * ends when the line has been quiet.
 *
 *   8A board lock 11 x          unlock; lock 00: all            8A board lock level x       its answer, after the pulse
 *   8A board lock 11 s x        the same for s seconds
 *   80 board lock 33 x          ask one contact                 80 board lock level x       its answer
 *   80 board 00 33 x            ask all                         80 board d d d 33 x         its answer: 3 bytes, also of a
 *                                                               80 board d..d 33 x          board with 8 locks; 7 of one with 50
 *   90 board d d d x            unlock several                  81 or 82 board lock level x a door moved; not every board
 *   9A, 9B board lock 11 x      hold and release a coil         82 board 00 22 x            ask for the firmware
 *
 * A level is 00 or 11. Two of these are read twice. A board whose locks short their switch when shut answers an unlock
 * that moved nothing with level 11: byte for byte the command. So does an RS485 adapter that hears itself. And such an
 * adapter's echo of "ask all" would be an answer with a single byte, if there were such a board.
 */
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { type LockFrame, lockBits } from '../lock.ts';
import type { QuietFraming } from '../quiet.ts';

export const HEAD = {
  unlock: 0x8a,
  contacts: 0x80,
  moved: 0x81,
  movedOrFirmware: 0x82,
  several: 0x90,
  hold: 0x9a,
  release: 0x9b,
} as const;
const HEADS = new Map<number, string>([
  [HEAD.unlock, 'unlock, or its answer'],
  [HEAD.contacts, 'contacts'],
  [HEAD.moved, 'a door moved'],
  [HEAD.movedOrFirmware, 'a door moved, or firmware'],
  [HEAD.several, 'unlock several'],
  [HEAD.hold, 'hold a coil'],
  [HEAD.release, 'release a coil'],
]);
export const FUNCTION = { unlock: 0x11, contacts: 0x33, contactsOld: 0x99, firmware: 0x22 } as const;
const LEVELS = new Map<number, 0 | 1>([
  [0x00, 0],
  [0x11, 1],
]);
/** 3 status bytes of boards with up to 24 locks, 7 of those with 50. */
const STATUS_BYTES_MIN = 3;
const STATUS_BYTES_MAX = 7;
const FRAME_BYTES = 5;
const FRAME_BYTES_MAX = 4 + STATUS_BYTES_MAX;

export function encode8a(head: number, address: number, ...rest: readonly number[]): Uint8Array {
  const body = [head, address, ...rest];
  return Uint8Array.from([...body, xor(body)]);
}

const xor = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum ^ byte, 0);

/** The fields of one whole frame of either direction. @throws WireError */
export function decode8a(frame: Uint8Array, trail?: FieldSeen[]): LockFrame {
  const cursor = new Cursor(frame, trail);
  const head = cursor.u8('head', (value) => HEADS.get(value) ?? 'no such head');
  if (!HEADS.has(head)) throw new WireError('wire.marker', 'no frame of this board begins so');
  const address = cursor.u8('board');
  const seen = readBody(head, frame.length, cursor);
  const told = cursor.u8('XOR', (value) => (value === xor([...frame.subarray(0, -1)]) ? 'right' : 'wrong'));
  cursor.end();
  if (told !== xor([...frame.subarray(0, -1)])) throw new WireError('wire.checksum', 'the XOR is wrong');
  return { data: NOTHING, ...seen, address, bytes: frame };
}

const NOTHING = new Uint8Array();
type Body = Pick<LockFrame, 'says'> & Partial<LockFrame>;

function readBody(head: number, length: number, cursor: Cursor): Body {
  if (head === HEAD.contacts && length > FRAME_BYTES) return readDoors(length - 4, cursor);
  if (head === HEAD.several) return { says: 'other', data: cursor.take(length - 3, 'locks, one bit each') };
  const lock = cursor.u8('lock', (value) => (value === 0 ? 'all' : undefined));
  const code = cursor.u8('function or level', (value) => codeWords(head, value));
  const of = lock === 0 ? {} : { lock: lock - 1 };
  if (head === HEAD.hold || head === HEAD.release) return { says: 'other', ...of };
  if (head === HEAD.unlock) return { ...of, ...readUnlock(code, length, cursor) };
  const level = LEVELS.get(code);
  if (level !== undefined && lock > 0)
    return { says: head === HEAD.contacts ? 'door' : 'moved', ...of, level };
  return { ...of, says: question(head, lock, code) };
}

function readUnlock(code: number, length: number, cursor: Cursor): Body {
  const level = LEVELS.get(code);
  if (level === undefined) throw new WireError('wire.value', 'neither a command nor a level');
  if (length > FRAME_BYTES)
    return { says: 'unlock', data: cursor.take(1, 'seconds', ([seconds]) => `${seconds} s`) };
  return { says: level === 1 ? 'unlock' : 'done', level };
}

function question(head: number, lock: number, code: number): LockFrame['says'] {
  const asks = code === FUNCTION.contacts || code === FUNCTION.contactsOld;
  if (head === HEAD.contacts && asks) return lock === 0 ? 'askAll' : 'askOne';
  if (head === HEAD.movedOrFirmware && code === FUNCTION.firmware) return 'other';
  throw new WireError('wire.value', 'neither a question nor a level');
}

function readDoors(bytes: number, cursor: Cursor): Body {
  if (bytes < STATUS_BYTES_MIN || bytes > STATUS_BYTES_MAX)
    throw new WireError('wire.length', `${bytes} status bytes`);
  const data = Uint8Array.from({ length: bytes }, (_, at) =>
    cursor.u8(`status byte ${at + 1}`, (byte) => lockBits(byte, at * 8 + 1)),
  );
  cursor.marker(FUNCTION.contacts, 'contacts');
  return { says: 'doors', data };
}

function codeWords(head: number, code: number): string | undefined {
  if (head === HEAD.unlock && code === FUNCTION.unlock) return 'unlock, or level 1 in an answer';
  if (code === FUNCTION.contacts || code === FUNCTION.contactsOld) return 'ask for contacts';
  if (head === HEAD.movedOrFirmware && code === FUNCTION.firmware) return 'ask for the firmware';
  const level = LEVELS.get(code);
  return level === undefined ? 'unknown' : `level ${level}`;
}

const WITH_SECONDS = [FRAME_BYTES + 1, FRAME_BYTES];
const DOORS = Array.from(
  { length: STATUS_BYTES_MAX - STATUS_BYTES_MIN + 1 },
  (_, at) => FRAME_BYTES_MAX - at,
);

export const FRAMING_8A: QuietFraming<LockFrame> = {
  bytesMax: FRAME_BYTES_MAX,
  lengths([head = 0]) {
    if (head === HEAD.unlock) return WITH_SECONDS;
    if (head === HEAD.contacts) return [...DOORS, FRAME_BYTES];
    if (head === HEAD.several) return [3 + STATUS_BYTES_MAX, 3 + STATUS_BYTES_MIN];
    return HEADS.has(head) ? [FRAME_BYTES] : [];
  },
  decode: decode8a,
};
