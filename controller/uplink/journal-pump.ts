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

/** Entries on their way at once, to begin with and after a loss: the broker may drop what it cannot hold. */
const WINDOW_MIN = 32;
/**
 * As long as all arrive, the window grows by as many, up to this: some of the platform's transactions, so that others are on
 * their way while one waits for a slow disk. Mosquitto holds 1,000 for a subscriber unless told otherwise
 * (max_queued_messages).
 */
export const WINDOW_MAX = 960;
/** Less room than this part of the window is not worth reading the ledger for: answers are still to come. */
const ROOM_PART = 4;
/** No progress for this long: what was sent is taken as lost and sent again. */
const STALLED_MS = 5_000;

export class JournalPump {
  readonly #source: JournalSource;
  readonly #publish: (text: string) => void;
  #acknowledged = 0;
  #sent = 0;
  #window = WINDOW_MIN;
  #windowMax = WINDOW_MAX;
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
      this.#sent = this.#acknowledged = upTo;
      this.#window = WINDOW_MIN;
      this.#windowMax = WINDOW_MAX;
    }
    const arrived = Math.max(0, Math.min(upTo, this.#sent) - this.#acknowledged);
    this.#window = Math.min(this.#windowMax, this.#window + arrived);
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
    const room = this.#window - (this.#sent - this.#acknowledged);
    if (room < this.#window / ROOM_PART) return;
    this.#reading = true;
    const from = this.#sent;
    this.#source
      .entriesAfter(from, room)
      .then((entries) => {
        // Begun anew meanwhile: what was read would leave a gap.
        if (this.#sent === from) this.#send(entries);
      })
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
      // Too much for a broker that many terminals share: not as much again on this connection.
      this.#windowMax = Math.max(WINDOW_MIN, Math.floor(this.#window / 2));
      this.#window = WINDOW_MIN;
      this.pump();
    }, STALLED_MS);
  }
}
