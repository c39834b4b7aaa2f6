/**
 * Publishes the journal strictly by sequence and goes on from what the platform has acknowledged. The ledger is the
 * outbox: nothing is kept here but two positions.
 */
export interface JournalText {
  readonly sequence: number;
  /** The exact bytes that are hashed and published. */
  readonly text: string;
}

/** The ledger, as the pump sees it. */
export interface JournalSource {
  readonly durable: number;
  entriesAfter(sequence: number, limit: number): Promise<JournalText[]>;
}

/** Entries on their way at once; more only adds latency, and the broker may drop what it cannot hold. */
export const WINDOW_MAX = 32;
/** No progress for this long: what was sent is taken as lost and sent again. */
const STALLED_MS = 5_000;

export class JournalPump {
  readonly #source: JournalSource;
  readonly #publish: (text: string) => void;
  #acknowledged = 0;
  #sent = 0;
  #running = false;
  #reading = false;
  #stalled: NodeJS.Timeout | undefined;

  constructor(source: JournalSource, publish: (text: string) => void) {
    this.#source = source;
    this.#publish = publish;
  }

  /** The platform told its position: begin there, or go on. */
  acknowledged(upTo: number): void {
    if (!this.#running) {
      this.#running = true;
      this.#sent = upTo;
    }
    this.#acknowledged = upTo;
    this.#sent = Math.max(this.#sent, upTo);
    this.#watch();
    this.pump();
  }

  /** The connection is gone; the next one begins with the platform's word. */
  stop(): void {
    this.#running = false;
    clearTimeout(this.#stalled);
  }

  /** New entries may be durable. */
  pump(): void {
    if (!this.#running || this.#reading || this.#sent >= this.#source.durable) return;
    const room = WINDOW_MAX - (this.#sent - this.#acknowledged);
    if (room <= 0) return;
    this.#reading = true;
    this.#source
      .entriesAfter(this.#sent, room)
      .then((entries) => this.#send(entries))
      .finally(() => {
        this.#reading = false;
      })
      .then(() => this.pump())
      .catch(() => this.#watch());
  }

  #send(entries: readonly JournalText[]): void {
    for (const { sequence, text } of entries) {
      if (!this.#running || sequence <= this.#sent || sequence > this.#source.durable) continue;
      this.#publish(text);
      this.#sent = sequence;
    }
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#stalled);
    if (!this.#running || this.#sent <= this.#acknowledged) return;
    this.#stalled = setTimeout(() => {
      this.#sent = this.#acknowledged;
      this.pump();
    }, STALLED_MS);
  }
}
