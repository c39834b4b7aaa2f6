/** Patrons who are known, cards and PINs, what may be said against a door, and the courier, in a real Chromium. */
import { expect, test } from 'vitest';
import { noticeText, TEXTS, tellIn } from '../../controller/kiosk/page/language.ts';
import { BUTTONS, type Screen } from '../../controller/lending/screen.ts';
import {
  expectWithinGlass,
  heading,
  noticeOf,
  offers,
  PANELS,
  picture,
  SEEN,
  show,
  TITLE,
  useKioskPage,
} from './kiosk-page.ts';

const shown = useKioskPage();
const zh = tellIn('zh');
const PIN = '7391Xq5';

async function pressed(button: string): Promise<void> {
  await shown.page.click(`[data-button=${button}]`);
  await expect.poll(() => shown.inputs.at(-1)).toEqual({ kind: 'button', button });
}
const told = (text: string) =>
  shown.page.waitForFunction((wanted) => document.querySelector('.sending')?.textContent === wanted, text);
const textsOf = (of: string) => shown.page.$$eval(of, (all) => all.map(({ textContent }) => textContent));

/** What a person can do on each screen, and nothing else. */
test.each<[Screen, readonly string[]]>([
  [{ name: 'idle' }, ['return', 'renew', 'card']],
  [{ name: 'showCard' }, ['finish']],
  [{ name: 'enterPin' }, ['finish']],
  [{ name: 'asking' }, []],
  [{ name: 'opening', compartment: 'A07', title: TITLE, attempt: 1 }, []],
  [{ name: 'takeItem', compartment: 'A07', title: TITLE }, ['notMine', 'nothingInside']],
  [{ name: 'putItem', compartment: 'A07', title: TITLE }, []],
  [{ name: 'closeDoor', compartment: 'A07' }, []],
  [{ name: 'collected', compartment: 'A07', title: TITLE }, ['openAgain', 'notTaken']],
  [{ name: 'returning', returned: 0 }, ['finish']],
  [{ name: 'renewing', renewed: 0 }, ['finish']],
  [{ name: 'visit', holds: offers(2), stock: [], left: 2 }, ['collectAll', 'renew', 'finish']],
  [{ name: 'visit', holds: offers(1), stock: offers(1, 2) }, ['renew', 'finish']],
  [{ name: 'courier', moved: 0, toPutIn: [], toTakeOut: [], toCheck: [] }, ['count', 'finish']],
])('on %j the buttons are %j, and each says what it is', async (screen, buttons) => {
  await show(shown, screen);
  const all = await shown.page.$$eval('[data-button]', (found) =>
    found.map((one) => (one as HTMLElement).dataset.button ?? ''),
  );
  expect(all).toEqual(buttons);
  for (const button of all) {
    expect(BUTTONS).toContain(button);
    expect((await shown.page.textContent(`[data-button=${button}]`))?.trim()).not.toBe('');
    await pressed(button);
  }
});

test('a card is shown or its number typed, and *cancel* ends it', async () => {
  await show(shown, { name: 'showCard' });
  await shown.page.click('.type');
  await shown.page.keyboard.type('ZJ 0012345');
  await shown.page.keyboard.press('Enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'code', text: 'ZJ 0012345' }]);
  expect(await shown.page.textContent('.finish')).toBe(TEXTS.zh.cancel);
});

test('a PIN is typed by touch or keys, drawn as dots only, and goes to one place once', async () => {
  const { page } = shown;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
  await show(shown, { name: 'enterPin' });
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => seen.push(document.documentElement.outerHTML);
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  for (const digit of PIN.slice(0, 3)) await page.click(`.key-${digit}`);
  expect(await page.isDisabled('.key-enter')).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.type(`${PIN.slice(3)}9`);
  await page.click('.key-delete');
  await expect.poll(() => page.locator('.dot.typed').count()).toBe(PIN.length);
  expect(await page.getAttribute('.dots', 'aria-label')).toBe(
    `${TEXTS.zh.pin}: ${zh('pinTyped', { count: PIN.length })}`,
  );
  expect(shown.inputs).toEqual([]);
  await page.click('.key-enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'pin', pin: PIN }]);
  await expect.poll(() => page.locator('.dot.typed').count()).toBe(0);
  expect(asked).toEqual([`http://127.0.0.1:${shown.port}/pin {"pin":"${PIN}"}`]);
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen.length).toBeGreaterThan(PIN.length);
  for (const html of [...seen, await page.content()]) {
    expect(html).not.toContain(PIN);
    expect(html).not.toContain(PIN.slice(0, 4));
  }
  expect(await page.$('input')).toBeNull();
});

test('a PIN with letters is typed on the glass, small and capital, at most twelve', async () => {
  const { page } = shown;
  await show(shown, { name: 'enterPin' });
  await page.click('.pin .type');
  await page.click('.key-a');
  await page.click('.key-capitals');
  expect(await page.getAttribute('.key-capitals', 'aria-pressed')).toBe('true');
  await page.click('.key-x');
  await page.click('.key-capitals');
  for (const key of '12345678901') await page.click(`.key-${key}`);
  await page.click('.key-enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'pin', pin: 'aX1234567890' }]);
});

test('half a PIN is forgotten with its screen, and what is not sent is said', async () => {
  const { page } = shown;
  await page.route('**/pin', (route) => route.abort());
  await show(shown, { name: 'enterPin' });
  await page.keyboard.type('12');
  await show(shown, { name: 'showCard' });
  await show(shown, { name: 'enterPin' });
  expect(await page.locator('.dot.typed').count()).toBe(0);
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await told(TEXTS.zh.notSent);
});

test('a key struck in the moment the PIN screen appears counts', async () => {
  const { page } = shown;
  await show(shown, { name: 'showCard' });
  await page.evaluate(() => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector('.pin')) return;
      watch.disconnect();
      dispatchEvent(new KeyboardEvent('keydown', { key: '7' }));
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
  });
  await show(shown, { name: 'enterPin' });
  await page.waitForSelector('.dot.typed', SEEN);
});

