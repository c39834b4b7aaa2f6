/** A cabinet without hardware: the board with the real hex, sixteen doors, what is inside, and a person's hands. */

import { Eeprom } from '../avr/atmega2560.ts';
import { Chip, CYCLES_PER_MS } from '../avr/chip.ts';
import { advance, CLOSED_DOOR, coilChanged, contact, type Door, moved, push } from './door.ts';
import { type Behaviour, People } from './people.ts';

export const COMPARTMENTS = 16;
/** Doors and hands are looked at this often; contacts bounce in fractions of it. */
const WORLD_STEP_CYCLES = CYCLES_PER_MS / 4;
const PULSES_KEPT = 1_000;

export interface CabinetOptions {
  readonly program: Uint8Array;
  readonly serialNumber: string;
  /** EEPROM of an earlier run. */
  readonly eeprom?: Uint8Array | undefined;
  /** A byte has left the board's serial port. */
  sent(byte: number): void;
  readonly random?: () => number;
}

export interface CoilStatistics {
  pulses: number;
  onMsMax: number;
  togetherMax: number;
}

export class Cabinet {
  readonly chip: Chip;
  readonly eeprom: Eeprom;
  readonly people = new People();
  readonly coils: CoilStatistics = { pulses: 0, onMsMax: 0, togetherMax: 0 };
  readonly pulses: number[] = new Array(COMPARTMENTS).fill(0);
  /** Lengths of the last pulses; ms. */
  readonly pulseMs: number[] = [];
  /** Called when a coil goes on, with the board's cycle. */
  onCoilOn: (compartment: number, cycle: number) => void = () => {};
  readonly #doors: Door[] = new Array(COMPARTMENTS).fill(CLOSED_DOOR);
  readonly #reads: boolean[] = new Array(COMPARTMENTS).fill(false);
  readonly #items: string[][] = Array.from({ length: COMPARTMENTS }, () => []);
  readonly #random: () => number;
  #coilMask = 0;
  #lampMask = 0;
  readonly #coilOnCycle: number[] = new Array(COMPARTMENTS).fill(0);
  #nextWorldCycle = 0;

  constructor({ program, serialNumber, eeprom, sent, random = Math.random }: CabinetOptions) {
    this.eeprom = new Eeprom(serialNumber, eeprom);
    this.#random = random;
    this.chip = new Chip(program, this.eeprom, {
      coils: (mask, cycle) => this.#coilsChanged(mask, cycle),
      lamps: (mask, cycle) => this.#lampsChanged(mask, cycle),
      sent,
    });
  }

  get nowMs(): number {
    return this.chip.cycle / CYCLES_PER_MS;
  }

  /** Something is moving: bytes, a coil, a door; the runner should keep close to real time. */
  get lively(): boolean {
    return this.chip.receiving || this.#coilMask !== 0;
  }

