import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ledger } from '../../controller/ledger/ledger.ts';
import { waitFor } from '../../demo/wait.ts';
import { type Database, openDatabase } from '../../drivers/sqlite.ts';
import { CHAIN_START, eventHash, type JournalEvent } from '../../protocol/platform/journal-event.ts';
import { FIRST_VERSION } from './ledger-first-version.ts';

const MOMENT = { wallMs: Date.UTC(2026, 10, 24), clock: 'trusted', monotonicMs: 5, boot: 1 } as const;
const back = (compartment: string) => ({ kind: 'compartmentBack', compartment }) as const;

/** The real file, with the parameters of each write kept. */
async function recording(path: string, statements: unknown[][]): Promise<Database> {
  const database = await openDatabase(path);
  return {
    ...database,
    prepare: async (sql) => {
      const statement = await database.prepare(sql);
      const run = (...parameters: (string | number | null)[]) => {
        statements.push(parameters);
        return statement.run(...parameters);
      };
      return { ...statement, run };
    },
  };
}

describe('the ledger', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    path = join(folder, 'ledger.db');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('keeps entries and views over a restart, in order, with one more boot', async () => {
    const first = await Ledger.open(path, 'demo');
    await Promise.all(
      ['A01', 'A02', 'A03'].map((name) =>
        first.commit([back(name)], [{ collection: 'holds', key: name, body: { name } }], MOMENT),
      ),
    );
    await first.commit([], [{ collection: 'holds', key: 'A02', body: undefined }], MOMENT);
    await first.close();
    const second = await Ledger.open(path, 'demo');
    expect([second.boot, second.head, second.journal]).toEqual([2, 3, first.journal]);
    expect([...(second.views.get('holds')?.keys() ?? [])]).toEqual(['A01', 'A03']);
    await second.close();
  });

  test('chains each entry to the exact bytes of the one before, over restarts too', async () => {
    for (const name of ['A01', 'A02']) {
      const ledger = await Ledger.open(path, 'demo');
      await ledger.commit([back(name), back(name)], [], MOMENT);
      await ledger.close();
    }
    const ledger = await Ledger.open(path, 'demo');
    const entries = await ledger.entriesAfter(0, 10);
    const previous = entries.map(({ text }) => (JSON.parse(text) as JournalEvent).previoushash);
    expect(previous).toEqual([CHAIN_START, ...entries.slice(0, -1).map(({ text }) => eventHash(text))]);
    await ledger.close();
  });

  test('newest entries are told from memory as the file has them, older ones from the file', async () => {
    const ledger = await Ledger.open(path, 'demo');
    for (let index = 0; index < 100; index += 1) await ledger.commit([back('A01')], [], MOMENT);
    const newest = await ledger.entriesAfter(90, 5);
    expect(newest.map(({ sequence }) => sequence)).toEqual([91, 92, 93, 94, 95]);
    const all = await ledger.entriesAfter(0, 1000);
    expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(all.slice(90, 95)).toEqual(newest);
    ledger.acknowledge(92);
    expect(await ledger.entriesAfter(92, 1)).toEqual(all.slice(92, 93));
    await ledger.close();
  });

  test('an entry is not told before it is durable', async () => {
    const ledger = await Ledger.open(path, 'demo');
    await ledger.commit([back('A01')], [], MOMENT);
    const committed = ledger.commit([back('A02')], [], MOMENT);
    expect((await ledger.entriesAfter(0, 10)).map(({ sequence }) => sequence)).toEqual([1]);
    await committed;
    await ledger.close();
  });

  test('commits made while a write runs are not forgotten', async () => {
    const ledger = await Ledger.open(path, 'demo');
    for (let index = 0; index < 50; index += 1) await ledger.commit([back('A01')], [], MOMENT);
    expect(ledger.durable).toBe(50);
    await ledger.close();
  });

  test('an acknowledgement that comes while a write runs waits for the next one, and the end waits for it', async () => {
    const statements: unknown[][] = [];
    const ledger = await Ledger.open(path, 'demo', (name) => recording(name, statements));
    await ledger.commit([back('A01')], [], MOMENT);
    const second = ledger.commit([back('A01')], [], MOMENT);
    await new Promise((resolve) => setImmediate(resolve));
    ledger.acknowledge(1);
    await second;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(statements.map(([, , acknowledged]) => acknowledged)).toEqual([null, null]);
    await ledger.commit([back('A01')], [], MOMENT);
    await ledger.commit([back('A01')], [], MOMENT);
    expect(statements.map(([, , acknowledged]) => acknowledged)).toEqual([null, null, 1, null]);
    ledger.acknowledge(4);
    await ledger.close();
    const again = await Ledger.open(path, 'demo');
    expect(again.acknowledged).toBe(4);
    await again.close();
  });

  test('an acknowledgement is written by itself where nothing else is', async () => {
    const statements: unknown[][] = [];
    const ledger = await Ledger.open(path, 'demo', (name) => recording(name, statements));
    await ledger.commit([back('A01')], [], MOMENT);
    ledger.acknowledge(1);
    await waitFor('the write', 5_000, async () => statements.length === 2);
    expect(statements[1]).toEqual(['[]', '[]', 1, null]);
    await ledger.close();
  });

  test('the file stays as small as its views while entries are acknowledged', async () => {
    const ledger = await Ledger.open(path, 'demo');
    const sizes: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 500 }, () => ledger.commit([back('A01')], [], MOMENT)));
      ledger.acknowledge(ledger.durable);
      await ledger.commit([], [{ collection: 'holds', key: 'x', body: round }], MOMENT);
      sizes.push((await stat(path)).size + (await stat(`${path}-wal`)).size);
    }
    expect(Math.max(...sizes)).toBeLessThan(6_000_000);
    await ledger.close();
    expect((await stat(path)).size).toBeLessThan(1_000_000);
  });

  test('a change is removed only where it is, whatever its text looks like', async () => {
    const looksRemoved = { collection: 'holds', key: 'k,null]', body: ',null],["holds","b",null]' };
    const ledger = await Ledger.open(path, 'demo');
    await ledger.commit([], [{ collection: 'holds', key: 'a', body: 1 }, looksRemoved], MOMENT);
    await ledger.commit([], [{ collection: 'holds', key: 'b', body: { last: null } }], MOMENT);
    await ledger.commit([], [{ collection: 'holds', key: 'a', body: undefined }, looksRemoved], MOMENT);
    await ledger.close();
    const again = await Ledger.open(path, 'demo');
    expect(Object.fromEntries(again.views.get('holds') ?? [])).toEqual({
      [looksRemoved.key]: looksRemoved.body,
      b: { last: null },
    });
    await again.close();
  });

  test('a ledger of the first version is brought up, with its chain, views and position', async () => {
    const database = await openDatabase(path);
    await database.exec(FIRST_VERSION);
    await database.close();
    const ledger = await Ledger.open(path, 'demo');
    expect([ledger.journal, ledger.boot, ledger.head, ledger.acknowledged]).toEqual([
      '0123456789abcdef',
      8,
      2,
      1,
    ]);
    expect(ledger.views.get('holds')?.get('h1')).toEqual({ title: 'old' });
    await ledger.commit([back('A01')], [{ collection: 'holds', key: 'h1', body: undefined }], MOMENT);
    ledger.acknowledge(3);
    await ledger.close();
    const again = await Ledger.open(path, 'demo');
    expect([again.boot, again.head, again.acknowledged, again.views.size]).toEqual([9, 3, 3, 0]);
    const [, second, third] = await again.entriesAfter(0, 10);
    expect((JSON.parse(third?.text ?? '') as JournalEvent).previoushash).toBe(eventHash(second?.text ?? ''));
    await again.close();
  });

  test('a first version that has lost its cursor is told, not healed with another journal', async () => {
    const database = await openDatabase(path);
    await database.exec(`${FIRST_VERSION} DELETE FROM cursor`);
    await database.close();
    await expect(Ledger.open(path, 'demo')).rejects.toMatchObject({ code: 'ledger.corrupt' });
  });

  test('prunes what is acknowledged and never the head of the chain', async () => {
    const ledger = await Ledger.open(path, 'demo');
    await Promise.all(Array.from({ length: 300 }, () => ledger.commit([back('A01')], [], MOMENT)));
    ledger.acknowledge(300);
    await ledger.commit([], [{ collection: 'holds', key: 'x', body: 1 }], MOMENT);
    expect(await ledger.entriesAfter(0, 1000)).toHaveLength(1);
    await ledger.close();
    const again = await Ledger.open(path, 'demo');
    expect([again.head, again.acknowledged]).toEqual([300, 300]);
    await again.close();
  });

  test('text with separators, control and 4-byte characters comes back as it was', async () => {
    const title = '\'"|\u0000\n書𠮷';
    const ledger = await Ledger.open(path, 'demo');
    await ledger.commit(
      [{ kind: 'holdPlaced', hold: 'h', item: 'i', title }],
      [{ collection: 'holds', key: "it's", body: { title } }],
      MOMENT,
    );
    const [entry] = await ledger.entriesAfter(0, 1);
    expect((JSON.parse(entry?.text ?? '') as JournalEvent).data).toMatchObject({ title });
    await ledger.close();
    const again = await Ledger.open(path, 'demo');
    expect(again.views.get('holds')?.get("it's")).toEqual({ title });
    await again.close();
  });

  test('a file that is not ours is refused by name and left as it was', async () => {
    await writeFile(
      path,
      'this is a shopping list, not a database, and it is long enough to be looked at'.repeat(20),
    );
    await expect(Ledger.open(path, 'demo')).rejects.toMatchObject({ code: 'ledger.notOurs' });
    const other = join(folder, 'other.db');
    const database = await openDatabase(other);
    await database.exec('CREATE TABLE shopping (what TEXT)');
    await database.close();
    await expect(Ledger.open(other, 'demo')).rejects.toMatchObject({ code: 'ledger.notOurs' });
  });

  test('a second controller on the same data folder is told so', async () => {
    const first = await Ledger.open(path, 'demo');
    await expect(Ledger.open(path, 'demo')).rejects.toMatchObject({ code: 'ledger.inUse' });
    await first.close();
  });

  test('a newer file is refused with the way out', async () => {
    await (await Ledger.open(path, 'demo')).close();
    const database = await openDatabase(path);
    await database.exec('PRAGMA user_version = 99');
    await database.close();
    await expect(Ledger.open(path, 'demo')).rejects.toMatchObject({ code: 'ledger.newer' });
  });
});
