/** Scanner bytes to codes: any cut of the stream gives the same parts, and memory stays bounded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutAimIdentifier } from '../../protocol/barcode/aim-identifier.ts';
import { CODE_CHARS_MAX, LineSplitter, type ScanPart } from '../../protocol/barcode/line-splitter.ts';

const split = (...chunks: (string | Uint8Array)[]): ScanPart[] => {
  const splitter = new LineSplitter();
  return chunks.flatMap((chunk) =>
    splitter.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk),
  );
};
const code = (text: string): ScanPart => ({ kind: 'code', text });

/** Mostly codes and terminators, some noise. */
const stream = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.stringMatching(/^[ -~]{0,20}$/) },
      { weight: 4, arbitrary: fc.constantFrom('\r', '\n', '\r\n') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\x00', '\x1d', '\x7f', '\xff', 'x'.repeat(CODE_CHARS_MAX + 1)),
      },
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test.each(['\r', '\n', '\r\n'])('a code ends with %j', (end) => {
  expect(split(`12345678${end}ABC-9${end}`)).toEqual([code('12345678'), code('ABC-9')]);
});

test('any cut of the stream gives the same parts', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(400)), (bytes, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((place, i) => bytes.subarray(places[i], place));
      expect(split(...chunks)).toEqual(split(bytes));
    }),
    { numRuns: 1_000 },
  );
});

test('every printable line of the right length is a code, and every other one is reported once', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const lines = bytes.toString('latin1').split(/[\r\n]/);
      const last = lines.pop() ?? '';
      const good = (line: string) => /^[ -~]+$/.test(line) && line.length <= CODE_CHARS_MAX;
      const parts = split(bytes);
      expect(parts.filter((p) => p.kind === 'code').map((p) => p.text)).toEqual(lines.filter(good));
      const bad = [...lines, last].filter((line) => line !== '' && !good(line)).length;
      expect(parts.filter((p) => p.kind === 'garbage')).toHaveLength(bad);
    }),
    { numRuns: 1_000 },
  );
});

test('exactly the longest code is taken, one more is garbage up to the terminator', () => {
  const longest = 'x'.repeat(CODE_CHARS_MAX);
  expect(split(`${longest}\r`)).toEqual([code(longest)]);
  expect(split(`${longest}y${longest}\rNEXT\r`)).toEqual([{ kind: 'garbage', why: 'tooLong' }, code('NEXT')]);
});

test('control bytes spoil their own line only', () => {
  expect(split('A\x00B\x07C\rNEXT\r')).toEqual([{ kind: 'garbage', why: 'notPrintable' }, code('NEXT')]);
});

test('a time-out discards half a code, and ends the skipping of noise', () => {
  const splitter = new LineSplitter();
  splitter.push(Buffer.from('1234'));
  expect(splitter.waiting).toBe(true);
  expect(splitter.expire()).toEqual({ kind: 'half', length: 4 });
  splitter.push(Buffer.from([0xff]));
  expect(splitter.waiting).toBe(true);
  expect(splitter.expire()).toBeUndefined();
  expect(splitter.waiting).toBe(false);
  expect(splitter.push(Buffer.from('GOOD\r'))).toEqual([code('GOOD')]);
});

test.each([
  [']C1ABC', 'ABC'],
  [']Q3123', '123'],
  ['ABC]C1', 'ABC]C1'],
  [']-1X', ']-1X'],
  [']C1', ''],
])('the AIM identifier of %s is removed', (text, without) => {
  expect(withoutAimIdentifier(text)).toBe(without);
});

test('an answer to a command, one byte in front of a code, costs nothing; within a code it is noise', () => {
  expect(split('\x06ABC\r\x15\x05DEF\r')).toEqual([code('ABC'), code('DEF')]);
  expect(split('A\x06B\rNEXT\r')).toEqual([{ kind: 'garbage', why: 'notPrintable' }, code('NEXT')]);
});
