/** A Kerong CU48 lock board as its host sees it. */
import { encodeCu48Answer, FRAMING_CU48, STATUS, STATUS_BYTES } from '../../protocol/lock/cu48/frame.ts';
import { type LockFrame, levelBytes } from '../../protocol/lock/lock.ts';
import type { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import type { Answer } from './device.ts';
import { type LockLogic, type LockSettings, type LockWorld, levelsOf, onLine } from './lock-board.ts';

const PULSE_MS = 550;
const ASKED_MS = 5;

export class LockCu48 implements LockLogic {
  readonly baud = 19_200;
  readonly bitsPerByte = 10;
  readonly #world: LockWorld;
  readonly #settings: LockSettings;
  readonly #address: number;

  constructor(world: LockWorld, settings: LockSettings = {}) {
    this.#world = world;
    this.#settings = settings;
    this.#address = settings.address ?? 0;
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter(FRAMING_CU48, bad);
  }

  reset(): void {
    this.#world.allOff();
  }

  answer(request: LockFrame): Answer | undefined {
    if (request.address !== this.#address) return undefined;
    return onLine(this.#settings, request, this.#obey(request));
  }

  #obey({ says, lock = 0 }: LockFrame): Answer | undefined {
    if (says === 'askAll') {
      const levels = levelsOf(this.#world, STATUS_BYTES * 8, this.#settings.polarity);
      return this.#told(0, STATUS.done, levelBytes(levels, STATUS_BYTES));
    }
    if (says !== 'unlock') return undefined;
    if (lock >= this.#world.doors) return this.#told(lock, STATUS.failed, []);
    this.#world.pulse(lock, PULSE_MS);
    return this.#settings.answersUnlock === false ? undefined : this.#told(lock, STATUS.done, []);
  }

  #told(lock: number, status: number, data: readonly number[]): Answer {
    return { bytes: encodeCu48Answer(this.#address, lock, status, data), workMs: ASKED_MS };
  }
}
