/** What lending is told, and what it wants done. */
import type { CommandAction, Reply } from '../../protocol/platform/commands.ts';
import type { Answer as PlatformAnswer, PlatformQuestion } from '../../protocol/platform/questions.ts';
import type { Button } from './screen.ts';
import type { Door } from './state.ts';

export interface Times {
  readonly pulseMs: number;
  readonly openWaitMs: number;
  readonly leftOpenMs: number;
  readonly courierIdleMs: number;
  readonly returnIdleMs: number;
  readonly visitIdleMs: number;
  /** How long library and platform together may think about a question. */
  readonly askMs: number;
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
  /** A local library is configured: it is told of loans and returns. */
  readonly library: boolean;
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
  | { readonly kind: 'pin'; readonly pin: string }
  | { readonly kind: 'answered'; readonly requestId: number; readonly answer: Answer }
  | {
      readonly kind: 'libraryTold';
      readonly telling: number;
      readonly outcome: 'done' | 'refused';
      readonly reason?: string;
    }
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

/** What is asked of the local library first, and of the platform where that cannot serve. */
export type Question = PlatformQuestion & { readonly library?: { readonly card: string } };

export type Answer =
  | {
      readonly outcome: 'granted';
      readonly by: 'library' | 'platform';
      readonly patron?: string | undefined;
      /** Items that wait here for this patron. */
      readonly waiting?: readonly string[] | undefined;
      readonly due?: string | undefined;
    }
  | {
      readonly outcome: 'refused';
      readonly by: 'library' | 'platform';
      readonly reason: NonNullable<PlatformAnswer['reason']>;
    }
  /** Nobody could be asked in time. */
  | { readonly outcome: 'unavailable' };

/** What a reader saw. */
export interface Reading {
  /** Items by what is written on their tags. */
  readonly items: readonly string[];
  /** Items of several parts of which some are not there. */
  readonly partly: readonly string[];
  /** Items whose tags forbid that they are lent offline. */
  readonly onlineOnly: readonly string[];
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
  | { readonly kind: 'ask'; readonly requestId: number; readonly question: Question }
  | { readonly kind: 'reply'; readonly reply: Reply };

export type InputOf<K extends Input['kind']> = Extract<Input, { kind: K }>;
