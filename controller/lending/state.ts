/** What lending knows. Every value is immutable; a collection's changed keys are what the ledger writes. */
import type { CommandAction, Reply } from '../../protocol/platform/commands.ts';
import type { EntryOf } from '../../protocol/platform/entries.ts';
import type { Size } from '../../protocol/platform/words.ts';
import type { Button, Notice } from './screen.ts';

export type Door = 'open' | 'closed' | 'unknown';
export type OutReason = 'doorDoesNotOpen' | 'contentUnknown';
export type DoubtReason = EntryOf<'inDoubt'>['reason'];
export type VoidReason = EntryOf<'loanVoided'>['reason'];

/** Where the tags behind a door can be read: inside, by an antenna; at the pad beside the screen; nowhere. */
export type Sensed = 'compartment' | 'pad' | 'no';

export interface Compartment {
  readonly name: string;
  readonly size: Size;
  readonly board: string;
  readonly sensed: Sensed;
  /** `returns`: a bin for whatever is brought back, until a courier empties it. */
  readonly use: 'any' | 'returns';
  readonly door: Door;
  readonly outReason?: OutReason | undefined;
}

export interface Board {
  readonly name: string;
  readonly link: 'up' | 'down';
  /** The last boot number seen; 0 before the first. */
  readonly boot: number;
  /** The housing at this board, as entered last. */
  readonly tamper?: 'open' | 'closed';
}

/** placed -> loaded -> ready -> collected; inDoubt is left for ready or collected; withdrawn by the platform. */
export type HoldState = 'placed' | 'loaded' | 'ready' | 'collected' | 'inDoubt' | 'withdrawn';

export interface Hold {
  readonly id: string;
  readonly state: HoldState;
  readonly item: string;
  readonly title: string;
  /** Empty once collected: personal data is kept no longer than needed. */
  readonly patron: string;
  readonly size: Size;
  readonly code?: { readonly salt: string; readonly hash: string; readonly expires: string } | undefined;
}

/** A copy behind a door, or said to be there. One item, one place: this is the only record of it. */
export interface Item {
  readonly id: string;
  readonly title: string;
  readonly compartment: string;
  /** `stray`: seen by a reader, and nobody has said how it came there. */
  readonly as: 'hold' | 'returned' | 'stray';
  readonly hold?: string | undefined;
  /** Not certain that it is there: why. */
  readonly doubt?: DoubtReason | undefined;
}

/** Why a door is unlocked, and so which way its items go. */
export type Cause = EntryOf<'unlockRequested'>['cause'];

/** One item that is to pass a door. */
export interface Passage {
  readonly item: string;
  readonly title: string;
  readonly hold?: string | undefined;
  /** The item as it was, where it was in doubt before: a visit that settles nothing leaves it so. */
  readonly before?: (Item & { readonly doubt: DoubtReason }) | undefined;
}

/**
 * Items passing one door. `open`: the door has been seen open since the unlock. `checking`: it is closed again, and
 * its tags are being read. `doubt`: it was left open.
 */
export interface Movement {
  readonly cause: Cause;
  readonly compartment: string;
  readonly passages: readonly Passage[];
  readonly unlockId: number;
  readonly boardBoot: number;
  readonly attempt: number;
  readonly step: 'unlocking' | 'open' | 'checking' | 'doubt';
  /** Which reading of the tags is awaited. */
  readonly checkId?: number | undefined;
  /** The board went away before it told how the unlock ended; it has one more while to come back. */
  readonly awaitsBoard?: boolean;
  /** Monotonic ms at which the step is given up. Renewed after a restart: its past is not known. */
  readonly untilMs: number;
}

export interface Session {
  readonly id: string;
  readonly purpose: EntryOf<'sessionStarted'>['purpose'];
  readonly patron?: string;
  readonly courier?: string;
  /** Items that have passed a door in this visit. */
  readonly count: number;
  readonly movement?: Movement | undefined;
  /** When a person who does nothing is taken to have left; monotonic ms. 0: the session ends with its movement. */
  readonly idleUntilMs: number;
}

