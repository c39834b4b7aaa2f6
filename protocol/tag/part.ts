/** Set information (ISO 28560-1, 4.2.4): which part of an item of several parts this tag is on. */
import type { Lenience } from './leniency.ts';

export interface Part {
  readonly number: number;
  readonly of: number;
}

/** ISO 28560-3 gives each a byte. */
const PARTS_MAX = 255;

/** Number of parts, then ordinal: the order of ISO 28560-1. `undefined`: the tag says nothing that makes sense. */
export function partOf(of: number, number: number, lenience: Lenience): Part | undefined {
  if (of < 1 || number < 1) return undefined;
  if (number <= of) return { number, of };
  return lenience.take('partsSwapped') ? { number: of, of: number } : undefined;
}

/** ISO 28560-2: decimal digits, half of them for each number. Its Annex D.3.4 writes part 3 of 12 as `1203`. */
export function partOfDigits(digits: string, lenience: Lenience): Part | undefined {
  if (!/^(?:\d{2}|\d{4}|\d{6})$/.test(digits)) return undefined;
  const half = digits.length / 2;
  return partOf(Number(digits.slice(0, half)), Number(digits.slice(half)), lenience);
}

export function digitsOfPart(part: Part): string {
  const { number, of } = checkedPart(part);
  const width = String(of).length;
  return `${of}${String(number).padStart(width, '0')}`;
}

/** @throws RangeError where the numbers are no part of a whole. */
export function checkedPart(part: Part): Part {
  const { number, of } = part;
  const whole = Number.isInteger(number) && Number.isInteger(of);
  if (!whole || number < 1 || number > of || of > PARTS_MAX)
    throw new RangeError(`part ${number} of ${of} cannot be written`);
  return part;
}
