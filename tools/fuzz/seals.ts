/** Mends length and check of a mutated frame, so that a decoder looks behind them. */
import { cobsEncode } from '../../protocol/board/cobs.ts';
import { crc16 } from '../../protocol/board/crc16.ts';
import { sip2Checksum } from '../../protocol/sip2/checksum.ts';
import { crc16Forward, crc16Reflected } from '../../protocol/wire/crc16.ts';

export type Seal = (bytes: Uint8Array) => Uint8Array;

/** The bytes before the check, which a seal may change in place. */
function body(bytes: Uint8Array, checkBytes: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(0, Math.max(0, bytes.length - checkBytes)));
}
const withCheck = (front: Uint8Array, ...check: readonly number[]) => Uint8Array.from([...front, ...check]);
const lowFirst = (value: number) => [value & 0xff, value >> 8] as const;
const highFirst = (value: number) => [value >> 8, value & 0xff] as const;

/** Reports of a HID device all have one size. */
export const sizeSeal =
  (size: number): Seal =>
  (bytes) => {
    const report = new Uint8Array(size);
    report.set(bytes.subarray(0, size));
    return report;
  };

export const xorSeal: Seal = (bytes) => {
  const front = body(bytes, 1);
  return withCheck(
    front,
    front.reduce((sum, byte) => sum ^ byte, 0),
  );
};

/** WKLY: the fifth byte counts the whole frame. */
export const wklySeal: Seal = (bytes) => {
  if (bytes.length > 5) bytes = Uint8Array.from(bytes).fill(bytes.length, 4, 5);
  return xorSeal(bytes);
};

export const sumSeal: Seal = (bytes) => {
  const front = body(bytes, 1);
  return withCheck(
    front,
    front.reduce((sum, byte) => (sum + byte) & 0xff, 0),
  );
};

/** FEIG: the length counts the whole frame, in one byte or behind 02h in two. */
export const feigSeal: Seal = (bytes) => {
  const front = body(bytes, 2);
  const total = front.length + 2;
  if (front[0] === 0x02) front.set(highFirst(total).slice(0, Math.max(0, front.length - 1)), 1);
  else if (front.length > 0) front[0] = total & 0xff;
  return withCheck(front, ...lowFirst(crc16Reflected(front)));
};

/** UHFReader18: the length counts what follows it. */
export const uhfSeal: Seal = (bytes) => {
  const front = body(bytes, 2);
  if (front.length > 0) front[0] = (front.length + 1) & 0xff;
  return withCheck(front, ...lowFirst(crc16Reflected(front)));
};

/** RL866: the length behind the start counts what follows the start. */
export const rl866Seal: Seal = (bytes) => {
  const front = body(bytes, 2);
  if (front.length > 1) front[1] = (front.length + 1) & 0xff;
  return withCheck(front, ...lowFirst(crc16Reflected(front, 1)));
};

/** 3M 810: two length bytes behind the start count what follows them; the CRC covers them and is inverted. */
export const padSeal: Seal = (bytes) => {
  const front = body(bytes, 2);
  if (front.length > 2) front.set(highFirst(front.length - 1), 1);
  return withCheck(front, ...highFirst(crc16Forward(front, 1) ^ 0xffff));
};

/** M100: length of the parameters in bytes 3 and 4, sum from the type on, end 7Eh. */
export const m100Seal: Seal = (bytes) => {
  const front = body(bytes, 2);
  if (front.length > 4) front.set(highFirst(front.length - 5), 3);
  return withCheck(
    front,
    front.subarray(1).reduce((sum, byte) => (sum + byte) & 0xff, 0),
    0x7e,
  );
};

/** PN532: a normal frame around whatever stands between the front of one and its end. */
export const pn532Seal: Seal = (bytes) => {
  const data = bytes.subarray(5, Math.max(5, bytes.length - 2)).subarray(0, 254);
  const sum = data.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Uint8Array.from([0, 0, 0xff, data.length, -data.length & 0xff, ...data, -sum & 0xff, 0]);
};

/** ISO 28560-3: the CRC in bytes 19 and 20 covers the others of the basic block, 32 bytes at least. */
export const tagSeal: Seal = (bytes) => {
  const memory = new Uint8Array(Math.max(34, bytes.length));
  memory.set(bytes);
  const covered = [...memory.subarray(0, 19), ...memory.subarray(21, 34)];
  memory.set(lowFirst(crc16Forward(Uint8Array.from(covered))), 19);
  return memory;
};

export const boardSeal: Seal = (bytes) => {
  const front = bytes.subarray(0, 60);
  return withCheck(cobsEncode(withCheck(front, ...lowFirst(crc16(front)))), 0);
};

export const sip2Seal: Seal = (bytes) => {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/AY.AZ.{0,4}\r?$/, '');
  const front = Buffer.from(`${text}AY1AZ`, 'latin1');
  return withCheck(front, ...Buffer.from(`${sip2Checksum(front)}\r`));
};
