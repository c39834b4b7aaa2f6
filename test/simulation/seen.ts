/** What the checks see: every durable entry and view, every pulse, every message; and where they complain. */

import type { KioskView, NoticeName } from '../../controller/lending/screen.ts';
import type { LendingState } from '../../controller/lending/state.ts';
import type { JournalEvent } from '../../protocol/platform/journal-event.ts';
import type { Sip2Message } from '../../protocol/sip2/messages.ts';
import type { Owner, VirtualClock } from './virtual/clock.ts';
import type { Pulse } from './world/board.ts';

export interface Committed {
  readonly sequence: number;
  readonly text: string;
  readonly event: JournalEvent;
  readonly atMs: number;
}

/** One durable write of the ledger. */
export interface Batch {
  readonly entries: readonly Committed[];
  readonly changed: readonly { readonly collection: string; readonly key: string; readonly body: unknown }[];
  readonly acknowledged: number;
}

/** One promise of the design, watched. Each function is told after the fact. */
export interface Check {
  batch?(batch: Batch): void;
  pulse?(pulse: Pulse): void;
  pulseEnded?(pulse: Pulse, onMs: number): void;
  leaf?(compartment: string, open: boolean): void;
  published?(topic: string, payload: string, from: Owner): void;
  logged?(line: string): void;
  shown?(view: KioskView): void;
  /** What a patron was answered who showed the right code of a hold. */
  refused?(hold: string, notice: NoticeName): void;
  /** What a patron was answered whose newest pass the platform has signed. */
  passRefused?(notice: NoticeName): void;
  /** What somebody was answered who gave a card and a PIN. */
  pinTold?(card: string, right: boolean, told: NoticeName | 'visit'): void;
  /** What the local library was asked, what it answers, and what took effect there. */
  library?(request: Sip2Message, answer: Sip2Message | undefined, effects: readonly string[]): void;
  /** The platform has committed these texts of the journal. */
  stored?(texts: readonly { readonly sequence: number; readonly text: string }[]): void;
  /** At the end of the run, when everything has come to rest. */
  rest?(): Promise<void>;
}

export interface Violation {
  readonly promise: string;
  readonly what: string;
  readonly step: number;
  readonly day: number;
  readonly at: string;
}

const TAIL = 60;
type Views = { [C in keyof LendingState]: Map<string, LendingState[C][keyof LendingState[C]]> };

export class Seen {
  readonly violations: Violation[] = [];
  /** What an observer with a notebook would have written, the last lines of it. */
  readonly tail: string[] = [];
  readonly checks: Check[] = [];
  readonly views = new Map<string, Map<string, unknown>>();
  /** Until the platform has them too, beside what has been acknowledged; the last few for a while more. */
  readonly entries = new Map<number, Committed>();
  head = 0;
  last: Committed | undefined;
  /** What the clock must not be before, as of the controller's last start; epoch ms. */
  floorMs = 0;
  acknowledged = 0;
  readonly counts: Record<string, number> = {};
  /** Every line as it is written. */
  told: ((line: string) => void) | undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  view<C extends keyof LendingState>(collection: C): Views[C] {
    const known = this.views.get(collection) ?? new Map<string, unknown>();
    this.views.set(collection, known);
    return known as Views[C];
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  note(line: string): void {
    this.told?.(`${this.moment} ${line}`);
    this.tail.push(`${this.moment} ${line}`);
    if (this.tail.length > TAIL) this.tail.shift();
  }

  get moment(): string {
    return new Date(this.#clock.trueWallMs).toISOString().slice(0, 23);
  }

  fail(promise: string, what: string): void {
    const { steps, nowMs } = this.#clock;
    this.violations.push({
      promise,
      what,
      step: steps,
      day: Math.floor(nowMs / 86_400_000),
      at: this.moment,
    });
    this.note(`VIOLATION of ${promise}: ${what}`);
  }

  /** The controller starts, and takes the newest entry for its word where that was trusted. */
  starting(): void {
    const { clock, time } = this.last?.event ?? {};
    this.floorMs = clock === 'trusted' && time ? Date.parse(time) : 0;
  }

  /** Parameters of one write into the ledger's view `batch` (controller/ledger/schema.ts). */
  ledgerWrote(parameters: readonly (string | number | null)[]): void {
    const [entries, changes, acknowledged] = parameters;
    const written = JSON.parse(String(entries)) as [number, string][];
    const changed = JSON.parse(String(changes)) as [string, string, string | null][];
    const batch: Batch = {
      entries: written.map(([sequence, text]) => {
        const event = JSON.parse(text) as JournalEvent;
        const committed = { sequence, text, event, atMs: this.#clock.nowMs };
        this.entries.set(sequence, committed);
        this.note(`#${sequence} ${JSON.stringify(event.data)}`);
        if (event.data.kind === 'sessionStarted') this.count('sessions');
        return committed;
      }),
      changed: changed.map(([collection, key, body]) => ({
        collection,
        key,
        body: body === null ? undefined : JSON.parse(body),
      })),
      acknowledged: Number(acknowledged ?? 0),
    };
    this.last = batch.entries.at(-1) ?? this.last;
    this.head = this.last?.sequence ?? 0;
    this.acknowledged = Math.max(this.acknowledged, batch.acknowledged);
    for (const { collection, key, body } of batch.changed) {
      const view = this.views.get(collection) ?? new Map<string, unknown>();
      this.views.set(collection, view);
      if (body === undefined) view.delete(key);
      else view.set(key, body);
    }
    for (const check of this.checks) check.batch?.(batch);
  }
}
