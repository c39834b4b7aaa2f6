/** The kiosk's page in a real Chromium: codes, returns, and what holds for every screen. */
import { expect, test } from 'vitest';
import { TEXTS, tellIn } from '../../controller/kiosk/page/language.ts';
import type { Screen } from '../../controller/lending/screen.ts';
import {
  expectWithinGlass,
  heading,
  noticeOf,
  offers,
  PANELS,
  SEEN,
  serve,
  show,
  TITLE,
  useKioskPage,
  viewOf,
} from './kiosk-page.ts';

const shown = useKioskPage();
const returning = (returned: number) => show(shown, { name: 'returning', returned });

test('typing eight digits and OK posts the code once', async () => {
  const { page } = shown;
  for (const digit of '1234567') await page.click(`.key-${digit}`);
  expect(await page.isDisabled('.key-enter')).toBe(true);
  await page.click('.key-9');
  await page.click('.key-delete');
  await page.click('.key-8');
  await page.click('.key-enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'code', text: '12345678' }]);
  expect(await page.textContent('.code')).toBe('');
  await page.waitForFunction(
    (text) => document.querySelector('.sending')?.textContent === text,
    TEXTS.zh.checking,
  );
  shown.kiosk.show(viewOf({ name: 'idle' }, { notice: noticeOf('unknownCode') }));
  await page.waitForSelector('[data-notice=unknownCode]', SEEN);
  await expect.poll(() => page.textContent('.sending')).toBe('');
});

test('a keyboard types the code as well, also after a key was touched', async () => {
  const { page } = shown;
  await page.click('.key-1');
  await page.keyboard.type('2345678');
  await page.keyboard.press('Enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'code', text: '12345678' }]);
});

test('keys are large enough for a finger', async () => {
  const { page } = shown;
  for (const key of await page.$$('.key')) {
    const box = await key.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(60);
  }
});

const SCREENS: readonly Screen[] = [
  { name: 'opening', compartment: 'A07', title: TITLE, attempt: 2 },
  { name: 'takeItem', compartment: 'A07', title: TITLE },
  { name: 'closeDoor', compartment: 'A07' },
  { name: 'collected', title: TITLE, compartment: 'A07' },
  { name: 'checking', compartment: 'A07', at: 'compartment' },
  { name: 'returning', returned: 2 },
  { name: 'renewing', renewed: 2 },
  { name: 'showCard' },
  { name: 'enterPin' },
  { name: 'asking' },
  { name: 'visit', holds: offers(3), stock: offers(12, 4), left: 2 },
  { name: 'visit', holds: [], stock: [] },
  { name: 'courier', moved: 3, toPutIn: [], toTakeOut: [], toCheck: [] },
  {
    name: 'courier',
    moved: 3,
    toPutIn: offers(12),
    toTakeOut: offers(12).map((offer) => ({ ...offer, why: 'returned' })),
    toCheck: offers(12),
  },
  { name: 'putItem', compartment: 'A12', title: TITLE },
  { name: 'waitAfterCodes', untilMs: 1e12 },
  { name: 'idle' },
];

test.each(SCREENS.map((screen) => ({ screen })))(
  'the screen $screen.name shows, in both languages, on every panel, within the glass',
  async ({ screen }) => {
    const { page } = shown;
    for (const language of ['zh', 'en'] as const) {
      for (const size of PANELS) {
        await page.setViewportSize(size);
        const notice = noticeOf('doorDidNotOpenTryAgain');
        await show(shown, screen, { notice, platformLink: language === 'zh' ? 'up' : 'down' });
        await page.waitForSelector('[data-notice=doorDidNotOpenTryAgain]', SEEN);
        const network = language === 'zh' ? '.network:empty' : '.network:not(:empty)';
        await page.waitForSelector(network, { state: 'attached', ...SEEN });
        expect(await heading(shown)).toBe(TEXTS[language][`screen.${screen.name}`]);
        if ('title' in screen) expect(await page.textContent('.hint')).toContain(TITLE);
        if ('compartment' in screen && screen.name !== 'collected') {
          expect(await page.textContent('.here-name')).toBe(screen.compartment);
          expect(await page.getAttribute('.door.here', 'data-door')).toBe(screen.compartment);
        } else expect(await page.$('.door.here')).toBeNull();
        await expectWithinGlass(shown);
      }
      await page.click('.language');
    }
  },
  60_000,
);

test('a door that somebody left open is shown large, until it is shut', async () => {
  const { page } = shown;
  for (const size of PANELS) {
    await page.setViewportSize(size);
    await show(shown, { name: 'idle' }, {}, ['A05', 'A14']);
    await page.waitForSelector('.left-open', SEEN);
    // A14 is out of service: nobody is asked to shut it.
    expect(await page.textContent('.left-open')).toBe(`A05 ${TEXTS.zh.leftOpen}`);
    expect((await page.locator('.left-open b').boundingBox())?.height).toBeGreaterThan(40);
    await expectWithinGlass(shown);
  }
  await show(shown, { name: 'takeItem', compartment: 'A05', title: TITLE }, {}, ['A05']);
  expect(await page.$('.left-open')).toBeNull();
  await show(shown, { name: 'idle' });
  expect(await page.$('.left-open')).toBeNull();
});

test.each(['return', 'renew', 'card'] as const)(
  '%s begins with one touch, beside the keypad',
  async (button) => {
    const { page } = shown;
    for (const size of PANELS) {
      await page.setViewportSize(size);
      const box = await page.locator(`.${button}`).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(60);
    }
    expect(await page.getByRole('button', { name: TEXTS.zh[button], exact: true }).count()).toBe(1);
    await page.click(`.${button}`);
    await expect.poll(() => shown.inputs).toEqual([{ kind: 'button', button }]);
  },
);

test('the first screen says that a credit pass goes to the scanner', async () => {
  expect(await shown.page.textContent('.pass-hint')).toBe(TEXTS.zh.passHint);
});

test('a digit that is typed on the screen before belongs to no book', async () => {
  const { page } = shown;
  await page.click('.key-1');
  await returning(0);
  await page.click('.type');
  expect(await page.inputValue('.typing input')).toBe('');
});

test('a return says how many books are back, and ends with the button', async () => {
  const { page } = shown;
  await returning(0);
  expect(await page.textContent('.returned')).toBe('');
  await returning(2);
  await page.waitForSelector('[data-count="2"]', SEEN);
  expect(await page.textContent('.returned')).toBe(tellIn('zh')('returned', { count: 2 }));
  await page.click('.finish');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'button', button: 'finish' }]);
});

