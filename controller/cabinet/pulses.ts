/**
 * The coils of a board that does not look after them itself: one at a time, with a rest between two pulses. Whoever
 * waits too long is told so, and may ask again.
 */
export interface PulseTimes {
  /** The coil is off again this long after the command. */
  readonly pulseMs: number;
  /** As our own boards rest; docs/protocol/board.md. */
  readonly restMs: number;
  /** Somebody who stands at a door waits no longer than this for another door's coil. */
  readonly waitMsMax: number;
}

export interface PulseClock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

export class Pulses {
  readonly #times: PulseTimes;
  readonly #clock: PulseClock;
  #last: Promise<unknown> = Promise.resolve();
  #freeAtMs = 0;

  constructor(times: PulseTimes, clock: PulseClock) {
    this.#times = times;
    this.#clock = clock;
  }

  /** Gives the command when every coil has rested; `undefined`: it was never given. */
  run<T>(command: () => Promise<T>): Promise<T | undefined> {
    const deadlineMs = this.#clock.nowMs() + this.#times.waitMsMax;
    const turn = this.#last.then(() => this.#turn(command, deadlineMs));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #turn<T>(command: () => Promise<T>, deadlineMs: number): Promise<T | undefined> {
    const { pulseMs, restMs } = this.#times;
    const startMs = Math.max(this.#clock.nowMs(), this.#freeAtMs);
    if (startMs > deadlineMs) return undefined;
    await this.#clock.sleep(startMs - this.#clock.nowMs());
    try {
      return await command();
    } finally {
      // The command may have reached the board at any moment until now; the coil may have gone on at the last.
      this.#freeAtMs = this.#clock.nowMs() + pulseMs + restMs;
    }
  }
}
