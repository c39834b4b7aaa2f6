/** The doors of one board of any make: their physics and contacts, and what its coils did to them. */
import { advance, CLOSED_DOOR, coilChanged, contact, type Door, moved, push } from './door.ts';

const PULSES_KEPT = 1_000;
/** A cycle of the emulator is 62.5 ns: what a difference of two times has beyond that is rounding. */
const PARTS_OF_MS = 1e7;

export interface CoilStatistics {
  pulses: number;
  onMsMax: number;
  togetherMax: number;
}

export interface Pulse {
  readonly compartment: number;
  /** Emulated ms. */
  readonly onAtMs: number;
  readonly onMs: number;
}

export class Doors {
  readonly count: number;
  readonly coils: CoilStatistics = { pulses: 0, onMsMax: 0, togetherMax: 0 };
  /** The last ones, oldest first. */
  readonly pulses: Pulse[] = [];
  onCoilOn: (compartment: number, nowMs: number) => void = () => {};
  onDoorOpened: (compartment: number, nowMs: number) => void = () => {};
  readonly #doors: Door[];
  readonly #reads: boolean[];
  /** Since when each coil is on. */
  readonly #onAtMs: (number | undefined)[];
  readonly #pulsesOf: number[];
  readonly #random: () => number;

  constructor(count: number, random: () => number) {
    this.count = count;
    this.#doors = new Array(count).fill(CLOSED_DOOR);
    this.#reads = new Array(count).fill(false);
    this.#onAtMs = new Array(count).fill(undefined);
    this.#pulsesOf = new Array(count).fill(0);
    this.#random = random;
  }

  get coilsOn(): number {
    return this.#onAtMs.filter((onAtMs) => onAtMs !== undefined).length;
  }

  of(compartment: number) {
    const door = this.#door(compartment);
    return {
      door: door.open ? ('open' as const) : ('closed' as const),
      jammed: door.jammed,
      contact: door.cut ? ('cut' as const) : ('ok' as const),
      coil: this.#onAtMs[compartment] !== undefined,
      pulses: this.#pulsesOf[compartment] ?? 0,
    };
  }

  isOpen(compartment: number): boolean {
    return this.#door(compartment).open;
  }

  /** What the contact tells: open where its cable is cut. */
  reads(compartment: number): boolean {
    return this.#reads[compartment] ?? false;
  }

  /** A hand pushes the door; it is shut a moment later. */
  push(compartment: number, nowMs: number): void {
    this.#change(compartment, (door) => push(door, nowMs));
  }

  /** A break-in: the door opens without its coil. */
  forceOpen(compartment: number, nowMs: number): void {
    this.#change(compartment, (door) => moved(door, true, nowMs, this.#random));
  }

  jam(compartment: number, jammed: boolean): void {
    this.#change(compartment, (door) => ({ ...door, jammed }));
  }

  cutContact(compartment: number, cut: boolean, nowMs: number): void {
    const edges = (door: Door) => (cut ? [] : [{ atMs: nowMs, open: door.open }]);
    this.#change(compartment, (door) => ({ ...door, cut, edges: edges(door) }));
  }

  coil(compartment: number, on: boolean, nowMs: number): void {
    const onAtMs = this.#onAtMs[compartment];
    if (on === (onAtMs !== undefined)) return;
    this.#onAtMs[compartment] = on ? nowMs : undefined;
    this.#change(compartment, (door) => coilChanged(door, on, nowMs));
    this.coils.togetherMax = Math.max(this.coils.togetherMax, this.coilsOn);
    if (onAtMs === undefined) this.onCoilOn(compartment, nowMs);
    else this.#pulseEnded(compartment, onAtMs, nowMs);
  }

  /** Time has passed; `changed` hears of each contact that tells something else now. */
  advance(nowMs: number, changed: (compartment: number, open: boolean) => void): void {
    for (let compartment = 0; compartment < this.count; compartment += 1) {
      const was = this.isOpen(compartment);
      this.#change(compartment, (door) => advance(door, nowMs, this.#random));
      if (!was && this.isOpen(compartment)) this.onDoorOpened(compartment, nowMs);
      const before = this.reads(compartment);
      const { reads, door } = contact(this.#door(compartment), nowMs, before);
      this.#doors[compartment] = door;
      this.#reads[compartment] = reads;
      if (reads !== before) changed(compartment, reads);
    }
  }

  #door(compartment: number): Door {
    return this.#doors[compartment] ?? CLOSED_DOOR;
  }

  #change(compartment: number, change: (door: Door) => Door): void {
    if (compartment < this.count) this.#doors[compartment] = change(this.#door(compartment));
  }

  #pulseEnded(compartment: number, onAtMs: number, nowMs: number): void {
    const onMs = Math.round((nowMs - onAtMs) * PARTS_OF_MS) / PARTS_OF_MS;
    this.coils.pulses += 1;
    this.coils.onMsMax = Math.max(this.coils.onMsMax, onMs);
    this.#pulsesOf[compartment] = (this.#pulsesOf[compartment] ?? 0) + 1;
    this.pulses.push({ compartment, onAtMs, onMs });
    if (this.pulses.length > PULSES_KEPT) this.pulses.shift();
  }
}
