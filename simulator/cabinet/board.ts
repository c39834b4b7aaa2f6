/** A locker board without hardware: the real hex, its doors, and what a technician can do to it. */
import { ATMEGA328P } from '../avr/atmega328p.ts';
import { ATMEGA2560 } from '../avr/atmega2560.ts';
import { Chip, type ChipPins, CYCLES_PER_MS } from '../avr/chip.ts';
import { Eeprom } from '../avr/eeprom.ts';
import type { BoardKind } from '../avr/kind.ts';
import { Averages } from './averages.ts';
import { advance, CLOSED_DOOR, coilChanged, contact, type Door, moved, push } from './door.ts';

export const KINDS = { mega2560: ATMEGA2560, uno: ATMEGA328P } as const;
/** Doors are looked at this often; contacts bounce in fractions of it. */
const WORLD_STEP_CYCLES = CYCLES_PER_MS / 4;
const PULSES_KEPT = 1_000;
/** A divider of 100 k and 22 k; a TMP36 gives 0.5 V at 0 degrees and 10 mV a degree. */
const SUPPLY_DIVIDER = 22 / 122;
const temperatureVolts = (celsius: number) => 0.5 + celsius / 100;

export interface BoardOptions {
  readonly kind?: BoardKind;
  readonly program: Uint8Array;
  readonly serialNumber: string;
  /** EEPROM of an earlier run; its serial number counts. */
  readonly eeprom?: Uint8Array | undefined;
  readonly pins?: Partial<Pick<ChipPins, 'sent' | 'sending' | 'arrived' | 'ticked'>>;
  readonly random?: () => number;
}

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

export class Board {
  readonly kind: BoardKind;
  readonly serialNumber: string;
  readonly compartments: number;
  readonly chip: Chip;
  readonly eeprom: Eeprom;
  readonly coils: CoilStatistics = { pulses: 0, onMsMax: 0, togetherMax: 0 };
  /** The last ones, oldest first. */
  readonly pulses: Pulse[] = [];
  /** Called when a coil goes on, with the board's cycle. */
  onCoilOn: (compartment: number, cycle: number) => void = () => {};
  onDoorOpened: (compartment: number, nowMs: number) => void = () => {};
  tamperOpen = false;
  supplyVolts = 12;
  celsius = 22;
  #buttons = 0;
  #coilMask = 0;
  readonly #lamps: Averages;
  readonly #buzzer: Averages;
  readonly #doors: Door[];
  readonly #reads: boolean[];
  readonly #coilOnCycle: number[];
  readonly #pulsesOf: number[];
  readonly #random: () => number;
  #nextWorldCycle = 0;

  constructor({ kind = 'mega2560', program, serialNumber, eeprom, pins, random }: BoardOptions) {
    const chip = KINDS[kind];
    this.kind = kind;
    this.serialNumber = serialNumber;
    this.compartments = chip.coils.length;
    this.#doors = new Array(this.compartments).fill(CLOSED_DOOR);
    this.#reads = new Array(this.compartments).fill(false);
    this.#coilOnCycle = new Array(this.compartments).fill(0);
    this.#pulsesOf = new Array(this.compartments).fill(0);
    this.#lamps = new Averages(this.compartments);
    this.#buzzer = new Averages(1);
    this.#random = random ?? Math.random;
    this.eeprom = new Eeprom(chip.eepromBytes, serialNumber, eeprom);
    this.chip = new Chip(chip, program, this.eeprom, {
      sent: () => {},
      ...pins,
      coils: (mask, cycle) => this.#coilsChanged(mask, cycle),
      lamps: (mask, cycle) => this.#lamps.changed(mask, cycle),
      buzzer: (high, cycle) => this.#buzzer.changed(high ? 1 : 0, cycle),
    });
  }

  get nowMs(): number {
    return this.chip.cycle / CYCLES_PER_MS;
  }

  /** What the buzzer sounds; 0: nothing. Hz. */
  get buzzerHz(): number {
    return Math.round(this.#buzzer.risesPerSecond(0, this.chip.cycle));
  }

  get buttons(): readonly boolean[] {
    return KINDS[this.kind].buttons.map((_, button) => (this.#buttons & (1 << button)) !== 0);
  }

  /** Bytes or a coil are under way; the runner should keep close to real time. */
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

  doorOf(compartment: number) {
    const door = this.#doors[compartment] ?? CLOSED_DOOR;
    return {
      door: door.open ? ('open' as const) : ('closed' as const),
      jammed: door.jammed,
      contact: door.cut ? ('cut' as const) : ('ok' as const),
      /** Brightness, 0 to 1. */
      lamp: Math.round(this.#lamps.shareOn(compartment, this.chip.cycle) * 100) / 100,
      coil: (this.#coilMask & (1 << compartment)) !== 0,
      pulses: this.#pulsesOf[compartment] ?? 0,
    };
  }

  isOpen(compartment: number): boolean {
    return this.#doors[compartment]?.open ?? false;
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
    const edges = (door: Door) => (cut ? [] : [{ atMs: this.nowMs, open: door.open }]);
    this.#change(compartment, (door) => ({ ...door, cut, edges: edges(door) }));
  }

  /** The housing; its switch reads open when its cable is cut, as a door's does. */
  setTamper(open: boolean): void {
    this.tamperOpen = open;
    this.chip.setInputs({ tamper: open ? 1 : 0 });
  }

  press(button: number, pressed: boolean): void {
    const bit = 1 << button;
    this.#buttons = pressed ? this.#buttons | bit : this.#buttons & ~bit;
    this.chip.setInputs({ buttons: ~this.#buttons });
  }

  setSupply(volts: number): void {
    this.supplyVolts = volts;
    this.chip.setInputs({ supplyVolts: volts * SUPPLY_DIVIDER });
  }

  setTemperature(celsius: number): void {
    this.celsius = celsius;
    this.chip.setInputs({ temperatureVolts: temperatureVolts(celsius) });
  }

  #world(): void {
    const { nowMs } = this;
    for (let compartment = 0; compartment < this.compartments; compartment += 1) {
      const was = this.isOpen(compartment);
      this.#change(compartment, (door) => advance(door, nowMs, this.#random));
      if (!was && this.isOpen(compartment)) this.onDoorOpened(compartment, nowMs);
      this.#readContact(compartment, nowMs);
    }
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
    for (let compartment = 0; compartment < this.compartments; compartment += 1) {
      if (!(changed & (1 << compartment))) continue;
      const on = (mask & (1 << compartment)) !== 0;
      this.#change(compartment, (door) => coilChanged(door, on, cycle / CYCLES_PER_MS));
      if (on) {
        this.#coilOnCycle[compartment] = cycle;
        this.onCoilOn(compartment, cycle);
      } else this.#pulseEnded(compartment, cycle);
    }
  }

  #pulseEnded(compartment: number, cycle: number): void {
    const onCycle = this.#coilOnCycle[compartment] ?? cycle;
    const onMs = (cycle - onCycle) / CYCLES_PER_MS;
    this.coils.pulses += 1;
    this.coils.onMsMax = Math.max(this.coils.onMsMax, onMs);
    this.#pulsesOf[compartment] = (this.#pulsesOf[compartment] ?? 0) + 1;
    this.pulses.push({ compartment, onAtMs: onCycle / CYCLES_PER_MS, onMs });
    if (this.pulses.length > PULSES_KEPT) this.pulses.shift();
  }
}

function ones(mask: number): number {
  let count = 0;
  for (let rest = mask; rest; rest &= rest - 1) count += 1;
  return count;
}