test('keys of a PIN are large enough and within the glass, digits and letters alike', async () => {
  const { page } = shown;
  for (const size of PANELS) {
    await page.setViewportSize(size);
    await show(shown, { name: 'showCard' });
    await show(shown, { name: 'enterPin' });
    for (const name of ['digits', 'letters']) {
      if (name === 'letters') await page.click('.pin .type');
      await page.waitForSelector(name === 'letters' ? '.pin .keyboard' : '.pin .keypad', SEEN);
      await expectWithinGlass(shown);
      for (const key of await page.$$('.pin button')) {
        const box = await key.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(40);
      }
    }
  }
});

test('a visit shows what waits and what may be borrowed, with a price where a bookshop sells it', async () => {
  const { page } = shown;
  const [free, sold] = offers(2, 4);
  if (!free || !sold) throw new Error('two offers');
  await show(shown, {
    name: 'visit',
    holds: offers(2),
    stock: [free, { ...sold, priceFen: 5_980 }],
    left: 2,
  });
  expect(await textsOf('h2')).toEqual([TEXTS.zh.forYou, TEXTS.zh.toBorrow]);
  expect(await textsOf('.holds li')).toEqual(['A01活着', 'A02平凡的世界（全三册，纪念版）']);
  expect(await textsOf('.stock .note')).toEqual([zh('newBook', { price: '¥59.80' })]);
  expect(await page.textContent('.left')).toBe(zh('left', { count: 2 }));
  const says = zh('borrowNew', { compartment: 'A05', title: `《${sold.title}》`, price: '¥59.80' });
  expect(await page.getAttribute(`[data-item="${sold.item}"]`, 'aria-label')).toBe(says);
  await page.click('.holds li:nth-child(2) button');
  await page.click(`[data-item="${sold.item}"]`);
  await expect
    .poll(() => shown.inputs)
    .toEqual([
      { kind: 'choose', item: offers(2)[1]?.item },
      { kind: 'choose', item: sold.item },
    ]);
});

test('the picture of a visit in the docs', async () => {
  const titles = ['围城', '活着', '平凡的世界（全三册）', '边城', '城南旧事', '呐喊'];
  const books = titles.map((title, i) => ({ item: `${i}`, title, compartment: `A0${i + 1}` }));
  const stock = books.slice(2).map((book, i) => (i === 1 ? { ...book, priceFen: 3_950 } : book));
  await show(shown, { name: 'visit', holds: books.slice(0, 2), stock, left: 3 });
  await picture(shown, 'kiosk-visit');
  expect(await textsOf('.listed .title')).toEqual(titles);
});

test('a pass that allows nothing more borrows nothing, and still collects', async () => {
  const { page } = shown;
  await show(shown, { name: 'visit', holds: offers(1), stock: offers(1, 2), left: 0 });
  expect(await page.isDisabled('.stock button')).toBe(true);
  await page.click('.holds button');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'choose', item: offers(1)[0]?.item }]);
});

test('long lists scroll inside themselves to their last line, each large enough for a finger', async () => {
  const { page } = shown;
  for (const size of PANELS) {
    await page.setViewportSize(size);
    await show(shown, { name: 'visit', holds: offers(3), stock: offers(12, 4), left: 5 });
    const last = page.locator('.stock li:last-child button');
    await last.scrollIntoViewIfNeeded();
    const [box, list] = [await last.boundingBox(), await page.locator('.stock ul').boundingBox()];
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((list?.y ?? 0) + (list?.height ?? 0) + 1);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    for (const button of await page.$$('.listed li button'))
      expect((await button.boundingBox())?.height).toBeGreaterThan(44);
    // A short list beside a long one shows all of itself.
    const hidden = await page.$eval('.holds ul', (ul) => ul.scrollHeight - ul.clientHeight);
    expect(hidden).toBeLessThanOrEqual(1);
  }
});

