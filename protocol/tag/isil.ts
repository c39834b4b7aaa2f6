/** Library identifiers (ISIL, ISO 15511): in the latch-and-shift code of ISO 28560-2, Annex C, and without their hyphen
 * as ISO 28560-3 and the Danish model keep them. */
import { WireError } from '../wire/error.ts';
import { BitReader, BitWriter } from './bits.ts';
import type { Lenience } from './leniency.ts';

/** Prefix of a country or of one, three or four characters, a hyphen, the unit; 16 characters at most. */
export const isIsil = (text: string): boolean =>
  text.length <= 16 && /^(?:[A-Z]{2}|[A-Za-z0-9]{1}|[A-Za-z0-9]{3,4})-[A-Za-z0-9/:-]+$/.test(text);

type SetName = 'upper' | 'lower' | 'numeric';

interface CharacterSet {
  readonly width: number;
  /** A character's place is its code; the codes after the last one are the latches and shifts. */
  readonly chars: string;
  /** First a latch, then a shift to each of these. */
  readonly others: readonly [SetName, SetName];
}

const SETS: Readonly<Record<SetName, CharacterSet>> = {
  upper: { width: 5, chars: '-ABCDEFGHIJKLMNOPQRSTUVWXYZ:', others: ['lower', 'numeric'] },
  lower: { width: 5, chars: '-abcdefghijklmnopqrstuvwxyz/', others: ['upper', 'numeric'] },
  numeric: { width: 4, chars: '0123456789-:', others: ['upper', 'lower'] },
};

/** @throws WireError `wire.value` where it ends in anything but ones, the standard's padding. */
export function readIsilCode(data: Uint8Array): string {
  const bits = new BitReader(data);
  let text = '';
  let latched: SetName = 'upper';
  let set: SetName = 'upper';
  let bitsOfText = 0;
  while (bits.left >= SETS[set].width) {
    const { width, chars, others } = SETS[set];
    const code = bits.take(width);
    const char = chars[code];
    if (char !== undefined) {
      text += char;
      set = latched;
      bitsOfText = data.length * 8 - bits.left;
      continue;
    }
    if (set !== latched) throw new WireError('wire.value', 'a shift to a shift in a library identifier');
    const control = code - chars.length;
    set = others[control >> 1] as SetName;
    if (control % 2 === 0) latched = set;
  }
  if (!onesFrom(data, bitsOfText)) throw new WireError('wire.value', 'a library identifier of odd padding');
  return text;
}

/** Less than a byte, and all ones. */
function onesFrom(data: Uint8Array, bit: number): boolean {
  const rest = data.length * 8 - bit;
  return rest < 8 && (rest === 0 || ((data.at(-1) as number) & ((1 << rest) - 1)) === (1 << rest) - 1);
}

/** The codes that remain to be written, and how many bits they take. */
interface Way {
  readonly bits: number;
  readonly code: number;
  readonly width: number;
  readonly next: Way | undefined;
}

const END: Way = { bits: 0, code: 0, width: 0, next: undefined };

const step = (code: number, width: number, next: Way): Way => ({
  bits: next.bits + width,
  code,
  width,
  next,
});

/** In few bits; where a shift and a latch need the same, the shift, as in the standard's examples.
 * @throws RangeError where a character has no code. */
export function writeIsilCode(text: string): Uint8Array {
  let ways: Readonly<Record<SetName, Way | undefined>> = { upper: END, lower: END, numeric: END };
  for (const char of [...text].reverse()) {
    const after = ways;
    const from = (set: SetName) => shortest(char, set, after);
    ways = { upper: from('upper'), lower: from('lower'), numeric: from('numeric') };
  }
  const first = ways.upper;
  if (!first || text === '') throw new RangeError(`"${text}" cannot be written as a library identifier`);
  const writer = new BitWriter();
  for (let way: Way | undefined = first; way; way = way.next) writer.put(way.code, way.width);
  writer.put(0xff, writer.missing);
  return writer.bytes();
}

function shortest(
  char: string,
  set: SetName,
  after: Readonly<Record<SetName, Way | undefined>>,
): Way | undefined {
  const { width, chars, others } = SETS[set];
  const ways: (Way | undefined)[] = [];
  const stay = after[set];
  const own = chars.indexOf(char);
  // The standard leaves a set only for a character that it lacks (C.6.2), though a hyphen is shorter elsewhere.
  if (own >= 0) return stay && step(own, width, stay);
  others.forEach((other, place) => {
    const code = SETS[other].chars.indexOf(char);
    if (code < 0) return;
    const latch = chars.length + 2 * place;
    const there = after[other];
    if (stay) ways.push(step(latch + 1, width, step(code, SETS[other].width, stay)));
    if (there) ways.push(step(latch, width, step(code, SETS[other].width, there)));
  });
  return ways.reduce((best, way) => (way && (!best || way.bits < best.bits) ? way : best), undefined);
}

/** `DK718500` is DK-718500 (ISO 28560-3, 6, entry 3). `undefined`: no country begins it, so where the hyphen was is not
 * known. */
export function ownerOfBasicBlock(text: string, lenience: Lenience): string | undefined {
  if (text[2] === '-') return isIsil(text) && lenience.take('ownerHyphen') ? text : undefined;
  const owner = `${text.slice(0, 2)}-${text.slice(2)}`;
  return /^[A-Z]{2}-/.test(owner) && isIsil(owner) ? owner : undefined;
}

/** @throws RangeError where it would not be read back as the same library. */
export function basicBlockOfOwner(owner: string): string {
  if (!/^[A-Z]{2}-[^-]/.test(owner) || !isIsil(owner))
    throw new RangeError(`owner "${owner}" is no library identifier of a country`);
  return owner.replace('-', '');
}
