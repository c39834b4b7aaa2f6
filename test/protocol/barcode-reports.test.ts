/** HID reports of scanners to codes: whole ones, whatever arrives; halves and garbage told without the code. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLED_CHARS_MAX } from '../../protocol/barcode/assembly.ts';
import { BootKeyboard, decodeBootReport, type KeyPart } from '../../protocol/barcode/boot-keyboard.ts';
import {
  decodePosReport,
  PosAssembler,
  type PosLayout,
  type PosPart,
  posLayout,
} from '../../protocol/barcode/hid-pos.ts';
import { keyName, typedBy } from '../../protocol/barcode/us-keys.ts';
import golden from '../../protocol/vectors/barcode.json' with { type: 'json' };
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { fromHex } from '../../protocol/wire/hex.ts';

const HEADS: Readonly<Record<PosLayout, number>> = { aim: 5, plain: 2 };

/** The reports of one code, as a scanner cuts it. */
function reportsOf(text: string, layout: PosLayout, aim = ']C1'): Uint8Array[] {
  const bytes = Buffer.from(text, 'latin1');
  const count = Math.max(1, Math.ceil(bytes.length / 56));
  return Array.from({ length: count }, (_, index) => {
    const data = bytes.subarray(index * 56, (index + 1) * 56);
    const report = new Uint8Array(64);
    report.set([0x02, data.length]);
    if (layout === 'aim') report.set(Buffer.from(aim), 2);
    report.set(data, HEADS[layout]);
    report[63] = index < count - 1 ? 1 : 0;
    return report;
  });
}
const join = (layout: PosLayout, reports: readonly Uint8Array[]): PosPart[] => {
  const assembler = new PosAssembler(layout);
  return reports.flatMap((report) => assembler.push(report));
};
const printable = fc.stringMatching(/^[ -~]{1,300}$/).filter((text) => text !== '');

