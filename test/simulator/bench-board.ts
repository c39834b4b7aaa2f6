/** A board on the desk, in virtual time: the real hex, its doors, and a wire to speak on. */
import { encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import {
  type BoardMessage,
  type FieldsOf,
  LIMITS,
  MESSAGES,
  type MessageName,
  type MessageOf,
} from '../../protocol/board/messages.ts';
import { CYCLES_PER_MS } from '../../simulator/avr/chip.ts';
import { readHex } from '../../simulator/avr/hex.ts';
import type { BoardKind } from '../../simulator/avr/kind.ts';
import { Board } from '../../simulator/cabinet/board.ts';

const BYTES_SETTLE_MS = 12;

export const CONFIGURED: FieldsOf<'configure'> = {
  hostSilentMs: 3_000,
  openWaitMs: 500,
  debounceMs: 20,
  contactOpenLevel: 1,
  tamperOpenLevel: 1,
};

export class BenchBoard {
  readonly cabinet: Board;
  readonly said: BoardMessage[] = [];
  readonly #reader = new FrameReader();
  #id = 0;

  private constructor(kind: BoardKind, program: Uint8Array) {
    this.cabinet = new Board({
      kind,
      program,
      serialNumber: 'BENCH001',
      pins: { sent: (byte) => this.said.push(...this.#reader.push(Uint8Array.of(byte))) },
      random: () => 0.5,
    });
  }

  /** Started, configured, its first event acknowledged. */
  static async ready(kind: BoardKind = 'mega2560'): Promise<BenchBoard> {
    const board = new BenchBoard(kind, await readHex(`firmware/release/${kind}.hex`));
    // A start has all coils rest first.
    board.run(60 + LIMITS.COIL_REST_MS);
    board.ask('configure', CONFIGURED);
    board.acknowledge();
    board.said.length = 0;
    return board;
  }

  run(ms: number): this {
    this.cabinet.runUntil(this.cabinet.chip.cycle + ms * CYCLES_PER_MS);
    return this;
  }

  ask<N extends MessageName>(name: N, fields: FieldsOf<N>): BoardMessage | undefined {
    this.#id += 1;
    this.cabinet.chip.receive(encodeFrame({ name, id: this.#id, fields } as BoardMessage));
    this.run(BYTES_SETTLE_MS);
    return this.said.find(({ id, name: reply }) => id === this.#id && MESSAGES[reply].kind === 'reply');
  }

  unlock(unlockId: number, compartment: number, pulseMs = 200) {
    return this.ask('unlock', { unlockId, compartment, pulseMs });
  }

  /** Everything told so far is stored. */
  acknowledge(): void {
    const events = this.said.filter(({ name }) => MESSAGES[name].kind === 'event');
    const last = events.at(-1);
    if (last) this.ask('acknowledge', { boot: (last.fields as { boot: number }).boot, upTo: last.id });
  }

  all<N extends MessageName>(name: N): MessageOf<N>[] {
    return this.said.filter((message): message is MessageOf<N> => message.name === name);
  }
}
