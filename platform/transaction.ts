/** All of it or nothing. A single write is that by itself, and spares the driver the way for BEGIN and COMMIT. */
import type { Database } from '../drivers/sqlite.ts';

export type Parameter = string | number | null;

/** What may be done inside a transaction. */
export interface Writer {
  /** The first one may be carried out with what follows it. */
  run(sql: string, ...parameters: Parameter[]): Promise<void>;
  all<T>(sql: string, ...parameters: Parameter[]): Promise<T[]>;
  /** A command is kept for this terminal: whoever sends commands is told, once it is committed. */
  commanded(terminal: string): void;
}

export class Transaction implements Writer {
  /** Terminals that are given commands. */
  readonly commands = new Set<string>();
  readonly #database: Database;
  #first: (() => Promise<unknown>) | undefined;
  #beginning: Promise<void> | undefined;
  #open = false;

  constructor(database: Database) {
    this.#database = database;
  }

  async run(sql: string, ...parameters: Parameter[]): Promise<void> {
    const write = () => this.#database.all(sql, ...parameters);
    if (!this.#first && !this.#beginning) {
      this.#first = write;
      return;
    }
    await this.#begin();
    await write();
  }

  /** Until something is to be written, a read needs no BEGIN: nobody else writes meanwhile. */
  async all<T>(sql: string, ...parameters: Parameter[]): Promise<T[]> {
    if (this.#first || this.#beginning) await this.#begin();
    return this.#database.all<T>(sql, ...parameters);
  }

  commanded(terminal: string): void {
    this.commands.add(terminal);
  }

  async commit(): Promise<void> {
    if (this.#open) await this.#database.exec('COMMIT');
    else await this.#first?.();
  }

  async rollback(): Promise<void> {
    if (this.#open) await this.#database.exec('ROLLBACK');
  }

  #begin(): Promise<void> {
    this.#beginning ??= this.#start();
    return this.#beginning;
  }

  async #start(): Promise<void> {
    await this.#database.exec('BEGIN IMMEDIATE');
    this.#open = true;
    await this.#first?.();
  }
}
