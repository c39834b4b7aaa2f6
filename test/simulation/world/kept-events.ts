/** A board's events: numbered, kept, sent in a window and again until they are acknowledged, as firmware/src/event.c. */
import {
  type BoardMessage,
  type EventName,
  type FieldsOf,
  LIMITS,
} from '../../../protocol/board/messages.ts';

type Told = {
  [N in EventName]: { readonly name: N; readonly fields: Omit<FieldsOf<N>, 'boot' | 'previous'> };
}[EventName];

interface Kept {
  number: number;
  readonly told: Told;
}

const WINDOW = 8;

export class KeptEvents {
  readonly boot: number;
  merged = 0;
  #kept: Kept[] = [];
  #last = 0;
  /** Of the oldest ones, in this round of sending. */
  #sent = 0;

  constructor(boot: number) {
    this.boot = boot;
  }

  get count(): number {
    return this.#kept.length;
  }

  add(told: Told): void {
    if (this.#kept.length === LIMITS.EVENTS_KEPT) this.#makeRoom();
    this.#kept.push({ number: 0, told });
  }

  /** Nobody has acknowledged what was sent: all of it is sent once more. */
  again(): void {
    this.#sent = 0;
  }

  /** What has not been sent in this round and may be under way; numbers are given at the first sending. */
  unsent(): BoardMessage[] {
    const from = this.#sent;
    this.#sent = Math.min(WINDOW, this.#kept.length);
    return this.#kept.slice(from, this.#sent).map((kept, at) => {
      const index = from + at;
      if (kept.number === 0) kept.number = this.#last = (this.#last % 0xffff) + 1;
      const previous = index === 0 ? 0 : (this.#kept[index - 1]?.number ?? 0);
      const { name, fields } = kept.told;
      return { name, id: kept.number, fields: { boot: this.boot, previous, ...fields } } as BoardMessage;
    });
  }

  acknowledge(boot: number, upTo: number): void {
    if (boot !== this.boot) return;
    const at = this.#kept.findIndex(({ number }) => number === upTo);
    if (at < 0) return;
    this.#kept.splice(0, at + 1);
    this.#sent = Math.max(0, this.#sent - at - 1);
  }

  /** The oldest event of a door that has moved again since. */
  #makeRoom(): void {
    const at = this.#kept.findIndex(
      ({ told }, index) =>
        told.name === 'doorMoved' &&
        this.#kept.slice(index + 1).some(({ told: later }) => sameDoor(told, later)),
    );
    this.#kept.splice(Math.max(0, at), 1);
    if (Math.max(0, at) < this.#sent) this.#sent -= 1;
    this.merged += 1;
  }
}

const sameDoor = (one: Told, other: Told) =>
  one.name === 'doorMoved' &&
  other.name === 'doorMoved' &&
  one.fields.compartment === other.fields.compartment;
