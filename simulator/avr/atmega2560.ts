/** The ATmega2560 (data sheet 2549Q) as the Arduino Mega 2560 has it; pins as in firmware/boards/mega2560.h. */
import {
  ADCMuxInputType,
  adcConfig,
  eepromConfig,
  portAConfig,
  portBConfig,
  portCConfig,
  portEConfig,
  portFConfig,
  portGConfig,
  portHConfig,
  portJConfig,
  portKConfig,
  portLConfig,
  timer0Config,
  timer1Config,
  usart0Config,
  watchdogConfig,
} from 'avr8js';
import { type ChipKind, pins } from './kind.ts';

/** Interrupt vectors take two words each: data sheet table 14-1. */
const vector = (number: number) => number * 2;
const BAND_GAP = { type: ADCMuxInputType.Constant, voltage: 1.1 } as const;

/** Registers of timer 3: data sheet 33. */
const TIMER3 = {
  ...timer1Config,
  captureInterrupt: vector(31),
  compAInterrupt: vector(32),
  compBInterrupt: vector(33),
  compCInterrupt: vector(34),
  ovfInterrupt: vector(35),
  TIFR: 0x38,
  TIMSK: 0x71,
  TCCRA: 0x90,
  TCCRB: 0x91,
  TCCRC: 0x92,
  TCNT: 0x94,
  ICR: 0x96,
  OCRA: 0x98,
  OCRB: 0x9a,
  compPortA: portEConfig.PORT,
  compPinA: 3,
  compPortB: portEConfig.PORT,
  compPinB: 4,
};

export const ATMEGA2560: ChipKind = {
  name: 'mega2560',
  flashBytes: 0x40000,
  ramStart: 0x200,
  ramEnd: 0x21ff,
  eepromBytes: 4096,
  usart0: {
    ...usart0Config,
    rxCompleteInterrupt: vector(25),
    dataRegisterEmptyInterrupt: vector(26),
    txCompleteInterrupt: vector(27),
  },
  timer0: {
    ...timer0Config,
    captureInterrupt: 0,
    compAInterrupt: vector(21),
    compBInterrupt: vector(22),
    ovfInterrupt: vector(23),
    compPortA: portBConfig.PORT,
    compPinA: 7,
    compPortB: portGConfig.PORT,
    compPinB: 5,
  },
  buzzerTimer: TIMER3,
  watchdog: { ...watchdogConfig, watchdogInterrupt: vector(12) },
  eeprom: { ...eepromConfig, eepromReadyInterrupt: vector(30) },
  adc: {
    ...adcConfig,
    adcInterrupt: vector(29),
    muxInputMask: 0x1f,
    muxChannels: { ...adcConfig.muxChannels, 30: BAND_GAP },
  },
  supplyChannel: 0,
  temperatureChannel: 1,
  coils: [...pins(portAConfig, 0, 7), ...pins(portCConfig, 0, 7)],
  lamps: [...pins(portJConfig, 0, 1), ...pins(portFConfig, 2, 7), ...pins(portBConfig, 0, 7)],
  contacts: [...pins(portLConfig, 0, 7), ...pins(portKConfig, 0, 7)],
  buttons: pins(portHConfig, 3, 6),
  tamper: { port: portEConfig, bit: 4 },
  buzzer: { port: portEConfig, bit: 3 },
};
