/**
 * Virtual time. Whatever happens is an event of one owner: a process of ours, or the world. Events run one after the
 * other, each with all promises that it settles, so that a run is a pure function of its seed. Time stands still while
 * a file is opened or a folder made.
 */

/** A process that may die: then none of its timers and answers comes back to it. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** How far its wall clock is off the true one; ms. */
  wallOffsetMs: number;
}

export const owner = (name: string): Owner => ({ name, alive: true, wallOffsetMs: 0 });

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly owner: Owner;
  readonly run: () => void;
  cancelled: boolean;
}

/** What `setTimeout` gives back. */
export class VirtualTimer {
  event: Event;
  constructor(event: Event) {
    this.event = event;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
}

/** Every microtask has run before the next tick is taken from its queue. */
const drained = () => new Promise<void>((resolve) => queueMicrotask(() => process.nextTick(resolve)));

export class VirtualClock {
  readonly world: Owner = owner('world');
  readonly startMs: number;
  nowMs = 0;
  current: Owner = this.world;
  /** Events so far: names a moment more precisely than time does. */
  steps = 0;
  #heap: Event[] = [];
  #orders = 0;
  #holds = 0;
  /** Whoever waits for the last hold to end. */
  #unheld: (() => void) | undefined;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  get trueWallMs(): number {
    return this.startMs + this.nowMs;
  }

  /** What the process that runs now takes for the time. */
  get wallMs(): number {
    return Math.floor(this.trueWallMs + this.current.wallOffsetMs);
  }

  at(by: Owner, afterMs: number, run: () => void): VirtualTimer {
    const event = {
      atMs: this.nowMs + Math.max(0, afterMs),
      order: this.#orders++,
      owner: by,
      run,
      cancelled: false,
    };
    this.#push(event);
    return new VirtualTimer(event);
  }

  cancel(timer: VirtualTimer | undefined): void {
    if (timer) timer.event.cancelled = true;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.world, ms, resolve));
  }

  /** Runs something of a process, and hands its result to the world. */
  call<T>(by: Owner, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.at(by, 0, () => {
        run().then(
          (value) => this.at(this.world, 0, () => resolve(value)),
          (error) => this.at(this.world, 0, () => reject(error)),
        );
      });
    });
  }

  /** Time stands still until it is done: files are opened, folders are made. */
  hold<T>(by: Owner, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.at(by, 0, () => {
        this.#holds += 1;
        const released = (act: () => void) => {
          this.#holds -= 1;
          this.at(this.world, 0, act);
          if (this.#holds > 0) return;
          this.#unheld?.();
          this.#unheld = undefined;
        };
        run().then(
          (value) => released(() => resolve(value)),
          (error) => released(() => reject(error)),
        );
      });
    });
  }

  get holding(): boolean {
    return this.#holds > 0;
  }

  /** Sleeps until files and folders are there. */
  async #released(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#unheld = resolve;
    });
    await drained();
  }

  /** Runs until a time, or until `done` says so after some event. */
  async runUntil(untilMs: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      if (this.#holds > 0) {
        await this.#released();
        continue;
      }
      const next = this.#heap[0];
      if (!next || next.atMs > untilMs) break;
      this.#pop();
      if (next.cancelled || !next.owner.alive) continue;
      this.nowMs = next.atMs;
      this.current = next.owner;
      this.steps += 1;
      next.run();
      await drained();
      if (done()) return;
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up] as Event;
      if (!before(event, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && before(heap[down + 1] as Event, heap[down] as Event)) down += 1;
      if (!before(heap[down] as Event, last)) break;
      heap[at] = heap[down] as Event;
      at = down;
    }
    heap[at] = last;
  }
}

const before = (a: Event, b: Event) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
