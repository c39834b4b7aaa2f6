/** Runs a driver's talk against a simulated device in virtual time, as the controller's exchange does in real time. */
import type { Splitter, Talk, Wire } from '../../protocol/wire/talk.ts';
import { type DeviceLogic, type Line, SimulatedDevice } from '../../simulator/devices/device.ts';

export class NoAnswer extends Error {}

/** Time that passes only when it is told to; `later` as the device knows it. */
class VirtualTime {
  nowMs = 0;
  #due: { readonly atMs: number; readonly act: () => void }[] = [];

  later(ms: number, act: () => void): void {
    this.#due.push({ atMs: this.nowMs + ms, act });
    this.#due.sort((a, b) => a.atMs - b.atMs);
  }

  /** Runs what is due up to a time, one thing after the other, until `enough`. */
  runUntil(ms: number, enough: () => boolean): void {
    for (let next = this.#due[0]; next && next.atMs <= ms && !enough(); next = this.#due[0]) {
      this.#due.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.act();
    }
    if (!enough()) this.nowMs = ms;
  }
}

export class Bench<F, R> {
  readonly device: SimulatedDevice<R>;
  /** Frames that answered nothing. */
  readonly unasked: F[] = [];
  framesBad = 0;
  #wire: Wire<F>;
  #splitter: Splitter<F>;
  #time = new VirtualTime();
  #frames: F[] = [];
  /** How the device's bytes are cut on their way; whole where it is missing. */
  cut: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes];

  constructor(wire: Wire<F>, logic: DeviceLogic<R>) {
    this.#wire = wire;
    this.#splitter = wire.splitter(() => {
      this.framesBad += 1;
    });
    const line: Line = {
      send: (bytes) => {
        for (const part of this.cut(bytes)) this.#frames.push(...this.#splitter.push(part));
        this.#time.later(wire.quietMs, () => this.#frames.push(...this.#splitter.quiet()));
      },
      later: (ms, act) => this.#time.later(ms, act),
    };
    this.device = new SimulatedDevice(logic, line);
  }

  get nowMs(): number {
    return this.#time.nowMs;
  }

  /** @throws NoAnswer when the device lets the time pass; and what the talk throws. */
  run<T>(talk: Talk<T, F>): T {
    let next = talk.next();
    while (!next.done) {
      const { bytes, waitMs, answers, optional } = next.value;
      if (bytes.length > 0) this.device.receive(bytes);
      const answer = this.#await(waitMs, answers);
      if (answers && answer === undefined && !optional) {
        this.#splitter = this.#wire.splitter(() => {
          this.framesBad += 1;
        });
        throw new NoAnswer(`nothing for ${waitMs} ms`);
      }
      this.rest(this.#wire.pauseMs);
      next = talk.next(answer);
    }
    return next.value;
  }

  /** Time passes and nobody asks. */
  rest(ms: number): void {
    this.#time.runUntil(this.#time.nowMs + ms, () => false);
    this.unasked.push(...this.#frames.splice(0));
  }

  #await(waitMs: number, answers: ((frame: F) => boolean) | undefined): F | undefined {
    let answer: F | undefined;
    const arrived = () => {
      while (answer === undefined && this.#frames.length > 0) {
        const frame = this.#frames.shift() as F;
        if (answers?.(frame)) answer = frame;
        else this.unasked.push(frame);
      }
      return answer !== undefined;
    };
    this.#time.runUntil(this.#time.nowMs + waitMs, arrived);
    arrived();
    return answer;
  }
}
