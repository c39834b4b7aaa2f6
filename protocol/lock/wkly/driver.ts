/** "WKLY" lock boards: unlock, one contact, all contacts, and doors that tell unasked that they moved. */
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Wire } from '../../wire/talk.ts';
import {
  type Contact,
  contactOf,
  type LockDriver,
  type LockFrame,
  type LockOptions,
  type LockTalk,
} from '../lock.ts';
import { encodeWkly, FRAMING_WKLY, WKLY } from './frame.ts';

/** A frame tells its length; the silence only ends one that lost bytes. 16 ms is what a USB adapter may hold back. */
export const WIRE_WKLY: Wire<LockFrame> = {
  serial: { baud: 9_600, parity: 'none' },
  quietMs: 50,
  pauseMs: 5,
  splitter: (bad) => new FramedSplitter(FRAMING_WKLY, bad),
};

/** No public source tells the pulse; locks of this kind need 300 ms to 500 ms. */
const PULSE_MS = 500;
const CONTACTS_MS = 800;
const UNLOCK_MS = 1_200;

export const LIMITS_WKLY = { addressMin: 0, addressMax: 255, locksMax: 50, pulse: 'fixed' } as const;

export function wkly(options: LockOptions = {}): LockDriver {
  const { address = 0, polarity = 'oneIsClosed', answersUnlock = true } = options;
  const ofOurs = ({ address: from }: LockFrame) => from === address;
  /** An answer to this question: a success names its lock, a failure may not. */
  const answersTo = (frame: LockFrame, command: number, says: LockFrame['says'], lock?: number) =>
    ofOurs(frame) &&
    frame.bytes[6] === command &&
    (frame.says === 'failed' || (frame.says === says && frame.lock === lock));
  const contact = ({ level }: LockFrame): Contact =>
    level === undefined ? 'unknown' : contactOf(level, polarity);

  function* command(
    code: number,
    waitMs: number,
    says: LockFrame['says'],
    lock?: number,
  ): LockTalk<LockFrame> {
    const request = encodeWkly(address, code, ...(lock === undefined ? [] : [lock + 1]));
    const answer = yield* ask(request, waitMs, (frame) => answersTo(frame, code, says, lock));
    if (answer.says === 'failed') throw new WireError('wire.refused', 'the board says that it could not');
    return answer;
  }

  function* doors(): LockTalk<Contact[]> {
    const { data } = yield* command(WKLY.askAll, CONTACTS_MS, 'doors');
    return [...data].map((level) => contactOf(level === 1 ? 1 : 0, polarity));
  }

  return {
    wire: WIRE_WKLY,
    can: {
      locksMax: LIMITS_WKLY.locksMax,
      acknowledgedEvents: false,
      unsolicited: true,
      pulse: 'fixed',
      boardRemembersUnlocks: false,
    },
    address,
    pulseMs: PULSE_MS,
    *identify() {
      return { model: 'WKLY lock board', contacts: (yield* doors()).length };
    },
    *unlock(lock) {
      if (answersUnlock) return contact(yield* command(WKLY.unlock, UNLOCK_MS, 'done', lock));
      yield { bytes: encodeWkly(address, WKLY.unlock, lock + 1), waitMs: PULSE_MS };
      return 'unknown';
    },
    doors,
    *door(lock) {
      return contact(yield* command(WKLY.askOne, CONTACTS_MS, 'door', lock));
    },
    moved(frame) {
      if (frame.says !== 'moved' || !ofOurs(frame) || frame.lock === undefined) return undefined;
      return { lock: frame.lock, contact: contact(frame) };
    },
  };
}
