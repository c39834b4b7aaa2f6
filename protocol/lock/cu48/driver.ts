/** Kerong CU48 lock boards: unlock and all contacts. */
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Wire } from '../../wire/talk.ts';
import { contactsOf, type LockDriver, type LockFrame, type LockOptions, type LockTalk } from '../lock.ts';
import { CU48, encodeCu48, FRAMING_CU48, STATUS_BYTES } from './frame.ts';

/** An answer tells its length; the silence only ends one that lost bytes. */
export const WIRE_CU48: Wire<LockFrame> = {
  serial: { baud: 19_200, parity: 'none' },
  quietMs: 50,
  pauseMs: 5,
  splitter: (bad) => new FramedSplitter(FRAMING_CU48, bad),
};

const PULSE_MS = 550;
const CONTACTS_MS = 600;
const UNLOCK_MS = 1_200;

export const LIMITS_CU48 = {
  addressMin: 0,
  addressMax: 255,
  locksMax: STATUS_BYTES * 8,
  pulse: 'fixed',
} as const;

export function cu48(options: LockOptions = {}): LockDriver {
  const { address = 0, polarity = 'oneIsClosed', answersUnlock = true } = options;

  /** An answer to "ask all" has data and one to "unlock" has none; a failure may be either's. */
  function* command(
    code: number,
    lock: number,
    says: LockFrame['says'],
    waitMs: number,
  ): LockTalk<LockFrame> {
    const answer = yield* ask(encodeCu48(address, lock, code), waitMs, (frame) => {
      if (frame.address !== address) return false;
      return frame.says === says || frame.says === 'failed';
    });
    if (answer.says === 'failed') throw new WireError('wire.refused', 'the board says that it could not');
    return answer;
  }

  const doors = () => command(CU48.askAll, 0, 'doors', CONTACTS_MS);

  return {
    wire: WIRE_CU48,
    can: {
      locksMax: LIMITS_CU48.locksMax,
      acknowledgedEvents: false,
      unsolicited: false,
      pulse: 'fixed',
      boardRemembersUnlocks: false,
    },
    address,
    pulseMs: PULSE_MS,
    *identify() {
      return { model: 'Kerong CU48', contacts: (yield* doors()).data.length * 8 };
    },
    *unlock(lock) {
      if (answersUnlock) yield* command(CU48.unlock, lock, 'done', UNLOCK_MS);
      else yield { bytes: encodeCu48(address, lock, CU48.unlock), waitMs: PULSE_MS };
      return 'unknown';
    },
    *doors() {
      return contactsOf((yield* doors()).data, polarity);
    },
    moved: () => undefined,
  };
}
