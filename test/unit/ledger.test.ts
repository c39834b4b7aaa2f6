import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ledger } from '../../controller/ledger/ledger.ts';
import { openDatabase } from '../../drivers/sqlite.ts';
import { CHAIN_START, eventHash, type JournalEvent } from '../../protocol/platform/journal-event.ts';

const MOMENT = { wallMs: Date.UTC(2026, 10, 24), clock: 'trusted', monotonicMs: 5, boot: 1 } as const;
const back = (compartment: string) => ({ kind: 'compartmentBack', compartment }) as const;

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

  test('commits made while a write runs are not forgotten', async () => {
    const ledger = await Ledger.open(path, 'demo');
    for (let index = 0; index < 50; index += 1) await ledger.commit([back('A01')], [], MOMENT);
    expect(ledger.durable).toBe(50);
    await ledger.close();
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
