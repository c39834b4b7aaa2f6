/** The platform's memory in one SQLite file. One write at a time. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Database, openDatabase } from '../drivers/sqlite.ts';
import { APPLICATION_ID, OF_CONNECTION, STEPS } from './schema.ts';
import { type Parameter, Transaction, type Writer } from './transaction.ts';

export type { Writer } from './transaction.ts';

/** A reader waits this long where SQLite itself needs the file for a moment, as when it recovers the WAL. */
const BUSY_MS_MAX = 2_000;

export class Store {
  /** Commands have been committed for this terminal. */
  commanded: (terminal: string) => void = () => {};
  readonly #database: Database;
  /** A connection of its own, or reads would see what is not committed yet and tell it as stored. */
  readonly #reader: Database;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #reads = new Set<Promise<unknown>>();
  #closed = false;

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
    if (this.#closed) return Promise.reject(closed());
    const read = this.#reader.all<T>(sql, ...parameters);
    const settled = read.catch(() => {});
    this.#reads.add(settled);
    void settled.then(() => this.#reads.delete(settled));
    return read;
  }

  /** One statement is all or nothing by itself. */
  write<T>(sql: string, ...parameters: Parameter[]): Promise<T[]> {
    return this.#inTurn(() => this.#database.all<T>(sql, ...parameters));
  }

  /** All of it or nothing, one after another: the driver does not order statements by itself. */
  transaction<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const transaction = new Transaction(this.#database);
      try {
        const result = await work(transaction);
        await transaction.commit();
        for (const terminal of transaction.commands) this.commanded(terminal);
        return result;
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    });
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed());
    const result = this.#tail.then(write);
    this.#tail = result.catch(() => {});
    return result;
  }

  /** SQLite does not close under a statement that runs: what comes now is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail;
    await Promise.all(this.#reads);
    await this.#reader.close();
    await this.#database.close();
  }
}

const closed = () => new Error('the database is being closed');

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
  await database.exec(OF_CONNECTION);
}
