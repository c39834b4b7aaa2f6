/** Numbered events of one boot: each is delivered once and in order, and acknowledged after it is stored. */
import type { BoardMessage, EventName, MessageOf } from '../../protocol/board/messages.ts';

export type BoardEvent = MessageOf<EventName>;

export function isEvent(message: BoardMessage): message is BoardEvent {
  return 'previous' in message.fields;
}

/** Whether number `a` comes after `b`; numbers are 16 bits and wrap (serial number arithmetic, RFC 1982). */
const after = (a: number, b: number) => a !== b && ((a - b) & 0xffff) < 0x8000;

export class EventOrder {
  #boot: number | undefined;
  #delivered = 0;
  #stored = 0;

  /**
   * What to do with an event that arrived. `later`: one before it is still to come, and the board sends again.
   * `again`: it has been delivered; `stored` says whether to acknowledge it once more.
   */
  arrived({ id, fields }: BoardEvent): 'deliver' | 'later' | 'again' {
    if (fields.boot !== this.#boot) {
      this.#boot = fields.boot;
      this.#delivered = this.#stored = 0;
    }
    if (this.#delivered !== 0 && !after(id, this.#delivered)) return 'again';
    const gap = fields.previous !== 0 && (this.#delivered === 0 || after(fields.previous, this.#delivered));
    if (gap) return 'later';
    this.#delivered = id;
    return 'deliver';
  }

  /** The event is durable here. */
  markStored(boot: number, id: number): void {
    if (boot === this.#boot && (this.#stored === 0 || after(id, this.#stored))) this.#stored = id;
  }

  /** What may be acknowledged now, if anything. */
  get stored(): { boot: number; upTo: number } | undefined {
    return this.#boot === undefined || this.#stored === 0
      ? undefined
      : { boot: this.#boot, upTo: this.#stored };
  }
}