test('the foot stays where it is when a list grows shorter', async () => {
  const footTop = async () => (await shown.page.locator('.finish').boundingBox())?.y;
  await show(shown, { name: 'visit', holds: offers(3), stock: offers(12, 4) });
  const before = await footTop();
  await show(shown, { name: 'visit', holds: [], stock: offers(1, 4) });
  await expect.poll(() => shown.page.locator('.listed li').count()).toBe(1);
  expect(await footTop()).toBe(before);
});

const courier = (more: Partial<Extract<Screen, { name: 'courier' }>> = {}): Screen => ({
  name: 'courier',
  moved: 3,
  toPutIn: [{ item: '33001000000099', title: '围城' }],
  toTakeOut: offers(2).map((offer, i) => ({ ...offer, why: i === 0 ? 'expired' : 'recalled' })),
  toCheck: offers(1, 7),
  ...more,
});

test('the courier sees what to put in, to take out and why, and to check; only doors are touched', async () => {
  const { page } = shown;
  await show(shown, courier());
  expect(await textsOf('h2')).toEqual([TEXTS.zh.toPutIn, TEXTS.zh.toTakeOut, TEXTS.zh.toCheck]);
  expect(await textsOf('.put-in li')).toEqual(['围城33001000000099']);
  expect(await page.$('.put-in button')).toBeNull();
  expect(await textsOf('.take-out .note')).toEqual([TEXTS.zh['why.expired'], TEXTS.zh['why.recalled']]);
  expect(await page.textContent('[data-count=moved]')).toBe('3');
  const [first] = offers(1);
  const about = { compartment: 'A01', title: `《${first?.title}》`, why: TEXTS.zh['why.expired'] };
  expect(await page.getAttribute('.take-out button', 'aria-label')).toBe(zh('takeOut', about));
  await page.click('.take-out button');
  await page.click('.check button');
  await expect
    .poll(() => shown.inputs)
    .toEqual([
      { kind: 'choose', item: first?.item },
      { kind: 'choose', item: offers(1, 7)[0]?.item },
    ]);
  expect(await page.textContent('.hint')).toBe(TEXTS.zh['hint.courierOpens']);
  await show(shown, courier({ toTakeOut: [], toCheck: [] }));
  await expect.poll(() => page.textContent('.hint')).toBe(TEXTS.zh['hint.courier']);
});

test('a courier who looks for a book may say that nothing is inside; one who loads may not', async () => {
  const { page } = shown;
  await show(shown, courier());
  await show(shown, { name: 'opening', compartment: 'A07', title: TITLE, attempt: 1 });
  await show(shown, { name: 'putItem', compartment: 'A07', title: TITLE });
  expect(await heading(shown)).toBe(TEXTS.zh['screen.checkItem']);
  await pressed('nothingInside');
  await show(shown, courier({ toCheck: [] }));
  await show(shown, { name: 'putItem', compartment: 'A07', title: TITLE });
  expect(await heading(shown)).toBe(TEXTS.zh['screen.putItem']);
  expect(await page.$('.saying')).toBeNull();
  await show(shown, courier());
  await show(shown, { name: 'takeItem', compartment: 'A01', title: TITLE });
  expect(await textsOf('.saying button')).toEqual([TEXTS.zh.nothingInside]);
  // The next patron's door is not the courier's.
  await show(shown, { name: 'idle' });
  await show(shown, { name: 'takeItem', compartment: 'A01', title: TITLE });
  expect(await textsOf('.saying button')).toEqual([TEXTS.zh.notMine, TEXTS.zh.nothingInside]);
});

test('a full cabinet says where else, a renewal its day, in the language of the person', async () => {
  const { page } = shown;
  const full = noticeOf('full', 60_000, { elsewhere: '村文化礼堂' });
  await show(shown, { name: 'returning', returned: 0 }, { notice: full });
  await page.waitForSelector('[data-notice=full]', SEEN);
  expect(await page.textContent('.banner')).toBe(zh('notice.fullElsewhere', { elsewhere: '村文化礼堂' }));
  const renewed = noticeOf('renewed', 60_000, { due: '2027-01-01T04:00:00Z' });
  await show(shown, { name: 'renewing', renewed: 1 }, { notice: renewed });
  await page.waitForSelector('[data-notice=renewed]', SEEN);
  expect(await page.textContent('.banner')).toContain('2027年1月1日');
  await page.click('.language');
  await expect.poll(() => page.textContent('.banner')).toContain('1 January 2027');
  expect(await page.textContent('.banner')).toBe(noticeText(tellIn('en'), renewed));
});

test('whoever uses the keys of a keyboard sees where they are, and chooses with Enter', async () => {
  const { page } = shown;
  await show(shown, { name: 'visit', holds: offers(1), stock: [] });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const ring = await page.evaluate(
    () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
  );
  expect(ring).toBe('solid');
  await page.keyboard.press('Enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'choose', item: offers(1)[0]?.item }]);
});
