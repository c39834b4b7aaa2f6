/** What is in doubt, whether on hold or not, and what settles it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unanswered } from '../../platform/commands.ts';
import { listDoubts, settle } from '../../platform/doubts.ts';
import { Ingest } from '../../platform/ingest.ts';
import { answered } from '../../platform/replies.ts';
import { Store } from '../../platform/store.ts';
import type { Command, Reply } from '../../protocol/platform/commands.ts';
import type { Entry, EntryOf } from '../../protocol/platform/entries.ts';
import { chain, loan, returned } from './journal.ts';

const AT = { session: 's', item: 'i1', compartment: 'A03' } as const;
const HELD = { ...AT, hold: 'h1' } as const;
const DOORS = ['doorOpened', 'doorClosed'] as const;
const LOADED: Entry = { kind: 'itemLoaded', ...HELD, courier: 'c' };
const READY: Entry = { kind: 'holdReady', hold: 'h1', expires: '2027-01-01T00:00:00Z' };
const LEFT_OPEN: Entry = { kind: 'inDoubt', ...HELD, reason: 'doorLeftOpen', wayOut: 'closeTheDoor' };
const MISSING: Entry = { kind: 'inDoubt', ...HELD, reason: 'itemMissing', wayOut: 'operatorSettles' };
const STRAY: Entry = { kind: 'inDoubt', ...AT, reason: 'itemUnexpected', wayOut: 'courierChecks' };
const FOUND: Entry = { kind: 'itemFound', ...HELD };
const UNLOADED: EntryOf<'itemUnloaded'> = {
  kind: 'itemUnloaded',
  ...AT,
  courier: 'c',
  why: 'returned',
  evidence: [...DOORS, 'tagGone'],
};
const GONE: Entry = {
  kind: 'inDoubt',
  item: 'i9',
  compartment: 'A05',
  reason: 'itemMissing',
  wayOut: 'operatorSettles',
};

describe('doubts', () => {
  let folder: string;
  let store: Store;
  let ingest: Ingest;
  let journal: Entry[];

  /** The terminal's journal goes on. */
  const told = async (...entries: Entry[]) => {
    journal.push(...entries);
    for (const text of chain(journal).slice(-entries.length)) ingest.receive('demo', Buffer.from(text));
    await ingest.idle();
  };
  const doubts = () => listDoubts(store) as Promise<Record<string, unknown>[]>;
  const hold = async () =>
    (await store.all<{ status: string; code: string | null }>('SELECT * FROM hold'))[0];
  const held = (status = 'placed') =>
    store.transaction((writer) =>
      writer.run(
        `INSERT INTO hold (id, terminal, item, title, patron, size, status, updated)
         VALUES ('h1', 'demo', 'i1', '活着', 'p1', 'small', ?, '')`,
        status,
      ),
    );
  const commands = async () =>
    (await unanswered(store, 'demo')).map(({ body }) => JSON.parse(body) as Command);
  /** The terminal answers all that it was asked. */
  const answer = async (outcome: Reply['outcome'], reason?: string) => {
    for (const { id } of await commands())
      await answered(store, 'demo', { id, outcome, ...(reason ? { reason } : {}) });
  };
  const settleDoubt = (item: string) => store.transaction((writer) => settle(writer, 'demo', item));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    store = await Store.open(join(folder, 'platform.db'));
    journal = [];
    await store.transaction((writer) => writer.run("INSERT INTO terminal (id, name) VALUES ('demo', '')"));
    ingest = new Ingest(store, { acknowledge: () => {}, stored: () => {}, trouble: () => {} });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a doubt is listed with its reason and way out until the loan is posted', async () => {
    await held('ready');
    await told(LEFT_OPEN);
    expect(await doubts()).toEqual([
      {
        ...{ terminal: 'demo', item: 'i1', hold: 'h1', title: '活着', compartment: 'A03', asked: false },
        ...{ reason: 'doorLeftOpen', wayOut: 'closeTheDoor', since: expect.any(String) },
      },
    ]);
    expect((await hold())?.status).toBe('inDoubt');
    await told(loan('h1'));
    expect(await doubts()).toEqual([]);
    expect((await hold())?.status).toBe('lent');
  });

  test('items that are not on hold are in doubt one by one, each with its newest reason', async () => {
    await told(STRAY, GONE, { ...STRAY, compartment: 'A07' });
    expect((await doubts()).map(({ item, compartment }) => `${item} ${compartment}`).sort()).toEqual([
      'i1 A07',
      'i9 A05',
    ]);
    expect((await doubts())[0]).not.toHaveProperty('hold');
  });

  test.each<[string, Entry]>([
    ['seen where it should be', { kind: 'itemFound', ...AT }],
    ['taken out by a courier', UNLOADED],
    ['brought back after all', returned('i1')],
    ['not brought back after all', { kind: 'returnVoided', ...AT, reason: 'itemNotInside' }],
    ['given up by an operator', { kind: 'itemForgotten', item: 'i1', compartment: 'A03' }],
  ])('a doubt is settled when the item is %s, and no other doubt is', async (_what, entry) => {
    await told(STRAY, GONE, entry);
    expect(await doubts()).toMatchObject([{ item: 'i9' }]);
  });

  test('an item that a courier did not take out is no longer missing, but a stray stays one', async () => {
    const inside: Entry = { kind: 'unloadingVoided', ...AT, reason: 'itemStillInside' };
    await told(STRAY, inside);
    expect(await doubts()).toHaveLength(1);
    await told({ ...GONE, item: 'i1' }, { ...inside, reason: 'boardAway' });
    expect(await doubts()).toHaveLength(1);
    await told(inside);
    expect(await doubts()).toEqual([]);
  });

  test('an item that is found waits again behind the code that the patron has', async () => {
    await held();
    await told(LOADED);
    await answer('done');
    const code = (await hold())?.code;
    await told(READY, MISSING);
    expect((await hold())?.status).toBe('inDoubt');
    await told(FOUND);
    expect(await hold()).toMatchObject({ status: 'ready', code });
    expect(await doubts()).toEqual([]);
    expect(await commands()).toEqual([]);
  });

  test('where the terminal never got the code, an item that is found gets a new one', async () => {
    await held();
    await told(LOADED, MISSING);
    const [first] = await commands();
    await answer('refused', 'the hold is inDoubt');
    await told(FOUND);
    expect((await hold())?.status).toBe('loaded');
    const [second] = await commands();
    expect(second?.action).toMatchObject({ kind: 'readyHold', hold: 'h1' });
    expect(second?.id).not.toBe(first?.id);
    await answer('done');
    expect((await hold())?.status).toBe('ready');
  });

  test('a code that is still on its way to the terminal is not made twice', async () => {
    await held();
    await told(LOADED, MISSING, FOUND);
    expect((await hold())?.status).toBe('loaded');
    expect(await commands()).toHaveLength(1);
    await answer('done');
    expect((await hold())?.status).toBe('ready');
  });

  test('an item whose loading was in doubt is loaded when it is found', async () => {
    await held();
    await told({ kind: 'inDoubt', ...HELD, reason: 'loadingUnknown', wayOut: 'courierChecks' }, FOUND);
    expect(await hold()).toMatchObject({ status: 'loaded', compartment: 'A03' });
    expect((await commands()).map(({ action }) => action.kind)).toEqual(['readyHold']);
  });

  test('an item that a courier takes out is to be brought again, unless its hold was withdrawn', async () => {
    await held();
    await told(LOADED, { ...UNLOADED, hold: 'h1', why: 'swap' });
    expect(await hold()).toMatchObject({ status: 'ordered', compartment: null, code: null });
    expect((await commands()).at(-1)?.action).toMatchObject({ kind: 'placeHold', hold: 'h1', item: 'i1' });
    await told(
      { kind: 'holdPlaced', hold: 'h1', item: 'i1', title: '活着' },
      LOADED,
      { kind: 'holdWithdrawn', hold: 'h1' },
      LEFT_OPEN,
      { ...UNLOADED, hold: 'h1' },
    );
    expect((await hold())?.status).toBe('withdrawn');
    expect(await doubts()).toEqual([]);
  });

  test.each(['expired', 'recalled'] as const)(
    'a hold that is taken out since it is %s is over',
    async (why) => {
      await held();
      await told(LOADED, { ...UNLOADED, hold: 'h1', why });
      expect(await hold()).toMatchObject({ status: 'withdrawn', reason: why, code: null });
      expect((await commands()).map(({ action }) => action.kind)).toEqual(['readyHold']);
    },
  );

  test('what is told late takes no loan back', async () => {
    await held('ready');
    await told(loan('h1'), MISSING, FOUND, MISSING, { ...UNLOADED, hold: 'h1' });
    expect((await hold())?.status).toBe('lent');
    expect(await commands()).toEqual([]);
  });

  test('an operator settles: the terminal is asked once, and its answer or its entry ends the doubt', async () => {
    await told(GONE);
    await settleDoubt('i9');
    await settleDoubt('i9');
    expect((await commands()).map(({ action }) => action)).toEqual([{ kind: 'forgetItem', item: 'i9' }]);
    expect(await doubts()).toMatchObject([{ item: 'i9', asked: true }]);
    await told({ kind: 'itemForgotten', item: 'i9', compartment: 'A05' });
    expect(await doubts()).toEqual([]);
    await told(GONE);
    await answer('done');
    expect(await doubts()).toEqual([]);
  });

  test('a terminal that would not settle says why, and can be asked again', async () => {
    await told(GONE, STRAY);
    await settleDoubt('i9');
    await answer('refused', 'somebody is at its door');
    const why = { item: 'i9', asked: false, refusal: 'somebody is at its door' };
    expect(await doubts()).toContainEqual(expect.objectContaining(why));
    expect((await doubts()).filter((doubt) => 'refusal' in doubt)).toHaveLength(1);
    await settleDoubt('i9');
    expect((await doubts()).filter((doubt) => 'refusal' in doubt)).toEqual([]);
    expect(await commands()).toHaveLength(1);
  });

  test('an item that somebody waits for is settled by the end of its hold', async () => {
    await held('ready');
    await told(MISSING);
    await settleDoubt('i1');
    expect((await commands()).map(({ action }) => action)).toEqual([
      { kind: 'withdrawHold', hold: 'h1' },
      { kind: 'forgetItem', item: 'i1' },
    ]);
    await answer('refused', 'somebody is at its door');
    expect(await doubts()).toMatchObject([{ refusal: 'somebody is at its door', asked: false }]);
    await settleDoubt('i1');
    await answer('done');
    expect(await doubts()).toEqual([]);
    expect((await hold())?.status).toBe('withdrawn');
  });

  test('a door that is open settles nothing, and neither does a doubt that is not there', async () => {
    await told(LEFT_OPEN);
    await expect(settleDoubt('i1')).rejects.toMatchObject({ statusCode: 409 });
    await expect(settleDoubt('i2')).rejects.toMatchObject({ statusCode: 404 });
    expect(await commands()).toEqual([]);
  });
});
