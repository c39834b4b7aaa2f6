/** Explains scanned codes and scanners' reports in words, field by field, for a person who looks for a fault. */
import type { FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { aimIdentifier, aimWords } from './aim-identifier.ts';
import { BOOT_REPORT_BYTES, BootKeyboard, decodeBootReport, type KeyPart } from './boot-keyboard.ts';
import { hasLuhnCheckDigit, LIBRARY_DIGITS, luhnCheckDigit, withoutStartStop } from './codabar.ts';
import { code39CheckCharacter, hasCode39Check, isCode39 } from './code39.ts';
import { decodePosReport, PosAssembler, type PosLayout, type PosPart, posLayout } from './hid-pos.ts';
import { isbn13CheckDigit, readIsbn } from './isbn.ts';
import { latin1, visible } from './text.ts';

/**
 * What a code could be; which of it, and whose, only its library knows.
 * @throws WireError where the text is no code at all.
 */
export function explainCode(text: string, trail: FieldSeen[] = []): string {
  const aim = aimIdentifier(text);
  const fields = new TextFields(trail);
  if (aim) fields.add(aim.identifier, 'AIM identifier', aimWords(aim.identifier));
  const told = aim?.rest ?? text;
  const code = withoutStartStop(told);
  const framed = code !== told;
  if (framed) fields.add(told.charAt(0), 'start character', 'Codabar; startStop removes it');
  const meanings = code === '' ? [] : codeFields(code, fields);
  if (framed) fields.add(told.slice(-1), 'stop character', 'Codabar; startStop removes it');
  if (code === '') throw new WireError('wire.short', 'there is no code');
  return [`the code ${visible(code)}`, ...meanings].join('; ');
}

/** Offsets count characters, of which each is one byte. */
class TextFields {
  readonly #trail: FieldSeen[];
  #at = 0;

  constructor(trail: FieldSeen[]) {
    this.#trail = trail;
  }

  /** @throws WireError where a character is none that a scanner could send. */
  add(text: string, name: string, words: string): void {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    if (latin1(bytes) !== text)
      throw new WireError('wire.value', `a character of ${name} is wider than a byte`);
    this.#trail.push({ at: this.#at, bytes, name, words });
    this.#at += bytes.length;
  }
}

/** The last character on its own where it could be a check digit. Returns what the code could be, in words. */
function codeFields(code: string, fields: TextFields): string[] {
  const body = code.slice(0, -1);
  const shown = `"${visible(body)}"`;
  const judged = (should: string | undefined) =>
    should === code.slice(-1) ? 'right' : `wrong, should be ${should}`;
  if (/^[0-9]+$/.test(code) && code.length === LIBRARY_DIGITS) {
    fields.add(body, 'type, institution and serial number', shown);
    fields.add(code.slice(-1), 'check digit (Luhn)', judged(luhnCheckDigit(body)));
    return [
      `14 digits as of libraries, ${hasLuhnCheckDigit(code) ? 'check digit right' : 'check digit wrong or none'}`,
    ];
  }
  if (/^97[89][0-9]{10}$/.test(code)) {
    fields.add(body, 'prefix, publisher and title', shown);
    fields.add(code.slice(-1), 'check digit (EAN-13)', judged(isbn13CheckDigit(body)));
    return [isbnWords(code) ?? 'no ISBN'];
  }
  fields.add(code, 'code', `"${visible(code)}"`);
  const isbn = isbnWords(code);
  if (isbn !== undefined) return [isbn];
  if (!isCode39(code)) return [];
  if (hasCode39Check(code)) return [`its last character would be right as the check character of Code 39`];
  return [`the check character of Code 39 would be "${code39CheckCharacter(code)}"`];
}

function isbnWords(code: string): string | undefined {
  const isbn = readIsbn(code);
  if (!isbn) return undefined;
  return `ISBN ${isbn.isbn13}${isbn.isbn10 === undefined ? '' : `, before 2007 ${isbn.isbn10}`}`;
}

export interface ReportsExplained {
  readonly vendorId?: number | undefined;
  readonly layout?: PosLayout | undefined;
}

/**
 * The reports of a HID scanner in their order; `trails` gets one trail for each.
 * @throws WireError where a report cannot be read.
 */
export function explainReports(
  reports: readonly Uint8Array[],
  { vendorId, layout }: ReportsExplained = {},
  trails: FieldSeen[][] = [],
): string {
  const [first] = reports;
  if (!first) throw new WireError('wire.short', 'there is no report');
  const each = (decode: (report: Uint8Array, trail: FieldSeen[]) => unknown) => {
    for (const report of reports) {
      const trail: FieldSeen[] = [];
      trails.push(trail);
      decode(report, trail);
    }
  };
  if (first.length === BOOT_REPORT_BYTES) {
    each(decodeBootReport);
    const keyboard = new BootKeyboard();
    const parts = reports.flatMap((report): KeyPart[] => keyboard.push(report));
    return sentence('keyboard', parts, keyboard, 'Enter is missing');
  }
  const chosen = posLayout(vendorId, layout) ?? likely(first);
  each((report, trail) => decodePosReport(report, chosen, trail));
  const assembler = new PosAssembler(chosen);
  const parts = reports.flatMap((report) => assembler.push(report));
  const said =
    posLayout(vendorId, layout) === undefined ? `, as it looks: --vendor or --layout say for sure` : '';
  return sentence(`HID POS, layout ${chosen}${said}`, parts, assembler, 'its next report is missing');
}

/** Good enough to look at a report by hand; the terminal never does so. */
const likely = (report: Uint8Array): PosLayout =>
  aimIdentifier(latin1(report.subarray(2, 5))) ? 'aim' : 'plain';

type Part = PosPart | KeyPart;

function sentence(
  channel: string,
  parts: readonly Part[],
  source: { readonly waiting: boolean; expire(): Part | undefined },
  missing: string,
): string {
  const half = source.waiting ? source.expire() : undefined;
  const words = parts.map(partWords);
  if (half) words.push(`${partWords(half)}, ${missing}`);
  return `${channel}: ${words.length > 0 ? words.join('; ') : 'no code'}`;
}

function partWords(part: Part): string {
  if (part.kind === 'half') return `half a code of ${part.length} characters`;
  if (part.kind === 'garbage') return `no code (${part.detail})`;
  if (part.kind === 'answer') return `the answer ${visible(part.text)} to a command`;
  const aim = 'aim' in part && part.aim !== undefined ? ` (${aimWords(part.aim)})` : '';
  return `the code ${visible(part.text)}${aim}`;
}
