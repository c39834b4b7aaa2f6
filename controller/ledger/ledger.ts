/** What the terminal remembers: the hash-chained journal, which is also the outbox, and the views of lending's state. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Database, openDatabase, type Statement } from '../../drivers/sqlite.ts';
import type { Entry } from '../../protocol/platform/entries.ts';
import {
  CHAIN_START,
  eventHash,
  type JournalEvent,
  journalEventText,
  type Moment,
} from '../../protocol/platform/journal-event.ts';
import { TerminalError } from '../error.ts';
import { prepareFile } from './schema.ts';

/** One value of a view: its new body, or `undefined` where it is removed. */
export interface Change {
  readonly collection: string;
  readonly key: string;
  readonly body: unknown;
}

export interface JournalText {
  readonly sequence: number;
  readonly text: string;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/** Acknowledged positions ride with the next write; alone they may wait this long, since the platform repeats them. */
const ACKNOWLEDGED_DELAY_MS = 1_000;
/** Entries are deleted in runs, not one by one: fewer pages are written. */
const PRUNE_RUN = 256;
/** The newest entries that are not acknowledged, so many of them, are told without asking the file. */
const RECENT_MAX = 64;

export class Ledger {
  readonly journal: string;
  readonly boot: number;
  readonly views: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** Wall time of the newest entry that was written under a trusted clock; epoch ms, 0 for none. */
  readonly newestMs: number;
  readonly #terminal: string;
  readonly #database: Database;
  readonly #insert: Statement;
  #head: number;
  /** Hash of the newest entry, or its text where the hash has not been needed yet. */
  #headHash: string | undefined;
  #headText = '';
  #durable: number;
  #acknowledged: number;
  #acknowledgedWritten: number;
  #pruned: number;
  #entries: [number, string][] = [];
  #recent: JournalText[] = [];
  #changes = new Map<string, [string, string, string | null]>();
  #waiters: Waiter[] = [];
  #writing = false;
  #written: Promise<void> = Promise.resolve();
  #acknowledgedTimer: NodeJS.Timeout | undefined;
  #acknowledgedWaited = false;

  private constructor(terminal: string, database: Database, insert: Statement, kept: Kept) {
    this.#terminal = terminal;
    this.#database = database;
    this.#insert = insert;
    this.journal = kept.journal;
    this.boot = kept.boot;
    this.views = kept.views;
    this.newestMs = kept.newestMs;
    this.#head = this.#durable = kept.head;
    this.#headHash = kept.headHash;
    this.#acknowledged = this.#acknowledgedWritten = this.#pruned = kept.acknowledged;
  }

  /**
   * Opens or makes the ledger of a terminal and counts one more start.
   * @throws TerminalError `ledger.*` where the file is not ours, newer, damaged or in use.
   */
  static async open(path: string, terminal: string, openFile = openDatabase): Promise<Ledger> {
    await mkdir(dirname(path), { recursive: true });
    const database = await openFile(path);
    try {
      await prepareFile(database, path);
      const kept = await read(database);
      const insert = await database.prepare('INSERT INTO batch VALUES (?, ?, ?, ?)');
      return new Ledger(terminal, database, insert, kept);
    } catch (error) {
      await database.close().catch(() => {});
      throw error;
    }
  }

  /** The sequence of the newest entry, committed or on its way. */
  get head(): number {
    return this.#head;
  }

