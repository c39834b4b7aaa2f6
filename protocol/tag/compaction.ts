/** The compactions of ISO/IEC 15962 (ISO 28560-2, 7.4): how the text of one object becomes few bytes. Code 0 is none of
 * them: there the application knows. Padding is read strictly: bits that are no padding are a text we do not know. */
import { WireError } from '../wire/error.ts';
import { BitReader, BitWriter } from './bits.ts';
import { utf8Bytes, utf8Text } from './text.ts';

export const COMPACTIONS = [
  'application',
  'integer',
  'numeric',
  '5-bit',
  '6-bit',
  '7-bit',
  'ISO 8859-1',
  'UTF-8',
] as const;

export interface Compacted {
  readonly compaction: number;
  readonly data: Uint8Array;
}

/** 10 to 9999999999999999999: the standard's range, which 8 bytes hold. */
const INTEGER_MIN = 10n;
const INTEGER_MAX = 9_999_999_999_999_999_999n;
const INTEGER_BYTES_MAX = 8;

interface Scheme {
  /** Whether the standard lets this text be compacted so. */
  readonly fits: (text: string) => boolean;
  readonly compact: (text: string) => Uint8Array;
  readonly expand: (data: Uint8Array) => string;
}

const bad = (why: string) => new WireError('wire.value', why);

const within = (text: string, from: number, to: number): boolean =>
  [...text].every((char) => char.length === 1 && char.charCodeAt(0) >= from && char.charCodeAt(0) <= to);

const integer: Scheme = {
  fits: (text) => /^[1-9]\d{1,18}$/.test(text),
  compact: (text) => {
    const hex = BigInt(text).toString(16);
    const even = hex.length % 2 === 0 ? hex : `0${hex}`;
    return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  },
  expand: (data) => {
    if (data.length > INTEGER_BYTES_MAX) throw bad(`an integer of ${data.length} bytes`);
    const value = data.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    if (value < INTEGER_MIN || value > INTEGER_MAX) throw bad(`the integer ${value} is out of range`);
    return value.toString();
  },
};

/** The half byte that fills a numeric string of an odd number of digits. */
const NUMERIC_FILL = 0x0f;

const numeric: Scheme = {
  fits: (text) => /^\d{2,}$/.test(text),
  compact: (text) => {
    const bits = new BitWriter();
    for (const digit of text) bits.put(Number(digit), 4);
    bits.put(NUMERIC_FILL, bits.missing);
    return bits.bytes();
  },
  expand: (data) => {
    const digits = [...data].flatMap((byte) => [byte >> 4, byte & 0x0f]);
    if (digits.at(-1) === NUMERIC_FILL) digits.pop();
    if (digits.some((digit) => digit > 9)) throw bad('a numeric string with another digit');
    return digits.join('');
  },
};

/** Codes of one width. The padding is the front of one more code, `pad`, of which no text that fits ends. */
function coded(width: number, pad: number, fits: Scheme['fits'], charOf: (code: number) => number): Scheme {
  const padFront = (length: number) => pad >> (width - length);

  return {
    fits,
    compact: (text) => {
      const bits = new BitWriter();
      for (const char of text) bits.put(char.charCodeAt(0), width);
      const whole = Math.min(bits.missing, width);
      bits.put(padFront(whole), whole);
      // Seven bits to fill with codes of five or six: the pad is used up.
      bits.put(pad & 1 ? 0x7f : 0, bits.missing);
      return bits.bytes();
    },
    expand: (data) => {
      const bits = new BitReader(data);
      const codes: number[] = [];
      while (bits.left >= width) codes.push(bits.take(width));
      const rest = bits.left;
      const fill = bits.take(rest);
      const padded = rest + width < 8 && codes.at(-1) === pad;
      if (padded) codes.pop();
      if (fill !== (padded ? (pad & 1 ? (1 << rest) - 1 : 0) : padFront(rest))) throw bad('odd padding');
      const text = codes.map((code) => String.fromCharCode(charOf(code))).join('');
      if (codes.length === 0 || codes.at(-1) === pad) throw bad('a text that ends in padding');
      return text;
    },
  };
}

const fiveBit = coded(
  5,
  0,
  (text) => text.length >= 3 && within(text, 0x41, 0x5f),
  (code) => {
    if (code === 0) throw bad('a gap in a 5-bit text');
    return 0x40 | code;
  },
);

const sixBit = coded(
  6,
  0b100000,
  (text) => text.length >= 4 && within(text, 0x20, 0x5f) && !text.endsWith(' '),
  (code) => (code < 0x20 ? 0x40 | code : code),
);

const sevenBit = coded(
  7,
  0x7f,
  (text) => text.length >= 8 && within(text, 0, 0x7e),
  (code) => {
    if (code === 0x7f) throw bad('a gap in a 7-bit text');
    return code;
  },
);

/** Not by `TextDecoder`: its "latin1" is Windows-1252. */
const latin1: Scheme = {
  fits: (text) => text !== '' && within(text, 0, 0xff),
  compact: (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
  expand: (data) => Array.from(data, (byte) => String.fromCharCode(byte)).join(''),
};

const utf8: Scheme = {
  fits: (text) => text !== '',
  compact: (text) => utf8Bytes(text, 'the text'),
  expand: (data) => utf8Text(data, 'the text'),
};

const SCHEMES: readonly (Scheme | undefined)[] = [
  undefined,
  integer,
  numeric,
  fiveBit,
  sixBit,
  sevenBit,
  latin1,
  utf8,
];

/** @throws WireError `wire.value` where the bytes are not of that compaction, or are of none. */
export function expand(compaction: number, data: Uint8Array): string {
  const scheme = SCHEMES[compaction];
  if (!scheme || data.length === 0) throw bad(`no text in ${data.length} bytes, compaction ${compaction}`);
  return scheme.expand(data);
}

/** With the compaction that the standard allows and that needs the fewest bytes.
 * @throws RangeError where there is nothing to write, or half a character. */
export function compact(text: string): Compacted {
  let best: Compacted | undefined;
  SCHEMES.forEach((scheme, compaction) => {
    if (!scheme?.fits(text)) return;
    const data = scheme.compact(text);
    if (!best || data.length < best.data.length) best = { compaction, data };
  });
  if (!best) throw new RangeError('an empty text cannot be written');
  return best;
}
