/** What lending knows. Every value is immutable; a collection's changed keys are what the ledger writes. */
import type { Reply } from '../../protocol/platform/commands.ts';
import type { CreditPass } from '../../protocol/platform/credit-pass.ts';
import type { EntryOf } from '../../protocol/platform/entries.ts';
import type { PlatformQuestion } from '../../protocol/platform/questions.ts';
import type { Reach, Size } from '../../protocol/platform/words.ts';
import type { Notice } from './screen.ts';

export type Door = 'open' | 'closed' | 'unknown';
export type OutReason = 'doorDoesNotOpen' | 'contentUnknown';
export type DoubtReason = EntryOf<'inDoubt'>['reason'];
export type VoidReason = EntryOf<'loanVoided'>['reason'];
export type Claim = EntryOf<'loanDisputed'>['claim'];

/** Where the tags behind a door can be read: inside, by an antenna; at the pad beside the screen; nowhere. */
export type Sensed = 'compartment' | 'pad' | 'no';

export interface Compartment {
  readonly name: string;
  readonly size: Size;
  readonly board: string;
  readonly sensed: Sensed;
  /** `returns`: a bin for whatever is brought back, until a courier empties it. */
  readonly use: 'any' | 'returns';
  readonly reach: Reach;
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
  /** Where this patron reaches; missing: anywhere. */
  readonly reach?: Reach | undefined;
  readonly code?: { readonly salt: string; readonly hash: string; readonly expires: string } | undefined;
}

/** A copy behind a door, or said to be there. One item, one place: this is the only record of it. */
export interface Item {
  readonly id: string;
  readonly title: string;
  readonly compartment: string;
  /**
   * `stock`: for anybody to borrow; `shop`: a bookshop's, bought when it is lent; `stray`: seen by a reader, and nobody
   * has said how it came there.
   */
  readonly as: 'hold' | 'stock' | 'shop' | 'returned' | 'stray';
  readonly hold?: string | undefined;
  readonly shop?: Shop | undefined;
  /** Not for issue while offline: its tag says so (ISO 28560-2), or the platform. */
  readonly onlineOnly?: boolean | undefined;
  /** Not certain that it is there: why. */
  readonly doubt?: DoubtReason | undefined;
}

export interface Shop {
  readonly isbn: string;
  readonly priceFen: number;
}

/** Stock that a courier shall bring. */
export interface StockPlan {
  readonly item: string;
  readonly title: string;
  readonly size: Size;
  readonly onlineOnly?: boolean | undefined;
  readonly shop?: Shop | undefined;
}

/** Why a door is unlocked, and so which way its items go. */
export type Cause = EntryOf<'unlockRequested'>['cause'];

/** One item that is to pass a door. */
export interface Passage {
  /** Where it is not the movement's: a courier takes one item out and puts another in. */
  readonly cause?: Cause | undefined;
  readonly item: string;
  readonly title: string;
  readonly hold?: string | undefined;
  /** The item as it was, where it was in doubt before: a visit that settles nothing leaves it so. */
  readonly before?: (Item & { readonly doubt: DoubtReason }) | undefined;
  readonly grant?: Grant | undefined;
  /** Stock on its way in. */
  readonly stock?: StockPlan | undefined;
}

/** Who let a patron borrow, and until when. */
export interface Grant {
  readonly by: 'library' | 'platform' | 'pass';
  readonly patron: string;
  readonly due?: string | undefined;
  readonly pass?: string | undefined;
  readonly shop?: Shop | undefined;
  /** Of the local library, which must be told of the loan; forgotten when it has been. */
  readonly card?: string | undefined;
}

/** Who stands at the screen, known by a pass or a card. */
export interface Visitor {
  readonly by: 'pass' | 'library' | 'platform';
  readonly patron: string;
  readonly card?: string | undefined;
  readonly pass?: CreditPass | undefined;
  /** Items that the local library keeps here for this patron (SIP2 `AS`). */
  readonly waiting: readonly string[];
}

