/** The optional check character of Code 39: ISO/IEC 16388, annex A, modulo 43. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

/** `undefined` where Code 39 has no such character, small letters included. */
export function code39CheckCharacter(text: string): string | undefined {
  let sum = 0;
  for (const char of text) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return undefined;
    sum += value;
  }
  return ALPHABET.charAt(sum % ALPHABET.length);
}

export const isCode39 = (text: string): boolean => code39CheckCharacter(text) !== undefined;

/** Whether the last character is the check character of the others. */
export const hasCode39Check = (text: string): boolean =>
  text.length > 1 && code39CheckCharacter(text.slice(0, -1)) === text.at(-1);
