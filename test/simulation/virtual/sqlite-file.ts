/**
 * An SQLite file whose statements are carried out at once. The program's own driver gives each to a thread, which takes
 * longer than the statement: half of a simulated day.
 */
import Sqlite from 'better-sqlite3';

export type Parameter = string | number | null;

/** PRAGMA and what changes the schema are prepared anew. */
const STAYS_PREPARED = /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i;
const ONE_WORD = /^(BEGIN IMMEDIATE|COMMIT|ROLLBACK)$/;

export class SqliteFile {
  readonly #database: Sqlite.Database;
  readonly #prepared = new Map<string, Sqlite.Statement>();

  constructor(path: string) {
    this.#database = new Sqlite(path);
  }

  exec(sql: string): void {
    if (ONE_WORD.test(sql)) this.#statement(sql).run();
    else this.#database.exec(sql);
  }

  all<T>(sql: string, parameters: readonly Parameter[]): T[] {
    const statement = this.#statement(sql);
    // This driver takes `?1` for a name.
    const given = sql.includes('?1') ? [byNumber(parameters)] : parameters;
    if (statement.reader) return statement.all(...given) as T[];
    statement.run(...given);
    return [];
  }

  close(): void {
    this.#database.close();
  }

  #statement(sql: string): Sqlite.Statement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    if (STAYS_PREPARED.test(sql) || ONE_WORD.test(sql)) this.#prepared.set(sql, statement);
    return statement;
  }
}

const byNumber = (parameters: readonly Parameter[]): Record<string, Parameter> =>
  Object.fromEntries(parameters.map((value, index) => [`${index + 1}`, value]));
