/** An "8A" lock board as its host sees it. */
import { decode8a, encode8a, HEAD } from '../../protocol/lock/bcc8a/frame.ts';
import { type LockFrame, levelBytes } from '../../protocol/lock/lock.ts';
import type { Framing } from '../../protocol/wire/framed.ts';
import type { Answer } from './device.ts';
import { LockBoard, type LockSettings, type LockWorld, levelOf, levelsOf } from './lock-board.ts';

const PULSE_MS = 300;
const ASKED_MS = 8;
const SECOND_MS = 1_000;
/** Also a board with 8 locks tells of 24; one with 50 of 56. */
const CONTACTS = 24;
const CONTACTS_MANY = 56;
const LEVELS = [0x00, 0x11] as const;

/** A board knows a request by its head, and unlocking for some seconds by the XOR that comes a byte later. */
const REQUESTS: Framing<LockFrame> = {
  bytesMax: 10,
  measure(bytes) {
    const [head] = bytes;
    if (head === HEAD.several) return 6;
    if (head === HEAD.unlock) {
      if (bytes.length < 5) return undefined;
      const xor = bytes.subarray(0, 4).reduce((sum, byte) => sum ^ byte, 0);
      return bytes[4] === xor ? 5 : 6;
    }
    return head === HEAD.contacts || head === HEAD.movedOrFirmware ? 5 : 0;
  },
  decode: (frame) => decode8a(frame),
};

export class Lock8a extends LockBoard {
  constructor(world: LockWorld, settings: LockSettings = {}) {
    super({ baud: 9_600, address: 1, requests: REQUESTS }, world, settings);
  }

  doorMoved(lock: number, open: boolean): Uint8Array | undefined {
    if (!this.settings.tells) return undefined;
    return encode8a(HEAD.moved, this.address, lock + 1, this.#level(open));
  }

  protected obey(request: LockFrame): Answer | undefined {
    const { says, lock } = request;
    if (says === 'askAll') return this.#all();
    if (lock === undefined || lock >= this.world.doors) return undefined;
    if (says === 'askOne') {
      const level = this.#level(this.world.isOpen(lock));
      return { bytes: encode8a(HEAD.contacts, this.address, lock + 1, level), workMs: ASKED_MS };
    }
    return says === 'unlock' ? this.#unlock(lock, request.data[0]) : undefined;
  }

  #unlock(lock: number, seconds: number | undefined): Answer | undefined {
    const pulseMs = seconds === undefined ? PULSE_MS : seconds * SECOND_MS;
    const open = this.world.isOpen(lock);
    const level = this.#level(this.world.pulse(lock, pulseMs) || open);
    if (this.settings.answersUnlock === false) return undefined;
    return { bytes: encode8a(HEAD.unlock, this.address, lock + 1, level), workMs: pulseMs };
  }

  #all(): Answer {
    const { polarity, byteOrder } = this.settings;
    const contacts = this.world.doors > CONTACTS ? CONTACTS_MANY : CONTACTS;
    const told = levelBytes(levelsOf(this.world, contacts, polarity), contacts / 8, byteOrder);
    return { bytes: encode8a(HEAD.contacts, this.address, ...told, 0x33), workMs: ASKED_MS };
  }

  #level(open: boolean): number {
    return LEVELS[levelOf(open, this.settings.polarity)];
  }
}
