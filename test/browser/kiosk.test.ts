/** The kiosk's page in a real Chromium, built as for the cabinet, served by the real kiosk server. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TEXTS, tellIn } from '../../controller/kiosk/page/language.ts';
import { Kiosk } from '../../controller/kiosk/server.ts';
import type { KioskInput, KioskView, NoticeName, Screen } from '../../controller/lending/screen.ts';
import { launchBrowser } from './browser.ts';
import { kioskPage } from './page.ts';

/** A slow machine paints a screen within seconds; the tests below wait for what they want to see. */
const SEEN = { timeout: 10_000 };
const TITLE = '平凡的世界';
/** Upright, wide, and the small panels that a Raspberry Pi often has. */
const PANELS = [
  { width: 1080, height: 1920 },
  { width: 1280, height: 800 },
  { width: 1024, height: 600 },
  { width: 800, height: 480 },
];

let html: string;
let browser: Browser;
let kiosk: Kiosk;
let port: number;
let page: Page;
let inputs: KioskInput[];
let faults: string[];

beforeAll(async () => {
  [html, browser] = await Promise.all([kioskPage(), launchBrowser()]);
}, 60_000);
afterAll(() => browser?.close());

beforeEach(async () => {
  inputs = [];
  faults = [];
  ({ kiosk, port } = await serve(0));
  page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`http://127.0.0.1:${port}/`)) faults.push(`asked for ${request.url()}`);
  });
  kiosk.show(viewOf({ name: 'idle' }));
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForSelector('[data-screen=idle]', SEEN);
}, 30_000);
afterEach(async () => {
  await page.close();
  await kiosk.stop();
  expect(faults).toEqual([]);
});

async function serve(wanted: number) {
  const made = new Kiosk({
    host: '127.0.0.1',
    port: wanted,
    page: html,
    onInput: (input) => inputs.push(input),
    health: () => ({}),
  });
  return { kiosk: made, port: (await made.start()).port };
}

