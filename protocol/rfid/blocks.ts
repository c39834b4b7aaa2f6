/** Memory in the portions that one request or answer of a reader has room for. */
import { WireError } from '../wire/error.ts';

export interface Portion {
  readonly first: number;
  readonly count: number;
}

/** `count` blocks from `first`, at most `atOnce` at a time. */
export function portions(first: number, count: number, atOnce: number): Portion[] {
  const parts: Portion[] = [];
  for (let at = 0; at < count; at += atOnce)
    parts.push({ first: first + at, count: Math.min(atOnce, count - at) });
  return parts;
}

/** How many blocks `data` fills. @throws WireError `wire.length` where it fills none, or one only partly. */
export function wholeBlocks(data: Uint8Array, blockBytes: number): number {
  const count = data.length / blockBytes;
  if (!(Number.isInteger(count) && count > 0))
    throw new WireError('wire.length', `${data.length} bytes are not whole blocks of ${blockBytes}`);
  return count;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
