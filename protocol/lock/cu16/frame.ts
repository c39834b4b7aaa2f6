/**
 * Frames of Kerong CU16 boards (KR-CU16, NCU16L; 16 locks; RS485 or RS232, 19200 8N1), as three public drivers agree.
 * The sum is of all bytes before it, modulo 256. No byte tells a length, and 03 may also be data: a frame ends when the
 * line has been quiet.
 *
 *   02 ADDR command data.. 03 SUM          ADDR: the board in the high half, the lock in the low half, both from 0
 *
 *   30 ask all contacts of a board         answer 35 hook(1-8) hook(9-16) infrared(1-8) infrared(9-16)
 *   31 unlock                              some firmwares answer with 31 or 35, some with nothing
 *   32 ask all boards; ADDR F0 or 00       answers 35 or 36
 *   33 unlock all    37 set (data) or ask the unlock time, in 10 ms, high byte first; answer 38 time
 *   38 asked by one driver after each unlock, to clear a busy state    39 delayed unlock    40 baud rate
 */
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { type LockFrame, lockBits } from '../lock.ts';
import type { QuietFraming } from '../quiet.ts';

const STX = 0x02;
const ETX = 0x03;
export const CU16 = {
  askAll: 0x30,
  unlock: 0x31,
  askBoards: 0x32,
  doors: 0x35,
  doorsOfBoards: 0x36,
  unlockTime: 0x37,
  time: 0x38,
} as const;
const COMMANDS = new Map<number, string>([
  [CU16.askAll, 'ask for contacts'],
  [CU16.unlock, 'unlock'],
  [CU16.askBoards, 'ask all boards'],
  [0x33, 'unlock all'],
  [CU16.doors, 'contacts'],
  [CU16.doorsOfBoards, 'contacts, one of several boards'],
  [CU16.unlockTime, 'set or ask the unlock time'],
  [CU16.time, 'the unlock time, or clear busy'],
  [0x39, 'delayed unlock'],
  [0x40, 'baud rate'],
]);
/** Without data, with one byte, with two, with four. */
const LENGTHS = [9, 7, 6, 5] as const;

export function encodeCu16(address: number, command: number, ...data: readonly number[]): Uint8Array {
  const body = [STX, address, command, ...data, ETX];
  return Uint8Array.from([...body, sum(body)]);
}

export const sum = (bytes: Iterable<number>) => [...bytes].reduce((total, byte) => (total + byte) & 0xff, 0);

/** The fields of one whole frame of either direction. @throws WireError */
export function decodeCu16(frame: Uint8Array, trail?: FieldSeen[]): LockFrame {
  const cursor = new Cursor(frame, trail);
  cursor.marker(STX, 'start');
  const at = cursor.u8('address', (value) => `board ${value >> 4}, lock ${(value & 0x0f) + 1}`);
  const command = cursor.u8('command', (value) => COMMANDS.get(value) ?? 'unknown command');
  if (!COMMANDS.has(command)) throw new WireError('wire.value', 'no such command');
  const bytes = cursor.left - 2;
  if (bytes < 0) throw new WireError('wire.short', 'end and sum are missing');
  const seen = readData(command, bytes, cursor);
  cursor.marker(ETX, 'end');
  const computed = sum(frame.subarray(0, -1));
  const told = cursor.u8('sum', (value) => (value === computed ? 'right' : 'wrong'));
  cursor.end();
  if (told !== computed) throw new WireError('wire.checksum', 'the sum is wrong');
  return { ...seen, address: at >> 4, lock: at & 0x0f, bytes: frame };
}

type Body = Pick<LockFrame, 'says' | 'data'>;

function readData(command: number, bytes: number, cursor: Cursor): Body {
  const told = command === CU16.doors || command === CU16.doorsOfBoards;
  if (told && bytes === 4) {
    const hooks = [1, 9].map((first) =>
      cursor.u8(`hooks ${first} to ${first + 7}`, (v) => lockBits(v, first)),
    );
    for (const first of [1, 9]) cursor.u8(`infrared ${first} to ${first + 7}`, (v) => lockBits(v, first));
    return { says: 'doors', data: Uint8Array.from(hooks) };
  }
  const data = cursor.take(bytes, 'data', (some) => (some.length === 2 ? `${time(some)} ms` : ''));
  if (command === CU16.askAll || command === CU16.askBoards) return { says: 'askAll', data };
  if (command === CU16.unlock) return { says: 'unlock', data };
  if (command === CU16.unlockTime) return { says: bytes === 2 ? 'setTime' : 'askTime', data };
  if (command === CU16.time) return { says: bytes === 2 ? 'time' : 'askTime', data };
  return { says: 'other', data };
}

const time = ([high = 0, low = 0]: Uint8Array) => ((high << 8) | low) * 10;

export const FRAMING_CU16: QuietFraming<LockFrame> = {
  bytesMax: LENGTHS[0],
  lengths: ([first]) => (first === STX ? LENGTHS : []),
  decode: decodeCu16,
};
