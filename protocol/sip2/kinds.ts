/** What a field of SIP2 can hold: how its text is read, written and told (3M SIP 2.00, "Data Elements"). */
import { WireError } from '../wire/error.ts';
import { readDate, writeDate } from './date.ts';

export interface Kind<T> {
  /** @throws WireError where the field decides something and says neither. Other oddities become `undefined`. */
  read(text: string): T;
  write(value: T): string;
  words(value: T): string;
}

/** A field of the fixed part: always so many characters. */
export interface FixedKind<T> extends Kind<T> {
  readonly width: number;
}

/** Any kind, whatever it holds. */
export interface AnyKind {
  read(text: string): unknown;
  write(value: never): string;
  words(value: never): string;
}

export type ValueOf<K extends AnyKind> = ReturnType<K['read']>;

const plain = (value: string) => value;

export const text: Kind<string> = { read: plain, write: plain, words: plain };

/** What no screen, log or explanation may show. */
export const secret: Kind<string> = { ...text, words: (value) => (value === '' ? 'empty' : 'not shown') };

export const fixedText = (width: number): FixedKind<string> => ({
  ...text,
  width,
  write: (value) => value.padEnd(width).slice(0, width),
});

/** One of a list of codes; a code that is not in the list is kept as it is. */
export const code = (width: number, names: Readonly<Record<string, string>>): FixedKind<string> => ({
  ...fixedText(width),
  words: (value) => names[value] ?? `"${value}" is not in the standard`,
});

const yesOrNo = (value: boolean) => (value ? 'yes' : 'no');

/** `Y` alone is yes: an empty or odd answer to "is the PIN right" must not be one. */
export const flag: Kind<boolean> = {
  read: (value) => value === 'Y',
  write: (value) => (value ? 'Y' : 'N'),
  words: yesOrNo,
};

/** Y or N in the fixed part. */
export const yesNo: FixedKind<boolean> = { ...flag, width: 1, read: (value) => decided(value) };

/** 1 or 0: whether the library did what was asked. */
export const done: FixedKind<boolean> = { ...yesNo, write: (value) => (value ? '1' : '0') };

/** Servers mix the two spellings of yes and no; anything else is no answer. */
function decided(value: string): boolean {
  if (value === 'Y' || value === '1') return true;
  if (value === 'N' || value === '0') return false;
  throw new WireError('wire.value', 'a field that says yes or no says neither');
}

/** Digits of a fixed number; blank, or anything else, where the library does not tell. */
export const digits = (width: number): FixedKind<number | undefined> => ({
  width,
  read: (value) => (/^ *\d+ *$/.test(value) ? Number(value) : undefined),
  write: (value) => {
    const told = value === undefined ? '' : String(Math.min(value, 10 ** width - 1));
    return told.padStart(width, value === undefined ? ' ' : '0');
  },
  words: (value) => (value === undefined ? 'not told' : String(value)),
});

/** `YYYYMMDDZZZZHHMMSS`; blank where there is none. */
export const date: FixedKind<string | undefined> = {
  width: 18,
  read: readDate,
  write: writeDate,
  words: (value) => value ?? 'no date',
};

/** The same date in a variable field. */
export const dateText: Kind<string | undefined> = {
  ...date,
  write: (value) => (value === undefined ? '' : writeDate(value)),
};

/** Characters that each say something by their place: `Y` where it is so, `unset` where it is not. */
export function places<N extends string>(
  names: readonly N[],
  width: number,
  unset: ' ' | 'N',
): FixedKind<readonly N[]> {
  return {
    width,
    read: (value) => names.filter((_, place) => value[place] === 'Y'),
    write: (set) =>
      names
        .map((name) => (set.includes(name) ? 'Y' : unset))
        .join('')
        .padEnd(width),
    words: (set) => set.join(', ') || 'none',
  };
}

/** A field that may come several times. */
export interface ListKind extends Kind<readonly string[]> {
  readonly list: true;
}

export const list: ListKind = {
  list: true,
  read: (value) => [value],
  write: (values) => values.join(),
  words: (values) => values.join(', '),
};
