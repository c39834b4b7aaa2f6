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
  | { readonly name: 'collected'; readonly title: string }
  | { readonly name: 'courier'; readonly loaded: number; readonly waiting: number }
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

/** What a person does at the kiosk. */
export type KioskInput =
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'button'; readonly button: 'finish' };
