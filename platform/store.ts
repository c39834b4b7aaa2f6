/** The platform's memory in one SQLite file: terminals, journals, holds, loans, returns, doubts. One write at a time. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Database, openDatabase } from '../drivers/sqlite.ts';

const APPLICATION_ID = 0x4352506c;

const TABLES = `
  CREATE TABLE terminal (id TEXT PRIMARY KEY, name TEXT NOT NULL, link TEXT NOT NULL DEFAULT 'down',
    session INTEGER NOT NULL DEFAULT 0, journal TEXT, state TEXT, chain TEXT NOT NULL DEFAULT 'whole', last_seen TEXT);
  CREATE TABLE courier (terminal TEXT, courier TEXT, badge_hash TEXT NOT NULL, PRIMARY KEY (terminal, courier));
  CREATE TABLE journal_event (terminal TEXT, journal TEXT, sequence INTEGER, hash TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (terminal, journal, sequence)) WITHOUT ROWID;
  CREATE TABLE hold (id TEXT PRIMARY KEY, terminal TEXT NOT NULL, item TEXT NOT NULL, title TEXT NOT NULL,
    patron TEXT NOT NULL, size TEXT NOT NULL, status TEXT NOT NULL, compartment TEXT, code TEXT, updated TEXT NOT NULL);
  CREATE TABLE loan (hold TEXT PRIMARY KEY, item TEXT NOT NULL, patron TEXT NOT NULL, terminal TEXT NOT NULL,
    sequence INTEGER NOT NULL, due TEXT NOT NULL);
  CREATE TABLE conflict (terminal TEXT, journal TEXT, sequence INTEGER, hold TEXT, what TEXT NOT NULL);
  CREATE TABLE doubt (hold TEXT PRIMARY KEY, terminal TEXT NOT NULL, compartment TEXT NOT NULL, reason TEXT NOT NULL,
    way_out TEXT NOT NULL, since TEXT NOT NULL);
  CREATE TABLE command (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, terminal TEXT NOT NULL, body TEXT NOT NULL,
    expires TEXT NOT NULL, outcome TEXT, reason TEXT);`;

/**
 * A doubt is about an item, which need not be on hold; what item a doubt of before was about stands in its event. A
 * loan ends with a return.
 */
const ITEMS = `
  ALTER TABLE doubt RENAME TO doubt_of_hold;
  CREATE TABLE doubt (terminal TEXT, item TEXT, hold TEXT, session TEXT, compartment TEXT NOT NULL, reason TEXT NOT NULL,
    way_out TEXT NOT NULL, since TEXT NOT NULL, refusal TEXT, PRIMARY KEY (terminal, item));
  INSERT OR REPLACE INTO doubt (terminal, item, hold, session, compartment, reason, way_out, since)
    SELECT old.terminal, json_extract(text, '$.data.item'), old.hold, json_extract(text, '$.data.session'),
      old.compartment, old.reason, old.way_out, old.since
    FROM doubt_of_hold AS old JOIN journal_event AS event ON event.terminal = old.terminal
      AND event.kind = 'inDoubt' AND json_extract(text, '$.data.hold') = old.hold ORDER BY event.sequence;
  DROP TABLE doubt_of_hold;
  CREATE TABLE item_return (terminal TEXT NOT NULL, journal TEXT NOT NULL, sequence INTEGER NOT NULL, item TEXT NOT NULL,
    compartment TEXT NOT NULL, at TEXT, received TEXT NOT NULL, loans INTEGER NOT NULL,
    PRIMARY KEY (terminal, journal, sequence));
  ALTER TABLE hold ADD COLUMN ordered TEXT;
  ALTER TABLE loan ADD COLUMN journal TEXT;
  ALTER TABLE loan ADD COLUMN at TEXT;
  ALTER TABLE loan ADD COLUMN returned_at TEXT;
  ALTER TABLE loan ADD COLUMN returned_terminal TEXT;
  ALTER TABLE loan ADD COLUMN returned_sequence INTEGER;
  CREATE INDEX hold_of_item ON hold (item);
  CREATE INDEX loan_of_item ON loan (item);
  CREATE INDEX return_of_item ON item_return (item);
  CREATE INDEX command_unanswered ON command (terminal) WHERE outcome IS NULL;`;

