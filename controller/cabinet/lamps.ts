/**
 * The lamps of one board. Lending's word comes first; where lending has a lamp off, the panel's wish shows. Latest
 * wins, one request for each lamp at a time: whoever changes a lamp a hundred times a second does not flood the link.
 */
import { LAMP_MODES } from '../../protocol/board/messages.ts';

export interface Lamp {
  readonly mode: keyof typeof LAMP_MODES;
  /** Eighths, in mode `dim`. */
  readonly level: number;
}

const OFF: Lamp = { mode: 'off', level: 0 };
/** At most so often for one lamp; an eye sees no more steps. */
const PAUSE_MS = 50;

interface State {
  lending: Lamp;
  panel: Lamp;
  told: Lamp;
  sending: boolean;
}

export type SendLamp = (lamp: { compartment: number; mode: number; level: number }) => Promise<boolean>;

export class Lamps {
  readonly #send: SendLamp;
  readonly #lamps: State[];
  /** Counts the board's returns: what was under way before one was told to nobody. */
  #returns = 0;

  /** `send` resolves with whether the board took it. */
  constructor(count: number, send: SendLamp) {
    this.#send = send;
    this.#lamps = Array.from({ length: count }, () => ({
      lending: OFF,
      panel: OFF,
      told: OFF,
      sending: false,
    }));
  }

  lending(index: number, mode: Lamp['mode']): void {
    this.#set(index, 'lending', { mode, level: 0 });
  }

  panel(index: number, lamp: Lamp): void {
    this.#set(index, 'panel', lamp);
  }

  /** The board has started or come back: it shows nothing yet. */
  sendAll(): void {
    this.#returns += 1;
    for (const lamp of this.#lamps) lamp.told = OFF;
    this.#lamps.forEach((_, index) => {
      void this.#bring(index);
    });
  }

  #set(index: number, who: 'lending' | 'panel', wanted: Lamp): void {
    const lamp = this.#lamps[index];
    if (!lamp) return;
    lamp[who] = wanted;
    void this.#bring(index);
  }

  async #bring(index: number): Promise<void> {
    const lamp = this.#lamps[index];
    if (!lamp || lamp.sending) return;
    lamp.sending = true;
    for (;;) {
      const wanted = lamp.lending.mode === 'off' ? lamp.panel : lamp.lending;
      if (same(wanted, lamp.told)) break;
      const { mode, level } = wanted;
      const returns = this.#returns;
      const taken = await this.#send({ compartment: index, mode: LAMP_MODES[mode], level });
      if (returns !== this.#returns) continue;
      if (!taken) break;
      lamp.told = wanted;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
    }
    lamp.sending = false;
  }
}

const same = (one: Lamp, other: Lamp) => one.mode === other.mode && one.level === other.level;
