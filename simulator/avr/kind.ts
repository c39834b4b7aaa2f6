/** What differs between the chips that run the firmware: memories, peripherals, and what is on which pin. */
import type { AVRADC, AVREEPROM, AVRIOPort, AVRTimer, AVRUSART, AVRWatchdog } from 'avr8js';

export type PortConfig = ConstructorParameters<typeof AVRIOPort>[1];
export type BoardKind = 'mega2560' | 'uno';

export interface Pin {
  readonly port: PortConfig;
  readonly bit: number;
}

export interface ChipKind {
  readonly name: BoardKind;
  readonly flashBytes: number;
  /** First and last address of SRAM. */
  readonly ramStart: number;
  readonly ramEnd: number;
  readonly eepromBytes: number;
  readonly usart0: ConstructorParameters<typeof AVRUSART>[1];
  readonly timer0: ConstructorParameters<typeof AVRTimer>[1];
  /** Toggles the buzzer's pin. */
  readonly buzzerTimer: ConstructorParameters<typeof AVRTimer>[1];
  readonly watchdog: ConstructorParameters<typeof AVRWatchdog>[1];
  readonly eeprom: ConstructorParameters<typeof AVREEPROM>[2];
  readonly adc: ConstructorParameters<typeof AVRADC>[1];
  readonly supplyChannel: number;
  readonly temperatureChannel: number;
  /** As many as compartments, in their order. */
  readonly coils: readonly Pin[];
  readonly lamps: readonly Pin[];
  readonly contacts: readonly Pin[];
  readonly buttons: readonly Pin[];
  readonly tamper: Pin;
  readonly buzzer: Pin;
}

/** Pins `from` to `to` of a port, in that order. */
export function pins(port: PortConfig, from: number, to: number): Pin[] {
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => ({ port, bit: from + index * step }));
}
