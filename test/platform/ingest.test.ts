import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ingest } from '../../platform/ingest.ts';
import { Store } from '../../platform/store.ts';
import { chain, filler, JOURNAL, loan } from './journal.ts';

describe('ingest', () => {
  let folder: string;
  let store: Store;
  let ingest: Ingest;
  let acknowledged: number[];
  let troubles: string[];

  const open = () => {
    acknowledged = [];
    troubles = [];
    ingest = new Ingest(store, {
      acknowledge: (_terminal, _journal, upTo) => acknowledged.push(upTo),
      stored: () => {},
      trouble: (message) => troubles.push(message),
    });
  };
  const receive = async (...texts: string[]) => {
    for (const text of texts) ingest.receive('demo', Buffer.from(text));
    await ingest.idle();
  };
  const stored = async () => {
    const rows = await store.all<{ sequence: number }>(
      'SELECT sequence FROM journal_event ORDER BY sequence',
    );
    return rows.map(({ sequence }) => sequence);
  };
  const loans = () => store.all('SELECT * FROM loan');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    store = await Store.open(join(folder, 'platform.db'));
    await store.transaction((writer) =>
      writer.run("INSERT INTO terminal (id, name) VALUES ('demo', 'demo')"),
    );
    open();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a repeat is acknowledged again and changes nothing', async () => {
    const texts = chain([loan('h1'), filler('A01')]);
    await receive(...texts);
    await receive(...texts);
    expect(await loans()).toHaveLength(1);
    expect(acknowledged.at(-1)).toBe(2);
    expect(ingest.counts.duplicates).toBe(2);
  });

  test('a repeat is known before what it repeats is committed', async () => {
    const [first = '', second = ''] = chain([loan('h1'), filler('A01')]);
    // The first begins a transaction; all others wait for the next.
    await receive(first, second, second, first);
    expect(ingest.counts).toMatchObject({ duplicates: 2, refused: 0 });
    expect(acknowledged.at(-1)).toBe(2);
    expect(await stored()).toEqual([1, 2]);
  });

  test('a gap is not stored, and answered with where the platform is', async () => {
    const [first = '', , third = ''] = chain([filler('A01'), filler('A02'), filler('A03')]);
    await receive(first, third);
    expect(ingest.counts).toMatchObject({ gaps: 1, refused: 0 });
    expect(await stored()).toEqual([1]);
    expect(acknowledged.at(-1)).toBe(1);
  });

  test('an event that does not continue the chain is refused and the terminal marked', async () => {
    const [first = ''] = chain([filler('A01')]);
    const [, forged = ''] = chain([filler('A09'), loan('h1')]);
    await receive(first, forged);
    expect(await loans()).toEqual([]);
    expect(troubles).toEqual(['the hash chain is broken']);
    expect(await store.all('SELECT chain FROM terminal')).toEqual([{ chain: 'broken' }]);
  });

  test('a second loan of one hold is a conflict for a person, not a loan', async () => {
    await receive(...chain([loan('h1'), loan('h1')]));
    expect(await loans()).toHaveLength(1);
    expect(await store.all('SELECT hold, rule FROM conflict')).toEqual([
      { hold: 'h1', rule: 'holdLentTwice' },
    ]);
  });

  test('a terminal with a new database begins a new journal at 1', async () => {
    await receive(...chain([filler('A01'), filler('A02')]));
    await receive(...chain([filler('A03')], 'fedcba9876543210'));
    expect(await ingest.position('demo', 'fedcba9876543210')).toMatchObject({ sequence: 1 });
    expect(await ingest.position('demo', JOURNAL)).toMatchObject({ sequence: 2 });
  });

  test('the position is kept over a restart', async () => {
    await receive(...chain([filler('A01'), filler('A02')]));
    await store.close();
    store = await Store.open(join(folder, 'platform.db'));
    open();
    expect(await ingest.position('demo', JOURNAL)).toMatchObject({ sequence: 2 });
    await receive(...chain([filler('A01'), filler('A02'), loan('h1')]));
    expect(await stored()).toEqual([1, 2, 3]);
  });

  test('payloads that fit no schema, or name another terminal, are counted and harm nothing', async () => {
    const [text = ''] = chain([filler('A01')]);
    await receive(
      '',
      '{',
      '{}',
      text.replace('/terminals/demo', '/terminals/other'),
      'x'.repeat(70_000),
      // Its hash would be another's.
      `\ufeff${text}`,
      text,
    );
    expect(await stored()).toEqual([1]);
    expect(ingest.counts.badPayloads).toBe(6);
  });

  test('whatever the network does, each event is stored once and in order', async () => {
    let run = 0;
    const deliveries = fc.array(fc.nat(11), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(deliveries, async (order) => {
        run += 1;
        const journal = run.toString(16).padStart(16, '0');
        const texts = chain(
          Array.from({ length: 12 }, (_, index) => loan(`${journal}-${index}`, `${journal}-${index}`)),
          journal,
        );
        await receive(...order.map((index) => texts[index] ?? ''));
        // Then the terminal sends again from what is acknowledged, as it does after each stall.
        const { sequence } = await ingest.position('demo', journal);
        await receive(...texts.slice(sequence));
        const rows = await store.all('SELECT 1 FROM loan WHERE hold LIKE ?', `${journal}-%`);
        expect(rows).toHaveLength(12);
        expect(await ingest.position('demo', journal)).toMatchObject({ sequence: 12 });
      }),
      { numRuns: 25 },
    );
    expect(await store.all('SELECT * FROM conflict')).toEqual([]);
  });

  test('a database that is not the platform’s is refused by name', async () => {
    const path = join(folder, 'other.db');
    await writeFile(path, 'a shopping list that is long enough to be looked at '.repeat(30));
    await expect(Store.open(path)).rejects.toThrow(/other\.db is not a database of this platform/);
  });
});
