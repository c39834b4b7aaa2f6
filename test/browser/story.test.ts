import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stack } from '../../demo/stack.ts';
import { COURIER_BADGE, everythingUp } from '../../demo/story.ts';
import { launchBrowser } from './browser.ts';

const LONG = 90_000;
/** SCREENSHOTS=docs/images keeps the pictures of the docs. */
const PICTURES = process.env.SCREENSHOTS;
const HELD_OPEN_MS = 600;

/** The story as a new user would do it: three pages, nothing but clicks and keys. */
describe('the story in a browser', { timeout: LONG }, () => {
  let data: string;
  let stack: Stack;
  let browser: Browser;
  const pages: Record<string, Page> = {};

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'credit-reading-story-'));
    stack = await Stack.start({ data });
    await everythingUp(stack);
    browser = await launchBrowser();
    for (const [name, { base }] of Object.entries({
      kiosk: stack.kiosk,
      platform: stack.platform,
      cabinet: stack.cabinet,
    })) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(base);
      pages[name] = page;
    }
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    await rm(data, { recursive: true, force: true });
  }, LONG);

  function on(name: string): Page {
    const page = pages[name];
    if (!page) throw new Error(`no page ${name}`);
    return page;
  }

  async function picture(name: string, of: string): Promise<void> {
    if (!PICTURES) return;
    await mkdir(PICTURES, { recursive: true });
    await on(of).waitForTimeout(HELD_OPEN_MS);
    await on(of).screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  async function scan(code: string): Promise<void> {
    await on('cabinet').locator('aside input').fill(code);
    await on('cabinet').keyboard.press('Enter');
  }

  const openDoor = () => on('cabinet').locator('.compartment.open');

  test('order, load, collect, return, and the platform shows the loan and its end', async () => {
    await picture('kiosk-idle', 'kiosk');
    const item = await on('platform').locator('form input').nth(1).inputValue();
    await on('platform').locator('form button[type=submit]').click();
    await on('platform').locator('.order.placed').waitFor();

    await scan(COURIER_BADGE);
    await scan(item);
    await openDoor().waitFor();
    await picture('kiosk-put', 'kiosk');
    await openDoor().locator('.actions button').first().click();
    await picture('cabinet', 'cabinet');
    await openDoor().locator('.actions button.main').click();

    await on('platform').locator('.order.ready .code strong').waitFor();
    await picture('platform-ready', 'platform');
    const shown = await on('platform').locator('.code strong').textContent();
    const code = shown?.replace(/\D/g, '') ?? '';
    expect(code).toMatch(/^\d{8}$/);
    await scan(COURIER_BADGE);

    await on('kiosk').waitForTimeout(HELD_OPEN_MS);
    await on('kiosk').keyboard.type(code);
    await on('kiosk').keyboard.press('Enter');
    await openDoor().waitFor();
    await picture('kiosk-take', 'kiosk');
    await openDoor().locator('.actions button').first().click();
    await openDoor().locator('.actions button.main').click();

    await on('platform').locator('.order.lent').waitFor();
    await picture('platform-lent', 'platform');
    await picture('kiosk-collected', 'kiosk');
    expect((await stack.platform.counts()).loans).toBe(1);

    // And back again: nobody is at the kiosk, and the book is in somebody's hand.
    await on('kiosk').locator('.return').click();
    await on('kiosk').locator('[data-screen=returning]').waitFor();
    await picture('kiosk-return', 'kiosk');
    await scan(item);
    await openDoor().waitFor();
    await openDoor().locator('.actions button').first().click();
    await openDoor().locator('.actions button.main').click();
    await on('kiosk').locator('[data-notice=itemReturned]').waitFor();
    await on('kiosk').locator('.finish').click();
    await on('kiosk').locator('[data-screen=idle]').waitFor();
    await on('platform').locator('.order.returned').waitFor();
    await picture('platform-returned', 'platform');
    expect(await stack.platform.counts()).toMatchObject({ loans: 1, openLoans: 0, returns: 1, doubts: 0 });

    // The courier takes it away: one touch on the list opens its door.
    await scan(COURIER_BADGE);
    await on('kiosk').locator(`.take-out [data-item="${item}"]`).waitFor();
    await picture('kiosk-courier', 'kiosk');
    await on('kiosk').locator(`.take-out [data-item="${item}"]`).click();
    await openDoor().waitFor();
    await openDoor().locator('.actions button').first().click();
    await openDoor().locator('.actions button.main').click();
    await on('kiosk').locator('[data-notice=itemTakenOut]').waitFor();
    expect(await on('kiosk').locator('.take-out').count()).toBe(0);
    await on('kiosk').locator('.finish').click();
  });

  test('each page speaks Chinese and English', async () => {
    await on('platform').getByRole('button', { name: 'English' }).click();
    await on('platform').getByRole('heading', { name: 'Orders' }).waitFor();
    await on('cabinet').getByRole('button', { name: 'English' }).click();
    await on('cabinet').getByRole('heading', { name: 'Scanner' }).waitFor();
  });
});
