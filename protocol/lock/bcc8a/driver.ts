/** "8A" lock boards: unlock, one contact, all contacts, and doors that tell unasked that they moved. */
import { sameBytes } from '../../wire/hex.ts';
import { ask, type Wire } from '../../wire/talk.ts';
import {
  type Contact,
  contactOf,
  contactsOf,
  type LockDriver,
  type LockFrame,
  type LockOptions,
  type LockTalk,
} from '../lock.ts';
import { QuietSplitter } from '../quiet.ts';
import { encode8a, FRAMING_8A, FUNCTION, HEAD } from './frame.ts';

/**
 * 5 ms without a byte end a frame at 9600 baud (four to five characters). A USB adapter may hold bytes back for 16 ms
 * (the latency timer of FTDI chips), so a host that waited for 5 ms would cut frames in two.
 */
export const WIRE_8A: Wire<LockFrame> = {
  serial: { baud: 9_600, parity: 'none' },
  quietMs: 22,
  pauseMs: 5,
  splitter: (bad) => new QuietSplitter(FRAMING_8A, bad),
};

/** What the maker says; some boards answer within the pulse, some after it. */
const PULSE_MS = 300;
const SECOND_MS = 1_000;
const CONTACTS_MS = 800;
/** Public drivers wait for 1 s to 3 s; the board is busy with the pulse itself for most of it. */
const UNLOCK_MS = 1_200;

export const LIMITS_8A = {
  addressMin: 1,
  addressMax: 32,
  locksMax: 50,
  pulse: { msMin: 1_000, msMax: 9_000, msStep: SECOND_MS },
} as const;

export function bcc8a(options: LockOptions = {}): LockDriver {
  const {
    address = 1,
    polarity = 'oneIsClosed',
    byteOrder = 'lowFirst',
    pulseMs,
    answersUnlock = true,
  } = options;
  /** Whether this line gives our own requests back: seen whenever all contacts are asked for. */
  let echoes = false;
  const ofOurs = ({ address: from }: LockFrame) => from === address;
  const ofLock = (frame: LockFrame, lock: number) => ofOurs(frame) && frame.lock === lock;

  /** The echo may come together with the answer, so both are looked for at once. */
  function* allContacts(): LockTalk<Uint8Array> {
    const request = encode8a(HEAD.contacts, address, 0, FUNCTION.contacts);
    let heardOurselves = false;
    const answer = yield* ask(request, CONTACTS_MS, (frame) => {
      heardOurselves ||= sameBytes(frame.bytes, request);
      return ofOurs(frame) && frame.says === 'doors';
    });
    echoes = heardOurselves;
    return answer.data;
  }

  /**
   * With level 11 the answer is the command, byte for byte. On a line that echoes, the first such frame is the echo, and
   * only what comes after it is the board's.
   */
  function* unlock(lock: number): LockTalk<Contact> {
    const seconds = pulseMs === undefined ? [] : [Math.round(pulseMs / SECOND_MS)];
    const request = encode8a(HEAD.unlock, address, lock + 1, FUNCTION.unlock, ...seconds);
    if (!answersUnlock) {
      yield { bytes: request, waitMs: pulseMs ?? PULSE_MS };
      return 'unknown';
    }
    let echoDue = echoes;
    const { level } = yield* ask(request, UNLOCK_MS + (pulseMs ?? 0), (frame: LockFrame) => {
      if (!ofLock(frame, lock) || frame.bytes[0] !== HEAD.unlock) return false;
      const echo = echoDue && sameBytes(frame.bytes, request);
      if (echo) echoDue = false;
      return !echo;
    });
    return level === undefined ? 'unknown' : contactOf(level, polarity);
  }

  return {
    wire: WIRE_8A,
    can: {
      locksMax: LIMITS_8A.locksMax,
      acknowledgedEvents: false,
      unsolicited: true,
      pulse: LIMITS_8A.pulse,
      boardRemembersUnlocks: false,
    },
    address,
    pulseMs: pulseMs ?? PULSE_MS,
    *identify() {
      const data = yield* allContacts();
      return { model: '8A lock board', contacts: data.length * 8 };
    },
    unlock,
    *doors() {
      return contactsOf(yield* allContacts(), polarity, byteOrder);
    },
    *door(lock) {
      const request = encode8a(HEAD.contacts, address, lock + 1, FUNCTION.contacts);
      const answer = yield* ask(
        request,
        CONTACTS_MS,
        (frame) => ofLock(frame, lock) && frame.says === 'door',
      );
      return answer.level === undefined ? 'unknown' : contactOf(answer.level, polarity);
    },
    moved(frame) {
      const { says, lock, level } = frame;
      if (says !== 'moved' || !ofOurs(frame) || lock === undefined || level === undefined) return undefined;
      return { lock, contact: contactOf(level, polarity) };
    },
  };
}
