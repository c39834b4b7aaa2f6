/** What the kiosk shows: a value derived from lending's state. Texts and languages belong to the page. */

/** The main picture on the screen. `compartment` is the name on the door, such as A07. */
export type Screen =
  | { readonly name: 'idle' }
  | {
      readonly name: 'opening';
      readonly compartment: string;
      readonly title: string;
      readonly attempt: number;
    }
  | { readonly name: 'takeItem'; readonly compartment: string; readonly title: string }
  | { readonly name: 'closeDoor'; readonly compartment: string }
  | { readonly name: 'checking'; readonly compartment: string; readonly at: 'compartment' | 'pad' }
  /** The patron may open again, or say something against it. */
  | { readonly name: 'collected'; readonly title: string; readonly compartment: string }
  | { readonly name: 'returning'; readonly returned: number }
  | { readonly name: 'renewing'; readonly renewed: number }
  | { readonly name: 'showCard' }
  | { readonly name: 'enterPin' }
  /** Library or platform is being asked. */
  | { readonly name: 'asking' }
  | {
      readonly name: 'visit';
      readonly holds: readonly Offer[];
      readonly stock: readonly Offer[];
      /** Items that the pass still allows. */
      readonly left?: number;
    }
  | {
      readonly name: 'courier';
      readonly moved: number;
      /** To be put in: the courier's route at this terminal. */
      readonly toPutIn: readonly { readonly item: string; readonly title: string }[];
      readonly toTakeOut: readonly (Offer & { readonly why: string })[];
      /** In doubt: a courier opens and looks. */
      readonly toCheck: readonly Offer[];
    }
  | { readonly name: 'putItem'; readonly compartment: string; readonly title: string }
  | { readonly name: 'waitAfterCodes'; readonly untilMs: number };

/** An item on a list from which somebody chooses. */
export interface Offer {
  readonly item: string;
  readonly title: string;
  readonly compartment: string;
  /** A bookshop's price. */
  readonly priceFen?: number;
}

/** A short answer beside the main picture; each has a text in every language. */
export const NOTICES = [
  'unknownCode',
  'expiredCode',
  'usedCode',
  'notLoadedYet',
  'boardAway',
  'doorDidNotOpen',
  'doorDidNotOpenTryAgain',
  'loanInDoubt',
  'returnInDoubt',
  'itemStillInside',
  'itemNotInside',
  'otherItemInside',
  'itemTaken',
  'partsMissing',
  'itemReturned',
  'itemTakenOut',
  'alreadyHere',
  'thatIsACode',
  'wrongItem',
  'alreadyLoaded',
  'noFreeCompartment',
  'itemLoaded',
  'itemNotLoaded',
  'courierDone',
  'busy',
  'full',
  'counting',
  'cannotCount',
  'claimHeard',
  'renewed',
  'notRenewed',
  'notOnLoan',
  'notNow',
  'notOffline',
  'notLoanable',
  'notBought',
  'limitReached',
  'itemRecalled',
  'patronBlocked',
  'unknownPatron',
  'wrongPin',
  'pinWait',
  'passInvalid',
  'passExpired',
  'passRevoked',
] as const;
export type NoticeName = (typeof NOTICES)[number];
export interface NoticeAbout {
  readonly title?: string;
  readonly compartment?: string;
  /** Another terminal. */
  readonly elsewhere?: string;
  /** RFC 3339. */
  readonly due?: string;
}
export interface Notice extends NoticeAbout {
  readonly name: NoticeName;
  /** Monotonic ms of the controller at which it disappears. */
  readonly untilMs: number;
}

export interface KioskView {
  readonly screen: Screen;
  readonly notice?: Notice;
  /** Monotonic ms when the view was made: the page counts down from differences to it. */
  readonly nowMs: number;
  readonly platformLink: 'up' | 'down';
  readonly compartments: readonly {
    readonly compartment: string;
    readonly door: 'open' | 'closed' | 'unknown';
    readonly service: 'in' | 'out';
  }[];
}

export const BUTTONS = [
  'finish',
  'return',
  'renew',
  'card',
  'collectAll',
  'openAgain',
  'notTaken',
  'notMine',
  'nothingInside',
  'count',
] as const;
export type Button = (typeof BUTTONS)[number];

/** What a person does at the kiosk. */
export type KioskInput =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'button'; readonly button: Button }
  | { readonly kind: 'pin'; readonly pin: string }
  /** From a list on the screen. */
  | { readonly kind: 'choose'; readonly item: string };
