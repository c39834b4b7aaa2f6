/** Pins that change faster than an eye or an ear follows, as what is seen and heard of them. */
import { CYCLES_PER_MS } from '../avr/chip.ts';

/** Eight whole periods of a dimmed lamp. */
const WINDOW_CYCLES = 64 * CYCLES_PER_MS;

export class Averages {
  #mask = 0;
  #windowFrom = 0;
  #changedAt = 0;
  readonly #onCycles: number[];
  readonly #rises: number[];
  readonly #lastShares: number[];
  readonly #lastRises: number[];

  constructor(pins: number) {
    [this.#onCycles, this.#rises, this.#lastShares, this.#lastRises] = [0, 0, 0, 0].map((zero) =>
      new Array<number>(pins).fill(zero),
    ) as [number[], number[], number[], number[]];
  }

  /** Bit n of `mask`: pin n is high from this cycle on. */
  changed(mask: number, cycle: number): void {
    this.#until(cycle);
    const rose = mask & ~this.#mask;
    for (let pin = 0; pin < this.#rises.length; pin += 1)
      if (rose & (1 << pin)) this.#rises[pin] = (this.#rises[pin] ?? 0) + 1;
    this.#mask = mask;
  }

  /** Of the last whole window, 0 to 1. */
  shareOn(pin: number, cycle: number): number {
    this.#until(cycle);
    return this.#lastShares[pin] ?? 0;
  }

  risesPerSecond(pin: number, cycle: number): number {
    this.#until(cycle);
    return ((this.#lastRises[pin] ?? 0) * 1_000 * CYCLES_PER_MS) / WINDOW_CYCLES;
  }

  #until(cycle: number): void {
    while (cycle >= this.#windowFrom + WINDOW_CYCLES) {
      const end = this.#windowFrom + WINDOW_CYCLES;
      this.#count(end);
      this.#onCycles.forEach((on, pin) => {
        this.#lastShares[pin] = on / WINDOW_CYCLES;
        this.#lastRises[pin] = this.#rises[pin] ?? 0;
      });
      this.#onCycles.fill(0);
      this.#rises.fill(0);
      // Of a long stillness only the last window matters.
      const still = Math.floor((cycle - end) / WINDOW_CYCLES);
      this.#windowFrom = end + Math.max(0, still - 1) * WINDOW_CYCLES;
      this.#changedAt = this.#windowFrom;
    }
    this.#count(cycle);
  }

  #count(cycle: number): void {
    const cycles = cycle - this.#changedAt;
    this.#changedAt = cycle;
    if (cycles <= 0 || this.#mask === 0) return;
    for (let pin = 0; pin < this.#onCycles.length; pin += 1)
      if (this.#mask & (1 << pin)) this.#onCycles[pin] = (this.#onCycles[pin] ?? 0) + cycles;
  }
}
