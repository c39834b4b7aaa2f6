/** An ATmega2560 with the peripherals that the firmware uses, wired as on the board (data sheet, tables 14-1 and 33). */
import {
  AVRClock,
  AVREEPROM,
  AVRIOPort,
  AVRTimer,
  AVRWatchdog,
  CPU,
  EEPROMMemoryBackend,
  eepromConfig,
  portAConfig,
  portBConfig,
  portCConfig,
  portFConfig,
  portGConfig,
  portKConfig,
  portLConfig,
  timer0Config,
  usart0Config,
  watchdogConfig,
} from 'avr8js';
import { Usart } from './usart.ts';

export const HZ = 16_000_000;
export const LINE_BAUD = 115_200;
const EEPROM_BYTES = 4096;
/** RAMEND is 0x21FF: 8 KB after 512 bytes of registers; avr8js adds 0x100 of them itself. */
const SRAM_BYTES = 0x2100;
export const MCUSR = 0x54;

/** Interrupt vectors take two words each. */
const vector = (number: number) => number * 2;

const TIMER0 = {
  ...timer0Config,
  captureInterrupt: 0,
  compAInterrupt: vector(21),
  compBInterrupt: vector(22),
  ovfInterrupt: vector(23),
  compPortA: portBConfig.PORT,
  compPinA: 7,
  compPortB: portGConfig.PORT,
  compPinB: 5,
};
const USART0 = {
  ...usart0Config,
  rxCompleteInterrupt: vector(25),
  dataRegisterEmptyInterrupt: vector(26),
  txCompleteInterrupt: vector(27),
};
const WATCHDOG = { ...watchdogConfig, watchdogInterrupt: vector(12) };
const EEPROM = { ...eepromConfig, eepromReadyInterrupt: vector(30) };

/** What a board keeps without power: as it was, or erased with the serial number where `firmware/src/settings.h` has it. */
export class Eeprom extends EEPROMMemoryBackend {
  constructor(serialNumber: string, kept?: Uint8Array) {
    super(EEPROM_BYTES);
    this.bytes.set(kept?.subarray(0, EEPROM_BYTES) ?? []);
    this.bytes.set(new TextEncoder().encode(serialNumber.padEnd(8, '\0').slice(0, 8)), 0);
  }

  get bytes(): Uint8Array {
    return (this as unknown as { readonly memory: Uint8Array }).memory;
  }
}

export interface Pins {
  /** A port's outputs changed; bit n is pin n. */
  coils(value: number, cycle: number): void;
  lamps(value: number, cycle: number): void;
  sent(byte: number, cycle: number): void;
  watchdogReset(): void;
}

export interface Machine {
  readonly cpu: CPU;
  readonly usart: Usart;
  setContact(index: number, high: boolean): void;
}

/** A machine at its reset vector, at the given cycle. SRAM of an earlier one is kept over a reset, not over a power cut. */
export function buildMachine(
  program: Uint16Array,
  eeprom: EEPROMMemoryBackend,
  at: { cycle: number; resetFlags: number; sram?: Uint8Array },
  pins: Pins,
): Machine {
  const cpu = new CPU(program, SRAM_BYTES);
  if (at.sram) cpu.data.set(at.sram.subarray(0x200), 0x200);
  cpu.cycles = at.cycle;
  cpu.data[MCUSR] = at.resetFlags;
  const ports = {
    coilsLow: new AVRIOPort(cpu, portAConfig),
    coilsHigh: new AVRIOPort(cpu, portCConfig),
    lampsLow: new AVRIOPort(cpu, portFConfig),
    lampsHigh: new AVRIOPort(cpu, portBConfig),
    contactsLow: new AVRIOPort(cpu, portLConfig),
    contactsHigh: new AVRIOPort(cpu, portKConfig),
  };
  new AVRTimer(cpu, TIMER0);
  new AVREEPROM(cpu, eeprom, EEPROM);
  new AVRWatchdog(cpu, WATCHDOG, new AVRClock(cpu, HZ));
  const usart = new Usart(cpu, USART0, HZ, LINE_BAUD, pins.sent);
  both(ports.coilsLow, ports.coilsHigh, (value) => pins.coils(value, cpu.cycles));
  both(ports.lampsLow, ports.lampsHigh, (value) => pins.lamps(value, cpu.cycles));
  // avr8js only sets the program counter back; the chip must be built anew.
  cpu.reset = () => pins.watchdogReset();
  return {
    cpu,
    usart,
    setContact: (index, high) => (index < 8 ? ports.contactsLow : ports.contactsHigh).setPin(index & 7, high),
  };
}

function both(low: AVRIOPort, high: AVRIOPort, changed: (value: number) => void): void {
  let value = 0;
  low.addListener((pins) => {
    value = (value & 0xff00) | pins;
    changed(value);
  });
  high.addListener((pins) => {
    value = (value & 0x00ff) | (pins << 8);
    changed(value);
  });
}
