/** What the cabinet and the terminal need of a board: ours, or a commercial one. */
import type { Input, UnlockAnswer } from '../lending/inputs.ts';
import type { Lamps } from './lamps.ts';

export interface BoardPlan {
  /** Its name everywhere: our boards say it themselves, as their serial number. */
  readonly name: string;
  /** Compartment names in the board's order. */
  readonly compartments: readonly string[];
}

export interface BoardHandlers {
  /** Resolves when the input's entries are durable. */
  input(input: Input): Promise<void>;
  trouble(message: string, about: object): void;
}

/** For the technician. */
export interface BoardDescription {
  readonly board: string;
  readonly link: 'up' | 'down';
  readonly port?: string | undefined;
  readonly firmware?: string | undefined;
  readonly kind?: string | undefined;
  readonly boot?: number | undefined;
  readonly reference?: number | undefined;
  readonly trouble?: string | undefined;
}

export interface CabinetBoard {
  readonly plan: BoardPlan;
  readonly link: 'up' | 'down';
  /** Why the link is down, where that is known. */
  readonly trouble: string | undefined;
  readonly framesBad: number;
  /** Missing: it has none. */
  readonly lamps?: Lamps;
  describe(): BoardDescription;
  /** Pulses, or tells why not. Resolves without an answer when the board's events will tell. */
  unlock(index: number, unlockId: number): Promise<UnlockAnswer | undefined>;
  /** How that unlock stands; never pulses. No answer while the link is down: the next `boardUp` asks again. */
  askUnlock(unlockId: number, index: number): Promise<UnlockAnswer | undefined>;
}