/** `user_version` counts the steps a file has taken; a new step is added at the end. */
const STEPS = [TABLES, 'ALTER TABLE hold ADD COLUMN reason TEXT;', ITEMS];
/** A reader waits this long where SQLite itself needs the file for a moment, as when it recovers the WAL. */
const BUSY_MS_MAX = 2_000;

type Parameter = string | number | null;

/** What may be done inside a transaction. */
export interface Writer {
  run(sql: string, ...parameters: Parameter[]): Promise<void>;
  all<T>(sql: string, ...parameters: Parameter[]): Promise<T[]>;
}

export class Store {
  readonly #database: Database;
  /** A connection of its own, or reads would see what is not committed yet and tell it as stored. */
  readonly #reader: Database;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(database: Database, reader: Database) {
    this.#database = database;
    this.#reader = reader;
  }

  /** @throws Error that names the file where it is not the platform's, or cannot be written. */
  static async open(path: string, openFile = openDatabase): Promise<Store> {
    const database = await opened(path, openFile);
    try {
      await prepare(database, path);
      const reader = await openFile(path);
      await reader.exec(`PRAGMA busy_timeout = ${BUSY_MS_MAX}; PRAGMA query_only = ON;`);
      return new Store(database, reader);
    } catch (error) {
      await database.close();
      const { code } = error as { code?: string };
      if (code === 'SQLITE_NOTADB') throw notOurs(path);
      throw code === 'SQLITE_READONLY' ? notWritable(path, error) : error;
    }
  }

  /** What is committed, and nothing else. */
  all<T>(sql: string, ...parameters: Parameter[]): Promise<T[]> {
    return this.#reader.all<T>(sql, ...parameters);
  }

  /** All of it or nothing, one after another: the driver does not order statements by itself. */
  transaction<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const database = this.#database;
    const run = async () => {
      await database.exec('BEGIN IMMEDIATE');
      try {
        const result = await work({
          run: async (sql, ...parameters) => void (await database.all(sql, ...parameters)),
          all: (sql, ...parameters) => database.all(sql, ...parameters),
        });
        await database.exec('COMMIT');
        return result;
      } catch (error) {
        await database.exec('ROLLBACK');
        throw error;
      }
    };
    const result = this.#tail.then(run);
    this.#tail = result.catch(() => {});
    return result;
  }

  async close(): Promise<void> {
    await this.#tail;
    await this.#reader.close();
    await this.#database.close();
  }
}

const notOurs = (path: string) =>
  new Error(`${path} is not a database of this platform: name another --data folder`);

const notWritable = (path: string, why: unknown) =>
  new Error(
    `cannot write ${path}: ${(why as Error).message}; name another --data folder or change its owner`,
  );

async function opened(path: string, openFile: typeof openDatabase): Promise<Database> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await openFile(path);
  } catch (error) {
    throw notWritable(path, error);
  }
}

async function prepare(database: Database, path: string): Promise<void> {
  const [id] = await database.all<{ application_id: number }>('PRAGMA application_id');
  const [tables] = await database.all<{ count: number }>('SELECT count(*) AS count FROM sqlite_master');
  const fresh = id?.application_id === 0 && tables?.count === 0;
  if (!fresh && id?.application_id !== APPLICATION_ID) throw notOurs(path);
  await database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const [version] = await database.all<{ user_version: number }>('PRAGMA user_version');
  const taken = version?.user_version ?? 0;
  if (taken > STEPS.length)
    throw new Error(`${path} was written by a newer platform (schema ${taken}): update this one`);
  if (taken < STEPS.length)
    await database.exec(`BEGIN; ${STEPS.slice(taken).join('\n')} PRAGMA user_version = ${STEPS.length};
      PRAGMA application_id = ${APPLICATION_ID}; COMMIT;`);
}
