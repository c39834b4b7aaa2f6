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
  | { readonly name: 'collected'; readonly title: string }
  | { readonly name: 'returning'; readonly returned: number }
  | {
      readonly name: 'courier';
      readonly moved: number;
      readonly waiting: number;
      readonly toTakeOut: readonly {
        readonly item: string;
        readonly title: string;
        readonly compartment: string;
      }[];
    }
  | { readonly name: 'putItem'; readonly compartment: string; readonly title: string }
  | { readonly name: 'waitAfterCodes'; readonly untilMs: number };

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
] as const;
export type NoticeName = (typeof NOTICES)[number];
export interface Notice {
  readonly name: NoticeName;
  /** Monotonic ms of the controller at which it disappears. */
  readonly untilMs: number;
  readonly title?: string;
  readonly compartment?: string;
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

export type Button = 'finish' | 'return';

/** What a person does at the kiosk. */
export type KioskInput =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'button'; readonly button: Button }
  /** From a list on the screen. */
  | { readonly kind: 'choose'; readonly item: string };
