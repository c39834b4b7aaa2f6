/** Kerong CU16 lock boards: unlock, all contacts, and how long a coil is on. */
import { ask, type Wire } from '../../wire/talk.ts';
import { contactsOf, type LockDriver, type LockFrame, type LockOptions, type LockTalk } from '../lock.ts';
import { QuietSplitter } from '../quiet.ts';
import { CU16, encodeCu16, FRAMING_CU16 } from './frame.ts';

/** 3 ms without a byte end a frame at 19200 baud; a USB adapter may hold bytes back for 16 ms. */
export const WIRE_CU16: Wire<LockFrame> = {
  serial: { baud: 19_200, parity: 'none' },
  quietMs: 20,
  pauseMs: 5,
  splitter: (bad) => new QuietSplitter(FRAMING_CU16, bad),
};

const LOCKS = 16;
/** The factory's unlock time is not told by any public source; the makers' locks are rated for half a second. */
const PULSE_MS = 550;
const CONTACTS_MS = 600;
const UNLOCK_MS = 1_200;
/** A public driver leaves the board alone for so long before it clears its busy state. */
const BUSY_MS = 100;
const SETTING_MS = 300;
const TIME_UNIT_MS = 10;

export const LIMITS_CU16 = {
  addressMin: 0,
  addressMax: 15,
  locksMax: LOCKS,
  pulse: { msMin: 10, msMax: 9_000, msStep: TIME_UNIT_MS },
} as const;

export function cu16(options: LockOptions = {}): LockDriver {
  const { address = 0, polarity = 'oneIsClosed', pulseMs, answersUnlock = false, clearBusy = true } = options;
  const at = (lock: number) => (address << 4) | lock;
  const ofOurs = ({ address: from }: LockFrame) => from === address;

  function* allContacts(): LockTalk<LockFrame> {
    return yield* ask(
      encodeCu16(at(0), CU16.askAll),
      CONTACTS_MS,
      (frame) => ofOurs(frame) && frame.says === 'doors',
    );
  }

  /** Nothing where this firmware tells it not. */
  function* unlockTime(): LockTalk<number | undefined> {
    const told = yield {
      bytes: encodeCu16(at(0), CU16.unlockTime),
      waitMs: SETTING_MS,
      answers: (frame) => ofOurs(frame) && frame.says === 'time',
      optional: true,
    };
    if (!told) return undefined;
    const [high = 0, low = 0] = told.data;
    return ((high << 8) | low) * TIME_UNIT_MS;
  }

  /** Asked first, so that the board's memory is not written at each connection. */
  function* prepare(): LockTalk<void> {
    if (pulseMs === undefined || (yield* unlockTime()) === pulseMs) return;
    const units = Math.round(pulseMs / TIME_UNIT_MS);
    yield { bytes: encodeCu16(at(0), CU16.unlockTime, units >> 8, units & 0xff), waitMs: SETTING_MS };
  }

  return {
    wire: WIRE_CU16,
    can: {
      locksMax: LOCKS,
      acknowledgedEvents: false,
      unsolicited: false,
      pulse: LIMITS_CU16.pulse,
      boardRemembersUnlocks: false,
    },
    address,
    pulseMs: pulseMs ?? PULSE_MS,
    *identify() {
      const { data } = yield* allContacts();
      return { model: 'Kerong CU16', contacts: data.length * 8 };
    },
    prepare,
    *unlock(lock) {
      const bytes = encodeCu16(at(lock), CU16.unlock);
      const answers = (frame: LockFrame) =>
        ofOurs(frame) && (frame.says === 'unlock' || frame.says === 'doors');
      if (answersUnlock) yield* ask(bytes, UNLOCK_MS, answers);
      else yield { bytes, waitMs: BUSY_MS };
      if (clearBusy) yield { bytes: encodeCu16(at(0), CU16.time), waitMs: BUSY_MS };
      return 'unknown';
    },
    *doors() {
      return contactsOf((yield* allContacts()).data, polarity);
    },
    moved: () => undefined,
  };
}
