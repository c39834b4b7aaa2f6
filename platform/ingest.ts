/**
 * The journals of all terminals, exactly once and in order: an event is stored with its effects in one transaction, and
 * only then its sequence is acknowledged. A repeat is acknowledged again, a gap is answered with where we are, and an
 * event that does not continue the hash chain is refused.
 */
import { CHAIN_START, eventHash, type JournalEvent } from '../protocol/platform/journal-event.ts';
import { parseJournalEvent } from '../protocol/platform/parse.ts';
import { applyEntries, onlyPlainLoans } from './effects.ts';
import type { Store, Writer } from './store.ts';

/** One transaction takes what has queued up, but no more than this: an acknowledgement should not wait long. */
const BATCH_MAX = 1_024;

interface Position {
  readonly sequence: number;
  readonly hash: string;
}

interface Received {
  readonly terminal: string;
  readonly hash: string;
  readonly event: JournalEvent;
  /** Of `journal_event`, in JSON: made while SQLite is at work for those before. */
  readonly row: string;
}

export interface IngestHandlers {
  acknowledge(terminal: string, journal: string, upTo: number): void;
  /** Something of this terminal changed: commands may wait, pages may look. */
  stored(terminal: string): void;
  trouble(message: string, about: object): void;
}

export class Ingest {
  readonly counts = { duplicates: 0, gaps: 0, refused: 0, badPayloads: 0 };
  readonly #store: Store;
  readonly #handlers: IngestHandlers;
  readonly #positions = new Map<string, Position>();
  readonly #registered = new Set<string>();
  #queue: Received[] = [];
  #running: Promise<void> | undefined;

  constructor(store: Store, handlers: IngestHandlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  receive(terminal: string, payload: Uint8Array): void {
    const parsed = parseJournalEvent(payload);
    if (!parsed.ok || parsed.value.source !== `/terminals/${terminal}`) {
      this.counts.badPayloads += 1;
      const why = parsed.ok ? 'source is another terminal' : parsed.error;
      this.#handlers.trouble('a journal payload fits no schema', { terminal, why });
      return;
    }
    const { value: event, text } = parsed;
    const hash = eventHash(text);
    const { journal, sequence, data } = event;
    const row = JSON.stringify([terminal, journal, sequence, hash, data.kind, text]);
    this.#queue.push({ terminal, hash, event, row });
    this.#running ??= this.#run();
  }

  /** Where the platform is in a journal; 0 for one it has never seen. */
  async position(terminal: string, journal: string): Promise<Position> {
    const key = `${terminal}/${journal}`;
    const known = this.#positions.get(key);
    if (known) return known;
    const [last] = await this.#store.all<Position>(
      'SELECT sequence, hash FROM journal_event WHERE terminal = ? AND journal = ? ORDER BY sequence DESC LIMIT 1',
      terminal,
      journal,
    );
    const position = last ?? { sequence: 0, hash: CHAIN_START };
    this.#positions.set(key, position);
    return position;
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH_MAX);
      try {
        await this.#storeBatch(batch);
      } catch (error) {
        // Not stored, so not acknowledged: the terminals send it again.
        this.#handlers.trouble('a batch could not be stored', { why: String(error), events: batch.length });
      }
    }
    this.#running = undefined;
  }

  async #storeBatch(batch: readonly Received[]): Promise<void> {
    const positions = new Map<string, Position>();
    const touched = new Map<string, Received>();
    const changed = new Set<string>();
    await this.#store.transaction(async (writer) => {
      const fresh: Received[] = [];
      for (const received of batch) {
        if (!(await this.#isRegistered(received.terminal))) {
          this.counts.refused += 1;
          this.#handlers.trouble('a terminal is not registered', { terminal: received.terminal });
          continue;
        }
        const key = `${received.terminal}/${received.event.journal}`;
        touched.set(key, received);
        const at = positions.get(key) ?? (await this.position(received.terminal, received.event.journal));
        if (!(await this.#continues(writer, received, at, fresh))) continue;
        fresh.push(received);
        positions.set(key, { sequence: received.event.sequence, hash: received.hash });
        changed.add(received.terminal);
      }
      await keep(writer, fresh);
    });
    for (const [key, position] of positions) this.#positions.set(key, position);
    for (const [key, { terminal, event }] of touched)
      this.#handlers.acknowledge(terminal, event.journal, this.#positions.get(key)?.sequence ?? 0);
    for (const terminal of changed) this.#handlers.stored(terminal);
  }

  /** Nothing is lost where it is not: what is not acknowledged comes again. */
  async #isRegistered(terminal: string): Promise<boolean> {
    if (this.#registered.has(terminal)) return true;
    const [known] = await this.#store.all('SELECT 1 FROM terminal WHERE id = ?', terminal);
    if (known) this.#registered.add(terminal);
    return known !== undefined;
  }

  /** `fresh` is what this transaction has still to keep. */
  async #continues(writer: Writer, received: Received, at: Position, fresh: Received[]): Promise<boolean> {
    const { event } = received;
    if (event.sequence <= at.sequence) {
      await keep(writer, fresh.splice(0));
      if (await this.#isRepeat(writer, received)) this.counts.duplicates += 1;
      else await this.#refuse(writer, received, 'the same sequence tells something else');
      return false;
    }
    if (event.sequence > at.sequence + 1) {
      this.counts.gaps += 1;
      return false;
    }
    if (event.previoushash !== at.hash) {
      await this.#refuse(writer, received, 'the hash chain is broken');
      return false;
    }
    return true;
  }

  /** A sequence that was used twice, as by a ledger put back to an older copy, is no repeat. */
  async #isRepeat(writer: Writer, { terminal, event, hash }: Received): Promise<boolean> {
    const [stored] = await writer.all<{ hash: string }>(
      'SELECT hash FROM journal_event WHERE terminal = ? AND journal = ? AND sequence = ?',
      terminal,
      event.journal,
      event.sequence,
    );
    return stored?.hash === hash;
  }

  async #refuse(writer: Writer, { terminal, event }: Received, why: string): Promise<void> {
    this.counts.refused += 1;
    await writer.run("UPDATE terminal SET chain = 'broken' WHERE id = ?", terminal);
    this.#handlers.trouble(why, { terminal, sequence: event.sequence });
  }
}

/** One statement for all, however many: a statement of its own for each takes longer than everything else. */
async function keep(writer: Writer, fresh: readonly Received[]): Promise<void> {
  if (fresh.length === 0) return;
  const rows = `[${fresh.map(({ row }) => row).join()}]`;
  const loans = await onlyPlainLoans(writer, fresh);
  const lent = loans && loans.length > 0 ? JSON.stringify(loans) : null;
  await writer.run('INSERT INTO told VALUES (?, ?, ?)', rows, lent, new Date().toISOString());
  if (!loans) await applyEntries(writer, fresh);
}
