import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../drivers/sqlite.ts';

describe('the database driver', () => {
  let folder: string;
  let path: string;
  let database: Database;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
    path = join(folder, 'test.db');
    database = await openDatabase(path);
    await database.exec('CREATE TABLE book (number INTEGER PRIMARY KEY, title TEXT)');
  });
  afterEach(async () => {
    await database.close().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });
  const titles = () => database.all<{ title: string }>('SELECT title FROM book ORDER BY number');

  test('one text with other parameters gives other rows, also many at once', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, number) =>
        database.all('INSERT INTO book VALUES (?, ?)', number, `t${number}`),
      ),
    );
    const found = await Promise.all(
      [3, 150, 500].map((number) => database.all('SELECT title FROM book WHERE number = ?', number)),
    );
    expect(found).toEqual([[{ title: 't3' }], [{ title: 't150' }], []]);
  });

  test('a prepared text knows the table as it is now', async () => {
    await database.all('INSERT INTO book VALUES (1, ?)', 'old');
    expect(await database.all('SELECT * FROM book')).toEqual([{ number: 1, title: 'old' }]);
    await database.exec("ALTER TABLE book ADD COLUMN shelf TEXT DEFAULT 'A'");
    expect(await database.all('SELECT * FROM book')).toEqual([{ number: 1, title: 'old', shelf: 'A' }]);
  });

  test('a text that is wrong is right once its table is there', async () => {
    const shelves = () => database.all('SELECT name FROM shelf');
    await expect(shelves()).rejects.toThrow('no such table');
    await database.exec('CREATE TABLE shelf (name TEXT)');
    expect(await shelves()).toEqual([]);
  });

  test('a statement that failed works the next time, and leaves nothing bound', async () => {
    const insert = (...values: (string | number | null)[]) =>
      database.all('INSERT INTO book VALUES (?, ?)', ...values);
    await insert(1, 'one');
    await expect(insert(1, 'again')).rejects.toThrow('UNIQUE');
    await insert(2);
    expect(await titles()).toEqual([{ title: 'one' }, { title: null }]);
  });

  test('however many texts there are, each runs, and the file can be closed and opened', async () => {
    for (let number = 0; number < 300; number += 1)
      await database.all(`INSERT INTO book VALUES (${number}, 't')`);
    await database.close();
    database = await openDatabase(path);
    await database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    expect(await titles()).toHaveLength(300);
  });

  test('what is read to its end holds no lock', async () => {
    await titles();
    const other = await openDatabase(path);
    await other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    await other.close();
  });
});
