/** Both languages say everything, with the same places to fill in. */
import { expect, test } from 'vitest';
import { columnsOf } from '../../controller/kiosk/page/cabinet.tsx';
import { sayingAt } from '../../controller/kiosk/page/doors.tsx';
import { named, noticeText, priceOf, TEXTS, tellIn } from '../../controller/kiosk/page/language.ts';
import { type TextKey, WHYS } from '../../controller/kiosk/page/texts/keys.ts';
import { BUTTONS, NOTICES, type Notice, type Screen } from '../../controller/lending/screen.ts';

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
  renewing: true,
  showCard: true,
  enterPin: true,
  asking: true,
  visit: true,
};
const keys = Object.keys(TEXTS.zh) as TextKey[];
const places = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

test('both languages have the same keys, none empty', () => {
  expect(Object.keys(TEXTS.en).sort()).toEqual([...keys].sort());
  for (const text of [...Object.values(TEXTS.zh), ...Object.values(TEXTS.en)])
    expect(text.trim()).not.toBe('');
});

test('every notice, screen, button and reason has its texts', () => {
  for (const notice of NOTICES) expect(keys).toContain(`notice.${notice}`);
  for (const screen of Object.keys(SCREENS)) {
    expect(keys).toContain(`screen.${screen}`);
    expect(keys).toContain(`hint.${screen}`);
  }
  for (const button of BUTTONS) expect(keys).toContain(button);
  for (const why of WHYS) expect(keys).toContain(`why.${why}`);
});

test.each(keys)('%s fills in the same places in both languages', (key) => {
  expect(places(TEXTS.en[key])).toEqual(places(TEXTS.zh[key]));
});

test.each(['zh', 'en'] as const)('no sentence in %s keeps an unfilled place, named or not', (language) => {
  const tell = tellIn(language);
  const about = { title: '<b>活着</b>', compartment: 'A07', elsewhere: 'B', due: '2027-01-01T04:00:00Z' };
  for (const name of NOTICES) {
    expect(noticeText(tell, { name, untilMs: 0, ...about })).not.toContain('{{');
    expect(noticeText(tell, { name, untilMs: 0 })).not.toMatch(/\{\{|undefined|Invalid|《》|""/);
  }
  expect(noticeText(tell, { name: 'itemLoaded', untilMs: 0, ...about })).toContain('<b>活着</b>');
});

test.each([
  ['zh', '2027年1月1日', '¥59.80'],
  ['en', '1 January 2027', 'CN¥59.80'],
] as const)('dates and prices stand in %s', (language, day, price) => {
  const tell = tellIn(language);
  const renewed: Notice = { name: 'renewed', untilMs: 0 };
  expect(noticeText(tell, { ...renewed, due: '2027-01-01T04:00:00Z' })).toContain(day);
  expect(noticeText(tell, { ...renewed, due: 'soon' })).toBe(tell('notice.renewed'));
  expect(priceOf(tell, 5_980)).toBe(price);
  const full: Notice = { name: 'full', untilMs: 0 };
  expect(noticeText(tell, full)).toBe(tell('notice.full'));
  expect(noticeText(tell, { ...full, elsewhere: 'Village hall' })).toContain('Village hall');
});

test('only a courier who looks for a doubted book may say at an open door that it is not there', () => {
  const at = (name: 'takeItem' | 'putItem') => ({ name, compartment: 'A07', title: '' }) as const;
  const offer = { item: 'i1', title: '', compartment: 'A07' };
  const desk = { name: 'courier', moved: 0, toPutIn: [], toTakeOut: [], toCheck: [offer] } as const;
  expect(sayingAt(at('takeItem'), undefined).buttons).toEqual(['notMine', 'nothingInside']);
  expect(sayingAt(at('takeItem'), desk).buttons).toEqual(['nothingInside']);
  expect(sayingAt(at('putItem'), undefined).buttons).toEqual([]);
  expect(sayingAt(at('putItem'), desk)).toEqual({ checks: true, buttons: ['nothingInside'] });
  expect(sayingAt({ ...at('putItem'), compartment: 'A08' }, desk).buttons).toEqual([]);
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
    const shown = named(tell, { title }).title;
    expect(shown).toBe(isBarcode ? tell('numbered', { item: title }) : tell('quoted', { title }));
  }
});

test('the picture of the cabinet has a fitting number of columns', () => {
  expect([1, 4, 12, 16, 32, 128].map(columnsOf)).toEqual([1, 2, 4, 4, 6, 11]);
});
