/** A board in a storm, to the cycle: every contact chatters, events flow and are acknowledged, and coils are asked for. */
import { encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import {
  type BoardMessage,
  type FieldsOf,
  LIMITS,
  MESSAGES,
  type MessageName,
} from '../../protocol/board/messages.ts';
import { CYCLES_PER_MS } from '../../simulator/avr/chip.ts';
import { readHex } from '../../simulator/avr/hex.ts';
import type { BoardKind } from '../../simulator/avr/kind.ts';
import { Board } from '../../simulator/cabinet/board.ts';

export const DEBOUNCE_MS = 5;
const PULSE_MS = LIMITS.PULSE_MS_MIN;
const START_MS = 60 + LIMITS.COIL_REST_MS;

/** Numbers that are the same in every run: a bench whose worst case moves is no figure (Mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Storm {
  readonly board: Board;
  readonly #random: () => number;
  readonly #reader = new FrameReader();
  #boot = 0;
  #lastEvent = 0;
  #id = 0;
  #unlockId = 0;
  /** Cycles at which things happened last. */
  arrivedAt = 0;
  tickedAt = 0;
  onSending: (cycle: number) => void = () => {};

  private constructor(kind: BoardKind, program: Uint8Array, random: () => number) {
    this.#random = random;
    this.board = new Board({
      kind,
      program,
      serialNumber: 'STORM001',
      random,
      pins: {
        sent: (byte) => this.#heard(byte),
        sending: (cycle) => this.onSending(cycle),
        arrived: (cycle) => {
          this.arrivedAt = cycle;
        },
        ticked: (cycle) => {
          this.tickedAt = cycle;
        },
      },
    });
  }

  static async ready(kind: BoardKind, watchStack = false): Promise<Storm> {
    const storm = new Storm(kind, await readHex(`firmware/release/${kind}.hex`), randomFrom(1));
    storm.board.chip.watchStack = watchStack;
    storm.run(START_MS);
    const levels = { contactOpenLevel: 1, tamperOpenLevel: 1 };
    storm.ask('configure', { hostSilentMs: 60_000, openWaitMs: 100, debounceMs: DEBOUNCE_MS, ...levels });
    storm.run(200);
    storm.acknowledge();
    return storm;
  }

  get random(): number {
    return this.#random();
  }

  run(ms: number): void {
    this.runCycles(ms * CYCLES_PER_MS);
  }

  runCycles(cycles: number): void {
    this.board.runUntil(this.board.chip.cycle + Math.round(cycles));
  }

  ask<N extends MessageName>(name: N, fields: FieldsOf<N>): void {
    this.#id = (this.#id + 1) & 0xffff;
    this.board.chip.receive(encodeFrame({ name, id: this.#id, fields } as BoardMessage));
    // The line is ours alone: the frame is whole before the next one begins.
    while (this.board.chip.receiving) this.runCycles(CYCLES_PER_MS / 8);
  }

  acknowledge(): void {
    if (this.#lastEvent) this.ask('acknowledge', { boot: this.#boot, upTo: this.#lastEvent });
  }

  /** Until the board has nothing more to tell. */
  acknowledgeAll(): void {
    for (let told = -1; told !== this.#lastEvent; ) {
      told = this.#lastEvent;
      this.acknowledge();
      this.run(40);
    }
  }

  /** All contacts, the housing and the buttons anew, at a random moment of each of so many milliseconds. */
  chatter(ms: number): void {
    for (let round = 0; round < ms; round += 1) {
      const at = this.random;
      this.runCycles(at * CYCLES_PER_MS);
      // Now all at once, now some, and often long enough still for the debouncer to settle them together.
      const still = this.random < 0.7;
      if (!still) {
        const contacts = this.random < 0.5 ? (this.random < 0.5 ? 0xffff : 0) : this.random * 0x10000;
        this.board.chip.setInputs({ contacts, tamper: this.random < 0.5 ? 1 : 0, buttons: this.random * 16 });
      }
      this.runCycles((1 - at) * CYCLES_PER_MS);
    }
  }

  /** The next coil in turn, in the middle of the storm. */
  unlock(): void {
    this.#unlockId += 1;
    const compartment = this.#unlockId % this.board.compartments;
    this.board.chip.receive(
      encodeFrame({
        name: 'unlock',
        id: this.#unlockId & 0xffff,
        fields: { unlockId: this.#unlockId, compartment, pulseMs: PULSE_MS },
      }),
    );
    this.chatter(PULSE_MS + 5);
  }

  #heard(byte: number): void {
    for (const message of this.#reader.push(Uint8Array.of(byte))) {
      if (MESSAGES[message.name].kind !== 'event') continue;
      this.#boot = (message.fields as { boot: number }).boot;
      this.#lastEvent = message.id;
    }
  }
}
