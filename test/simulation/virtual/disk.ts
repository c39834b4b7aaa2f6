/**
 * The disk: real SQLite files of one process, behind the interface of drivers/sqlite.ts. Writing takes its time, may
 * be refused for lack of room, and ends with the process: what had not reached the file then never will.
 */
import type { Database } from '../../../drivers/sqlite.ts';
import type { Owner, VirtualClock } from './clock.ts';
import type { Random } from './random.ts';
import { type Parameter, SqliteFile } from './sqlite-file.ts';

export interface DiskHandlers {
  /** A statement has been carried out by the file; before anybody is told. */
  ran?(sql: string, parameters: readonly Parameter[]): void;
  full?(): boolean;
}

export interface DiskTimes {
  /** Mean of what one write takes; 0: no time passes. */
  readonly writeMsMean: number;
}

const NEVER = new Promise<never>(() => {});

export class Disk {
  readonly #clock: VirtualClock;
  readonly #owner: Owner;
  readonly #random: Random;
  readonly #times: DiskTimes;
  readonly #handlers: DiskHandlers;
  readonly #open: SqliteFile[] = [];

  constructor(clock: VirtualClock, by: Owner, random: Random, times: DiskTimes, handlers: DiskHandlers = {}) {
    this.#clock = clock;
    this.#owner = by;
    this.#random = random;
    this.#times = times;
    this.#handlers = handlers;
  }

  /** In the place of `openDatabase`. */
  readonly open = async (path: string): Promise<Database> => {
    const file = await this.#run('open', [], () => new SqliteFile(path));
    this.#open.push(file);
    return {
      exec: (sql) => this.#run(sql, [], () => file.exec(sql)),
      all: <T>(sql: string, ...parameters: Parameter[]) =>
        this.#run(sql, parameters, () => file.all<T>(sql, parameters)),
      prepare: async (sql) => ({
        run: (...parameters) => this.#write(sql, parameters, () => file.all(sql, parameters)),
        finalize: async () => {},
      }),
      close: () => this.#run('close', [], () => file.close()),
    };
  };

  /** The process is dead; its files are as they are: what was under way is rolled back. */
  abandon(): void {
    for (const file of this.#open.splice(0)) file.close();
  }

  /** Some of the time before the file has it, some after: a process may die in either. */
  async #write(sql: string, parameters: readonly Parameter[], act: () => unknown): Promise<void> {
    const { writeMsMean } = this.#times;
    const takesTime = writeMsMean > 0 && !this.#clock.holding;
    if (takesTime) await this.#wait(this.#random.after(writeMsMean / 2));
    if (takesTime && this.#handlers.full?.())
      throw Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' });
    await this.#run(sql, parameters, act);
    if (takesTime) await this.#wait(this.#random.after(writeMsMean / 2));
  }

  /** Whoever is dead never reaches the file, and is told nothing. */
  async #run<T>(sql: string, parameters: readonly Parameter[], act: () => T): Promise<T> {
    if (!this.#owner.alive) return NEVER;
    const result = act();
    this.#handlers.ran?.(sql, parameters);
    // Whoever else acts in this moment may end it.
    await undefined;
    return this.#owner.alive ? result : NEVER;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.at(this.#owner, ms, resolve));
  }
}
