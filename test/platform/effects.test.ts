/** What entries do to holds, loans and doubts, and who may say what. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../drivers/sqlite.ts';
import { listConflicts } from '../../platform/conflicts.ts';
import { Ingest } from '../../platform/ingest.ts';
import { listLoans } from '../../platform/loans.ts';
import { expire } from '../../platform/replies.ts';
import { APPLICATION_ID, STEPS } from '../../platform/schema.ts';
import { Store } from '../../platform/store.ts';
import type { Entry } from '../../protocol/platform/entries.ts';
import { writeFirstSchema } from './first-schema.ts';
import { chain, filler, JOURNAL, loan, returned } from './journal.ts';

const HELD = { session: 's', hold: 'h1', item: 'i1', compartment: 'A03' } as const;
const LOADED: Entry = { kind: 'itemLoaded', ...HELD, courier: 'c' };
const DOUBT: Entry = { kind: 'inDoubt', ...HELD, reason: 'doorLeftOpen', wayOut: 'closeTheDoor' };
const VOIDED: Entry = { kind: 'loanVoided', ...HELD, patron: 'p1', reason: 'doorNotOpened' };

describe('effects', () => {
  let folder: string;
  let path: string;
  let store: Store;
  let ingest: Ingest;
  let troubles: string[];

  const told = async (...entries: Entry[]) => {
    for (const text of chain(entries)) ingest.receive('demo', Buffer.from(text));
    await ingest.idle();
  };
  const hold = async () =>
    (await store.all<{ status: string; code: string | null }>('SELECT * FROM hold'))[0];
  const count = async (table: string) => (await store.all(`SELECT 1 FROM ${table}`)).length;
  const heldBy = (terminal: string, status = 'placed') =>
    store.transaction((writer) =>
      writer.run(
        `INSERT INTO hold (id, terminal, item, title, patron, size, status, updated)
         VALUES ('h1', ?, 'i1', 't', 'p1', 'small', ?, '')`,
        terminal,
        status,
      ),
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    path = join(folder, 'platform.db');
    store = await Store.open(path);
    await store.transaction(async (writer) => {
      for (const id of ['demo', 'other'])
        await writer.run('INSERT INTO terminal (id, name) VALUES (?, ?)', id, id);
    });
    troubles = [];
    ingest = new Ingest(store, {
      acknowledge: () => {},
      stored: () => {},
      trouble: (message) => troubles.push(message),
    });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a voided loan leaves the hold ready, with the code that the patron has', async () => {
    await heldBy('demo');
    await told(LOADED, { kind: 'holdReady', hold: 'h1', expires: '2027-01-01T00:00:00Z' }, VOIDED);
    expect(await hold()).toMatchObject({ status: 'ready', code: expect.stringMatching(/^\d{8}$/) });
    expect(await count('loan')).toBe(0);
  });

  test('a loan is not taken back by what is told after it', async () => {
    await heldBy('demo', 'ready');
    await told(loan('h1'), VOIDED, { kind: 'holdWithdrawn', hold: 'h1' }, LOADED);
    expect(await hold()).toMatchObject({ status: 'lent', code: null });
    expect(await count('loan')).toBe(1);
    expect(await count('command')).toBe(0);
  });

  test('a terminal changes no hold of another one; its loan of it is a conflict for a person', async () => {
    await heldBy('other', 'ready');
    await told(LOADED, { kind: 'holdWithdrawn', hold: 'h1' }, loan('h1'));
    expect((await hold())?.status).toBe('ready');
    expect(await count('loan')).toBe(0);
    expect(await count('command')).toBe(0);
    expect(await store.all('SELECT rule FROM conflict')).toEqual([{ rule: 'holdElsewhere' }]);
  });

  test('a sequence that is used again for something else is refused, not taken as a repeat', async () => {
    await told(filler('A01'), filler('A02'));
    await told(filler('A01'), loan('h1'));
    expect(ingest.counts).toMatchObject({ duplicates: 1, refused: 1 });
    expect(troubles).toEqual(['the same sequence tells something else']);
    expect(await store.all("SELECT chain FROM terminal WHERE id = 'demo'")).toEqual([{ chain: 'broken' }]);
    expect(await ingest.position('demo', JOURNAL)).toMatchObject({ sequence: 2 });
  });

  test('a command that nobody answered in time ends its order', async () => {
    await heldBy('demo', 'ordered');
    const action = { kind: 'placeHold', hold: 'h1', item: 'i1', title: 't', patron: 'p1', size: 'small' };
    const expires = '2020-01-01T00:00:00Z';
    await store.transaction((writer) =>
      writer.run(
        "INSERT INTO command (id, terminal, body, expires) VALUES ('c1', 'demo', ?, ?)",
        JSON.stringify({ id: 'c1', expires, action }),
        expires,
      ),
    );
    await expire(store);
    expect(await hold()).toMatchObject({
      status: 'withdrawn',
      reason: 'the terminal did not answer in time',
    });
  });

  test('nothing is read before it is committed', async () => {
    const seen = store.transaction(async (writer) => {
      await writer.run("INSERT INTO terminal (id, name) VALUES ('third', '')");
      await writer.run("INSERT INTO terminal (id, name) VALUES ('fourth', '')");
      const read = await count('terminal');
      throw new Error(String(read));
    });
    await expect(seen).rejects.toThrow('2');
    expect(await count('terminal')).toBe(2);
  });

  test('a database of the first schema is brought up to date with its doubts and loans', async () => {
    const old = join(folder, 'old.db');
    const [first = '', again = ''] = chain([DOUBT, { ...DOUBT, session: 's2' }]);
    const events = [first, again].map(
      (text, at) => `('demo', '${JOURNAL}', ${at + 1}, '', 'inDoubt', '${text}')`,
    );
    await writeFirstSchema(
      old,
      `INSERT INTO journal_event VALUES ${events.join()};
       INSERT INTO doubt VALUES ('h1', 'demo', 'A03', 'doorLeftOpen', 'closeTheDoor', '2026-01-01');
       INSERT INTO loan VALUES ('h0', 'i1', 'p0', 'demo', 9, '2026-02-02');`,
    );
    await store.close();
    store = await Store.open(old);
    expect(await store.all('SELECT * FROM doubt')).toEqual([
      {
        ...{ terminal: 'demo', item: 'i1', hold: 'h1', session: 's2', compartment: 'A03' },
        ...{ reason: 'doorLeftOpen', way_out: 'closeTheDoor', since: '2026-01-01', refusal: null },
      },
    ]);
    await store.transaction((writer) =>
      writer.run("INSERT INTO terminal (id, name) VALUES ('demo', ''), ('other', '')"),
    );
    ingest = new Ingest(store, { acknowledge: () => {}, stored: () => {}, trouble: () => {} });
    const [text = ''] = chain([returned('i1')], JOURNAL, { terminal: 'other' });
    ingest.receive('other', Buffer.from(text));
    await ingest.idle();
    expect(await store.all('SELECT hold, due, ended_by, ended_terminal FROM loan')).toEqual([
      { hold: 'h0', due: '2026-02-02', ended_by: 'return', ended_terminal: 'other' },
    ]);
  });

  test('loans and conflicts of a platform that knew of holds only are kept, and told as before', async () => {
    const old = join(folder, 'holds.db');
    const database = await openDatabase(old);
    await database.exec(`${STEPS.slice(0, 3).join('\n')}
      INSERT INTO loan (hold, item, patron, terminal, sequence, due, returned_at, returned_terminal, returned_sequence)
        VALUES ('h1', 'i1', 'p1', 'demo', 4, '2026-02-02', NULL, NULL, NULL),
          ('h2', 'i2', 'p2', 'demo', 5, '2026-02-02', '2026-02-01', 'other', 6);
      INSERT INTO conflict VALUES ('demo', '${JOURNAL}', 7, 'h1', 'second loan'),
        ('demo', '${JOURNAL}', 8, 'h1', 'second loan'), ('demo', '${JOURNAL}', 8, 'h2', 'hold of another terminal');
      PRAGMA user_version = 3; PRAGMA application_id = ${APPLICATION_ID};`);
    await database.close();
    await store.close();
    store = await Store.open(old);
    expect(await listLoans(store)).toMatchObject([
      { hold: 'h2', grantedBy: 'hold', returned: { at: '2026-02-01', terminal: 'other', sequence: 6 } },
      { hold: 'h1', grantedBy: 'hold', renewals: 0 },
    ]);
    expect(await listConflicts(store, false)).toMatchObject([
      { rule: 'holdLentTwice', hold: 'h1' },
      { rule: 'holdLentTwice', hold: 'h1' },
      { rule: 'holdElsewhere', hold: 'h2' },
    ]);
  });

  test('a database of a newer platform is refused', async () => {
    const database = await openDatabase(path);
    await database.exec('PRAGMA user_version = 99');
    await database.close();
    await expect(Store.open(path)).rejects.toThrow(/newer platform \(schema 99\)/);
  });
});
