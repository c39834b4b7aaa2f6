/** The kiosk's page in a real Chromium, built as for the cabinet and served by the real kiosk server, for tests. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Kiosk } from '../../controller/kiosk/server.ts';
import type {
  KioskInput,
  KioskView,
  NoticeAbout,
  NoticeName,
  Screen,
} from '../../controller/lending/screen.ts';
import { launchBrowser } from './browser.ts';
import { kioskPage } from './page.ts';

/** A slow machine paints a screen within seconds; the tests wait for what they want to see. */
export const SEEN = { timeout: 10_000 };
export const TITLE = '平凡的世界';
/** Upright, wide, and the small panels that a Raspberry Pi often has. */
export const PANELS = [
  { width: 1080, height: 1920 },
  { width: 1280, height: 800 },
  { width: 1024, height: 600 },
  { width: 800, height: 480 },
];

export interface Shown {
  html: string;
  kiosk: Kiosk;
  port: number;
  page: Page;
  inputs: KioskInput[];
}

/** One page for each test of a file; it starts with the idle screen, and no test may leave a fault behind. */
export function useKioskPage(): Shown {
  const shown = {} as Shown;
  let browser: Browser;
  let faults: string[];
  beforeAll(async () => {
    [shown.html, browser] = await Promise.all([kioskPage(), launchBrowser()]);
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    shown.inputs = [];
    faults = [];
    await serve(shown, 0);
    shown.page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
    shown.page.on('pageerror', (error) => faults.push(error.message));
    shown.page.on('request', (request) => {
      if (!request.url().startsWith(`http://127.0.0.1:${shown.port}/`))
        faults.push(`asked for ${request.url()}`);
    });
    shown.kiosk.show(viewOf({ name: 'idle' }));
    await shown.page.goto(`http://127.0.0.1:${shown.port}/`);
    await shown.page.waitForSelector('[data-screen=idle]', SEEN);
  }, 30_000);
  afterEach(async () => {
    await shown.page.close();
    await shown.kiosk.stop();
    expect(faults).toEqual([]);
  });
  return shown;
}

export async function serve(shown: Shown, wanted: number): Promise<void> {
  shown.kiosk = new Kiosk({
    host: '127.0.0.1',
    port: wanted,
    page: shown.html,
    onInput: (input) => shown.inputs.push(input),
    health: () => ({}),
  });
  shown.port = (await shown.kiosk.start()).port;
}

/** Sixteen doors, all shut but those that are named; A14 is out of service. */
export function viewOf(
  screen: Screen,
  more: Partial<KioskView> = {},
  open: readonly string[] = [],
): KioskView {
  const names = Array.from({ length: 16 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`);
  return {
    screen,
    nowMs: performance.now(),
    platformLink: 'up',
    compartments: names.map((compartment) => ({
      compartment,
      door: open.includes(compartment) ? 'open' : 'closed',
      service: compartment === 'A14' ? 'out' : 'in',
    })),
    ...more,
  };
}

export async function show(
  { kiosk, page }: Shown,
  screen: Screen,
  more: Partial<KioskView> = {},
  open: readonly string[] = [],
): Promise<void> {
  kiosk.show(viewOf(screen, more, open));
  await page.waitForSelector(`[data-screen=${screen.name}]`, SEEN);
}

export const noticeOf = (name: NoticeName, forMs = 8_000, about: NoticeAbout = { title: TITLE }) => ({
  name,
  untilMs: performance.now() + forMs,
  ...about,
});

export function offers(count: number, from = 1) {
  const titles = ['活着', '平凡的世界（全三册，纪念版）'];
  return Array.from({ length: count }, (_, i) => ({
    item: `3300100000000${from + i}`,
    title: titles[i % 2] ?? '',
    compartment: `A${String(from + i).padStart(2, '0')}`,
  }));
}

/** SCREENSHOTS=docs/images keeps the pictures of the docs. */
export async function picture({ page }: Shown, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

export const heading = ({ page }: Shown) => page.textContent('h1');

/** Nothing is cut off, nothing scrolls but a list inside itself, and the words do not run into the head. */
export async function expectWithinGlass({ page }: Shown): Promise<void> {
  const outside = await page.evaluate(() => {
    const main = document.querySelector('main');
    const all = [...document.querySelectorAll('h1, h2, p, ul, button, input, .dots, .cabinet')];
    const fixed = all.filter((one) => !one.closest('.listed li'));
    const shown = fixed.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
    const meet = (a: Element, b: Element): number => {
      const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
      const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      return Math.max(0, Math.min(across, down));
    };
    const head = [...document.querySelectorAll('.name, .language, .network:not(:empty)')];
    const words = [...document.querySelectorAll('.words > *')];
    const sideways = [...document.querySelectorAll('.listed ul')].map(
      (ul) => ul.scrollWidth - ul.clientWidth,
    );
    return {
      below: (main?.scrollHeight ?? 0) - (main?.clientHeight ?? 0),
      page: document.documentElement.scrollHeight - innerHeight,
      right: Math.max(...shown.map(({ right }) => right)) - innerWidth,
      bottom: Math.max(...shown.map(({ bottom }) => bottom)) - innerHeight,
      left: -Math.min(...shown.map(({ left }) => left)),
      head: Math.max(...words.flatMap((word) => head.map((part) => meet(word, part)))),
      sideways: Math.max(0, ...sideways),
    };
  });
  for (const [side, by] of Object.entries(outside)) expect.soft(by, side).toBeLessThanOrEqual(1);
}