/** Whether a question is under way, and what its answer is for. */
export interface Asking {
  readonly requestId: number;
  readonly about: PlatformQuestion['kind'];
  readonly item?: string | undefined;
  readonly untilMs: number;
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
  /** Nobody saw the door shut before it was asked for: that it is open proves nothing, and its contact may be broken. */
  readonly openBefore?: boolean | undefined;
  /** What the patron says while the door is open, against what it would tell. */
  readonly claim?: Claim | undefined;
  /** Which reading of the tags is awaited. */
  readonly checkId?: number | undefined;
  /** The board went away before it told how the unlock ended; it has one more while to come back. */
  readonly awaitsBoard?: boolean;
  /** Monotonic ms at which the step is given up. Renewed after a restart: its past is not known. */
  readonly untilMs: number;
}

/** A door that shall open, and for what. */
export interface Wish {
  readonly cause: Cause;
  readonly compartment: string;
  readonly passages: readonly Passage[];
}

export interface Session {
  readonly id: string;
  readonly purpose: EntryOf<'sessionStarted'>['purpose'];
  readonly patron?: string;
  readonly courier?: string;
  /** Items that have passed a door in this visit. */
  readonly count: number;
  readonly movement?: Movement | undefined;
  /** Doors that open after this one. */
  readonly queue?: readonly Wish[] | undefined;
  /** A visit: who it is, once that is known; before, the card that waits for its PIN. */
  readonly visitor?: Visitor | undefined;
  readonly card?: string | undefined;
  /** Books are renewed now, and so many have been. */
  readonly renewing?: number | undefined;
  readonly asking?: Asking | undefined;
  /** When a person who does nothing is taken to have left; monotonic ms. 0: the session ends with its movement. */
  readonly idleUntilMs: number;
}

export interface Kiosk {
  readonly id: 'kiosk';
  readonly wrongCodes: number;
  /** When the last wrong code came; monotonic ms. */
  readonly wrongAtMs: number;
  readonly waitUntilMs: number;
  /** The session on the screen. */
  readonly front?: string | undefined;
  readonly notice?: Notice | undefined;
  readonly collected?: Collected | undefined;
  /** Questions asked since the start. */
  readonly asked: number;
}

/** The last loan, for as long as the patron may say something against it. */
export interface Collected {
  readonly title: string;
  readonly compartment: string;
  readonly lent: readonly Lent[];
  readonly untilMs: number;
}
export interface Lent {
  readonly item: string;
  readonly title: string;
  readonly hold?: string | undefined;
}

export interface Courier {
  readonly courier: string;
  readonly badgeHash: string;
}

/** How often a credit pass was used here. */
export interface PassUse {
  readonly id: string;
  readonly used: number;
  readonly untilMs: number;
}

export interface PassKey {
  readonly key: number;
  readonly publicKey: string;
}

/** A pass or a patron that no longer counts. */
export interface Revoked {
  readonly id: string;
  readonly untilMs: number;
}

/** Wrong PINs of one card, named by its hash. */
export interface PinTries {
  readonly id: string;
  readonly wrong: number;
  readonly waitUntilMs: number;
}

/** What the local library must still be told, in the order in which it happened. */
export interface Telling {
  /** Sequence of the entry that says it. */
  readonly id: number;
  readonly what: 'checkout' | 'checkin';
  readonly item: string;
  readonly card?: string | undefined;
  readonly due?: string | undefined;
  /** 0: the clock was not trusted. */
  readonly wallMs: number;
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
  readonly stock: Readonly<Record<string, StockPlan>>;
  /** Items that are lent no more, here or on their way. */
  readonly recalls: Readonly<Record<string, { readonly item: string }>>;
  readonly passes: Readonly<Record<string, PassUse>>;
  readonly passKeys: Readonly<Record<string, PassKey>>;
  readonly revoked: Readonly<Record<string, Revoked>>;
  readonly pins: Readonly<Record<string, PinTries>>;
  readonly tellings: Readonly<Record<string, Telling>>;
  readonly neighbours: Readonly<Record<'neighbours', { readonly names: readonly string[] }>>;
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
  'stock',
  'recalls',
  'passes',
  'passKeys',
  'revoked',
  'pins',
  'tellings',
  'neighbours',
  'sessions',
  'couriers',
  'answered',
  'kiosk',
] as const satisfies readonly Collection[];
