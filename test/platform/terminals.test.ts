/** Births, wills, commands and journals over a real broker, with the real web API beside. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import { apiServer } from '../../platform/api.ts';
import { Credit } from '../../platform/credit.ts';
import { Fleet } from '../../platform/fleet.ts';
import { Orders } from '../../platform/orders.ts';
import { Stock } from '../../platform/stock.ts';
import { Store } from '../../platform/store.ts';
import { Terminals, type TerminalsOptions } from '../../platform/terminals.ts';
import { pickupCodeHash } from '../../protocol/platform/codes.ts';
import { BROKERS, startBroker, type TestBroker } from './brokers.ts';
import { chain, filler, JOURNAL, loan, returned } from './journal.ts';
import { WireTerminal } from './terminal.ts';

const SOON_MS = 5_000;
const BODY = { terminal: 'demo', title: '活着', patron: 'p1' };
const OTHER_JOURNAL = 'fedcba9876543210';

describe.each(BROKERS)('a terminal over $name', ({ name, skip }) => {
  if (skip) return void test.skip(`${name} is not installed`, () => {});
  let folder: string;
  let store: Store;
  let terminals: Terminals;
  let options: TerminalsOptions;
  let app: FastifyInstance;
  let terminal: WireTerminal;
  let broker: TestBroker;
  let troubles: string[];

  type Json = Record<string, unknown>;
  const get = async <T = Json>(url: string) => (await app.inject({ url })).json() as T;
  const post = (url: string, payload: object = {}) => app.inject({ method: 'POST', url, payload });
  const link = async () => (await get<Json[]>('/api/terminals'))[0];
  const until = (what: string, check: () => Promise<boolean> | boolean) =>
    waitFor(what, SOON_MS, async () => check());
  const commandsOf = (kind: string) => terminal.commands.filter(({ action }) => action.kind === kind);
  const order = async (item = 'i1') => {
    return (await post('/api/orders', { ...BODY, item })).json() as { hold: string };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    broker = await startBroker(name, folder);
    store = await Store.open(join(folder, 'platform.db'));
    troubles = [];
    const trouble = (message: string) => troubles.push(message);
    options = { store, ...broker.way, resendMs: 60_000, changed: () => {}, trouble };
    terminals = new Terminals(options);
    const fleet = new Fleet(store, terminals);
    const [orders, stock] = [new Orders(store, terminals), new Stock(store, terminals)];
    const credit = await Credit.open(store, terminals, folder);
    app = apiServer({ orders, fleet, stock, credit, page: '', trouble }).app;
    await fleet.register('demo', 'demo', []);
    await terminals.start();
    terminal = await WireTerminal.connect(broker.url);
    terminal.state('up', 7);
    await until('the birth', async () => (await link())?.link === 'up');
  });
  afterEach(async () => {
    await terminal.end();
    await terminals.stop();
    await app.close();
    await store.close();
    await broker.end();
    await rm(folder, { recursive: true, force: true });
  });

  test('a birth is answered with the position in its journal', async () => {
    await until('the first position', () => terminal.acknowledged.at(-1) === 0);
    terminal.journal(...chain([filler('A01'), filler('A02')]));
    await until('the entries to be acknowledged', () => terminal.acknowledged.at(-1) === 2);
    terminal.acknowledged.length = 0;
    terminal.state('up', 8);
    await until('the position again', () => terminal.acknowledged.at(-1) === 2);
  });

  test('an order goes its way: placed, loaded, ready with a code, lent once', async () => {
    const { hold } = await order();
    await until('the command', () => commandsOf('placeHold').length > 0);
    const texts = chain([
      { kind: 'holdPlaced', hold, item: 'i1', title: '活着' },
      { kind: 'itemLoaded', session: 's', hold, item: 'i1', compartment: 'A03', courier: 'c' },
      { ...loan(hold) },
    ]);
    terminal.journal(...texts.slice(0, 2));
    await until('the code', () => commandsOf('readyHold').length > 0);
    expect(await get(`/api/orders/${hold}`)).toMatchObject({ status: 'loaded', compartment: 'A03' });
    expect(await get(`/api/orders/${hold}`)).not.toHaveProperty('code');
    const ready = commandsOf('readyHold')[0];
    terminal.reply({ id: ready?.id ?? '', outcome: 'done' });
    await until('ready', async () => (await get(`/api/orders/${hold}`)).status === 'ready');
    const { code } = await get<{ code: string }>(`/api/orders/${hold}`);
    expect(code).toMatch(/^\d{8}$/);
    const action = ready?.action.kind === 'readyHold' ? ready.action : undefined;
    expect(action?.codeHash).toBe(pickupCodeHash(action?.codeSalt ?? '', code));
    expect((await app.inject({ url: `/api/orders/${hold}/code.svg` })).body).toContain('<svg');
    terminal.journal(...texts, ...texts);
    await until('lent', async () => (await get(`/api/orders/${hold}`)).status === 'lent');
    expect(await get('/api/counts')).toMatchObject({ loans: 1, doubled: 0, refused: 0 });
    expect(await get(`/api/orders/${hold}`)).toMatchObject({ loan: { postedAtSequence: 3 } });
    expect((await app.inject({ url: `/api/orders/${hold}/code.svg` })).statusCode).toBe(409);
  });

  test('a loan ends with the return of its item, and what nobody had on loan is told as such', async () => {
    const { hold } = await order();
    terminal.journal(...chain([loan(hold), returned('i1'), returned('i9')]));
    await until('the entries', () => terminal.acknowledged.at(-1) === 3);
    const back = { at: '2026-11-24T00:00:00.000Z', terminal: 'demo', sequence: 2 };
    expect(await get(`/api/orders/${hold}`)).toMatchObject({ status: 'lent', loan: { returned: back } });
    expect(await get('/api/loans')).toMatchObject([{ hold, returned: back }]);
    expect(await get('/api/returns')).toMatchObject([
      { item: 'i9', loans: 0, title: null },
      { item: 'i1', loans: 1, title: '活着', compartment: 'A05' },
    ]);
    expect(await get('/api/counts')).toMatchObject({ loans: 1, openLoans: 0, returns: 2, doubts: 0 });
    expect((await post('/api/orders', { ...BODY, item: 'i1' })).statusCode).toBe(201);
  });

  test('an operator settles a doubt, and sees why the terminal refuses', async () => {
    const entry = { kind: 'inDoubt', item: 'i9', compartment: 'A03', reason: 'itemMissing' } as const;
    const settle = (item: string) => post('/api/doubts/settle', { terminal: 'demo', item });
    terminal.journal(
      ...chain([
        { ...entry, wayOut: 'operatorSettles' },
        { ...entry, item: 'i8', reason: 'doorLeftOpen', wayOut: 'closeTheDoor' },
      ]),
    );
    await until('the doubts', async () => (await get('/api/counts')).doubts === 2);
    expect((await settle('i9')).statusCode).toBe(202);
    await until('the command', () => commandsOf('forgetItem').length === 1);
    terminal.reply({ id: commandsOf('forgetItem')[0]?.id ?? '', outcome: 'refused', reason: 'not now' });
    const doubt = async () => (await get<Json[]>('/api/doubts')).find(({ item }) => item === 'i9');
    await until('the reason', async () => (await doubt())?.refusal === 'not now');
    await settle('i9');
    await until('the command again', () => commandsOf('forgetItem').length === 2);
    terminal.reply({ id: commandsOf('forgetItem')[1]?.id ?? '', outcome: 'done' });
    await until('the end of the doubt', async () => !(await doubt()));
    expect((await settle('i9')).json()).toMatchObject({
      message: expect.stringContaining('nothing is in doubt'),
    });
    expect((await settle('i8')).json()).toMatchObject({
      message: expect.stringContaining('door is still open'),
    });
    expect((await post('/api/doubts/settle', { item: 'i8' })).statusCode).toBe(400);
    expect(commandsOf('forgetItem')).toHaveLength(2);
  });

  test('a command is sent again after a birth until it is answered', async () => {
    await order();
    await until('the command', () => commandsOf('placeHold').length === 1);
    const [{ id } = { id: '' }] = commandsOf('placeHold');
    terminal.state('up', 8);
    await until('it to come after the birth', () => commandsOf('placeHold').length === 2);
    terminal.reply({ id, outcome: 'clockUntrusted' });
    terminal.state('up', 9);
    await until('it to come once more', () => commandsOf('placeHold').length === 3);
    expect(new Set(commandsOf('placeHold').map((command) => command.id)).size).toBe(1);
    for (const { id: every } of terminal.commands) terminal.reply({ id: every, outcome: 'done' });
    await until('the answer', async () => (await link())?.unansweredCommands === 0);
    terminal.commands.length = 0;
    terminal.acknowledged.length = 0;
    terminal.state('up', 10);
    await until('the birth to be answered', () => terminal.acknowledged.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(terminal.commands).toEqual([]);
  });

  test('a command without an answer is sent again by itself', async () => {
    await order();
    await terminals.stop();
    terminal.commands.length = 0;
    terminals = new Terminals({ ...options, resendMs: 150 });
    await terminals.start();
    await until('it to come again and again', () => commandsOf('placeHold').length >= 3);
  });

  test('a refused hold ends its order and says why, so that the item can be ordered again', async () => {
    const { hold } = await order();
    await until('the command', () => commandsOf('placeHold').length > 0);
    terminal.reply({ id: commandsOf('placeHold')[0]?.id ?? '', outcome: 'refused', reason: 'no room' });
    await until('withdrawn', async () => (await get(`/api/orders/${hold}`)).status === 'withdrawn');
    expect(await get(`/api/orders/${hold}`)).toMatchObject({ reason: 'no room' });
    expect(
      (await post('/api/orders', { terminal: 'demo', item: 'i1', title: 't', patron: 'p' })).statusCode,
    ).toBe(201);
  });

  test('a withdrawn order that the terminal never had ends by the answer alone', async () => {
    const { hold } = await order();
    await post(`/api/orders/${hold}/withdraw`);
    await post(`/api/orders/${hold}/withdraw`);
    await until('the command', () => commandsOf('withdrawHold').length > 0);
    terminal.reply({ id: commandsOf('withdrawHold')[0]?.id ?? '', outcome: 'done' });
    await until('withdrawn', async () => (await get(`/api/orders/${hold}`)).status === 'withdrawn');
    expect((await post(`/api/orders/${hold}/withdraw`)).statusCode).toBe(409);
    expect(new Set(commandsOf('withdrawHold').map(({ id }) => id)).size).toBe(1);
  });

  test('a will of an older session, or of another journal, is stale', async () => {
    terminal.state('down', 6);
    terminal.state('down', 99, OTHER_JOURNAL);
    await until('both to be told', () => troubles.filter((why) => why.endsWith('stale')).length === 2);
    expect(await link()).toMatchObject({ link: 'up', journal: JOURNAL });
    terminal.state('down', 7);
    await until('its own will', async () => (await link())?.link === 'down');
  });

  test('a new journal begins at 1, though its session numbers begin again', async () => {
    terminal.journal(...chain([filler('A01'), filler('A02')]));
    await until('the old one', () => terminal.acknowledged.at(-1) === 2);
    const [, , forged = ''] = chain([filler('A07'), filler('A02'), filler('A03')]);
    terminal.journal(forged);
    await until('the chain to break', async () => (await link())?.chain === 'broken');
    terminal.state('up', 1, OTHER_JOURNAL);
    await until('its position', () => terminal.acknowledged.at(-1) === 0);
    terminal.journal(...chain([filler('A03')], OTHER_JOURNAL));
    await until('its first entry', () => terminal.acknowledged.at(-1) === 1);
    expect(await link()).toMatchObject({ journal: OTHER_JOURNAL, acknowledged: 1, chain: 'whole' });
  });

  test('payloads that fit nothing are counted, told, and harm nothing', async () => {
    for (const channel of ['journal', 'state', 'reply', 'telemetry'])
      terminal.say(`credit-reading/v1/demo/${channel}`, '{"kind":"nonsense"}');
    terminal.say('credit-reading/v1/demo/journal', '\u0000'.repeat(100_000));
    terminal.say('credit-reading/v1/NOT A TERMINAL/journal', '{}');
    const [text = ''] = chain([filler('A01')]);
    terminal.say(
      'credit-reading/v1/stranger/journal',
      text.replace('/terminals/demo', '/terminals/stranger'),
    );
    terminal.journal(text);
    await until('the good one', () => terminal.acknowledged.at(-1) === 1);
    expect(await get('/api/counts')).toMatchObject({ badPayloads: 5, refused: 1 });
    expect(troubles).toContain('a terminal is not registered');
  });

  test('with the broker away nobody is shown as up, and work goes on when it is back', async () => {
    const closed = terminal.end();
    await broker.stop();
    await closed;
    await until('the link to be down', async () => (await link())?.link === 'down');
    const { hold } = await order();
    await broker.start();
    terminal = await WireTerminal.connect(broker.url);
    await until('the birth to be heard', async () => {
      terminal.state('up', 8);
      return (await link())?.link === 'up';
    });
    await until('the command', () => commandsOf('placeHold').length > 0);
    expect(commandsOf('placeHold')[0]?.action).toMatchObject({ hold });
    expect(troubles.filter((why) => why === 'broker away').length).toBe(1);
  });

  test('bad requests are answered with which field and why', async () => {
    const good = { terminal: 'demo', item: 'i1', title: 't', patron: 'p' };
    await post('/api/orders', good);
    const told = async (body: object) => {
      const response = await post('/api/orders', body);
      return `${response.statusCode} ${(response.json() as { message: string }).message}`;
    };
    expect(await told(good)).toMatch(/^409 item i1 is on hold already/);
    expect(await told({ ...good, terminal: 'elsewhere' })).toMatch(/^404 no terminal elsewhere; known: demo/);
    expect(await told({ ...good, item: '' })).toMatch(/^400 body\/item/);
    expect(await told({ ...good, colour: 'red' })).toMatch(/^400 .*additional properties/);
    expect((await app.inject({ url: '/api/journal?terminal=demo&limit=many' })).statusCode).toBe(400);
    expect((await app.inject({ url: '/api/orders/none' })).statusCode).toBe(404);
    expect((await post('/admin/broker', { running: false })).statusCode).toBe(404);
  });
});
