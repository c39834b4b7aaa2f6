import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { create } from 'qrcode';
import { describe, expect, test } from 'vitest';
import { base45, fromBase45 } from '../../protocol/barcode/base45.ts';
import {
  type CreditPass,
  PASS_SPAN_MS_MAX,
  passKey,
  readPass,
  writePass,
} from '../../protocol/platform/credit-pass.ts';

const pair = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const raw = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const KEYS = new Map([[7, passKey(raw(pair.publicKey))]]);
const HOUR_MS = 3_600_000;
const PASS: CreditPass = {
  key: 7,
  pass: '00112233445566ff',
  patron: 'p-8c1f',
  fromMs: Date.UTC(2026, 10, 24),
  untilMs: Date.UTC(2026, 10, 25),
  tier: 3,
  itemsMax: 2,
  loanDays: 30,
};
const written = writePass(PASS, pair.privateKey);

describe('base45', () => {
  // RFC 9285, section 4.3 and 4.4.
  test.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('%s is %s', (plain, encoded) => {
    expect(base45(Buffer.from(plain))).toBe(encoded);
    expect(Buffer.from(fromBase45(encoded) ?? []).toString()).toBe(plain);
  });

  test('any bytes come back, and no text is read that was not written so', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fromBase45(base45(bytes))).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (text) => {
        const bytes = fromBase45(text);
        if (bytes) expect(base45(bytes)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
    expect([fromBase45('GGW'), fromBase45('a'), fromBase45(':::')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a credit pass', () => {
  test('is read as it was written', () => {
    expect(readPass(written, KEYS)).toEqual({ pass: PASS });
  });

  test('is small enough for a QR code that cheap scanners read', () => {
    const longest = writePass({ ...PASS, patron: 'p'.repeat(38) }, pair.privateKey);
    expect(longest.length).toBeLessThanOrEqual(190);
    // Version 8 is 49 modules a side; alphanumeric mode is what base45 is for.
    expect(create(longest, { errorCorrectionLevel: 'M' }).version).toBeLessThanOrEqual(9);
  });

  test.each<[string, string]>([
    ['notAPass', 'CR1:'],
    ['notAPass', `${written}0`],
    ['notAPass', written.slice(0, -3)],
    ['notAPass', '3023400051786'],
    ['unknownKey', writePass({ ...PASS, key: 8 }, pair.privateKey)],
    ['forged', writePass(PASS, other.privateKey)],
    ['spanTooLong', writePass({ ...PASS, untilMs: PASS.fromMs + PASS_SPAN_MS_MAX + 1_000 }, pair.privateKey)],
    ['spanTooLong', writePass({ ...PASS, untilMs: PASS.fromMs - HOUR_MS }, pair.privateKey)],
  ])('is refused as %s', (fault, text) => {
    expect(readPass(text, KEYS)).toEqual({ fault });
  });

  test('with one bit turned is never read', () => {
    const bytes = fromBase45(written.slice(4)) ?? new Uint8Array();
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const turned = Uint8Array.from(bytes);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readPass(`CR1:${base45(turned)}`, KEYS)).not.toHaveProperty('pass');
    }
  });

  test('any text is a value and never a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 160 }), (bytes) => {
        expect(readPass(`CR1:${base45(bytes)}`, KEYS)).toHaveProperty('fault');
      }),
    );
  });

  test.each([
    { pass: 'xyz' },
    { patron: '' },
    { patron: 'p'.repeat(39) },
    { tier: 256 },
    { loanDays: -1 },
    { itemsMax: 1.5 },
  ])('that cannot be written is refused: %o', (odd) => {
    expect(() => writePass({ ...PASS, ...odd }, pair.privateKey)).toThrow(RangeError);
  });
});
