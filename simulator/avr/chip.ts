/** Runs the firmware's hex in emulated time: to any cycle, through sleep, resets and power cuts. */
import { avrInstruction, type EEPROMMemoryBackend } from 'avr8js';
import { buildMachine, HZ, type Machine, type Pins } from './atmega2560.ts';

export const CYCLES_PER_MS = HZ / 1000;
const SLEEP = 0x9588;
const SMCR = 0x53;
const SLEEP_ENABLE = 0x01;
/** Bits of MCUSR (data sheet 12.5.1). */
const POWER_ON = 0x01;
const EXTERNAL = 0x02;
const WATCHDOG = 0x08;

export type ChipPins = Omit<Pins, 'watchdogReset'>;

export class Chip {
  readonly #program: Uint16Array;
  readonly #eeprom: EEPROMMemoryBackend;
  readonly #pins: Pins;
  #machine: Machine;
  #contacts = 0;
  #asleep = false;
  #watchdogBit = false;
  /** Cycles not spent asleep. */
  #busyCycles = 0;
  resets = 0;

  constructor(program: Uint8Array, eeprom: EEPROMMemoryBackend, pins: ChipPins) {
    const flash = new Uint8Array(0x40000).fill(0xff);
    flash.set(program);
    this.#program = new Uint16Array(flash.buffer);
    this.#eeprom = eeprom;
    this.#pins = {
      ...pins,
      watchdogReset: () => {
        this.#watchdogBit = true;
      },
    };
    this.#machine = buildMachine(this.#program, eeprom, { cycle: 0, resetFlags: POWER_ON }, this.#pins);
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

  setContact(index: number, open: boolean): void {
    this.#contacts = open ? this.#contacts | (1 << index) : this.#contacts & ~(1 << index);
    this.#machine.setContact(index, open);
  }

  reset(kind: 'external' | 'power'): void {
    this.#rebuild(kind === 'power' ? POWER_ON : EXTERNAL, kind === 'external');
  }

  /** Runs until the cycle is reached; the instruction that crosses it is finished. */
  runUntil(target: number): void {
    let { cpu } = this.#machine;
    while (cpu.cycles < target) {
      if (this.#asleep) this.#sleepUntil(target);
      else this.#step();
      if (!this.#watchdogBit) continue;
      this.#watchdogBit = false;
      this.#rebuild(WATCHDOG, true);
      cpu = this.#machine.cpu;
    }
  }

  #step(): void {
    const { cpu } = this.#machine;
    const before = cpu.cycles;
    this.#asleep = this.#program[cpu.pc] === SLEEP && ((cpu.data[SMCR] ?? 0) & SLEEP_ENABLE) !== 0;
    avrInstruction(cpu);
    cpu.tick();
    this.#busyCycles += cpu.cycles - before;
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
    this.#machine = buildMachine(
      this.#program,
      this.#eeprom,
      { cycle: cpu.cycles, resetFlags, ...sram },
      this.#pins,
    );
    for (let index = 0; index < 16; index += 1)
      this.#machine.setContact(index, (this.#contacts & (1 << index)) !== 0);
  }
}
