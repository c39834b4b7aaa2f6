/**
 * The disk: real SQLite files of one process, behind the interface of drivers/sqlite.ts. Writing takes its time, may
 * be refused for lack of room, and ends with the process: what had not reached the file then never will.
 */
import { type Database, openDatabase, type Statement } from '../../../drivers/sqlite.ts';
import type { Owner, VirtualClock } from './clock.ts';
import type { Random } from './random.ts';

export interface DiskHandlers {
  /** A statement has been carried out by the file; before anybody is told. */
  ran?(sql: string, parameters: readonly (string | number | null)[]): void;
  full?(): boolean;
}

export interface DiskTimes {
  /** Mean of what one write takes; 0: no time passes. */
  readonly writeMsMean: number;
}

export class Disk {
  readonly #clock: VirtualClock;
  readonly #owner: Owner;
  readonly #random: Random;
  readonly #times: DiskTimes;
  readonly #handlers: DiskHandlers;
  readonly #open: { database: Database; statements: Statement[] }[] = [];

  constructor(clock: VirtualClock, by: Owner, random: Random, times: DiskTimes, handlers: DiskHandlers = {}) {
    this.#clock = clock;
    this.#owner = by;
    this.#random = random;
    this.#times = times;
    this.#handlers = handlers;
  }

  /** In the place of `openDatabase`. */
  readonly open = async (path: string): Promise<Database> => {
    const database = await this.#clock.work(this.#owner, () => openDatabase(path));
    const statements: Statement[] = [];
    this.#open.push({ database, statements });
    const run = <T>(sql: string, act: () => Promise<T>, parameters: (string | number | null)[] = []) =>
      this.#run(sql, parameters, act);
    return {
      exec: (sql) => run(sql, () => database.exec(sql)),
      all: <T>(sql: string, ...parameters: (string | number | null)[]) =>
        run(sql, () => database.all<T>(sql, ...parameters), parameters),
      prepare: async (sql) => {
        const statement = await run(`prepare ${sql}`, () => database.prepare(sql));
        statements.push(statement);
        return {
          run: (...parameters) => this.#write(sql, parameters, () => statement.run(...parameters)),
          finalize: () => run('finalize', () => statement.finalize()),
        };
      },
      close: () => run('close', () => database.close()),
    };
  };

  /** The process is dead; its files are as they are. */
  async abandon(): Promise<void> {
    for (const { database, statements } of this.#open.splice(0))
      await this.#clock.work(this.#clock.world, async () => {
        for (const statement of statements) await statement.finalize().catch(() => {});
        // A transaction that was under way is rolled back, as by the next process that opens the file.
        await database.close().catch(() => {});
      });
  }

  /** Some of the time before the file has it, some after: a process may die in either. */
  async #write<T>(sql: string, parameters: (string | number | null)[], act: () => Promise<T>): Promise<T> {
    const { writeMsMean } = this.#times;
    if (writeMsMean === 0 || this.#clock.holding) return this.#run(sql, parameters, act);
    await this.#wait(this.#random.after(writeMsMean / 2));
    if (this.#handlers.full?.())
      throw Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' });
    const result = await this.#run(sql, parameters, act);
    await this.#wait(this.#random.after(writeMsMean / 2));
    return result;
  }

  async #run<T>(sql: string, parameters: (string | number | null)[], act: () => Promise<T>): Promise<T> {
    return this.#clock.work(this.#owner, async () => {
      const result = await act();
      this.#handlers.ran?.(sql, parameters);
      return result;
    });
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.at(this.#owner, ms, resolve));
  }
}
