/**
 * avr8js's USART with what a real driver needs (ATmega2560 data sheet 22): UDRE stays set while the register is empty,
 * a write to UCSRnB leaves received bytes alone, and the receiver has its two-byte FIFO with overrun.
 */
import { AVRUSART, type CPU } from 'avr8js';

type USARTConfig = ConstructorParameters<typeof AVRUSART>[1];

const RXC = 0x80;
const RXCIE = 0x80;
const TXCIE_UDRIE = 0x60;
const TXEN = 0x08;
const RXEN = 0x10;
const FIFO_BYTES = 2;
const LINE_BITS = 10;

export interface Line {
  sent(byte: number, cycle: number): void;
  sending?(cycle: number): void;
  arrived?(cycle: number): void;
}

/** The part of avr8js's class that its declarations hide. */
interface Inside {
  readonly UDRE: { constant?: boolean; readonly enableMask: number };
  readonly TXC: object;
  readonly RXC: Parameters<CPU['setInterruptFlag']>[0];
}

export class Usart extends AVRUSART {
  /** Bytes lost because the program read too late. */
  overruns = 0;
  readonly #cpu: CPU;
  readonly #wire: number[] = [];
  readonly #fifo: number[] = [];
  readonly #cyclesPerByte: number;
  readonly #line: Line;
  #arriving = false;

  constructor(cpu: CPU, config: USARTConfig, hz: number, lineBaud: number, line: Line) {
    super(cpu, config, hz);
    this.#cpu = cpu;
    this.#line = line;
    this.#cyclesPerByte = Math.round((hz * LINE_BITS) / lineBaud);
    const inside = this as unknown as Inside;
    inside.UDRE.constant = true;
    this.#keepReceivedOnControlWrite(config, inside);
    cpu.readHooks[config.UDR] = () => this.#read(inside);
    this.onByteTransmit = (byte) => {
      line.sending?.(cpu.cycles);
      cpu.addClockEvent(() => this.#line.sent(byte, cpu.cycles), this.#cyclesPerByte);
    };
  }

  /** Bytes still on the line, or not yet read by the program. */
  get busy(): boolean {
    return this.#arriving || this.#fifo.length > 0;
  }

  /** Puts bytes on the line; they arrive one after another at the line's rate. */
  receive(bytes: Iterable<number>): void {
    this.#wire.push(...bytes);
    if (!this.#arriving) this.#next();
  }

  #next(): void {
    const byte = this.#wire.shift();
    this.#arriving = byte !== undefined;
    if (byte === undefined) return;
    this.#cpu.addClockEvent(() => {
      this.#arrived(byte);
      this.#next();
    }, this.#cyclesPerByte);
  }

  #arrived(byte: number): void {
    this.#line.arrived?.(this.#cpu.cycles);
    const { UCSRB } = this.#config;
    if (!((this.#cpu.data[UCSRB] ?? 0) & RXEN)) return;
    if (this.#fifo.length >= FIFO_BYTES) {
      this.overruns += 1;
      return;
    }
    this.#fifo.push(byte);
    this.#cpu.setInterruptFlag((this as unknown as Inside).RXC);
  }

  #read(inside: Inside): number {
    const byte = this.#fifo.shift() ?? 0;
    if (this.#fifo.length === 0) this.#cpu.clearInterrupt(inside.RXC);
    return byte;
  }

  get #config(): USARTConfig {
    return (this as unknown as { readonly config: USARTConfig }).config;
  }

  #keepReceivedOnControlWrite(config: USARTConfig, inside: Inside): void {
    const cpu = this.#cpu;
    cpu.writeHooks[config.UCSRB] = (value, oldValue) => {
      for (const interrupt of [inside.RXC, inside.UDRE, inside.TXC])
        cpu.updateInterruptEnable(interrupt as Inside['RXC'], value);
      if (value & TXEN && !(oldValue & TXEN)) cpu.setInterruptFlag(inside.UDRE as Inside['RXC']);
      if (!(value & RXEN)) this.#fifo.length = 0;
      cpu.data[config.UCSRB] = value & (RXCIE | TXCIE_UDRIE | RXEN | TXEN | 0x07);
      if (this.#fifo.length > 0) cpu.data[config.UCSRA] = (cpu.data[config.UCSRA] ?? 0) | RXC;
      return true;
    };
  }
}
