/**
 * Frames of Kerong CU48 boards (48 locks), as a public driver has them; no data sheet was found, so the length byte of an
 * answer and the meaning of status 00 rest on that driver alone. The sum is of all bytes before it, modulo 256.
 *
 *   02 board lock command 03 SUM           60 ask all contacts (lock 00), 61 unlock; locks from 0
 *   02 board lock status LEN data.. SUM    status 75 done, 00 failed; six bytes for "ask all", none for "unlock"
 */
import { Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import type { Framing } from '../../wire/framed.ts';
import { sum } from '../cu16/frame.ts';
import { type LockFrame, lockBits } from '../lock.ts';

const STX = 0x02;
const ETX = 0x03;
export const CU48 = { askAll: 0x60, unlock: 0x61 } as const;
export const STATUS = { done: 0x75, failed: 0x00 } as const;
const CODES = new Map<number, string>([
  [CU48.askAll, 'ask for contacts'],
  [CU48.unlock, 'unlock'],
  [STATUS.done, 'done'],
  [STATUS.failed, 'failed'],
]);
export const STATUS_BYTES = 6;
const FRAME_BYTES = 6;

export function encodeCu48(address: number, lock: number, command: number): Uint8Array {
  return withSum([STX, address, lock, command, ETX]);
}

export function encodeCu48Answer(
  address: number,
  lock: number,
  status: number,
  data: readonly number[],
): Uint8Array {
  return withSum([STX, address, lock, status, data.length, ...data]);
}

const withSum = (body: readonly number[]) => Uint8Array.from([...body, sum(body)]);

/** The fields of one whole frame of either direction. @throws WireError */
export function decodeCu48(frame: Uint8Array, trail?: FieldSeen[]): LockFrame {
  const cursor = new Cursor(frame, trail);
  cursor.marker(STX, 'start');
  const address = cursor.u8('board');
  const lock = cursor.u8('lock', (value) => `lock ${value + 1}`);
  const code = cursor.u8('command or status', (value) => CODES.get(value) ?? 'unknown');
  const seen = readRest(code, cursor);
  const computed = sum(frame.subarray(0, -1));
  const told = cursor.u8('sum', (value) => (value === computed ? 'right' : 'wrong'));
  cursor.end();
  if (told !== computed) throw new WireError('wire.checksum', 'the sum is wrong');
  return { ...seen, address, lock, bytes: frame };
}

const NOTHING = new Uint8Array();

function readRest(code: number, cursor: Cursor): Pick<LockFrame, 'says' | 'data'> {
  if (code === CU48.askAll || code === CU48.unlock) {
    cursor.marker(ETX, 'end');
    return { says: code === CU48.askAll ? 'askAll' : 'unlock', data: NOTHING };
  }
  if (!CODES.has(code)) throw new WireError('wire.value', 'neither a command nor a status');
  const length = cursor.u8('length');
  if (length > STATUS_BYTES) throw new WireError('wire.length', `${length} status bytes`);
  const data = Uint8Array.from({ length }, (_, at) =>
    cursor.u8(`status byte ${at + 1}`, (byte) => lockBits(byte, at * 8 + 1)),
  );
  if (code === STATUS.failed) return { says: 'failed', data };
  return { says: length > 0 ? 'doors' : 'done', data };
}

export const FRAMING_CU48: Framing<LockFrame> = {
  bytesMax: FRAME_BYTES + STATUS_BYTES,
  measure(bytes) {
    if (bytes[0] !== STX) return 0;
    const [, , , code, length] = bytes;
    if (code === undefined) return undefined;
    if (!CODES.has(code)) return 0;
    if (code === CU48.askAll || code === CU48.unlock) return FRAME_BYTES;
    return length === undefined ? undefined : FRAME_BYTES + length;
  },
  decode: decodeCu48,
};
