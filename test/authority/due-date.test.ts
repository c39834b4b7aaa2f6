/** Due dates as libraries' servers write them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueDate } from '../../controller/authority/due-date.ts';

const local = (iso: string) => new Date(iso).toISOString();

test.each([
  ['2026-12-31 23:59:59', local('2026-12-31T23:59:59')],
  ['2026-12-31T18:00', local('2026-12-31T18:00:00')],
  ['20261231    180000', local('2026-12-31T18:00:00')],
  ['20261231   Z180000', '2026-12-31T18:00:00.000Z'],
  ['20261231', local('2026-12-31T23:59:59')],
  ['2026/12/31', local('2026-12-31T23:59:59')],
  ['2026年12月31日', local('2026-12-31T23:59:59')],
  // Which of the two is the month nobody knows.
  ['06/07/2026', undefined],
  ['2026-06-31', undefined],
  ['2026-12-31 25:00:00', undefined],
  ['202612311', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s is %s', (text, iso) => {
  expect(dueDate(text, 'local')).toBe(iso);
});

test('a library that writes UTC means it', () => {
  expect(dueDate('2026-12-31 18:00:00', 'utc')).toBe('2026-12-31T18:00:00.000Z');
});

test('any text is a date or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123459-/: TZ年月日') }), (text) => {
      const iso = dueDate(text, 'local');
      if (iso !== undefined) expect(new Date(iso).toISOString()).toBe(iso);
    }),
    { numRuns: 2_000 },
  );
});
