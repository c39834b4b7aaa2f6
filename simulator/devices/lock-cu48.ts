/** A Kerong CU48 lock board as its host sees it. */
import { encodeCu48Answer, FRAMING_CU48, STATUS, STATUS_BYTES } from '../../protocol/lock/cu48/frame.ts';
import { type LockFrame, levelBytes } from '../../protocol/lock/lock.ts';
import type { Answer } from './device.ts';
import { LockBoard, type LockSettings, type LockWorld, levelsOf } from './lock-board.ts';

const PULSE_MS = 550;
const ASKED_MS = 5;

export class LockCu48 extends LockBoard {
  constructor(world: LockWorld, settings: LockSettings = {}) {
    super({ baud: 19_200, address: 0, requests: FRAMING_CU48 }, world, settings);
  }

  protected obey({ says, lock = 0 }: LockFrame): Answer | undefined {
    if (says === 'askAll') {
      const levels = levelsOf(this.world, STATUS_BYTES * 8, this.settings.polarity);
      return this.#told(0, STATUS.done, levelBytes(levels, STATUS_BYTES));
    }
    if (says !== 'unlock') return undefined;
    if (lock >= this.world.doors) return this.#told(lock, STATUS.failed, []);
    this.world.pulse(lock, PULSE_MS);
    return this.settings.answersUnlock === false ? undefined : this.#told(lock, STATUS.done, []);
  }

  #told(lock: number, status: number, data: readonly number[]): Answer {
    return { bytes: encodeCu48Answer(this.address, lock, status, data), workMs: ASKED_MS };
  }
}
