/**
 * What a commercial lock board can be asked, whoever made it. Such boards know less than ours: they pulse and they tell
 * their contacts, but they number no events, remember no unlock and confirm that they were asked, not that a door
 * opened. Each driver says it in the board's own bytes.
 */
import type { Talk, Wire } from '../wire/talk.ts';

/** What a contact tells. `unknown`: the board has no such contact. */
export type Contact = 'open' | 'closed' | 'unknown';

/** One good frame of any board, in either direction, as far as a host cares. */
export interface LockFrame {
  readonly says:
    | 'askAll'
    | 'askOne'
    | 'unlock'
    /** The board answers an unlock: it did as asked, which is not that a door opened. */
    | 'done'
    /** The board answers that it could not. */
    | 'failed'
    /** All contacts: `data` as it came. */
    | 'doors'
    /** One contact: `lock` and `level`. */
    | 'door'
    /** Told unasked: `lock` and `level`. */
    | 'moved'
    | 'askTime'
    | 'setTime'
    /** For how long the coil is on, in 10 ms: `data`, high byte first. */
    | 'time'
    | 'other';
  readonly address: number;
  /** From 0. */
  readonly lock?: number;
  /** 1 or 0, whatever that means where the board is wired. */
  readonly level?: 0 | 1;
  readonly data: Uint8Array;
  /** The frame itself: an RS485 adapter that hears itself gives the request back. */
  readonly bytes: Uint8Array;
}

export type LockTalk<T> = Talk<T, LockFrame>;

/** What level of a contact means that the door is closed: with one board the lock's switch decides, not the maker. */
export const POLARITIES = ['oneIsClosed', 'oneIsOpen'] as const;
export type Polarity = (typeof POLARITIES)[number];
/** Whether the first status byte tells locks 1 to 8, or the last one does. */
export const BYTE_ORDERS = ['lowFirst', 'lowLast'] as const;
export type ByteOrder = (typeof BYTE_ORDERS)[number];

export interface LockOptions {
  /** As set on the board; the driver's default where it is missing. */
  readonly address?: number | undefined;
  readonly polarity?: Polarity | undefined;
  readonly byteOrder?: ByteOrder | undefined;
  /** How long the coil is on; what the board does by itself where it is missing. */
  readonly pulseMs?: number | undefined;
  /** Whether an unlock is answered. */
  readonly answersUnlock?: boolean | undefined;
  /** Kerong CU16: ask for the unlock time after each unlock, which clears a busy state that some firmwares keep. */
  readonly clearBusy?: boolean | undefined;
}

export type PulseRange =
  | 'fixed'
  | { readonly msMin: number; readonly msMax: number; readonly msStep: number };

/** What lending and the technician may count on. */
export interface LockCapabilities {
  readonly locksMax: number;
  /** Events are numbered and told again until they are acknowledged. */
  readonly acknowledgedEvents: false;
  /** It may tell that a door moved before it is asked. */
  readonly unsolicited: boolean;
  readonly pulse: PulseRange;
  /** It can be asked how an earlier unlock ended. */
  readonly boardRemembersUnlocks: false;
}

export interface LockIdentity {
  readonly model: string;
  /** Contacts that it tells; more than it has locks, with some boards. */
  readonly contacts: number;
}

/** Locks count from 0. Talks end with `wire.refused` where the board answers that it could not. */
export interface LockDriver {
  readonly wire: Wire<LockFrame>;
  readonly can: LockCapabilities;
  readonly address: number;
  /** The coil is off again this long after the command, as far as anybody knows. */
  readonly pulseMs: number;
  /** Also the probe that shows that the board is alive. */
  identify(): LockTalk<LockIdentity>;
  /** Told once after each connection: settings that the board may have lost. */
  prepare?(): LockTalk<void>;
  /** Ends when the board listens again. What it says of the contact is no proof: the next `doors` is. */
  unlock(lock: number): LockTalk<Contact>;
  /** Every contact that the board tells, from the first lock on. */
  doors(): LockTalk<readonly Contact[]>;
  door?(lock: number): LockTalk<Contact>;
  /** Whether a frame that nobody asked for tells that a door of this board moved. */
  moved(frame: LockFrame): { readonly lock: number; readonly contact: Contact } | undefined;
}

export function contactOf(level: 0 | 1, polarity: Polarity): Contact {
  return (level === 1) === (polarity === 'oneIsClosed') ? 'closed' : 'open';
}

/** One bit for each lock, the lowest bit first. */
export function contactsOf(data: Uint8Array, polarity: Polarity, order: ByteOrder = 'lowFirst'): Contact[] {
  const bytes = order === 'lowFirst' ? [...data] : [...data].reverse();
  return bytes.flatMap((byte) =>
    Array.from({ length: 8 }, (_, bit) => contactOf(byte & (1 << bit) ? 1 : 0, polarity)),
  );
}

/** The bits that a board sends for these levels. */
export function levelBytes(
  levels: readonly (0 | 1)[],
  bytes: number,
  order: ByteOrder = 'lowFirst',
): number[] {
  const told = Array.from({ length: bytes }, (_, at) =>
    levels.slice(at * 8, at * 8 + 8).reduce<number>((byte, level, bit) => byte | (level << bit), 0),
  );
  return order === 'lowFirst' ? told : told.reverse();
}

/** For explanations: which locks a byte of levels names, counted from 1 as on the board. */
export function lockBits(byte: number, first: number): string {
  const locks = Array.from({ length: 8 }, (_, bit) => bit)
    .filter((bit) => byte & (1 << bit))
    .map((bit) => first + bit);
  return locks.length ? `1 at lock ${locks.join(', ')}` : `0 at locks ${first} to ${first + 7}`;
}
