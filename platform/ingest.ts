/**
 * The journals of all terminals, exactly once and in order: an event is stored with its effects in one transaction, and
 * only then its sequence is acknowledged. A repeat is acknowledged again, a gap is answered with where we are, and an
 * event that does not continue the hash chain is refused.
 */
import { CHAIN_START, eventHash, type JournalEvent } from '../protocol/platform/journal-event.ts';
import { parseJournalEvent } from '../protocol/platform/parse.ts';
import { applyEntry } from './effects.ts';
import type { Store, Writer } from './store.ts';

/** One transaction takes what has queued up, but no more than this: an acknowledgement should not wait long. */
const BATCH_MAX = 256;

/** A whole batch by one statement. */
const KEEP = `INSERT INTO journal_event SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
  FROM json_each(?)`;
const kept = ({ terminal, event, hash, text }: Accepted) => [
  terminal,
  event.journal,
  event.sequence,
  hash,
  event.data.kind,
  text,
];

interface Position {
  readonly sequence: number;
  readonly hash: string;
}

interface Received {
  readonly terminal: string;
  readonly text: string;
  readonly event: JournalEvent;
}

interface Accepted extends Received {
  readonly hash: string;
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
    this.#queue.push({ terminal, text: Buffer.from(payload).toString('utf8'), event: parsed.value });
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
    const accepted: Accepted[] = [];
    const changed = new Set<string>();
    await this.#store.transaction(async (writer) => {
      for (const received of batch) {
        if (!(await this.#isRegistered(received.terminal))) {
          this.counts.refused += 1;
          this.#handlers.trouble('a terminal is not registered', { terminal: received.terminal });
          continue;
        }
        const key = `${received.terminal}/${received.event.journal}`;
        touched.set(key, received);
        const at = positions.get(key) ?? (await this.position(received.terminal, received.event.journal));
        const hash = await this.#accepts(writer, received, at, accepted);
        if (hash === undefined) continue;
        accepted.push({ ...received, hash });
        positions.set(key, { sequence: received.event.sequence, hash });
        changed.add(received.terminal);
      }
      if (accepted.length > 0) await writer.run(KEEP, JSON.stringify(accepted.map(kept)));
      for (const origin of accepted) await applyEntry(writer, origin);
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

  /** The hash of an event that comes next in its journal. */
  async #accepts(
    writer: Writer,
    received: Received,
    at: Position,
    accepted: readonly Accepted[],
  ): Promise<string | undefined> {
    const { event, text } = received;
    if (event.sequence <= at.sequence) {
      if (await this.#isRepeat(writer, received, accepted)) this.counts.duplicates += 1;
      else await this.#refuse(writer, received, 'the same sequence tells something else');
      return undefined;
    }
    if (event.sequence > at.sequence + 1) {
      this.counts.gaps += 1;
      return undefined;
    }
    if (event.previoushash !== at.hash) {
      await this.#refuse(writer, received, 'the hash chain is broken');
      return undefined;
    }
    return eventHash(text);
  }

  /** A sequence that was used twice, as by a ledger put back to an older copy, is no repeat. */
  async #isRepeat(
    writer: Writer,
    { terminal, event, text }: Received,
    accepted: readonly Accepted[],
  ): Promise<boolean> {
    const { journal, sequence } = event;
    const justNow = accepted.find(
      (one) => one.terminal === terminal && one.event.journal === journal && one.event.sequence === sequence,
    );
    if (justNow) return justNow.text === text;
    const [stored] = await writer.all<{ hash: string }>(
      'SELECT hash FROM journal_event WHERE terminal = ? AND journal = ? AND sequence = ?',
      terminal,
      journal,
      sequence,
    );
    return stored?.hash === eventHash(text);
  }

  async #refuse(writer: Writer, { terminal, event }: Received, why: string): Promise<void> {
    this.counts.refused += 1;
    await writer.run("UPDATE terminal SET chain = 'broken' WHERE id = ?", terminal);
    this.#handlers.trouble(why, { terminal, sequence: event.sequence });
  }
}
