/** The platform's page in a real Chromium, over the real web API and database, with a journal as a terminal tells it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiServer } from '../../platform/api.ts';
import { unanswered } from '../../platform/commands.ts';
import { Credit } from '../../platform/credit.ts';
import { Fleet } from '../../platform/fleet.ts';
import { Orders } from '../../platform/orders.ts';
import { answered } from '../../platform/replies.ts';
import { Stock } from '../../platform/stock.ts';
import { Store } from '../../platform/store.ts';
import { Terminals } from '../../platform/terminals.ts';
import type { Reply } from '../../protocol/platform/commands.ts';
import { passKeys, readPass } from '../../protocol/platform/credit-pass.ts';
import type { Entry } from '../../protocol/platform/entries.ts';
import { chain, JOURNAL, loan, returned } from '../platform/journal.ts';
import { lent } from '../platform/province.ts';
import { launchBrowser } from './browser.ts';
import { platformPage } from './page.ts';

const SEEN = { timeout: 10_000 };
const AT = { session: 's', item: 'i1', compartment: 'A05' } as const;
const MISSING: Entry = {
  kind: 'inDoubt',
  item: '33001',
  compartment: 'A03',
  reason: 'itemMissing',
  wayOut: 'operatorSettles',
};
const BODY = { terminal: 'demo', title: '活着', patron: 'p1' };

let html: string;
let browser: Browser;
let folder: string;
let store: Store;
let terminals: Terminals;
let orders: Orders;
let credit: Credit;
let app: FastifyInstance;
let changed: () => void;
let page: Page;
let faults: string[];

beforeAll(async () => {
  [html, browser] = await Promise.all([platformPage(), launchBrowser()]);
}, 60_000);
afterAll(() => browser?.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-page-'));
  store = await Store.open(join(folder, 'platform.db'));
  const trouble = () => {};
  // Never started: what a terminal would tell is handed to the ingest.
  terminals = new Terminals({ store, broker: 'mqtt://127.0.0.1:1', changed: () => changed(), trouble });
  orders = new Orders(store, terminals);
  const fleet = new Fleet(store, terminals);
  const stock = new Stock(store, terminals);
  credit = await Credit.open(store, terminals, folder);
  ({ app, changed } = apiServer({ orders, fleet, stock, credit, page: html, trouble }));
  await fleet.register('demo', 'Village hall', []);
  await store.transaction((writer) => writer.run('UPDATE terminal SET journal = ?', JOURNAL));
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  faults = [];
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(base);
  await page.waitForSelector('.terminal', SEEN);
  await page.getByRole('button', { name: 'English' }).click();
}, 30_000);
afterEach(async () => {
  await page.close();
  await app.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

async function told(...entries: Entry[]): Promise<void> {
  for (const text of chain(entries)) terminals.ingest.receive('demo', Buffer.from(text));
  await terminals.ingest.idle();
  changed();
}
async function answer(outcome: Reply['outcome'], reason?: string): Promise<void> {
  for (const { id } of await unanswered(store, 'demo'))
    await answered(store, 'demo', { id, outcome, ...(reason ? { reason } : {}) });
  changed();
}
const text = (of: string) => page.textContent(of);

test('a loan that is returned is shown as returned, with when and where', async () => {
  const { hold } = (await orders.place({ ...BODY, item: 'i1' })) as { hold: string };
  await told(loan(hold));
  await page.waitForSelector('.order.lent', SEEN);
  expect(await text('.head')).toContain('Loans: 1, not returned yet: 1');
  await told(loan(hold), returned('i1'));
  await page.waitForSelector('.order.returned', SEEN);
  expect(await text('.order.returned .status')).toMatch(/^Returned 2026-11-2[345] at demo$/);
  expect(await text('.order.returned .steps li.done:last-child')).toBe('returned');
  expect(await text('.head')).toContain('Loans: 1, not returned yet: 0');
  expect(await text('.back [data-item=i1]')).toContain('活着');
  expect(await page.$('.back .unknown')).toBeNull();
});

test('what nobody had on loan is told as such', async () => {
  await told(returned('33009'));
  await page.waitForSelector('.back [data-item="33009"]', SEEN);
  expect(await text('.back .unknown')).toBe('nobody had it on loan');
});

test('an operator settles a doubt with one click, and reads why the terminal refuses', async () => {
  await told(MISSING);
  const card = page.locator('.doubt[data-item="33001"]');
  await card.waitFor(SEEN);
  expect(await card.textContent()).toContain('not where it should be');
  await card.getByRole('button', { name: 'Not there: look for it no more' }).click();
  await card.getByRole('status').waitFor(SEEN);
  expect(await card.getByRole('button').count()).toBe(0);
  await answer('refused', 'somebody is at its door');
  await card.getByRole('alert').waitFor(SEEN);
  expect(await card.getByRole('alert').textContent()).toBe('The terminal says: somebody is at its door');
  await card.getByRole('button').click();
  await card.getByRole('status').waitFor(SEEN);
  await answer('done');
  await card.waitFor({ state: 'detached', ...SEEN });
});

test('each doubt says its way out, and a door that is open has no button', async () => {
  const { hold } = (await orders.place({ ...BODY, item: 'i1' })) as { hold: string };
  await told(
    { kind: 'inDoubt', ...AT, hold, reason: 'boardRestarted', wayOut: 'courierChecks' },
    { kind: 'inDoubt', ...AT, item: 'i2', reason: 'doorLeftOpen', wayOut: 'closeTheDoor' },
  );
  const held = page.locator('.doubt[data-item=i1]');
  await held.waitFor(SEEN);
  expect(await held.textContent()).toContain('A courier looks');
  expect(await held.getByRole('button').textContent()).toBe('Not there: withdraw the order');
  const open = page.locator('.doubt[data-item=i2]');
  expect(await open.textContent()).toContain('Settled when the door is closed.');
  expect(await open.getByRole('button').count()).toBe(0);
});

test('the journal tells in words what happened, in both languages', async () => {
  const evidence = ['doorOpened', 'doorClosed', 'tagGone'] as const;
  await told(
    { kind: 'sessionStarted', session: 's', purpose: 'return' },
    { kind: 'returnVoided', ...AT, reason: 'itemNotInside' },
    {
      ...{ kind: 'contentChecked', compartment: 'A05', at: 'compartment', verdict: 'missing' },
      ...{ missing: ['i7', 'i8'], unexpected: ['i9'], unknownTags: 2 },
    },
    {
      ...{ kind: 'contentChecked', compartment: 'A05', at: 'pad', verdict: 'confirmed' },
      ...{ missing: [], unexpected: [], unknownTags: 0 },
    },
    { kind: 'itemUnloaded', ...AT, courier: 'c', why: 'returned', evidence: [...evidence] },
    {
      kind: 'unlockRequested',
      session: 's',
      compartment: 'A05',
      cause: 'unloading',
      attempt: 1,
      boardBoot: 1,
    },
    { kind: 'itemFound', item: 'i1', compartment: 'A05' },
  );
  const words = () => page.$$eval('.journal li span', (all) => all.map(({ textContent }) => textContent));
  await expect
    .poll(words, SEEN)
    .toEqual([
      'A05: item i1 is there after all',
      'A05 unlocks (takes out)',
      'A05: item i1 taken out by a courier: was brought back',
      'A05 checked at the pad: all as it should be',
      'A05 checked inside: missing i7, i8; not expected i9; tags that name no item: 2',
      'A05: item i1 not returned, the item is not inside',
      'Somebody came (brings back)',
    ]);
  await page.getByRole('button', { name: '中文' }).click();
  await expect.poll(words, SEEN).toContain('A05 核对（柜内）：缺少 i7, i8；多出 i9；无馆藏号的标签 2 个');
  expect(await words()).toContain('有人来访（还书）');
});

const turnTo = (name: string) => page.getByRole('navigation').getByRole('button', { name }).click();

test('a pass is made with a click: its QR code holds what a terminal reads, and it is revoked with another', async () => {
  await credit.putPatron('p1', { tier: 2, card: '2023400051786', pin: '2468' });
  await turnTo('Patrons and passes');
  await page.getByRole('button', { name: 'Make a credit pass' }).click();
  const card = page.locator('article.pass');
  await card.waitFor(SEEN);
  const text = await card.getByRole('textbox').inputValue();
  const [key] = (await credit.keys()) as { key: number; publicKey: string }[];
  const read = readPass(text, passKeys(key ? [key] : []));
  expect(read).toMatchObject({ pass: { patron: 'p1', itemsMax: 6 } });
  const shown = await card.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth);
  expect(shown).toBeGreaterThan(0);
  expect(await page.content()).not.toMatch(/2023400051786|2468/);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('revoked', { exact: true }).waitFor(SEEN);
});

test('a patron is blocked with a click and gets no pass any more', async () => {
  await credit.putPatron('p1', { tier: 1 });
  await turnTo('Patrons and passes');
  const card = page.locator('[data-patron=p1]');
  await card.getByRole('button', { name: 'Block' }).click();
  await page.locator('.patron.blocked').waitFor(SEEN);
  expect(await card.getByRole('button').allTextContents()).toEqual(['Unblock']);
  await card.getByRole('button').click();
  await page.locator('.patron.good').waitFor(SEEN);
});

test('stock is placed, a bookshop’s book with its price, recalled, and the recall lifted', async () => {
  await turnTo('Open stock');
  const form = page.locator('form');
  await form.getByLabel('Title').fill('围城');
  await form.getByLabel('Item barcode').fill('b1');
  await form.getByLabel('ISBN').fill('9787020002207');
  await form.getByLabel('Price').fill('59.8');
  await form.getByRole('button', { name: 'Place a copy' }).click();
  const line = page.locator('[data-item=b1]');
  await line.waitFor(SEEN);
  expect(await line.textContent()).toContain('new, 59.80 yuan, 9787020002207');
  await told({ kind: 'itemLoaded', ...AT, item: 'b1', courier: 'c' });
  await line.getByText('to be borrowed').waitFor(SEEN);
  await line.getByRole('button', { name: 'Recall' }).click();
  await line.getByText('recalled: a courier takes it out').waitFor(SEEN);
  await form.getByLabel('Title').fill('围城');
  await form.getByLabel('Item barcode').fill('b1');
  await form.getByRole('button', { name: 'Place a copy' }).click();
  await form.getByRole('alert').waitFor(SEEN);
  await line.getByRole('button', { name: 'Lift the recall' }).click();
  await line.getByText('to be borrowed').waitFor(SEEN);
});

test('a conflict is shown with its rule until somebody has looked and said a word', async () => {
  await told(lent('i1', 'p1'), lent('i1', 'p2'));
  await page.getByText('Conflicts, a person must look: 1').waitFor(SEEN);
  await turnTo('To be looked at');
  const card = page.locator('[data-rule=itemOnLoan]');
  await card.waitFor(SEEN);
  expect(await card.textContent()).toContain('The newest loan stands; this patron owes it no more.');
  await card.getByRole('textbox').fill('called p1');
  await card.getByRole('button').click();
  await card.waitFor({ state: 'detached', ...SEEN });
  await page.getByRole('checkbox').check();
  await card.getByRole('status').waitFor(SEEN);
  expect(await card.getByRole('status').textContent()).toMatch(/called p1$/);
  expect(await page.getByText('a person must look').count()).toBe(0);
});

test('a door is opened for a patron who stands there', async () => {
  const { hold } = (await orders.place({ ...BODY, item: 'i1' })) as { hold: string };
  await told({ kind: 'itemLoaded', ...AT, hold, courier: 'c' });
  await page.getByRole('button', { name: 'Open for me' }).click();
  await expect.poll(async () => (await unanswered(store, 'demo')).at(-1)?.body, SEEN).toContain('"openFor"');
});
