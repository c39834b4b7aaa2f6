/** A Kerong CU16 lock board as its host sees it. */
import { CU16, decodeCu16, encodeCu16 } from '../../protocol/lock/cu16/frame.ts';
import { type LockFrame, levelBytes } from '../../protocol/lock/lock.ts';
import type { Framing } from '../../protocol/wire/framed.ts';
import type { Answer } from './device.ts';
import { LockBoard, type LockSettings, type LockWorld, levelsOf } from './lock-board.ts';

const LOCKS = 16;
const PULSE_MS = 550;
const TIME_UNIT_MS = 10;
const ASKED_MS = 5;
const ETX = 0x03;

/** A board knows what it can be asked, and so how long each request is; the unlock time is set or asked. */
const REQUESTS: Framing<LockFrame> = {
  bytesMax: 9,
  measure(bytes) {
    if (bytes[0] !== 0x02) return 0;
    const [, , command, data] = bytes;
    if (command === undefined) return undefined;
    if (command !== CU16.unlockTime) return 5;
    if (data === undefined) return undefined;
    return data === ETX ? 5 : 7;
  },
  decode: (frame) => decodeCu16(frame),
};

export class LockCu16 extends LockBoard {
  /** Kept without power. */
  pulseMs = PULSE_MS;
  #busy = false;

  constructor(world: LockWorld, settings: LockSettings = {}) {
    super({ baud: 19_200, address: 0, requests: REQUESTS }, world, settings);
  }

  override reset(): void {
    this.#busy = false;
    super.reset();
  }

  protected obey({ says, lock = 0, data }: LockFrame): Answer | undefined {
    if (says === 'askAll') return this.#doors();
    if (says === 'unlock') return this.#unlock(lock);
    if (says === 'askTime') {
      this.#busy = false;
      return this.#time();
    }
    if (says !== 'setTime') return undefined;
    const [high = 0, low = 0] = data;
    this.pulseMs = ((high << 8) | low) * TIME_UNIT_MS;
    return this.#time();
  }

  #unlock(lock: number): Answer | undefined {
    if (this.#busy || lock >= this.world.doors) return undefined;
    this.#busy = this.settings.staysBusy ?? false;
    this.world.pulse(lock, this.pulseMs);
    return this.settings.answersUnlock ? this.#doors() : undefined;
  }

  #doors(): Answer {
    const hooks = levelBytes(levelsOf(this.world, LOCKS, this.settings.polarity), 2);
    return this.#told(CU16.doors, [...hooks, 0, 0]);
  }

  #time(): Answer {
    const units = this.pulseMs / TIME_UNIT_MS;
    return this.#told(CU16.time, [units >> 8, units & 0xff]);
  }

  #told(command: number, data: readonly number[]): Answer {
    return { bytes: encodeCu16(this.address << 4, command, ...data), workMs: ASKED_MS };
  }
}