export interface Kiosk {
  readonly id: 'kiosk';
  readonly wrongCodes: number;
  readonly waitUntilMs: number;
  /** The session on the screen. */
  readonly front?: string | undefined;
  readonly notice?: Notice | undefined;
  readonly collected?: { readonly title: string; readonly untilMs: number } | undefined;
}

export interface Courier {
  readonly courier: string;
  readonly badgeHash: string;
}

/** A command that has been answered; a repeat gets the same answer. */
export interface Answered {
  readonly id: string;
  readonly outcome: Reply['outcome'];
  readonly reason?: string | undefined;
}

export interface LendingState {
  readonly compartments: Readonly<Record<string, Compartment>>;
  readonly boards: Readonly<Record<string, Board>>;
  readonly holds: Readonly<Record<string, Hold>>;
  readonly items: Readonly<Record<string, Item>>;
  readonly sessions: Readonly<Record<string, Session>>;
  readonly couriers: Readonly<Record<string, Courier>>;
  readonly answered: Readonly<Record<string, Answered>>;
  readonly kiosk: Readonly<Record<'kiosk', Kiosk>>;
}
export type Collection = keyof LendingState;
export const COLLECTIONS = [
  'compartments',
  'boards',
  'holds',
  'items',
  'sessions',
  'couriers',
  'answered',
  'kiosk',
] as const satisfies readonly Collection[];

export interface Times {
  readonly pulseMs: number;
  readonly openWaitMs: number;
  readonly leftOpenMs: number;
  readonly courierIdleMs: number;
  readonly returnIdleMs: number;
  /** How long the tags behind a closed door may take to be read. */
  readonly checkMs: number;
  readonly noticeMs: number;
}

/** What a step may know of the world besides its input. */
export interface Context {
  /** Monotonic ms of this start of the controller. */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly clock: 'trusted' | 'untrusted';
  /** The journal sequence that the first entry of this step will get. */
  readonly nextSequence: number;
  readonly version: string;
  readonly times: Times;
}

/** What a board says of one unlock; `refused` and `boardAway` mean that the coil was never on. */
export type UnlockAnswer =
  | 'pulsing'
  | 'waiting'
  | 'opened'
  | 'notOpened'
  | 'cutShort'
  | 'unknownId'
  | 'refused'
  | 'boardAway';

export interface CommandInput {
  readonly id: string;
  readonly expires: string;
  readonly action: CommandAction;
}

export type Input =
  | { readonly kind: 'started' }
  | { readonly kind: 'tick' }
  /** Typed, scanned, or read from a tag on the pad (then it is an item for certain) or from a patron's card. */
  | { readonly kind: 'code'; readonly text: string; readonly source?: 'tag' | 'card' }
  | { readonly kind: 'button'; readonly button: Button }
  | { readonly kind: 'choose'; readonly item: string }
  | { readonly kind: 'command'; readonly command: CommandInput }
  | { readonly kind: 'doorMoved'; readonly compartment: string; readonly open: boolean }
  | { readonly kind: 'unlockAnswered'; readonly unlockId: number; readonly answer: UnlockAnswer }
  | {
      readonly kind: 'tagsRead';
      readonly checkId: number;
      readonly compartment: string;
      /** `undefined`: the reader could not. */
      readonly reading: Reading | undefined;
    }
  | { readonly kind: 'tamperMoved'; readonly board: string; readonly open: boolean }
  | { readonly kind: 'boardDown'; readonly board: string }
  | {
      readonly kind: 'boardUp';
      readonly board: string;
      readonly firmware: string;
      readonly boot: number;
      readonly resetCause: number;
      readonly doors: Readonly<Record<string, Door>>;
      readonly tamper: 'open' | 'closed';
    };