test('a barcode with letters is typed on the glass, and sent once', async () => {
  const { page } = shown;
  await returning(0);
  await page.click('.type');
  expect(await page.isDisabled('.line .key-enter')).toBe(true);
  for (const key of 'ZJ3.X1-') await page.getByRole('button', { name: key, exact: true }).click();
  await page.click('.keyboard .key-delete');
  expect(await page.inputValue('.typing input')).toBe('ZJ3.X1');
  await page.click('.line .key-enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'code', text: 'ZJ3.X1' }]);
  expect(await page.inputValue('.typing input')).toBe('');
});

test('a keyboard types it as well, at once and between touches; signs that no barcode has are left out', async () => {
  const { page } = shown;
  await returning(0);
  await page.click('.type');
  await page.keyboard.type('zj书 3300');
  await page.getByRole('button', { name: '7', exact: true }).click();
  await page.keyboard.type('x');
  await page.keyboard.press('Enter');
  await expect.poll(() => shown.inputs).toEqual([{ kind: 'code', text: 'zj 33007x' }]);
});

test('keys of the typed barcode are within the glass on every panel', async () => {
  const { page } = shown;
  for (const size of PANELS) {
    await page.setViewportSize(size);
    await returning(1);
    if (!(await page.$('.typing'))) await page.click('.type');
    await expectWithinGlass(shown);
    for (const key of await page.$$('.typing button')) {
      const box = await key.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(40);
    }
  }
});

test('at the pad the book counts, and no door is shown as the one to use', async () => {
  const { page } = shown;
  shown.kiosk.show(viewOf({ name: 'checking', compartment: 'A07', at: 'pad' }));
  await page.waitForSelector('[data-screen=checking]', SEEN);
  expect(await heading(shown)).toBe(TEXTS.zh['screen.checkingPad']);
  expect(await page.$('.here-name')).toBeNull();
  expect(await page.$('.door.here')).toBeNull();
  expect(await page.$('.book')).not.toBeNull();
});

test('a book without a title is named by its barcode', async () => {
  const { page } = shown;
  shown.kiosk.show(viewOf({ name: 'putItem', compartment: 'A07', title: '33001000123456' }));
  await page.waitForSelector('[data-screen=putItem]', SEEN);
  expect(await page.textContent('.hint')).toContain(tellIn('zh')('numbered', { item: '33001000123456' }));
});

test('what the controller did not take is said, whatever was touched', async () => {
  const { page } = shown;
  await page.route('**/button', (route) => route.abort());
  await page.route('**/choose', (route) => route.abort());
  const told = (text: string) =>
    page.waitForFunction((wanted) => document.querySelector('.sending')?.textContent === wanted, text);
  await page.click('.return');
  await told(TEXTS.zh.notSent);
  await returning(0);
  await told('');
  await page.click('.finish');
  await told(TEXTS.zh.notSent);
  await show(shown, { name: 'visit', holds: offers(1), stock: [] });
  await page.click('.holds button');
  await told(TEXTS.zh.notSent);
  expect(shown.inputs).toEqual([]);
});

test('doors show as they are, and say so to a screen reader', async () => {
  const { page } = shown;
  await show(shown, { name: 'idle' }, {}, ['A07']);
  const label = (door: string) => page.getAttribute(`[data-door=${door}]`, 'aria-label');
  expect(await label('A01')).toBe('A01: 关着');
  expect(await label('A07')).toBe('A07: 开着');
  expect(await label('A14')).toBe('A14: 停用');
});

test('a notice disappears by its own time', async () => {
  const { page } = shown;
  shown.kiosk.show(viewOf({ name: 'idle' }, { notice: noticeOf('usedCode', 600) }));
  await page.waitForSelector('[data-notice=usedCode]', SEEN);
  await page.waitForSelector('.banner:not([data-notice])', SEEN);
  expect(await page.textContent('.banner')).toBe('');
});

test('the language changes with one touch and back', async () => {
  const { page } = shown;
  expect(await heading(shown)).toBe(TEXTS.zh['screen.idle']);
  await page.click('.language');
  await expect.poll(() => heading(shown)).toBe(TEXTS.en['screen.idle']);
  expect(await page.getAttribute('html', 'lang')).toBe('en');
  await page.click('.language');
  await expect.poll(() => heading(shown)).toBe(TEXTS.zh['screen.idle']);
});

test('a network that is away is said calmly', async () => {
  const { page } = shown;
  expect(await page.textContent('.network')).toBe('');
  shown.kiosk.show(viewOf({ name: 'idle' }, { platformLink: 'down' }));
  await page.waitForSelector('.network:not(:empty)', SEEN);
  expect(await page.textContent('.network')).toBe(TEXTS.zh.networkAway);
});

test('after five wrong codes it counts down, in the time of the controller', async () => {
  const { page } = shown;
  const nowMs = 1_000_000;
  shown.kiosk.show(viewOf({ name: 'waitAfterCodes', untilMs: nowMs + 60_000 }, { nowMs }));
  await page.waitForSelector('[data-screen=waitAfterCodes]', SEEN);
  const seconds = async () => Number(await page.getAttribute('[data-seconds]', 'data-seconds'));
  const first = await seconds();
  expect(first).toBeGreaterThan(50);
  expect(first).toBeLessThanOrEqual(60);
  await expect.poll(seconds, SEEN).toBeLessThan(first);
  expect(await page.textContent('.countdown')).toMatch(/^0:5\d$/);
  expect(await page.$('.keypad')).toBeNull();
});

test('it says that the controller is away, and recovers alone with the current screen', async () => {
  const { page } = shown;
  await page.evaluate(() => {
    document.body.dataset.kept = 'yes';
  });
  await shown.kiosk.stop();
  await page.waitForSelector('.reconnecting', SEEN);
  expect(await page.textContent('.reconnecting')).toBe(TEXTS.zh.reconnecting);
  await serve(shown, shown.port);
  shown.kiosk.show(viewOf({ name: 'collected', title: TITLE, compartment: 'A07' }));
  await page.waitForSelector('[data-screen=collected]', SEEN);
  await page.waitForSelector('.reconnecting', { state: 'detached', ...SEEN });
  expect(await page.getAttribute('body', 'data-kept')).toBe('yes');
}, 30_000);

test('an updated terminal makes the page load itself anew', async () => {
  const { page } = shown;
  await shown.kiosk.stop();
  const before = shown.html;
  shown.html = before.replace('</body>', '<!-- next version --></body>');
  await serve(shown, shown.port);
  shown.html = before;
  shown.kiosk.show(viewOf({ name: 'idle' }));
  await expect.poll(() => page.content().catch(() => ''), SEEN).toContain('next version');
}, 30_000);

test('a code that the controller did not take is said', async () => {
  const { page } = shown;
  await page.route('**/code', (route) => route.abort());
  await page.keyboard.type('12345678');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (text) => document.querySelector('.sending')?.textContent === text,
    TEXTS.zh.notSent,
  );
});
