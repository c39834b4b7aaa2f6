/** Both languages say everything, with the same places to fill in. */
import { expect, test } from 'vitest';
import { columnsOf } from '../../controller/kiosk/page/cabinet.tsx';
import { named, TEXTS, tellIn } from '../../controller/kiosk/page/language.ts';
import type { TextKey } from '../../controller/kiosk/page/texts/keys.ts';
import { NOTICES, type Screen } from '../../controller/lending/screen.ts';

/** By name, so that the compiler holds this list complete. */
const SCREENS: Record<Screen['name'], true> = {
  idle: true,
  opening: true,
  takeItem: true,
  closeDoor: true,
  checking: true,
  collected: true,
  returning: true,
  courier: true,
  putItem: true,
  waitAfterCodes: true,
};
const keys = Object.keys(TEXTS.zh) as TextKey[];
const places = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

test('both languages have the same keys, none empty', () => {
  expect(Object.keys(TEXTS.en).sort()).toEqual([...keys].sort());
  for (const text of [...Object.values(TEXTS.zh), ...Object.values(TEXTS.en)])
    expect(text.trim()).not.toBe('');
});

test('every notice and every screen has its texts', () => {
  for (const notice of NOTICES) expect(keys).toContain(`notice.${notice}`);
  for (const screen of Object.keys(SCREENS)) {
    expect(keys).toContain(`screen.${screen}`);
    expect(keys).toContain(`hint.${screen}`);
  }
});

test.each(keys)('%s fills in the same places in both languages', (key) => {
  expect(places(TEXTS.en[key])).toEqual(places(TEXTS.zh[key]));
});

test.each(['zh', 'en'] as const)('no sentence in %s keeps an unfilled place, named or not', (language) => {
  const tell = tellIn(language);
  const full = named(tell, { name: 'itemLoaded', untilMs: 0, title: '<b>活着</b>', compartment: 'A07' });
  const bare = named(tell, { name: 'itemLoaded', untilMs: 0 });
  for (const notice of NOTICES) {
    expect(tell(`notice.${notice}`, full)).not.toContain('{{');
    expect(tell(`notice.${notice}`, bare)).not.toMatch(/\{\{|undefined|《》|""/);
  }
  expect(tell('notice.itemLoaded', full)).toContain('<b>活着</b>');
});

test.each([
  ['33001000123456', true],
  ['ZJL-0012345.X', true],
  ['B000123456', true],
  ['1984', false],
  ['三体 2', false],
  ['2001: A Space Odyssey 123456', false],
  ['Hello', false],
])('%s stands for a book by its barcode: %s', (title, isBarcode) => {
  for (const language of ['zh', 'en'] as const) {
    const tell = tellIn(language);
    const shown = named(tell, { name: 'itemReturned', untilMs: 0, title }).title;
    expect(shown).toBe(isBarcode ? tell('numbered', { item: title }) : tell('quoted', { title }));
  }
});

test('the picture of the cabinet has a fitting number of columns', () => {
  expect([1, 4, 12, 16, 32, 128].map(columnsOf)).toEqual([1, 2, 4, 4, 6, 11]);
});
