/**
 * What a library may ask of its codes before they count. Nothing is asked unless it is configured: check digits are
 * not always used. Nothing here says what a code is for: the same one may be a patron's and an item's.
 */
import { aimIdentifier } from './aim-identifier.ts';
import { hasLuhnCheckDigit, LIBRARY_DIGITS, withoutStartStop } from './codabar.ts';
import { hasCode39Check } from './code39.ts';
import { toIsbn13 } from './isbn.ts';

/**
 * `startStop`: Codabar's `A`-`D` at both ends are removed.
 * `codabar14`: 14 digits end with their check digit.
 * `code39`: what the scanner's AIM identifier calls Code 39 ends with its check character. Without an identifier
 *   nothing tells Code 39 from other codes of the same characters, so the rule then asks nothing.
 * `isbn13`: a book's number is told in its 13 digits; 13 digits that begin as one end with their check digit. Of a
 *   library's own codes of ten digits one in eleven is a book's old number as well: such a library leaves it off.
 */
export const CODE_RULES = ['startStop', 'codabar14', 'code39', 'isbn13'] as const;
export type CodeRule = (typeof CODE_RULES)[number];

export type Judged =
  | { readonly kind: 'good'; readonly code: string }
  /** In words, and never a character of the code. */
  | { readonly kind: 'wrong'; readonly why: string };

/** `aim`: the scanner's identifier, such as `]A0`. The order of the rules in the configuration plays no part. */
export function judgeCode(text: string, rules: readonly CodeRule[], aim?: string): Judged {
  const asks = new Set(rules);
  const code = asks.has('startStop') ? withoutStartStop(text) : text;
  if (asks.has('codabar14') && isDigits(code, LIBRARY_DIGITS) && !hasLuhnCheckDigit(code))
    return wrong(`${LIBRARY_DIGITS} digits with a wrong check digit`);
  if (asks.has('code39') && carriesCode39Check(aim) && !hasCode39Check(code))
    return wrong('Code 39 with a wrong check character');
  if (!asks.has('isbn13')) return { kind: 'good', code };
  const isbn = toIsbn13(code);
  if (isbn !== undefined) return { kind: 'good', code: isbn };
  if (isDigits(code, 13) && /^(978|979[1-9])/.test(code)) return wrong('an ISBN with a wrong check digit');
  return { kind: 'good', code };
}

/** ISO/IEC 15424: modifiers 3 and 7 say that the scanner has verified the character and removed it. */
function carriesCode39Check(aim: string | undefined): boolean {
  const identifier = aim === undefined ? undefined : aimIdentifier(aim);
  return identifier?.symbology === 'Code 39' && identifier.modifier !== '3' && identifier.modifier !== '7';
}

const isDigits = (text: string, length: number): boolean => text.length === length && /^[0-9]+$/.test(text);
const wrong = (why: string): Judged => ({ kind: 'wrong', why });
