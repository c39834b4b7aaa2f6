/** A "WKLY" lock board as its host sees it. */
import type { LockFrame } from '../../protocol/lock/lock.ts';
import { encodeWkly, FRAMING_WKLY, STATUS, WKLY } from '../../protocol/lock/wkly/frame.ts';
import type { Answer } from './device.ts';
import { LockBoard, type LockSettings, type LockWorld, levelOf, levelsOf } from './lock-board.ts';

const PULSE_MS = 400;
const ASKED_MS = 5;

export class LockWkly extends LockBoard {
  constructor(world: LockWorld, settings: LockSettings = {}) {
    super({ baud: 9_600, address: 0, requests: FRAMING_WKLY }, world, settings);
  }

  doorMoved(lock: number, open: boolean): Uint8Array | undefined {
    if (this.settings.tells === false) return undefined;
    return encodeWkly(this.address, WKLY.moved, lock + 1, levelOf(open, this.settings.polarity));
  }

  protected obey({ says, lock }: LockFrame): Answer | undefined {
    const { polarity } = this.settings;
    if (says === 'askAll') {
      const levels = levelsOf(this.world, this.world.doors, polarity);
      return this.#told(WKLY.askAll, [STATUS.done, levels.length, ...levels], ASKED_MS);
    }
    const command = says === 'unlock' ? WKLY.unlock : WKLY.askOne;
    if (lock === undefined || (says !== 'unlock' && says !== 'askOne')) return undefined;
    if (lock >= this.world.doors) return this.#told(command, [STATUS.failed, lock + 1], ASKED_MS);
    const open = this.world.isOpen(lock);
    if (says === 'askOne') return this.#told(command, [0, lock + 1, levelOf(open, polarity)], ASKED_MS);
    const opens = this.world.pulse(lock, PULSE_MS) || open;
    if (this.settings.answersUnlock === false) return undefined;
    return this.#told(command, [STATUS.done, lock + 1, levelOf(opens, polarity)], PULSE_MS);
  }

  #told(command: number, data: readonly number[], workMs: number): Answer {
    return { bytes: encodeWkly(this.address, command, ...data), workMs };
  }
}