/** What a reader saw. */
export interface Reading {
  /** Items by what is written on their tags. */
  readonly items: readonly string[];
  /** Items of several parts of which some are not there. */
  readonly partly: readonly string[];
  /** Tags that are there and name no item. */
  readonly unknownTags: number;
  /** No tag was missed as far as the reader can tell. */
  readonly complete: boolean;
}

/** Carried out only after the entries of the same step are committed. */
export type Effect =
  | { readonly kind: 'unlock'; readonly compartment: string; readonly unlockId: number }
  | { readonly kind: 'askUnlock'; readonly compartment: string; readonly unlockId: number }
  | { readonly kind: 'lamp'; readonly compartment: string; readonly mode: 'off' | 'on' | 'blink' }
  | { readonly kind: 'readTags'; readonly checkId: number; readonly compartment: string }
  | { readonly kind: 'reply'; readonly reply: Reply };

export type CompartmentPlan = Pick<Compartment, 'name' | 'size' | 'board' | 'sensed' | 'use'>;

/** What of a value outlives the process: not doors, links and notices, which are only true while it runs. */
export function kept(collection: Collection, value: unknown): unknown {
  if (collection === 'compartments') return { ...(value as Compartment), door: 'unknown' };
  if (collection === 'boards') return { ...(value as Board), link: 'down' };
  if (collection !== 'kiosk') return value;
  const { id, wrongCodes, front } = value as Kiosk;
  return { id, wrongCodes, front, waitUntilMs: 0 };
}

const EMPTY: LendingState = {
  compartments: {},
  boards: {},
  holds: {},
  items: {},
  sessions: {},
  couriers: {},
  answered: {},
  kiosk: { kiosk: { id: 'kiosk', wrongCodes: 0, waitUntilMs: 0 } },
};

/**
 * The state after a start: what the ledger kept, the compartments that the configuration names, and nothing that is
 * only true while a process runs: doors and links are unknown until the boards tell, deadlines begin anew.
 */
export function restore(
  kept: Partial<LendingState>,
  plan: readonly CompartmentPlan[],
  nowMs: number,
  times: Times,
) {
  const was = { ...EMPTY, ...kept };
  const compartments = Object.fromEntries(
    plan.map((planned) => {
      const { outReason } = was.compartments[planned.name] ?? {};
      return [planned.name, { ...planned, door: 'unknown' as const, outReason }];
    }),
  );
  const boards = Object.fromEntries(
    plan.map(({ board }) => [board, { boot: 0, ...was.boards[board], name: board, link: 'down' as const }]),
  );
  const sessions = mapValues(was.sessions, (session) => ({
    ...session,
    idleUntilMs: session.idleUntilMs === 0 ? 0 : nowMs + times.courierIdleMs,
    movement: session.movement && renewed(session.movement, nowMs + times.leftOpenMs),
  }));
  const { wrongCodes, front } = was.kiosk.kiosk;
  const waitUntilMs = codeWaitMs(wrongCodes) + (wrongCodes ? nowMs : 0);
  const kiosk = { kiosk: { id: 'kiosk' as const, wrongCodes, waitUntilMs, front } };
  return { ...was, compartments, boards, sessions, kiosk } satisfies LendingState;
}

/** A doubt that waits for its door has no deadline. */
function renewed(movement: Movement, untilMs: number): Movement {
  return movement.step === 'doubt' ? movement : { ...movement, untilMs };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

const FREE_WRONG_CODES = 4;
const FIRST_WAIT_MS = 30_000;
const WAIT_MS_MAX = 15 * 60_000;

/** How long the kiosk waits after so many wrong codes in a row: 30 s at the fifth, twice as long at each further one. */
export function codeWaitMs(wrongCodes: number): number {
  const waits = wrongCodes - FREE_WRONG_CODES;
  return waits <= 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(waits - 1, 10), WAIT_MS_MAX);
}
