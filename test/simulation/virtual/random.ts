/** Chance from one seed. Each part of the world draws from a stream of its own, so that a new part moves no other. */
import { createHash } from 'node:crypto';

export class Random {
  readonly #key: string;
  #state: number;

  constructor(seed: number | string) {
    this.#key = String(seed);
    this.#state = createHash('sha256').update(this.#key).digest().readUInt32LE(0);
  }

  /** Another stream; the same name gives the same stream, whatever was drawn from this one. */
  of(name: string): Random {
    return new Random(`${this.#key}/${name}`);
  }

  /** From 0 to below 1 (mulberry32, Tommy Ettinger, public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  between(min: number, max: number): number {
    return min + this.next() * (max - min);
  }

  /** A waiting time of that mean, as of things that happen independently of each other. */
  after(meanMs: number): number {
    return -Math.log(1 - this.next()) * meanMs;
  }

  pick<T>(of: readonly T[]): T {
    const one = of[Math.floor(this.next() * of.length)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.whole(0, 255)));
  }
}
