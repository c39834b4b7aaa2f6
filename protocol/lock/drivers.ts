/** The lock boards that a configuration can name. */
import type { FieldSeen } from '../wire/cursor.ts';
import { bcc8a, LIMITS_8A } from './bcc8a/driver.ts';
import { decode8a } from './bcc8a/frame.ts';
import { cu16, LIMITS_CU16 } from './cu16/driver.ts';
import { decodeCu16 } from './cu16/frame.ts';
import { cu48, LIMITS_CU48 } from './cu48/driver.ts';
import { decodeCu48 } from './cu48/frame.ts';
import type { LockDriver, LockFrame, LockOptions, PulseRange } from './lock.ts';
import { LIMITS_WKLY, wkly } from './wkly/driver.ts';
import { decodeWkly } from './wkly/frame.ts';

export interface LockLimits {
  readonly addressMin: number;
  readonly addressMax: number;
  readonly locksMax: number;
  readonly pulse: PulseRange;
}

export interface LockDriverEntry {
  readonly about: string;
  readonly limits: LockLimits;
  create(options?: LockOptions): LockDriver;
  /** What one frame of either direction says, as a sentence; each field goes into the trail. @throws WireError */
  decode(bytes: Uint8Array, trail?: FieldSeen[]): string;
}

export const LOCK_DRIVER_NAMES = ['8a', 'wkly', 'cu16', 'cu48'] as const;
export type LockDriverName = (typeof LOCK_DRIVER_NAMES)[number];

export const LOCK_DRIVERS: Readonly<Record<LockDriverName, LockDriverEntry>> = {
  '8a': {
    about: '"8A" boards with an XOR at the end (Shuoming and many others), 2 to 50 locks, 9600 8N1',
    limits: LIMITS_8A,
    create: bcc8a,
    decode: (bytes, trail) => sentence(decode8a(bytes, trail)),
  },
  wkly: {
    about: 'boards whose frames begin with "WKLY", 9600 8N1',
    limits: LIMITS_WKLY,
    create: wkly,
    decode: (bytes, trail) => sentence(decodeWkly(bytes, trail)),
  },
  cu16: {
    about: 'Kerong CU16, 16 locks, 19200 8N1',
    limits: LIMITS_CU16,
    create: cu16,
    decode: (bytes, trail) => sentence(decodeCu16(bytes, trail)),
  },
  cu48: {
    about: 'Kerong CU48, 48 locks, 19200 8N1',
    limits: LIMITS_CU48,
    create: cu48,
    decode: (bytes, trail) => sentence(decodeCu48(bytes, trail)),
  },
};

const WORDS: Readonly<Record<LockFrame['says'], (frame: LockFrame) => string>> = {
  askAll: () => 'is asked for all contacts',
  askOne: (frame) => `is asked for the contact of ${lockOf(frame)}`,
  unlock: (frame) =>
    `is told to unlock ${lockOf(frame)}${frame.level === 1 ? '; or answers that its contact reads 1' : ''}`,
  done: (frame) => `did as told with ${lockOf(frame)}${levelOf(frame)}`,
  failed: () => 'answers that it could not',
  doors: ({ data }) => `tells its contacts: ${data.length} bytes`,
  door: (frame) => `tells of ${lockOf(frame)}${levelOf(frame)}`,
  moved: (frame) => `tells unasked that the door of ${lockOf(frame)} moved${levelOf(frame)}`,
  askTime: () => 'is asked for its unlock time',
  setTime: () => 'is told its unlock time',
  time: () => 'tells its unlock time',
  other: () => 'gets or gives a frame that this driver does not use',
};

function sentence(frame: LockFrame): string {
  return `Board ${frame.address} ${WORDS[frame.says](frame)}.`;
}

const lockOf = ({ lock }: LockFrame) => (lock === undefined ? 'all locks' : `lock ${lock + 1}`);
const levelOf = ({ level }: LockFrame) => (level === undefined ? '' : `; its contact reads ${level}`);
