/** One door of the simulated cabinet: the physics of simulator/cabinet/door.ts, moved on by events instead of ticks. */
import {
  advance,
  CLOSED_DOOR,
  coilChanged,
  contact,
  DOOR_TIMES,
  type Door,
  moved,
  push,
} from '../../../simulator/cabinet/door.ts';
import type { VirtualClock, VirtualTimer } from '../virtual/clock.ts';
import type { Random } from '../virtual/random.ts';

export interface DoorHandlers {
  /** The contact tells something else and may still bounce. */
  contact(open: boolean): void;
  leaf(open: boolean): void;
}

export class DoorLeaf {
  /** How long the leaf has been as it is. */
  sinceMs = 0;
  openedAtMs = Number.NEGATIVE_INFINITY;
  readonly #clock: VirtualClock;
  readonly #random: () => number;
  readonly #handlers: DoorHandlers;
  #door: Door = CLOSED_DOOR;
  #reads = false;
  #timer: VirtualTimer | undefined;

  constructor(clock: VirtualClock, random: Random, handlers: DoorHandlers) {
    this.#clock = clock;
    this.#random = () => random.next();
    this.#handlers = handlers;
  }

  get open(): boolean {
    return this.#door.open;
  }

  get jammed(): boolean {
    return this.#door.jammed;
  }

  get reads(): boolean {
    return this.#reads;
  }

  coil(on: boolean): void {
    this.#change((door, nowMs) => coilChanged(door, on, nowMs));
  }

  push(): void {
    this.#change((door, nowMs) => push(door, nowMs));
  }

  force(): void {
    this.#change((door, nowMs) => moved(door, true, nowMs, this.#random));
  }

  jam(jammed: boolean): void {
    this.#change((door) => ({ ...door, jammed }));
  }

  cut(cut: boolean): void {
    this.#change((door, atMs) => ({ ...door, cut, edges: cut ? [] : [{ atMs, open: door.open }] }));
  }

  #change(change: (door: Door, nowMs: number) => Door): void {
    const { nowMs } = this.#clock;
    const was = this.#door.open;
    this.#door = advance(change(this.#door, nowMs), nowMs, this.#random);
    const { reads, door } = contact(this.#door, nowMs, this.#reads);
    this.#door = door;
    if (door.open !== was) {
      this.sinceMs = nowMs;
      if (door.open) this.openedAtMs = nowMs;
      this.#handlers.leaf(door.open);
    }
    if (reads !== this.#reads) {
      this.#reads = reads;
      this.#handlers.contact(reads);
    }
    this.#schedule();
  }

  /** At the next thing that happens by itself. */
  #schedule(): void {
    const { open, jammed, coilOnMs, opensAtMs, shutsAtMs, edges } = this.#door;
    const releases = coilOnMs !== undefined && !open && !jammed && opensAtMs === undefined;
    const times = [
      releases ? coilOnMs + DOOR_TIMES.releaseMs : undefined,
      opensAtMs,
      shutsAtMs,
      edges[0]?.atMs,
    ];
    const next = Math.min(...times.filter((at) => at !== undefined));
    this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.at(this.#clock.world, next - this.#clock.nowMs, () =>
      this.#change((door) => door),
    );
  }
}
