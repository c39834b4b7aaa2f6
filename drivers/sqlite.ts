/** The only file that knows the sqlite3 package: promises over its callbacks, one prepared statement at a time. */
import sqlite3 from 'sqlite3';

type Parameter = string | number | null;

export interface Statement {
  run(...parameters: Parameter[]): Promise<void>;
  finalize(): Promise<void>;
}

export interface Database {
  exec(sql: string): Promise<void>;
  all<T>(sql: string, ...parameters: Parameter[]): Promise<T[]>;
  prepare(sql: string): Promise<Statement>;
  close(): Promise<void>;
}

type Done<T> = (error: Error | null, value?: T) => void;

/** Statements that stay prepared, by their text; preparing one takes longer than running it. */
const PREPARED_MAX = 64;
/** PRAGMA and what changes the schema are prepared anew. */
const STAYS_PREPARED = /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i;

function promise<T = void>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

function prepared(database: sqlite3.Database, sql: string): Promise<sqlite3.Statement> {
  return new Promise((resolve, reject) => {
    const statement = database.prepare(sql, (error: Error | null) =>
      error ? reject(error) : resolve(statement),
    );
  });
}

const finalized = (statement: sqlite3.Statement) => promise((done) => statement.finalize(() => done(null)));

/** The statements of `all`. None gives way to another: it could be about to run. */
class Prepared {
  readonly #database: sqlite3.Database;
  readonly #statements = new Map<string, Promise<sqlite3.Statement>>();

  constructor(database: sqlite3.Database) {
    this.#database = database;
  }

  /** `undefined` where this text is better prepared anew. */
  async get(sql: string): Promise<sqlite3.Statement | undefined> {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (!STAYS_PREPARED.test(sql) || this.#statements.size >= PREPARED_MAX) return undefined;
    const statement = prepared(this.#database, sql);
    this.#statements.set(sql, statement);
    // A text that is wrong now may be right later, when its table has been made.
    statement.catch(() => this.#statements.delete(sql));
    return statement;
  }

  async finalize(): Promise<void> {
    const statements = [...this.#statements.values()];
    this.#statements.clear();
    for (const statement of await Promise.allSettled(statements))
      if (statement.status === 'fulfilled') await finalized(statement.value);
  }
}

export async function openDatabase(path: string): Promise<Database> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(opened)));
  });
  const kept = new Prepared(database);
  return {
    exec: (sql) => promise((done) => database.exec(sql, done)),
    all: async <T>(sql: string, ...parameters: Parameter[]) => {
      const statement = await kept.get(sql);
      return promise<T[]>((done) => {
        const ran = (error: Error | null, rows: unknown) => done(error, rows as T[]);
        if (statement) statement.all(parameters, ran);
        else database.all(sql, parameters, ran);
      });
    },
    prepare: async (sql) => {
      const statement = await prepared(database, sql);
      return {
        run: (...parameters) =>
          promise((done) => statement.run(parameters, (error: Error | null) => done(error))),
        finalize: () => finalized(statement),
      };
    },
    close: async () => {
      await kept.finalize();
      await promise((done) => database.close(done));
    },
  };
}
