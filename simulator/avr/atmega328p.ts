/** The ATmega328P (data sheet DS40002061A) as the Arduino Uno has it; pins as in firmware/boards/uno.h. */
import {
  adcConfig,
  eepromConfig,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  usart0Config,
  watchdogConfig,
} from 'avr8js';
import { type ChipKind, pins } from './kind.ts';

export const ATMEGA328P: ChipKind = {
  name: 'uno',
  flashBytes: 0x8000,
  ramStart: 0x100,
  ramEnd: 0x8ff,
  eepromBytes: 1024,
  usart0: usart0Config,
  timer0: timer0Config,
  buzzerTimer: timer1Config,
  watchdog: watchdogConfig,
  eeprom: eepromConfig,
  adc: adcConfig,
  supplyChannel: 4,
  temperatureChannel: 5,
  coils: pins(portDConfig, 4, 7),
  lamps: pins(portBConfig, 2, 5),
  contacts: pins(portCConfig, 0, 3),
  buttons: pins(portDConfig, 2, 3),
  tamper: { port: portBConfig, bit: 0 },
  buzzer: { port: portBConfig, bit: 1 },
};
