/** A return ends the loan of its item, whichever terminal lent it, and in whatever order the terminals tell. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ingest } from '../../platform/ingest.ts';
import { listLoans } from '../../platform/loans.ts';
import { listReturns } from '../../platform/returns.ts';
import { Store } from '../../platform/store.ts';
import type { Entry } from '../../protocol/platform/entries.ts';
import { chain, filler, JOURNAL, loan, returned } from './journal.ts';

const DAY_MS = 24 * 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23);
const [TUESDAY, WEDNESDAY] = [MONDAY + DAY_MS, MONDAY + 2 * DAY_MS];
const OTHER_JOURNAL = 'fedcba9876543210';

describe('returns', () => {
  let folder: string;
  let store: Store;
  let ingest: Ingest;

  const told = async (entries: Entry[], whose: Parameters<typeof chain>[2] = {}, journal = JOURNAL) => {
    for (const text of chain(entries, journal, whose))
      ingest.receive(whose.terminal ?? 'demo', Buffer.from(text));
    await ingest.idle();
  };
  const loans = () => listLoans(store);
  const returns = () => listReturns(store, 10);
  const conflicts = () =>
    store.all<{ hold: string; rule: string }>(
      'SELECT hold, rule FROM conflict WHERE explained IS NULL AND seen IS NULL',
    );
  const ordered = (hold: string, when: string) =>
    store.transaction((writer) =>
      writer.run(
        `INSERT INTO hold (id, terminal, item, title, patron, size, status, updated, ordered)
         VALUES (?, 'demo', 'i1', '活着', 'p1', 'small', 'ready', '', ?)`,
        hold,
        when,
      ),
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    store = await Store.open(join(folder, 'platform.db'));
    await store.transaction(async (writer) => {
      for (const id of ['demo', 'other', 'third'])
        await writer.run('INSERT INTO terminal (id, name) VALUES (?, ?)', id, id);
    });
    ingest = new Ingest(store, { acknowledge: () => {}, stored: () => {}, trouble: () => {} });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the loan ends once, with when, where and by which entry, also where the return is told twice', async () => {
    const story = [loan('h1'), returned('i1')];
    await told(story);
    const ended = { at: '2026-11-24T00:00:00.000Z', terminal: 'demo', sequence: 2 };
    expect(await loans()).toEqual([expect.objectContaining({ hold: 'h1', item: 'i1', returned: ended })]);
    await told(story);
    await told([...story, returned('i1')]);
    expect(await loans()).toEqual([expect.objectContaining({ returned: ended })]);
    // The third entry is another visit: nobody had the item on loan any more.
    expect(await returns()).toMatchObject([
      { sequence: 3, loans: 0 },
      { sequence: 2, loans: 1 },
    ]);
  });

  test('a return at another terminal ends the loan', async () => {
    await told([loan('h1')]);
    await told([filler('B01'), returned('i1')], { terminal: 'other' });
    expect(await loans()).toMatchObject([{ terminal: 'demo', returned: { terminal: 'other', sequence: 2 } }]);
  });

  test('what nobody has on loan is remembered as returned, and loans of other items stay', async () => {
    await told([loan('h1'), returned('i9')]);
    expect((await loans())[0]).not.toHaveProperty('returned');
    expect(await returns()).toMatchObject([{ item: 'i9', compartment: 'A05', loans: 0, title: null }]);
  });

  test('a return that was voided leaves the loan', async () => {
    const at = { session: 's', item: 'i1', compartment: 'A05' };
    await told([
      loan('h1'),
      { kind: 'inDoubt', ...at, reason: 'doorLeftOpen', wayOut: 'closeTheDoor' },
      { kind: 'returnVoided', ...at, reason: 'itemNotInside' },
    ]);
    expect((await loans())[0]).not.toHaveProperty('returned');
    expect(await returns()).toEqual([]);
    expect(await store.all('SELECT 1 FROM doubt')).toEqual([]);
  });

  test('a loan told only after its return, by a terminal that was away, is over at once', async () => {
    await told([returned('i1')], { terminal: 'other', wallMs: TUESDAY });
    await told([loan('h1')], { wallMs: MONDAY });
    expect(await loans()).toMatchObject([
      { returned: { terminal: 'other', at: '2026-11-24T00:00:00.000Z' } },
    ]);
    expect(await returns()).toMatchObject([{ loans: 1 }]);
  });

  test('a return that is told late does not end a loan that is newer', async () => {
    await told([loan('h1')], { wallMs: WEDNESDAY });
    await told([returned('i1')], { terminal: 'other', wallMs: TUESDAY });
    expect((await loans())[0]).not.toHaveProperty('returned');
    await told([returned('i1')], { terminal: 'third', wallMs: WEDNESDAY + 1 });
    expect(await loans()).toMatchObject([{ returned: { terminal: 'third' } }]);
  });

  test('an item that is back ends every older loan of it: nobody can have it', async () => {
    await told([loan('h1')], { wallMs: MONDAY });
    await told([loan('h2')], { terminal: 'other', wallMs: TUESDAY });
    await told([returned('i1')], { terminal: 'third', wallMs: WEDNESDAY });
    expect(await loans()).toMatchObject([
      { hold: 'h2', returned: { terminal: 'third' } },
      { hold: 'h1', ended: { by: 'lentAgain', terminal: 'other' } },
    ]);
    expect(await returns()).toMatchObject([{ loans: 1 }]);
  });

  test('where a clock was not set, a loan that was told before ends, at the hour the platform heard it', async () => {
    await told([loan('h1')], { wallMs: WEDNESDAY });
    await told([returned('i1')], { terminal: 'other', wallMs: 0, clock: 'untrusted' });
    const [one] = (await loans()) as { returned: { at: string } }[];
    expect(Math.abs(Date.parse(one?.returned.at ?? '') - Date.now())).toBeLessThan(60_000);
  });

  test('where no clock tells whether a return came before a loan, a person must look', async () => {
    await ordered('h1', '2020-01-01T00:00:00.000Z');
    await told([returned('i1')], { terminal: 'other', clock: 'untrusted' });
    await told([loan('h1')]);
    expect((await loans())[0]).not.toHaveProperty('returned');
    expect(await conflicts()).toEqual([{ hold: 'h1', rule: 'returnOrLoanFirst' }]);
  });

  test('a return that was told before the hold was ordered is no riddle', async () => {
    await told([returned('i1')], { terminal: 'other', clock: 'untrusted' });
    await ordered('h1', '2999-01-01T00:00:00.000Z');
    await told([loan('h1')]);
    expect(await conflicts()).toEqual([]);
    expect((await loans())[0]).not.toHaveProperty('returned');
  });

  test('within one journal its order counts, whatever the clock says', async () => {
    await told([loan('h1'), returned('i1'), loan('h2')], { clock: 'untrusted' });
    expect((await loans()).map((one) => 'returned' in one)).toEqual([false, true]);
    expect(await conflicts()).toEqual([]);
  });

  test('a new journal of the same terminal is ordered by time', async () => {
    await told([filler('A01'), filler('A02'), loan('h1')], { wallMs: MONDAY });
    await told([returned('i1')], { wallMs: TUESDAY }, OTHER_JOURNAL);
    expect(await loans()).toMatchObject([{ returned: { sequence: 1 } }]);
  });

  test('in whatever order three terminals tell, only the newest loan is open', async () => {
    const stories = [
      () => told([loan('h1')], { wallMs: MONDAY }),
      () => told([returned('i1')], { terminal: 'other', wallMs: TUESDAY }),
      () => told([loan('h2')], { terminal: 'third', wallMs: WEDNESDAY }),
    ];
    const shuffled = fc.shuffledSubarray(stories, { minLength: 3 });
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        await store.transaction(async (writer) => {
          for (const table of ['journal_event', 'loan', 'item_return'])
            await writer.run(`DELETE FROM ${table}`);
        });
        ingest = new Ingest(store, { acknowledge: () => {}, stored: () => {}, trouble: () => {} });
        for (const tell of order) await tell();
        const open = (await loans()).filter((one) => !('returned' in one));
        expect(open).toMatchObject([{ hold: 'h2' }]);
      }),
      { numRuns: 20 },
    );
    expect(await conflicts()).toEqual([]);
  });
});