  /** The newest sequence that a power cut cannot take. */
  get durable(): number {
    return this.#durable;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /**
   * Enters entries and changed views in one transaction. Commits that wait together are written together, in order.
   * Resolves when they are durable; rejects with `ledger.write` where the disk refuses, and then for ever.
   */
  commit(entries: readonly Entry[], changes: readonly Change[], moment: Moment): Promise<void> {
    for (const entry of entries) {
      const sequence = this.#head + 1;
      const previousHash = this.#chainHead();
      const at = { terminal: this.#terminal, journal: this.journal, sequence, previousHash };
      this.#headText = journalEventText(entry, at, moment);
      this.#headHash = undefined;
      this.#head = sequence;
      this.#entries.push([sequence, this.#headText]);
      this.#recent.push({ sequence, text: this.#headText });
    }
    if (this.#recent.length > RECENT_MAX) this.#recent = this.#recent.slice(-RECENT_MAX);
    for (const { collection, key, body } of changes) {
      const value = body === undefined ? null : JSON.stringify(body);
      this.#changes.set(`${collection}/${key}`, [collection, key, value]);
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#flush();
    });
  }

  /** The platform has stored everything up to here. */
  acknowledge(upTo: number): void {
    if (upTo <= this.#acknowledged || upTo > this.#durable) return;
    this.#acknowledged = upTo;
    this.#recent = this.#recent.filter((entry) => entry.sequence > upTo);
    this.#acknowledgedTimer ??= setTimeout(() => this.#writeAcknowledged(), ACKNOWLEDGED_DELAY_MS);
  }

  /** Durable entries after a sequence, in order. */
  async entriesAfter(sequence: number, limit: number): Promise<JournalText[]> {
    const [oldest] = this.#recent;
    if (oldest && oldest.sequence <= sequence + 1)
      return this.#recent
        .filter((entry) => entry.sequence > sequence && entry.sequence <= this.#durable)
        .slice(0, limit);
    return this.#database.all<JournalText>(
      'SELECT sequence, text FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?',
      sequence,
      limit,
    );
  }

  async close(): Promise<void> {
    this.#writeAcknowledged();
    await this.#written;
    clearTimeout(this.#acknowledgedTimer);
    await this.#insert.finalize();
    await this.#database.close();
  }

  #writeAcknowledged(): void {
    this.#acknowledgedWaited = this.#acknowledged > this.#acknowledgedWritten;
    this.#flush();
  }

  #flush(): void {
    if (this.#writing) return;
    this.#writing = true;
    // Without the one turn of the event loop, batches of one and of all others would alternate.
    this.#written = new Promise<void>((resolve) => {
      setImmediate(() => this.#writeAll().then(resolve));
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiters.length > 0 || this.#acknowledgedWaited) {
      const waiters = this.#waiters.splice(0);
      const head = this.#head;
      try {
        await this.#writeBatch();
        this.#durable = head;
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        this.#fail([...waiters, ...this.#waiters.splice(0)], error);
        return;
      }
    }
    this.#writing = false;
  }

  #chainHead(): string {
    this.#headHash ??= eventHash(this.#headText);
    return this.#headHash;
  }

  #writeBatch(): Promise<void> {
    clearTimeout(this.#acknowledgedTimer);
    this.#acknowledgedTimer = undefined;
    this.#acknowledgedWaited = false;
    const entries = JSON.stringify(this.#entries);
    const changes = JSON.stringify([...this.#changes.values()]);
    this.#entries = [];
    this.#changes = new Map();
    const acknowledged = this.#acknowledged;
    const prune = acknowledged - this.#pruned >= PRUNE_RUN;
    // A position that is written already would cost its page again.
    const news = acknowledged > this.#acknowledgedWritten ? acknowledged : null;
    this.#acknowledgedWritten = acknowledged;
    if (prune) this.#pruned = acknowledged;
    const written = this.#insert.run(entries, changes, news, prune ? acknowledged : null);
    // While the disk is at work there is time for it.
    this.#chainHead();
    return written;
  }

  /** The journal's order is broken by a write that failed: nothing may follow it. */
  #fail(waiters: readonly Waiter[], cause: unknown): void {
    const error = new TerminalError('ledger.write', `the ledger cannot be written: ${String(cause)}`, {
      cause,
    });
    this.commit = () => Promise.reject(error);
    this.acknowledge = () => {};
    for (const waiter of waiters) waiter.reject(error);
  }
}

interface Kept {
  readonly journal: string;
  readonly boot: number;
  readonly head: number;
  readonly headHash: string;
  readonly acknowledged: number;
  readonly newestMs: number;
  readonly views: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}

async function read(database: Database): Promise<Kept> {
  await database.exec('UPDATE cursor SET boot = boot + 1');
  const [cursor] = await database.all<{ journal: string; boot: number; acknowledged: number }>(
    'SELECT * FROM cursor',
  );
  const [newest] = await database.all<JournalText>('SELECT * FROM journal ORDER BY sequence DESC LIMIT 1');
  if (!cursor) throw new TerminalError('ledger.corrupt', 'the ledger has lost its cursor: restore a backup');
  const rows = await database.all<{ collection: string; key: string; body: string }>('SELECT * FROM view');
  const views = new Map<string, Map<string, unknown>>();
  for (const { collection, key, body } of rows) {
    const view = views.get(collection) ?? new Map<string, unknown>();
    views.set(collection, view.set(key, JSON.parse(body)));
  }
  const head = newest?.sequence ?? 0;
  const headHash = newest ? eventHash(newest.text) : CHAIN_START;
  return { ...cursor, head, headHash, newestMs: newest ? trustedTime(newest.text) : 0, views };
}

function trustedTime(text: string): number {
  const { clock, time } = JSON.parse(text) as JournalEvent;
  return clock === 'trusted' && time ? Date.parse(time) : 0;
}
