/**
 * Unlocks of a board that remembers none, from the command to what the contact told. An answer of the board is no proof
 * that a door opened, and its silence none that it did not: only readings made after the command count.
 */
import type { LockTalk } from '../../protocol/lock/lock.ts';
import type { UnlockAnswer } from '../lending/inputs.ts';
import type { Contacts } from './contacts.ts';

/** A repeat of an older unlock is not asked for any more. */
const KEPT_MAX = 64;

export class PolledUnlock {
  readonly id: number;
  readonly index: number;
  /** `undefined`: nobody can tell. */
  readonly ended: Promise<UnlockAnswer | undefined>;
  #settle: (answer: UnlockAnswer | undefined) => void = () => {};
  #over = false;
  /** The reading before the command; `undefined` while no byte of it has left. */
  #afterReading: number | undefined;
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(id: number, index: number) {
    this.id = id;
    this.index = index;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get over(): boolean {
    return this.#over;
  }

  /** From here on the coil may have been on. */
  get commanded(): boolean {
    return this.#afterReading !== undefined;
  }

  /** The command, noted as its first byte leaves. `reading`: the number of the newest one. */
  *command<T>(talk: LockTalk<T>, reading: () => number): LockTalk<T> {
    this.#afterReading = reading();
    return yield* talk;
  }

  /** The board had its time; the door has until then. */
  waitUntil(ms: number): void {
    this.#untilMs = ms;
  }

  /** A reading with this number was made. */
  seen(contacts: Contacts, reading: number, nowMs: number): void {
    if (this.#afterReading === undefined || reading <= this.#afterReading) return;
    if (contacts.doors[this.index] === 'open') this.end('opened');
    // A reading that is not confirmed yet may still be the door's opening.
    else if (nowMs >= this.#untilMs && !contacts.restless) this.end('notOpened');
  }

  /** The first end counts. */
  end(answer: UnlockAnswer | undefined): void {
    this.#over = true;
    this.#settle(answer);
  }
}

export class PolledUnlocks {
  readonly #unlocks = new Map<number, PolledUnlock>();

  of(id: number): PolledUnlock | undefined {
    return this.#unlocks.get(id);
  }

  begin(id: number, index: number): PolledUnlock {
    const unlock = new PolledUnlock(id, index);
    this.#unlocks.set(id, unlock);
    for (const [old, { over }] of this.#unlocks) {
      if (this.#unlocks.size <= KEPT_MAX) break;
      if (over) this.#unlocks.delete(old);
    }
    return unlock;
  }

  /** Those whose end is awaited. */
  get open(): readonly PolledUnlock[] {
    return [...this.#unlocks.values()].filter(({ over }) => !over);
  }
}
