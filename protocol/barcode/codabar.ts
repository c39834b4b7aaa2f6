/** Codabar as libraries print it: 14 digits, the last of which is a check digit; `A`-`D` as start and stop. */

const DIGITS = /^[0-9]+$/;
export const LIBRARY_DIGITS = 14;

/**
 * From the right every second digit counts twice, of two-digit products both digits (Luhn). For the 13 digits of a
 * library that is 2, 1, 2, 1 ... from the left, as JerseyCat, Dynix and NC Cardinal describe it.
 * `undefined` where the text is not digits.
 */
export function luhnCheckDigit(digits: string): string | undefined {
  if (!DIGITS.test(digits)) return undefined;
  let sum = 0;
  for (let back = 0; back < digits.length; back += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - back));
    const product = back % 2 === 0 ? 2 * digit : digit;
    sum += product > 9 ? product - 9 : product;
  }
  return String((10 - (sum % 10)) % 10);
}

export const hasLuhnCheckDigit = (digits: string): boolean =>
  digits.length > 1 && luhnCheckDigit(digits.slice(0, -1)) === digits.at(-1);

/**
 * Type, four digits of the institution, eight of a serial number, check digit. The type, 2 for readers and 3 for items,
 * is not looked at: some libraries have readers that start with 5. Nor do all libraries use the check digit.
 */
export const isLibraryCodabar = (text: string): boolean =>
  text.length === LIBRARY_DIGITS && hasLuhnCheckDigit(text);

/** Removes start and stop only where both are there: one alone belongs to the code or shows that a part is missing. */
export function withoutStartStop(text: string): string {
  return /^[A-Da-d][0-9$:/.+-]+[A-Da-d]$/.test(text) ? text.slice(1, -1) : text;
}
