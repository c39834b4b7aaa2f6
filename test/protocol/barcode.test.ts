/** Library barcodes: check digits, book numbers, AIM identifiers, what is asked of a code, commands to scanners. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aimIdentifier, aimWords, withoutAimIdentifier } from '../../protocol/barcode/aim-identifier.ts';
import {
  hasLuhnCheckDigit,
  isLibraryCodabar,
  luhnCheckDigit,
  withoutStartStop,
} from '../../protocol/barcode/codabar.ts';
import { code39CheckCharacter, hasCode39Check, isCode39 } from '../../protocol/barcode/code39.ts';
import {
  type ScannerChannel,
  type ScannerCommand,
  type ScannerMake,
  scannerCommand,
} from '../../protocol/barcode/commands.ts';
import {
  isbn10CheckDigit,
  isbn13CheckDigit,
  readIsbn,
  toIsbn10,
  toIsbn13,
} from '../../protocol/barcode/isbn.ts';
import { CODE_RULES, type CodeRule, judgeCode } from '../../protocol/barcode/validate.ts';
import golden from '../../protocol/vectors/barcode.json' with { type: 'json' };

const CHECKS: Readonly<Record<string, (body: string) => string | undefined>> = {
  luhn: luhnCheckDigit,
  code39: code39CheckCharacter,
  isbn13: isbn13CheckDigit,
  isbn10: isbn10CheckDigit,
};
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const good = (code: string) => ({ kind: 'good', code });

describe('check digits', () => {
  test.each(golden.checked)('golden: $rule of $body is $check ($source)', ({ rule, body, check }) => {
    expect(CHECKS[rule]?.(body)).toBe(check);
  });

  test('each of the golden library codes is one, and a reader’s that begins with 5 as well', () => {
    for (const { rule, body, check } of golden.checked)
      if (rule === 'luhn') expect(isLibraryCodabar(body + check)).toBe(true);
    expect(golden.checked.some(({ body }) => body.startsWith('5'))).toBe(true);
  });

  test('one digit misread is always noticed: Luhn, ISBN-13, ISBN-10, Code 39', () => {
    const misread = (body: string, at: number, by: number) => {
      const place = at % body.length;
      return body.slice(0, place) + ((Number(body[place]) + by) % 10) + body.slice(place + 1);
    };
    fc.assert(
      fc.property(digits(13), digits(12), digits(9), fc.nat(), fc.integer({ min: 1, max: 9 }), (...given) => {
        const [thirteen, twelve, nine, at, by] = given;
        expect(hasLuhnCheckDigit(misread(thirteen, at, by) + luhnCheckDigit(thirteen))).toBe(false);
        expect(isbn13CheckDigit(misread(twelve, at, by))).not.toBe(isbn13CheckDigit(twelve));
        expect(isbn10CheckDigit(misread(nine, at, by))).not.toBe(isbn10CheckDigit(nine));
        expect(hasCode39Check(misread(thirteen, at, by) + code39CheckCharacter(thirteen))).toBe(false);
      }),
    );
  });

  test('any text has a check digit or none, and none is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const check of Object.values(CHECKS)) expect(check(text) ?? '').toMatch(/^([0-9A-Z. $/+%-]|)$/);
        expect(isLibraryCodabar(text) && text.length !== 14).toBe(false);
      }),
    );
  });

  test('Code 39 has no small letters', () => {
    expect(isCode39('AB-12 $/+%.')).toBe(true);
    expect(isCode39('ab')).toBe(false);
    expect(hasCode39Check('CODE39W')).toBe(true);
    expect(hasCode39Check('W')).toBe(false);
  });

  test.each([
    ['A30234000517861B', '30234000517861'],
    ['a30234000517861d', '30234000517861'],
    ['A30234000517861', 'A30234000517861'],
    ['30234000517861B', '30234000517861B'],
    ['AB', 'AB'],
    ['AX1B', 'AX1B'],
  ])('start and stop of %s: %s', (text, without) => {
    expect(withoutStartStop(text)).toBe(without);
  });
});

describe('book numbers', () => {
  test.each([
    ['9780306406157', { isbn13: '9780306406157', isbn10: '0306406152' }],
    ['978-0-306-40615-7', { isbn13: '9780306406157', isbn10: '0306406152' }],
    ['0306406152', { isbn13: '9780306406157', isbn10: '0306406152' }],
    ['0-8044-2957-x', { isbn13: '9780804429573', isbn10: '080442957X' }],
    ['9791034566877', { isbn13: '9791034566877' }],
  ])('%s', (text, isbn) => {
    expect(readIsbn(text)).toEqual(isbn);
  });

  test.each([
    ['a wrong check digit', '9780306406158'],
    ['printed music, 979-0', '9790260000438'],
    ['another article', '4006381333931'],
    ['ten digits with a wrong check digit', '0306406153'],
    ['letters', '97803064061AB'],
    ['nothing', ''],
    ['digits without end', '9'.repeat(100_000)],
  ])('none: %s', (_name, text) => {
    expect(readIsbn(text)).toBeUndefined();
  });

  test('old and new form lead to each other', () => {
    fc.assert(
      fc.property(digits(9), (body) => {
        const ten = body + isbn10CheckDigit(body);
        expect(toIsbn10(toIsbn13(ten) ?? '')).toBe(ten);
      }),
    );
  });
});

describe('AIM identifiers', () => {
  test.each([
    [']C1', ']C1 Code 128, GS1-128: FNC1 first'],
    [']A0', ']A0 Code 39, check character not looked at'],
    [']F0', ']F0 Codabar, modifier 0'],
    [']X0', ']X0 a bar code without a letter of its own, modifier 0'],
    [']y0', ']y0 unknown symbology, modifier 0'],
    ['C1', 'no AIM identifier'],
  ])('%s in words', (identifier, words) => {
    expect(aimWords(identifier)).toBe(words);
  });

  test('any text is its identifier and its rest', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', ']C1', ']', ']E'), (text, front) => {
        const aim = aimIdentifier(front + text);
        expect((aim?.identifier ?? '') + withoutAimIdentifier(front + text)).toBe(front + text);
        if (front.length === 3) expect(aim).toMatchObject({ symbology: 'Code 128', rest: text });
      }),
    );
  });
});

describe('what is asked of a code', () => {
  const judge = (rules: CodeRule[], text: string, aim?: string) => judgeCode(text, rules, aim);

  test('nothing, unless it is configured', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(undefined, ']A0', ']F0'), (text, aim) => {
        expect(judge([], text, aim)).toEqual(good(text));
      }),
    );
  });

  test('14 digits end with their check digit, others are none of its business', () => {
    expect(judge(['codabar14'], '30234000517861')).toEqual(good('30234000517861'));
    expect(judge(['codabar14'], '30234000517862')).toMatchObject({ kind: 'wrong' });
    expect(judge(['codabar14'], '12345678')).toEqual(good('12345678'));
    expect(judge(['codabar14'], 'COURIER-1')).toEqual(good('COURIER-1'));
  });

  test('start and stop are removed before the digits are looked at, however the rules are ordered', () => {
    for (const rules of [['startStop', 'codabar14'] as const, ['codabar14', 'startStop'] as const]) {
      expect(judge([...rules], 'A30234000517861B')).toEqual(good('30234000517861'));
      expect(judge([...rules], 'A30234000517862B')).toMatchObject({ kind: 'wrong' });
    }
    expect(judge(['codabar14'], 'A30234000517862B')).toEqual(good('A30234000517862B'));
  });

  test('Code 39 is judged where the scanner says that it is one, and has not judged it', () => {
    expect(judge(['code39'], 'CODE39W', ']A0')).toEqual(good('CODE39W'));
    expect(judge(['code39'], 'CODE39X', ']A0')).toMatchObject({ kind: 'wrong' });
    expect(judge(['code39'], 'CODE39', ']A3')).toEqual(good('CODE39'));
    expect(judge(['code39'], 'CODE39X', ']C0')).toEqual(good('CODE39X'));
    expect(judge(['code39'], 'CODE39X')).toEqual(good('CODE39X'));
  });

  test('a book’s number is told in 13 digits', () => {
    expect(judge(['isbn13'], '0-306-40615-2')).toEqual(good('9780306406157'));
    expect(judge(['isbn13'], '9780306406157')).toEqual(good('9780306406157'));
    expect(judge(['isbn13'], '9780306406158')).toMatchObject({ kind: 'wrong' });
    expect(judge(['isbn13'], '30234000517861')).toEqual(good('30234000517861'));
  });

  test('what is wrong is told without the code', () => {
    const codes = fc.oneof(
      digits(14),
      digits(13).map((text) => `978${text.slice(3)}`),
    );
    fc.assert(
      fc.property(codes, fc.constantFrom(']A0', ']F0'), (code, aim) => {
        const judged = judge([...CODE_RULES], code, aim);
        if (judged.kind === 'wrong') expect(judged.why).not.toMatch(new RegExp(code.slice(3, 8)));
      }),
    );
  });
});

describe('commands', () => {
  const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

  test.each(Object.entries(golden.honeywell.commands))(
    'golden: %s of Honeywell over HID is %s',
    (name, bytes) => {
      expect(hex(scannerCommand('honeywell', 'hid', name as ScannerCommand))).toBe(bytes);
    },
  );

  test.each<[ScannerMake, ScannerChannel, ScannerCommand, string | undefined]>([
    ['honeywell', 'serial', 'triggerOn', '16540d'],
    ['honeywell', 'serial', 'triggerOff', '16550d'],
    ['newland', 'serial', 'triggerOn', '015404'],
    ['newland', 'hid', 'triggerOff', '0403015004'],
    ['newland', 'hid', 'beep', undefined],
  ])('%s over %s, %s: %s', (make, channel, command, bytes) => {
    expect(hex(scannerCommand(make, channel, command))).toBe(bytes);
  });
});