describe('HID POS', () => {
  test('golden: the seven reports of a Voyager 1602g give its text exactly, then the answer', () => {
    const reports = golden.honeywell.reports.map(fromHex);
    expect(reports).toHaveLength(7);
    expect(join('aim', reports)).toEqual(golden.honeywell.parts);
  });

  test.each(golden.honeywell.reports)('golden: every byte of %s is explained once, in order', (report) => {
    const trail: FieldSeen[] = [];
    decodePosReport(fromHex(report), 'aim', trail);
    let at = 0;
    for (const field of trail) {
      expect(field.at).toBe(at);
      at += field.bytes.length;
    }
    expect(at).toBe(64);
  });

  test.each<PosLayout>(['aim', 'plain'])(
    '%s: codes of any length come whole, one after the other',
    (layout) => {
      fc.assert(
        fc.property(fc.array(printable, { maxLength: 5 }), (texts) => {
          const reports = texts.flatMap((text) => reportsOf(layout === 'plain' ? `${text}\r` : text, layout));
          const codes = join(layout, reports).map((part) => part.kind === 'code' && part.text);
          expect(codes).toEqual(texts);
        }),
      );
    },
  );

  test('a lost end never joins two codes: the next one has another identifier, or comes after the time-out', () => {
    fc.assert(
      fc.property(printable, fc.nat(), (text, lost) => {
        const reports = reportsOf(text.padEnd(120, 'x'), 'aim', ']C1');
        const assembler = new PosAssembler('aim');
        const last = reports.length - 1;
        for (const report of reports.slice(0, last)) expect(assembler.push(report)).toEqual([]);
        const [next] = reportsOf('NEXT', 'aim', ']E0');
        if (lost % 2 === 0) {
          expect(assembler.expire()).toMatchObject({ kind: 'half', length: last * 56 });
          expect(assembler.push(next as Uint8Array)).toMatchObject([{ kind: 'code', text: 'NEXT' }]);
        } else {
          expect(assembler.push(next as Uint8Array)).toMatchObject([{ kind: 'garbage', why: 'mixed' }]);
          expect(assembler.push(next as Uint8Array)).toMatchObject([{ kind: 'code', text: 'NEXT' }]);
        }
      }),
    );
  });

  test('any bytes: a value or a WireError, parts of known kinds, and at most one code’s characters are kept', () => {
    const report = fc.oneof(
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => bytes.fill(2, 0, 1)),
      fc
        .tuple(fc.nat(63), fc.nat(255), fc.constantFrom(...golden.honeywell.reports))
        .map(([at, value, hex]) => {
          const bytes = fromHex(hex);
          bytes[at] = value;
          return bytes;
        }),
    );
    const layouts = fc.constantFrom<PosLayout>('aim', 'plain');
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), layouts, (reports, layout) => {
        for (const bytes of reports) {
          try {
            decodePosReport(bytes, layout, []);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }
        for (const part of join(layout, reports)) {
          expect(['code', 'answer', 'garbage', 'half']).toContain(part.kind);
          if (part.kind === 'code') expect(part.text.length).toBeLessThanOrEqual(ASSEMBLED_CHARS_MAX);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a code without end is told once, skipped to its end, and costs no later code', () => {
    const [report] = reportsOf('x'.repeat(112), 'aim');
    const assembler = new PosAssembler('aim');
    const parts = Array.from({ length: 5_000 }, () => assembler.push(report as Uint8Array)).flat();
    expect(parts).toEqual([{ kind: 'garbage', why: 'tooLong', detail: expect.any(String) }]);
    expect(assembler.waiting).toBe(true);
    const [end] = reportsOf('END', 'aim');
    expect(assembler.push(end as Uint8Array)).toEqual([]);
    expect(assembler.push(end as Uint8Array)).toMatchObject([{ text: 'END' }]);
  });

  test('a report that cannot be read spoils the code it is in, and no other', () => {
    const [first, second] = reportsOf('y'.repeat(100), 'aim');
    const broken = Uint8Array.from(second ?? []).fill(200, 1, 2);
    expect(join('aim', [first, broken, ...reportsOf('NEXT', 'aim')] as Uint8Array[])).toMatchObject([
      { kind: 'garbage', why: 'length' },
      { kind: 'code', text: 'NEXT' },
    ]);
  });

  test('a report that cannot be read in the middle of a code leaves no code of what is around it', () => {
    const [first, second, third] = reportsOf('y'.repeat(150), 'aim');
    const broken = Uint8Array.from(second ?? []).fill(200, 1, 2);
    expect(join('aim', [first, broken, third, ...reportsOf('NEXT', 'aim')] as Uint8Array[])).toMatchObject([
      { kind: 'garbage', why: 'length' },
      { kind: 'code', text: 'NEXT' },
    ]);
  });

  test('a report of another id is told and is no part of the code around it', () => {
    const [first, second] = reportsOf('y'.repeat(100), 'aim');
    const other = Uint8Array.from([0x09, 1, 2]);
    expect(join('aim', [first, other, second] as Uint8Array[])).toMatchObject([
      { kind: 'garbage', why: 'notThisReport' },
      { kind: 'code', text: 'y'.repeat(100) },
    ]);
  });

  test('the layout comes from the vendor or the configuration, which wins, and is never guessed', () => {
    expect(posLayout(0x0c2e)).toBe('aim');
    expect(posLayout(0x1eab)).toBe('plain');
    expect(posLayout(0x0c2e, 'plain')).toBe('plain');
    expect(posLayout(0x05e0)).toBeUndefined();
    expect(posLayout(undefined)).toBeUndefined();
  });

  test('the other layout is refused, and the error does not tell the code', () => {
    const [report] = reportsOf('SECRET123\r', 'plain');
    const parts = join('aim', [report as Uint8Array]);
    expect(parts).toMatchObject([{ kind: 'garbage', why: 'notThisReport' }]);
    expect(JSON.stringify(parts)).not.toContain('SEC');
  });

  test('plain: what stands between STX and ETX answers a command', () => {
    expect(join('plain', reportsOf('\x02\x010000#SCNMOD\x06;\x03', 'plain'))).toEqual([
      { kind: 'answer', text: '\x010000#SCNMOD\x06;' },
    ]);
  });
});

describe('keyboard', () => {
  const ENTER = 0x28;
  const NOTHING = new Uint8Array(8);
  /** One key down and up again, as scanners type. */
  const stroke = (key: number, modifiers = 0) => [
    Uint8Array.from([modifiers, 0, key, 0, 0, 0, 0, 0]),
    NOTHING,
  ];
  const keys = Array.from({ length: 256 }, (_, usage) => usage);
  const strokesOf = (text: string) =>
    [...text].flatMap((char) => {
      const shift = !keys.some((key) => typedBy(key, false) === char);
      const key = keys.find((usage) => typedBy(usage, shift) === char);
      return stroke(key ?? 0, shift ? 0x02 : 0);
    });
  const type = (...reports: readonly Uint8Array[]): KeyPart[] => {
    const keyboard = new BootKeyboard();
    return reports.flatMap((report) => keyboard.push(report));
  };

  test('golden: the reports of a real kernel give what was typed', () => {
    expect(type(...golden.keyboard.reports.map(fromHex))).toEqual([
      { kind: 'code', text: golden.keyboard.code },
    ]);
    expect(`${golden.keyboard.code}\n`).toBe(golden.keyboard.typed);
  });

  test('every printable character can be typed, and every code comes whole', () => {
    for (let code = 0x20; code <= 0x7e; code += 1) {
      const char = String.fromCharCode(code);
      expect(keys.some((key) => typedBy(key, false) === char || typedBy(key, true) === char)).toBe(true);
    }
    fc.assert(
      fc.property(fc.array(printable, { maxLength: 4 }), (texts) => {
        const reports = texts.flatMap((text) => [...strokesOf(text), ...stroke(ENTER)]);
        expect(type(...reports)).toEqual(texts.map((text) => ({ kind: 'code', text })));
      }),
      { numRuns: 50 },
    );
  });

  test('a key that is held, or named twice, types once; a key that follows while it is held types too', () => {
    const held = Uint8Array.from([0, 0, 0x1e, 0x1e, 0, 0, 0, 0]);
    const both = Uint8Array.from([0, 0, 0x1e, 0x1f, 0, 0, 0, 0]);
    expect(type(held, held, both, held, NOTHING, ...stroke(ENTER))).toEqual([{ kind: 'code', text: '12' }]);
  });

  test('the keypad types digits, and its Enter ends a code', () => {
    expect(type(...stroke(0x59), ...stroke(0x62), ...stroke(0x58))).toEqual([{ kind: 'code', text: '10' }]);
  });

  test.each([
    ['a function key', stroke(0x3a), 'unknownKey', 'F1'],
    ['Caps Lock', stroke(0x39), 'unknownKey', 'Caps Lock'],
    ['Ctrl and a key', stroke(0x30, 0x01), 'chord', 'left Ctrl'],
    ['too many keys', [Uint8Array.from([0, 0, 1, 1, 1, 1, 1, 1])], 'unknownKey', 'ErrorRollOver'],
    ['a report of another size', [new Uint8Array(9)], 'notThisReport', ''],
  ])('%s spoils the code it is in, is told, and costs no later code', (_name, wrong, why, words) => {
    const parts = type(
      ...strokesOf('12'),
      ...wrong,
      ...strokesOf('34'),
      ...stroke(ENTER),
      ...strokesOf('5'),
      ...stroke(ENTER),
    );
    expect(parts).toEqual([
      { kind: 'garbage', why, detail: expect.stringContaining(words) },
      { kind: 'code', text: '5' },
    ]);
  });

  test('too many keys in front of a code: its first may be among them, so the code is spoiled', () => {
    const roll = Uint8Array.from([0, 0, 1, 1, 1, 1, 1, 1]);
    expect(
      type(roll, NOTHING, ...strokesOf('2'), ...stroke(ENTER), ...strokesOf('3'), ...stroke(ENTER)),
    ).toEqual([
      { kind: 'garbage', why: 'unknownKey', detail: 'ErrorRollOver' },
      { kind: 'code', text: '3' },
    ]);
  });

  test('no Enter in time: the half is told by its length, and the next code is whole', () => {
    const keyboard = new BootKeyboard();
    for (const report of strokesOf('1234')) expect(keyboard.push(report)).toEqual([]);
    expect(keyboard.waiting).toBe(true);
    expect(keyboard.expire()).toEqual({ kind: 'half', length: 4 });
    expect(keyboard.waiting).toBe(false);
    const parts = [...strokesOf('7'), ...stroke(ENTER)].flatMap((report) => keyboard.push(report));
    expect(parts).toEqual([{ kind: 'code', text: '7' }]);
  });

  test('any bytes: a value or a WireError, and at most one code’s characters are kept', () => {
    const report = fc.oneof(
      fc.uint8Array({ maxLength: 10 }),
      fc.uint8Array({ minLength: 8, maxLength: 8, max: 0x70 }),
      fc.constantFrom(...golden.keyboard.reports).map(fromHex),
    );
    fc.assert(
      fc.property(fc.array(report, { maxLength: 200 }), (reports) => {
        for (const bytes of reports) {
          try {
            decodeBootReport(bytes, []);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
          }
        }
        for (const part of type(...reports)) expect(['code', 'garbage', 'half']).toContain(part.kind);
      }),
    );
    const endless = new BootKeyboard();
    const parts = Array.from({ length: 20_000 }, () =>
      stroke(0x1e).flatMap((bytes) => endless.push(bytes)),
    ).flat();
    expect(parts).toEqual([{ kind: 'garbage', why: 'tooLong', detail: expect.any(String) }]);
  });

  test('garbage never tells a character of the code', () => {
    const parts = type(...strokesOf('HIDDEN'), ...stroke(0x10, 0x01));
    expect(parts).toEqual([{ kind: 'garbage', why: 'chord', detail: 'a key with left Ctrl' }]);
  });

  test('keys have names for a person', () => {
    expect([0x04, 0x28, 0x45, 0x59, 0xfe].map(keyName)).toEqual(['a', 'Enter', 'F12', 'keypad 1', 'key FEh']);
  });
});
