/** The contacts of a board that is polled: a door has moved when two readings in a row say so. */
import type { Contact } from '../../protocol/lock/lock.ts';
import type { Door } from '../lending/state.ts';

export class Contacts {
  readonly #doors: Door[];
  readonly #read: Contact[];

  constructor(count: number) {
    this.#doors = new Array(count).fill('unknown');
    this.#read = new Array(count).fill('unknown');
  }

  get doors(): readonly Door[] {
    return this.#doors;
  }

  /** A reading waits for the one that confirms it. */
  get restless(): boolean {
    return this.#read.some((contact, index) => contact !== 'unknown' && contact !== this.#doors[index]);
  }

  /** The board told all its contacts; those that it did not tell stay as they were. Returns which doors moved. */
  polled(contacts: readonly Contact[]): number[] {
    return this.#doors.flatMap((_, index) =>
      this.#reading(index, contacts[index] ?? 'unknown') ? [index] : [],
    );
  }

  /** The board told unasked of one contact: a reading as any other, so bounce alone moves no door. */
  told(index: number, contact: Contact): void {
    if (index < this.#read.length) this.#read[index] = contact;
  }

  /** Nobody has looked for a while. */
  forget(): void {
    this.#doors.fill('unknown');
    this.#read.fill('unknown');
  }

  #reading(index: number, contact: Contact): boolean {
    const before = this.#read[index];
    this.#read[index] = contact;
    if (contact === 'unknown' || contact !== before || contact === this.#doors[index]) return false;
    this.#doors[index] = contact;
    return true;
  }
}