function viewOf(screen: Screen, more: Partial<KioskView> = {}): KioskView {
  const names = Array.from({ length: 16 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`);
  return {
    screen,
    nowMs: performance.now(),
    platformLink: 'up',
    compartments: names.map((compartment) => ({
      compartment,
      door: compartment === 'A07' ? 'open' : 'closed',
      service: compartment === 'A14' ? 'out' : 'in',
    })),
    ...more,
  };
}
function toTakeOut(count: number) {
  const titles = ['活着', '平凡的世界（全三册，纪念版）'];
  return Array.from({ length: count }, (_, i) => ({
    item: `3300100000000${i}`,
    title: titles[i % 2] ?? '',
    compartment: `A${String(i + 1).padStart(2, '0')}`,
  }));
}
async function returning(returned: number): Promise<void> {
  kiosk.show(viewOf({ name: 'returning', returned }));
  await page.waitForSelector('[data-screen=returning]', SEEN);
}
/** Nothing is cut off, nothing scrolls, and the words do not run into the head. */
async function expectWithinGlass(): Promise<void> {
  const outside = await page.evaluate(() => {
    const main = document.querySelector('main');
    const box = (of: string) => document.querySelector(of)?.getBoundingClientRect() ?? new DOMRect();
    const all = [...document.querySelectorAll('h1, p, dd, button, input, .cabinet')];
    const shown = all.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
    return {
      below: (main?.scrollHeight ?? 0) - (main?.clientHeight ?? 0),
      page: document.documentElement.scrollHeight - innerHeight,
      right: Math.max(...shown.map(({ right }) => right)) - innerWidth,
      bottom: Math.max(...shown.map(({ bottom }) => bottom)) - innerHeight,
      head: box('.head').bottom - box('.words').top,
    };
  });
  for (const [side, by] of Object.entries(outside)) expect.soft(by, side).toBeLessThanOrEqual(1);
}
const noticeOf = (name: NoticeName, forMs = 8_000) => ({
  name,
  untilMs: performance.now() + forMs,
  title: TITLE,
});
const heading = () => page.textContent('h1');

test('typing eight digits and OK posts the code once', async () => {
  for (const digit of '1234567') await page.click(`.key-${digit}`);
  expect(await page.isDisabled('.key-enter')).toBe(true);
  await page.click('.key-9');
  await page.click('.key-delete');
  await page.click('.key-8');
  await page.click('.key-enter');
  await expect.poll(() => inputs).toEqual([{ kind: 'code', text: '12345678' }]);
  expect(await page.textContent('.code')).toBe('');
  await page.waitForFunction(
    (text) => document.querySelector('.sending')?.textContent === text,
    TEXTS.zh.checking,
  );
  kiosk.show(viewOf({ name: 'idle' }, { notice: noticeOf('unknownCode') }));
  await page.waitForSelector('[data-notice=unknownCode]', SEEN);
  await expect.poll(() => page.textContent('.sending')).toBe('');
});

test('a keyboard types the code as well, also after a key was touched', async () => {
  await page.click('.key-1');
  await page.keyboard.type('2345678');
  await page.keyboard.press('Enter');
  await expect.poll(() => inputs).toEqual([{ kind: 'code', text: '12345678' }]);
});

test('keys are large enough for a finger', async () => {
  for (const key of await page.$$('.key')) {
    const box = await key.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(60);
  }
});

test.each<Screen>([
  { name: 'opening', compartment: 'A07', title: TITLE, attempt: 2 },
  { name: 'takeItem', compartment: 'A07', title: TITLE },
  { name: 'closeDoor', compartment: 'A07' },
  { name: 'collected', title: TITLE },
  { name: 'checking', compartment: 'A07', at: 'compartment' },
  { name: 'returning', returned: 2 },
  { name: 'courier', moved: 3, waiting: 5, toTakeOut: [] },
  { name: 'courier', moved: 3, waiting: 5, toTakeOut: toTakeOut(12) },
  { name: 'putItem', compartment: 'A12', title: TITLE },
  { name: 'waitAfterCodes', untilMs: 1e12 },
  { name: 'idle' },
])('the screen $name shows, on every panel, within the glass', async (screen) => {
  for (const size of PANELS) {
    await page.setViewportSize(size);
    kiosk.show(viewOf(screen, { notice: noticeOf('doorDidNotOpenTryAgain') }));
    await page.waitForSelector(`[data-screen=${screen.name}]`, SEEN);
    await page.waitForSelector('[data-notice=doorDidNotOpenTryAgain]', SEEN);
    expect(await heading()).toBe(TEXTS.zh[`screen.${screen.name}`]);
    if (screen.name === 'courier') await page.waitForSelector(screen.toTakeOut[0] ? '.take-out' : '.courier');
    if ('title' in screen) expect(await page.textContent('.hint')).toContain(`《${TITLE}》`);
    if ('compartment' in screen) {
      expect(await page.textContent('.here-name')).toBe(screen.compartment);
      expect(await page.getAttribute('.door.here', 'data-door')).toBe(screen.compartment);
    } else expect(await page.$('.door.here')).toBeNull();
    await expectWithinGlass();
  }
});

test('the courier sees the counts and finishes with the button', async () => {
  kiosk.show(viewOf({ name: 'courier', moved: 3, waiting: 5, toTakeOut: [] }));
  await page.waitForSelector('[data-screen=courier]', SEEN);
  expect(await page.textContent('[data-count=moved]')).toBe('3');
  expect(await page.textContent('[data-count=waiting]')).toBe('5');
  expect(await page.$('.take-out')).toBeNull();
  expect(await page.textContent('.hint')).toBe(TEXTS.zh['hint.courier']);
  await page.click('.finish');
  await expect.poll(() => inputs).toEqual([{ kind: 'button', button: 'finish' }]);
});

test('the courier touches what is to be taken out, by door and title', async () => {
  const list = [...toTakeOut(3), { item: '33001000999999', title: '33001000999999', compartment: 'B01' }];
  kiosk.show(viewOf({ name: 'courier', moved: 0, waiting: 0, toTakeOut: list }));
  await page.waitForSelector('.take-out', SEEN);
  expect(await page.$$eval('.take-out button', (all) => all.map(({ textContent }) => textContent))).toEqual(
    list.map(({ compartment, title }) => `${compartment}${title}`),
  );
  const [first, second] = list;
  const told = tellIn('zh')('takeOut', { compartment: 'A01', title: `《${first?.title}》` });
  expect(await page.getAttribute('.take-out button', 'aria-label')).toBe(told);
  await page.click(`.take-out [data-item="${second?.item}"]`);
  await expect.poll(() => inputs).toEqual([{ kind: 'choose', item: second?.item }]);
});

test('on a small panel each of twelve is still large enough for a finger', async () => {
  for (const size of PANELS) {
    await page.setViewportSize(size);
    kiosk.show(viewOf({ name: 'courier', moved: 3, waiting: 5, toTakeOut: toTakeOut(12) }));
    await page.waitForSelector('.take-out li:nth-child(12)', SEEN);
    for (const button of await page.$$('.take-out button')) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(37);
    }
  }
});

test('bringing a book back begins with one touch, beside the keypad', async () => {
  for (const size of PANELS) {
    await page.setViewportSize(size);
    const box = await page.locator('.return').boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(70);
  }
  expect(await page.getByRole('button', { name: TEXTS.zh.return }).count()).toBe(1);
  await page.click('.return');
  await expect.poll(() => inputs).toEqual([{ kind: 'button', button: 'return' }]);
});

test('a digit that is typed on the screen before belongs to no book', async () => {
  await page.click('.key-1');
  await returning(0);
  await page.click('.type');
  expect(await page.inputValue('.typing input')).toBe('');
});

test('a return says how many books are back, and ends with the button', async () => {
  await returning(0);
  expect(await page.textContent('.returned')).toBe('');
  await returning(2);
  await page.waitForSelector('[data-count="2"]', SEEN);
  expect(await page.textContent('.returned')).toBe(tellIn('zh')('returned', { count: 2 }));
  await page.click('.finish');
  await expect.poll(() => inputs).toEqual([{ kind: 'button', button: 'finish' }]);
});

test('a barcode with letters is typed on the glass, and sent once', async () => {
  await returning(0);
  await page.click('.type');
  expect(await page.isDisabled('.line .key-enter')).toBe(true);
  for (const key of 'ZJ3.X1-') await page.getByRole('button', { name: key, exact: true }).click();
  await page.click('.keyboard .key-delete');
  expect(await page.inputValue('.typing input')).toBe('ZJ3.X1');
  await page.click('.line .key-enter');
  await expect.poll(() => inputs).toEqual([{ kind: 'code', text: 'ZJ3.X1' }]);
  expect(await page.inputValue('.typing input')).toBe('');
});

test('a keyboard types it as well, at once and between touches; signs that no barcode has are left out', async () => {
  await returning(0);
  await page.click('.type');
  await page.keyboard.type('zj书 3300');
  await page.getByRole('button', { name: '7', exact: true }).click();
  await page.keyboard.type('x');
  await page.keyboard.press('Enter');
  await expect.poll(() => inputs).toEqual([{ kind: 'code', text: 'zj 33007x' }]);
});

test('keys of the typed barcode are within the glass on every panel', async () => {
  for (const size of PANELS) {
    await page.setViewportSize(size);
    await returning(1);
    if (!(await page.$('.typing'))) await page.click('.type');
    await expectWithinGlass();
    for (const key of await page.$$('.typing button')) {
      const box = await key.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(40);
    }
  }
});

test('at the pad the book counts, and no door is shown as the one to use', async () => {
  kiosk.show(viewOf({ name: 'checking', compartment: 'A07', at: 'pad' }));
  await page.waitForSelector('[data-screen=checking]', SEEN);
  expect(await heading()).toBe(TEXTS.zh['screen.checkingPad']);
  expect(await page.$('.here-name')).toBeNull();
  expect(await page.$('.door.here')).toBeNull();
  expect(await page.$('.book')).not.toBeNull();
});

test('a book without a title is named by its barcode', async () => {
  kiosk.show(viewOf({ name: 'putItem', compartment: 'A07', title: '33001000123456' }));
  await page.waitForSelector('[data-screen=putItem]', SEEN);
  expect(await page.textContent('.hint')).toContain(tellIn('zh')('numbered', { item: '33001000123456' }));
});

test('what the controller did not take is said, whatever was touched', async () => {
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
  kiosk.show(viewOf({ name: 'courier', moved: 0, waiting: 0, toTakeOut: toTakeOut(1) }));
  await page.waitForSelector('.take-out', SEEN);
  await page.click('.take-out button');
  await told(TEXTS.zh.notSent);
  expect(inputs).toEqual([]);
});

test('doors show as they are, and say so to a screen reader', async () => {
  const label = (door: string) => page.getAttribute(`[data-door=${door}]`, 'aria-label');
  expect(await label('A01')).toBe('A01: 关着');
  expect(await label('A07')).toBe('A07: 开着');
  expect(await label('A14')).toBe('A14: 停用');
});

test('a notice disappears by its own time', async () => {
  kiosk.show(viewOf({ name: 'idle' }, { notice: noticeOf('usedCode', 600) }));
  await page.waitForSelector('[data-notice=usedCode]', SEEN);
  await page.waitForSelector('.banner:not([data-notice])', SEEN);
  expect(await page.textContent('.banner')).toBe('');
});

test('the language changes with one touch and back', async () => {
  expect(await heading()).toBe(TEXTS.zh['screen.idle']);
  await page.click('.language');
  await expect.poll(heading).toBe(TEXTS.en['screen.idle']);
  expect(await page.getAttribute('html', 'lang')).toBe('en');
  await page.click('.language');
  await expect.poll(heading).toBe(TEXTS.zh['screen.idle']);
});

test('a network that is away is said calmly', async () => {
  expect(await page.textContent('.network')).toBe('');
  kiosk.show(viewOf({ name: 'idle' }, { platformLink: 'down' }));
  await page.waitForSelector('.network:not(:empty)', SEEN);
  expect(await page.textContent('.network')).toBe(TEXTS.zh.networkAway);
});

test('after five wrong codes it counts down, in the time of the controller', async () => {
  const nowMs = 1_000_000;
  kiosk.show(viewOf({ name: 'waitAfterCodes', untilMs: nowMs + 60_000 }, { nowMs }));
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
  await page.evaluate(() => {
    document.body.dataset.kept = 'yes';
  });
  await kiosk.stop();
  await page.waitForSelector('.reconnecting', SEEN);
  expect(await page.textContent('.reconnecting')).toBe(TEXTS.zh.reconnecting);
  ({ kiosk } = await serve(port));
  kiosk.show(viewOf({ name: 'collected', title: TITLE }));
  await page.waitForSelector('[data-screen=collected]', SEEN);
  await page.waitForSelector('.reconnecting', { state: 'detached', ...SEEN });
  expect(await page.getAttribute('body', 'data-kept')).toBe('yes');
}, 30_000);

test('an updated terminal makes the page load itself anew', async () => {
  await kiosk.stop();
  const before = html;
  html = html.replace('</body>', '<!-- next version --></body>');
  ({ kiosk } = await serve(port));
  html = before;
  kiosk.show(viewOf({ name: 'idle' }));
  await expect.poll(() => page.content().catch(() => ''), SEEN).toContain('next version');
}, 30_000);

test('a code that the controller did not take is said', async () => {
  await page.route('**/code', (route) => route.abort());
  await page.keyboard.type('12345678');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    (text) => document.querySelector('.sending')?.textContent === text,
    TEXTS.zh.notSent,
  );
});
