/** A locker board without hardware: the real hex, its doors, and what a technician can do to it. */
import { ATMEGA328P } from '../avr/atmega328p.ts';
import { ATMEGA2560 } from '../avr/atmega2560.ts';
import { Chip, type ChipPins, CYCLES_PER_MS } from '../avr/chip.ts';
import { Eeprom } from '../avr/eeprom.ts';
import type { BoardKind } from '../avr/kind.ts';
import { Averages } from './averages.ts';
import { type CoilStatistics, Doors, type Pulse } from './doors.ts';
import type { SimBoard } from './sim-board.ts';

export type { CoilStatistics, Pulse } from './doors.ts';

export const KINDS = { mega2560: ATMEGA2560, uno: ATMEGA328P } as const;
/** Doors are looked at this often; contacts bounce in fractions of it. */
const WORLD_STEP_CYCLES = CYCLES_PER_MS / 4;
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

export class Board implements SimBoard {
  readonly kind: BoardKind;
  readonly serialNumber: string;
  readonly compartments: number;
  readonly chip: Chip;
  readonly eeprom: Eeprom;
  readonly doors: Doors;
  /** Called when a coil goes on, with the board's cycle. */
  onCoilOn: (compartment: number, cycle: number) => void = () => {};
  tamperOpen = false;
  supplyVolts = 12;
  celsius = 22;
  #buttons = 0;
  #coilMask = 0;
  readonly #lamps: Averages;
  readonly #buzzer: Averages;
  #nextWorldCycle = 0;

  constructor({ kind = 'mega2560', program, serialNumber, eeprom, pins, random }: BoardOptions) {
    const chip = KINDS[kind];
    this.kind = kind;
    this.serialNumber = serialNumber;
    this.compartments = chip.coils.length;
    this.doors = new Doors(this.compartments, random ?? Math.random);
    this.#lamps = new Averages(this.compartments);
    this.#buzzer = new Averages(1);
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

  get coils(): CoilStatistics {
    return this.doors.coils;
  }

  get pulses(): readonly Pulse[] {
    return this.doors.pulses;
  }

  get receiving(): boolean {
    return this.chip.receiving;
  }

  get lively(): boolean {
    return this.receiving || this.#coilMask !== 0;
  }

  receive(bytes: Uint8Array): void {
    this.chip.receive(bytes);
  }

  runUntilMs(ms: number): void {
    this.runUntil(ms * CYCLES_PER_MS);
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

  lampOf(compartment: number): number {
    return Math.round(this.#lamps.shareOn(compartment, this.chip.cycle) * 100) / 100;
  }

  doorOf(compartment: number) {
    return { ...this.doors.of(compartment), lamp: this.lampOf(compartment) };
  }

  isOpen(compartment: number): boolean {
    return this.doors.isOpen(compartment);
  }

  push(compartment: number): void {
    this.doors.push(compartment, this.nowMs);
  }

  forceOpen(compartment: number): void {
    this.doors.forceOpen(compartment, this.nowMs);
  }

  jam(compartment: number, jammed: boolean): void {
    this.doors.jam(compartment, jammed);
  }

  cutContact(compartment: number, cut: boolean): void {
    this.doors.cutContact(compartment, cut, this.nowMs);
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
    this.doors.advance(this.nowMs, (compartment, open) => this.chip.setContact(compartment, open));
  }

  #coilsChanged(mask: number, cycle: number): void {
    const changed = mask ^ this.#coilMask;
    this.#coilMask = mask;
    for (let compartment = 0; compartment < this.compartments; compartment += 1) {
      if (!(changed & (1 << compartment))) continue;
      const on = (mask & (1 << compartment)) !== 0;
      this.doors.coil(compartment, on, cycle / CYCLES_PER_MS);
      if (on) this.onCoilOn(compartment, cycle);
    }
  }
}
