/** A chip with the peripherals that the firmware uses, wired as its kind says. */
import {
  AVRADC,
  AVRClock,
  AVREEPROM,
  AVRIOPort,
  AVRTimer,
  AVRWatchdog,
  CPU,
  type EEPROMMemoryBackend,
} from 'avr8js';
import type { ChipKind, Pin, PortConfig } from './kind.ts';
import { tickTimer } from './tick-timer.ts';
import { Usart } from './usart.ts';

export const HZ = 16_000_000;
const LINE_BAUD = 115_200;
export const MCUSR = 0x54;
/** avr8js adds the first 0x100 registers to what it is asked for. */
const CPU_OWN_BYTES = 0x100;

export interface Pins {
  /** The outputs changed; bit n is compartment n. */
  coils(mask: number, cycle: number): void;
  lamps(mask: number, cycle: number): void;
  buzzer(high: boolean, cycle: number): void;
  /** A byte has left the line, whole. */
  sent(byte: number, cycle: number): void;
  /** A byte's transmission begins. */
  sending?(cycle: number): void;
  /** A byte has arrived, whole. */
  arrived?(cycle: number): void;
  /** The program's tick is due. */
  ticked?(cycle: number): void;
  watchdogReset(): void;
}

/** Levels of the inputs: 1 is high. Volts at the pins. */
export interface Inputs {
  contacts: number;
  tamper: number;
  buttons: number;
  supplyVolts: number;
  temperatureVolts: number;
}

export interface Machine {
  readonly cpu: CPU;
  readonly usart: Usart;
  apply(inputs: Inputs): void;
}

/** A machine at its reset vector, at the given cycle. SRAM of an earlier one is kept over a reset, not over a power cut. */
export function buildMachine(
  kind: ChipKind,
  program: Uint16Array,
  eeprom: EEPROMMemoryBackend,
  at: { cycle: number; resetFlags: number; sram?: Uint8Array },
  out: Pins,
): Machine {
  const cpu = new CPU(program, kind.ramEnd + 1 - CPU_OWN_BYTES);
  if (at.sram) cpu.data.set(at.sram.subarray(kind.ramStart), kind.ramStart);
  cpu.cycles = at.cycle;
  cpu.data[MCUSR] = at.resetFlags;
  const ports = new Ports(cpu);
  tickTimer(cpu, kind.timer0, out.ticked);
  new AVRTimer(cpu, kind.buzzerTimer);
  new AVREEPROM(cpu, eeprom, kind.eeprom);
  new AVRWatchdog(cpu, kind.watchdog, new AVRClock(cpu, HZ));
  const adc = new AVRADC(cpu, kind.adc);
  const usart = new Usart(cpu, kind.usart0, HZ, LINE_BAUD, out);
  ports.watch(kind.coils, (mask) => out.coils(mask, cpu.cycles));
  ports.watch(kind.lamps, (mask) => out.lamps(mask, cpu.cycles));
  ports.watch([kind.buzzer], (mask) => out.buzzer(mask !== 0, cpu.cycles));
  // avr8js only sets the program counter back; the chip must be built anew.
  cpu.reset = () => out.watchdogReset();
  return {
    cpu,
    usart,
    apply: (inputs) => {
      ports.set(kind.contacts, inputs.contacts);
      ports.set(kind.buttons, inputs.buttons);
      ports.set([kind.tamper], inputs.tamper);
      adc.channelValues[kind.supplyChannel] = inputs.supplyVolts;
      adc.channelValues[kind.temperatureChannel] = inputs.temperatureVolts;
    },
  };
}

/** Ports as they are needed, and sets of pins across them. */
class Ports {
  readonly #cpu: CPU;
  readonly #ports = new Map<PortConfig, AVRIOPort>();

  constructor(cpu: CPU) {
    this.#cpu = cpu;
  }

  set(pins: readonly Pin[], levels: number): void {
    pins.forEach(({ port, bit }, index) => {
      this.#port(port).setPin(bit, (levels & (1 << index)) !== 0);
    });
  }

  watch(pins: readonly Pin[], changed: (mask: number) => void): void {
    let mask = 0;
    for (const port of new Set(pins.map((pin) => pin.port)))
      this.#port(port).addListener((value) => {
        const before = mask;
        pins.forEach((pin, index) => {
          if (pin.port === port) mask = (mask & ~(1 << index)) | (((value >> pin.bit) & 1) << index);
        });
        if (mask !== before) changed(mask);
      });
  }

  #port(config: PortConfig): AVRIOPort {
    const known = this.#ports.get(config);
    if (known) return known;
    const port = new AVRIOPort(this.#cpu, config);
    this.#ports.set(config, port);
    return port;
  }
}