  /** Runs board and world together up to a cycle. */
  runUntil(cycle: number): void {
    while (this.chip.cycle < cycle) {
      this.chip.runUntil(Math.min(cycle, this.#nextWorldCycle));
      if (this.chip.cycle < this.#nextWorldCycle) return;
      this.#nextWorldCycle = this.chip.cycle + WORLD_STEP_CYCLES;
      this.#world();
    }
  }

  state() {
    return this.#doors.map((door, compartment) => ({
      compartment,
      door: door.open ? ('open' as const) : ('closed' as const),
      jammed: door.jammed,
      contact: door.cut ? ('cut' as const) : ('ok' as const),
      items: [...(this.#items[compartment] ?? [])],
      lamp: (this.#lampMask & (1 << compartment)) === 0 ? 0 : 1,
      coil: (this.#coilMask & (1 << compartment)) !== 0,
      pulses: this.pulses[compartment] ?? 0,
    }));
  }

  isOpen(compartment: number): boolean {
    return this.#doors[compartment]?.open ?? false;
  }

  close(compartment: number): void {
    this.#change(compartment, (door) => moved(door, false, this.nowMs, this.#random));
  }

  /** A hand pushes the door; it is shut a moment later. */
  push(compartment: number): void {
    this.#change(compartment, (door) => push(door, this.nowMs));
  }

  /** A break-in: the door opens without its coil. */
  forceOpen(compartment: number): void {
    this.#change(compartment, (door) => moved(door, true, this.nowMs, this.#random));
  }

  jam(compartment: number, jammed: boolean): void {
    this.#change(compartment, (door) => ({ ...door, jammed }));
  }

  cutContact(compartment: number, cut: boolean): void {
    this.#change(compartment, (door) => ({
      ...door,
      cut,
      edges: cut ? [] : [{ atMs: this.nowMs, open: door.open }],
    }));
  }

  /** Only through an open door; returns whether it was. */
  put(compartment: number, item: string): boolean {
    if (!this.isOpen(compartment)) return false;
    const items = this.#items[compartment];
    if (items && !items.includes(item)) items.push(item);
    return true;
  }

  /** One item or all of them; `undefined` through a closed door. */
  take(compartment: number, item?: string): string[] | undefined {
    if (!this.isOpen(compartment)) return undefined;
    const items = this.#items[compartment] ?? [];
    const taken = items.filter((one) => item === undefined || one === item);
    this.#items[compartment] = items.filter((one) => !taken.includes(one));
    return taken;
  }

  behave(behaviour: Behaviour | undefined): void {
    this.people.behaviour = behaviour;
  }

  #world(): void {
    const { nowMs } = this;
    for (let compartment = 0; compartment < COMPARTMENTS; compartment += 1) {
      const was = this.isOpen(compartment);
      this.#change(compartment, (door) => advance(door, nowMs, this.#random));
      if (!was && this.isOpen(compartment)) this.people.doorOpened(compartment, nowMs);
      this.#readContact(compartment, nowMs);
    }
    this.people.advance(nowMs, this);
  }

  #readContact(compartment: number, nowMs: number): void {
    const before = this.#reads[compartment] ?? false;
    const { reads, door } = contact(this.#doors[compartment] ?? CLOSED_DOOR, nowMs, before);
    this.#doors[compartment] = door;
    if (reads === before) return;
    this.#reads[compartment] = reads;
    this.chip.setContact(compartment, reads);
  }

  #change(compartment: number, change: (door: Door) => Door): void {
    this.#doors[compartment] = change(this.#doors[compartment] ?? CLOSED_DOOR);
  }

  #coilsChanged(mask: number, cycle: number): void {
    const changed = mask ^ this.#coilMask;
    this.#coilMask = mask;
    this.coils.togetherMax = Math.max(this.coils.togetherMax, ones(mask));
    for (let compartment = 0; compartment < COMPARTMENTS; compartment += 1) {
      if (!(changed & (1 << compartment))) continue;
      const on = (mask & (1 << compartment)) !== 0;
      this.#change(compartment, (door) => coilChanged(door, on, cycle / CYCLES_PER_MS));
      if (on) {
        this.#coilOnCycle[compartment] = cycle;
        this.onCoilOn(compartment, cycle);
      } else {
        this.#pulseEnded(compartment, (cycle - (this.#coilOnCycle[compartment] ?? cycle)) / CYCLES_PER_MS);
      }
    }
  }

  #pulseEnded(compartment: number, onMs: number): void {
    this.coils.pulses += 1;
    this.coils.onMsMax = Math.max(this.coils.onMsMax, onMs);
    this.pulses[compartment] = (this.pulses[compartment] ?? 0) + 1;
    this.pulseMs.push(onMs);
    if (this.pulseMs.length > PULSES_KEPT) this.pulseMs.shift();
  }

  #lampsChanged(mask: number, _cycle: number): void {
    this.#lampMask = mask;
  }
}

function ones(mask: number): number {
  let count = 0;
  for (let rest = mask; rest; rest &= rest - 1) count += 1;
  return count;
}
