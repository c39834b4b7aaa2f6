/** A board on the desk, in virtual time: the real hex, its doors, and a wire to speak on. */
import { encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import type { BoardMessage, FieldsOf, MessageName, MessageOf } from '../../protocol/board/messages.ts';
import { CYCLES_PER_MS } from '../../simulator/avr/chip.ts';
import { readHex } from '../../simulator/avr/hex.ts';
import { Cabinet } from '../../simulator/cabinet/cabinet.ts';

const BYTES_SETTLE_MS = 12;

export class BenchBoard {
  readonly cabinet: Cabinet;
  readonly said: BoardMessage[] = [];
  readonly #reader = new FrameReader();
  #id = 0;

  private constructor(program: Uint8Array) {
    this.cabinet = new Cabinet({
      program,
      serialNumber: 'BENCH001',
      sent: (byte) => this.said.push(...this.#reader.push(Uint8Array.of(byte))),
      random: () => 0.5,
    });
  }

  /** Started, configured, its first event acknowledged. */
  static async ready(): Promise<BenchBoard> {
    const board = new BenchBoard(await readHex('firmware/release/mega2560.hex'));
    board.run(60);
    board.ask('configure', { hostSilentMs: 3000, openWaitMs: 500, debounceMs: 20, contactOpenLevel: 1 });
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
    return this.said.find(
      ({ id, name: reply }) => id === this.#id && !reply.startsWith('door') && reply !== 'unlockEnded',
    );
  }

  unlock(unlockId: number, compartment: number, pulseMs = 200) {
    return this.ask('unlock', { unlockId, compartment, pulseMs });
  }

  /** Everything told so far is stored. */
  acknowledge(): void {
    const events = this.said.filter(({ name }) =>
      ['started', 'doorMoved', 'unlockEnded', 'fault'].includes(name),
    );
    const last = events.at(-1);
    if (last) this.ask('acknowledge', { boot: (last.fields as { boot: number }).boot, upTo: last.id });
  }

  all<N extends MessageName>(name: N): MessageOf<N>[] {
    return this.said.filter((message): message is MessageOf<N> => message.name === name);
  }
}
