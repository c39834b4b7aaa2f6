/** Questions, passes and their keys over a real broker, with the web API beside: what a terminal sees of them. */
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
import { Terminals } from '../../platform/terminals.ts';
import type { CommandKind } from '../../protocol/platform/commands.ts';
import { passKeys, readPass } from '../../protocol/platform/credit-pass.ts';
import { BROKERS, startBroker, type TestBroker } from './brokers.ts';
import { chain, JOURNAL } from './journal.ts';
import { lent } from './province.ts';
import { WireTerminal } from './terminal.ts';

const SOON_MS = 5_000;
const OTHER_JOURNAL = 'fedcba9876543210';
const [CARD, PIN] = ['2023400051786', '2468'];
type Json = Record<string, unknown>;

describe.each(BROKERS)('what a terminal asks over $name', ({ name, skip }) => {
  if (skip) return void test.skip(`${name} is not installed`, () => {});
  let folder: string;
  let broker: TestBroker;
  let store: Store;
  let terminals: Terminals;
  let app: FastifyInstance;
  let terminal: WireTerminal;
  let troubles: string[];

  const send = async (method: 'GET' | 'POST' | 'PUT', url: string, payload: object = {}) =>
    app.inject(method === 'GET' ? { url } : { method, url, payload });
  const get = async <T = Json>(url: string) => (await send('GET', url)).json() as T;
  const pass = async () => (await send('POST', '/api/passes', { patron: 'p1' })).json() as Json;
  const until = (what: string, check: () => Promise<boolean> | boolean) =>
    waitFor(what, SOON_MS, async () => check());
  const commandsOf = (kind: CommandKind) => terminal.commands.filter(({ action }) => action.kind === kind);
  const answerTo = async (id: string) => {
    await until(`the answer to ${id}`, () => terminal.answers.some((answer) => answer.id === id));
    return terminal.answers.find((answer) => answer.id === id);
  };
  const obey = () => {
    for (const { id } of terminal.commands.splice(0)) terminal.reply({ id, outcome: 'done' });
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    broker = await startBroker(name, folder);
    store = await Store.open(join(folder, 'platform.db'));
    troubles = [];
    const trouble = (message: string, about: object) => troubles.push(`${message} ${JSON.stringify(about)}`);
    terminals = new Terminals({ store, ...broker.way, resendMs: 60_000, changed: () => {}, trouble });
    const fleet = new Fleet(store, terminals);
    const [orders, stock] = [new Orders(store, terminals), new Stock(store, terminals)];
    const credit = await Credit.open(store, terminals, folder);
    app = apiServer({ orders, fleet, stock, credit, page: '', trouble }).app;
    await send('PUT', '/api/terminals/demo', { couriers: [{ courier: 'c1', badge: 'B' }] });
    await send('PUT', '/api/patrons/p1', { tier: 2, card: CARD, pin: PIN });
    await terminals.start();
    terminal = await WireTerminal.connect(broker.url);
    terminal.state('up', 7);
    await until('the keys', () => commandsOf('setPassKeys').length === 1);
  });
  afterEach(async () => {
    await terminal.end();
    await terminals.stop();
    await app.close();
    await store.close();
    await broker.end();
    await rm(folder, { recursive: true, force: true });
  });

  test('is answered while the person waits, once more with the same where it is asked again', async () => {
    const beganMs = performance.now();
    terminal.ask({ id: 'a', question: { kind: 'patron', card: CARD, pin: PIN } });
    expect(await answerTo('a')).toEqual({ id: 'a', outcome: 'granted', patron: 'p1', holds: [] });
    terminal.ask({ id: 'b', question: { kind: 'loan', patron: 'p1', item: 'i1' } });
    expect(await answerTo('b')).toMatchObject({ outcome: 'granted', due: expect.any(String) });
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    const [first] = terminal.answers.splice(1, 1);
    terminal.journal(...chain([lent('i1', 'p2')]));
    await until('the loan', () => terminal.acknowledged.at(-1) === 1);
    terminal.ask({ id: 'b', question: { kind: 'loan', patron: 'p1', item: 'i1' } });
    expect(await answerTo('b')).toEqual(first);
    terminal.ask({ id: 'c', question: { kind: 'loan', patron: 'p1', item: 'i1' } });
    expect(await answerTo('c')).toMatchObject({ outcome: 'refused', reason: 'notLoanable' });
  });

  test('and cannot be understood is counted, and no card or PIN is told to the log', async () => {
    terminal.say('credit-reading/v1/demo/ask', `{"id":"x","question":{"kind":"patron","card":"${CARD}"}}`);
    terminal.say('credit-reading/v1/demo/ask', JSON.stringify({ id: CARD, question: { kind: PIN } }));
    await until('both to be counted', async () => (await get('/api/counts')).badPayloads === 2);
    terminal.say(
      'credit-reading/v1/stranger/ask',
      JSON.stringify({ id: 'y', question: { kind: 'patron', card: CARD, pin: PIN } }),
    );
    await until('the stranger', () => troubles.some((trouble) => trouble.includes('not registered')));
    expect(troubles).toHaveLength(3);
    expect(troubles.join()).not.toMatch(new RegExp(`${CARD}|${PIN}`));
    expect(terminal.answers).toEqual([]);
  });

  test('a pass is read with the keys that it was told; a new key signs when it has answered', async () => {
    const told = () => {
      const action = commandsOf('setPassKeys').at(-1)?.action;
      return passKeys(action?.kind === 'setPassKeys' ? action.keys : []);
    };
    const before = told();
    expect(readPass(String((await pass()).text), before)).toMatchObject({ pass: { key: 1, patron: 'p1' } });
    obey();
    await until('the answers', async () => (await get<Json[]>('/api/keys'))[0]?.awaited === 0);
    expect((await send('POST', '/api/keys/rotate')).json()).toMatchObject([
      { key: 1, state: 'signing' },
      { key: 2, state: 'coming', awaited: 1 },
    ]);
    await until('both keys', () => commandsOf('setPassKeys').length > 0);
    expect((await pass()).key).toBe(1);
    const after = told();
    expect(after.size).toBe(2);
    expect((await send('POST', '/api/keys/rotate')).statusCode).toBe(409);
    obey();
    await until('the new key to sign', async () => (await pass()).key === 2);
    expect(readPass(String((await pass()).text), after)).toHaveProperty('pass');
  });

  test('one that has lost its memory is told couriers, keys, revocations, recalls and neighbours anew', async () => {
    await send('POST', '/api/revocations', { patrons: ['p9'] });
    await send('POST', '/api/recalls', { item: 'i7' });
    await send('PUT', '/api/terminals/demo/neighbours', { neighbours: ['Luqiao'] });
    await until('the neighbours', () => commandsOf('setNeighbours').length === 1);
    obey();
    await until(
      'the answers',
      async () => (await get<Json[]>('/api/terminals'))[0]?.unansweredCommands === 0,
    );
    terminal.state('up', 8);
    await until('the birth to be answered', () => terminal.acknowledged.length > 1);
    expect(terminal.commands).toEqual([]);
    terminal.state('up', 1, OTHER_JOURNAL);
    await until('all of it', () => commandsOf('setNeighbours').length === 1);
    expect(terminal.commands.map(({ action }) => action)).toMatchObject([
      { kind: 'setCouriers', couriers: [{ courier: 'c1' }] },
      { kind: 'setPassKeys' },
      { kind: 'revokePasses', patrons: ['p9'] },
      { kind: 'recallItem', item: 'i7' },
      { kind: 'setNeighbours', neighbours: ['Luqiao'] },
    ]);
    expect(JOURNAL).not.toBe(OTHER_JOURNAL);
  });

  test('bad requests are answered with which field and why', async () => {
    const told = async (method: 'POST' | 'PUT', url: string, body: object) => {
      const response = await send(method, url, body);
      return `${response.statusCode} ${(response.json() as { message: string }).message}`;
    };
    expect(await told('PUT', '/api/patrons/p1', { tier: 9 })).toMatch(/^400 body\/tier/);
    expect(await told('PUT', '/api/patrons/p1', { tier: 1, pin: '12' })).toMatch(/^400 body\/pin/);
    expect(await told('PUT', '/api/patrons/p2', { tier: 1, card: CARD })).toMatch(/^409 the card belongs/);
    expect(await told('POST', '/api/passes', { patron: 'nobody' })).toMatch(/^404 no patron nobody/);
    expect(await told('POST', '/api/passes', { patron: 'p1', hours: 1_000 })).toMatch(/^400 body\/hours/);
    expect(await told('POST', '/api/revocations', { passes: ['x'] })).toMatch(/^400 body\/passes\/0/);
    const stock = { terminal: 'demo', item: 'i1', title: 't', size: 'small' };
    expect(await told('POST', '/api/stock', { ...stock, size: 'huge' })).toMatch(/^400 body\/size/);
    expect(await told('POST', '/api/stock', { ...stock, terminal: 'nowhere' })).toMatch(/^404 no terminal/);
    expect(await told('POST', '/api/stock', { ...stock, shop: { isbn: '1' } })).toMatch(/^400 body\/shop/);
    expect(await told('POST', '/api/open', { holds: [] })).toMatch(/^400 body\/holds/);
    expect(await told('POST', '/api/open', { holds: ['h1'] })).toMatch(/^404 no order h1/);
    expect(await told('POST', '/api/conflicts/1/seen', { word: '' })).toMatch(/^400 body\/word/);
    expect(await told('POST', '/api/conflicts/1/seen', { word: 'w' })).toMatch(/^404 no conflict 1/);
    expect((await send('GET', '/api/commands/none')).statusCode).toBe(404);
  });
});
