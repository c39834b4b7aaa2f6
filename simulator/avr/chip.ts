/** Runs the firmware's hex in emulated time: to any cycle, through sleep, resets and power cuts. */
import { avrInstruction, type EEPROMMemoryBackend } from 'avr8js';
import type { ChipKind } from './kind.ts';
import { buildMachine, HZ, type Inputs, type Machine, type Pins } from './machine.ts';

export const CYCLES_PER_MS = HZ / 1000;
const SLEEP = 0x9588;
const SEI = 0x9478;
const SMCR = 0x53;
const SLEEP_ENABLE = 0x01;
const SPL = 0x5d;
const SPH = 0x5e;
/** Bits of MCUSR (data sheet 2560: 12.5.1). */
const RESET_FLAGS = { power: 0x01, external: 0x02, brownOut: 0x04, watchdog: 0x08 } as const;
export type Reset = keyof typeof RESET_FLAGS;

/** Everything plugged in and closed, nothing pressed; 12 V by a divider of 100 k and 22 k, 22 degrees as a TMP36 says. */
const IDLE: Inputs = { contacts: 0, tamper: 0, buttons: 0xff, supplyVolts: 2.16, temperatureVolts: 0.72 };

export type ChipPins = Omit<Pins, 'watchdogReset'>;

export class Chip {
  readonly kind: ChipKind;
  readonly #program: Uint16Array;
  readonly #eeprom: EEPROMMemoryBackend;
  readonly #pins: Pins;
  readonly #inputs: Inputs = { ...IDLE };
  #machine: Machine;
  #asleep = false;
  #watchdogBit = false;
  /** Cycles not spent asleep. */
  #busyCycles = 0;
  resets = 0;
  /** Looks at the stack pointer after each instruction; slows the emulation. */
  watchStack = false;
  #stackLowest: number;

  constructor(kind: ChipKind, program: Uint8Array, eeprom: EEPROMMemoryBackend, pins: ChipPins) {
    this.kind = kind;
    const flash = new Uint8Array(kind.flashBytes).fill(0xff);
    flash.set(program);
    this.#program = new Uint16Array(flash.buffer);
    this.#eeprom = eeprom;
    this.#stackLowest = kind.ramEnd;
    this.#pins = {
      ...pins,
      watchdogReset: () => {
        this.#watchdogBit = true;
      },
    };
    this.#machine = this.#build({ cycle: 0, resetFlags: RESET_FLAGS.power });
  }

  get cycle(): number {
    return this.#machine.cpu.cycles;
  }

  get busyCycles(): number {
    return this.#busyCycles;
  }

  /** Bytes are on their way to the program. */
  get receiving(): boolean {
    return this.#machine.usart.busy;
  }

  get overruns(): number {
    return this.#machine.usart.overruns;
  }

  receive(bytes: Iterable<number>): void {
    this.#machine.usart.receive(bytes);
  }

  /** The deepest the stack has been while it was watched; bytes. */
  get stackBytesMax(): number {
    return this.kind.ramEnd - this.#stackLowest;
  }

  setInputs(inputs: Partial<Inputs>): void {
    Object.assign(this.#inputs, inputs);
    this.#machine.apply(this.#inputs);
  }

  setContact(index: number, high: boolean): void {
    const { contacts } = this.#inputs;
    this.setInputs({ contacts: high ? contacts | (1 << index) : contacts & ~(1 << index) });
  }

  reset(kind: Reset): void {
    this.#rebuild(RESET_FLAGS[kind], kind !== 'power');
  }

  /** Runs until the cycle is reached; the instruction that crosses it is finished. */
  runUntil(target: number): void {
    let { cpu } = this.#machine;
    while (cpu.cycles < target) {
      if (this.#asleep) this.#sleepUntil(target);
      else this.#step();
      if (!this.#watchdogBit) continue;
      this.#watchdogBit = false;
      this.#rebuild(RESET_FLAGS.watchdog, true);
      cpu = this.#machine.cpu;
    }
  }

  #step(): void {
    const { cpu } = this.#machine;
    const before = cpu.cycles;
    const instruction = this.#program[cpu.pc];
    this.#asleep = instruction === SLEEP && ((cpu.data[SMCR] ?? 0) & SLEEP_ENABLE) !== 0;
    avrInstruction(cpu);
    // The instruction after SEI runs before any interrupt (data sheet 2560: 7.8.2): "sei, sleep" loses no wake-up.
    if (instruction !== SEI && !this.#asleep) cpu.tick();
    this.#busyCycles += cpu.cycles - before;
    if (this.watchStack) {
      const pointer = (cpu.data[SPL] ?? 0) | ((cpu.data[SPH] ?? 0) << 8);
      // Before the start-up code has set it, it is zero.
      if (pointer >= this.kind.ramStart && pointer < this.#stackLowest) this.#stackLowest = pointer;
    }
  }

  /** Time passes without instructions until something wakes the program. */
  #sleepUntil(target: number): void {
    const { cpu } = this.#machine;
    const pending = () => (cpu as unknown as { readonly nextInterrupt: number }).nextInterrupt >= 0;
    const next = () =>
      (cpu as unknown as { readonly nextClockEvent: { readonly cycles: number } | null }).nextClockEvent;
    // A tick of the clock may serve an interrupt at once: then the program counter has moved.
    const { pc } = cpu;
    while (!pending() && cpu.pc === pc && !this.#watchdogBit) {
      const at = next()?.cycles ?? Number.POSITIVE_INFINITY;
      if (at > target) {
        cpu.cycles = target;
        return;
      }
      cpu.cycles = Math.max(cpu.cycles, at);
      cpu.tick();
    }
    this.#asleep = false;
    if (cpu.pc === pc) cpu.tick();
  }

  #rebuild(resetFlags: number, keepSram: boolean): void {
    const { cpu } = this.#machine;
    const sram = keepSram ? { sram: cpu.data } : {};
    this.resets += 1;
    this.#asleep = false;
    this.#pins.coils(0, cpu.cycles);
    this.#pins.lamps(0, cpu.cycles);
    this.#pins.buzzer(false, cpu.cycles);
    this.#machine = this.#build({ cycle: cpu.cycles, resetFlags, ...sram });
  }

  #build(at: Parameters<typeof buildMachine>[3]): Machine {
    const machine = buildMachine(this.kind, this.#program, this.#eeprom, at, this.#pins);
    machine.apply(this.#inputs);
    return machine;
  }
}
