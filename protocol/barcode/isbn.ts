/** International standard book numbers, ISO 2108: 13 digits since 2007, 10 before. */

export interface Isbn {
  readonly isbn13: string;
  /** Only numbers that begin with 978 have one. */
  readonly isbn10?: string;
}

/** Longest form: 13 digits and four hyphens; some print blanks around them. */
const PRINTED_CHARS_MAX = 32;
const BOOKLAND = '978';

/** Weights 1, 3, 1 ...: also the check digit of any EAN-13. `undefined` where the text is not 12 digits. */
export function isbn13CheckDigit(digits: string): string | undefined {
  if (!/^[0-9]{12}$/.test(digits)) return undefined;
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) sum += Number(digits.charAt(at)) * (at % 2 === 0 ? 1 : 3);
  return String((10 - (sum % 10)) % 10);
}

/** Weights 10, 9 ... 2; a check of 10 is written X. `undefined` where the text is not 9 digits. */
export function isbn10CheckDigit(digits: string): string | undefined {
  if (!/^[0-9]{9}$/.test(digits)) return undefined;
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) sum += Number(digits.charAt(at)) * (10 - at);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}

/** A valid number in both forms. Hyphens and blanks are fine; `undefined` where it is none. */
export function readIsbn(text: string): Isbn | undefined {
  if (text.length > PRINTED_CHARS_MAX) return undefined;
  const plain = text.replace(/[ -]/g, '').toUpperCase();
  if (plain.length === 10) {
    const body = plain.slice(0, 9);
    return isbn10CheckDigit(body) === plain.at(-1) ? both(BOOKLAND + body) : undefined;
  }
  if (plain.length !== 13) return undefined;
  // 979-0 is printed music, ISMN (ISO 10957).
  if (!/^(978|979[1-9])/.test(plain)) return undefined;
  const body = plain.slice(0, 12);
  return isbn13CheckDigit(body) === plain.at(-1) ? both(body) : undefined;
}

/** `body`: 12 digits. */
function both(body: string): Isbn {
  const isbn13 = body + isbn13CheckDigit(body);
  if (!body.startsWith(BOOKLAND)) return { isbn13 };
  const ten = body.slice(BOOKLAND.length);
  return { isbn13, isbn10: ten + isbn10CheckDigit(ten) };
}

export const toIsbn13 = (text: string): string | undefined => readIsbn(text)?.isbn13;

/** `undefined` also where a valid number has no old form. */
export const toIsbn10 = (text: string): string | undefined => readIsbn(text)?.isbn10;
