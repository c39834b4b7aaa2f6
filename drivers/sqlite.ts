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

function promise<T = void>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

export async function openDatabase(path: string): Promise<Database> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(opened)));
  });
  return {
    exec: (sql) => promise((done) => database.exec(sql, done)),
    all: <T>(sql: string, ...parameters: Parameter[]) =>
      promise<T[]>((done) => database.all(sql, parameters, (error, rows) => done(error, rows as T[]))),
    prepare: async (sql) => {
      const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
        const prepared = database.prepare(sql, (error: Error | null) =>
          error ? reject(error) : resolve(prepared),
        );
      });
      return {
        run: (...parameters) =>
          promise((done) => statement.run(parameters, (error: Error | null) => done(error))),
        finalize: () => promise((done) => statement.finalize(() => done(null))),
      };
    },
    close: () => promise((done) => database.close(done)),
  };
}
