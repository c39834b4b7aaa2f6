/**
 * Tells the local library what has happened: loans and returns, strictly in their order, one at a time, and only while
 * its link is up. The list is lending's state; what was told leaves it, durably, before the next one is told. So days
 * without a network, and a restart at any moment, lose none and tell none out of order.
 *
 *   first of the list ──> 11, 09 ── taken ───────────────────────────────> done
 *                           │ refused: 17 (and 63) ── so already, or not an item of this library ──> done
 *                           │                      ── a conflict ────────> refused: a person settles it
 *                           │ no answer: nobody knows whether it was taken
 *                           v
 *                        pause, 17 (and 63) ── already so ───────────────> done
 *                           │ not so: told again; TRIES_MAX times in vain > refused
 *
 * A loan that was told and not answered is so not made twice. After a restart the first of the list may have been told
 * as well, and is looked up before.
 */
import { TerminalError } from '../error.ts';
import type { Telling } from '../lending/state.ts';
import type { SetTimer } from '../port/timer.ts';
import { inWords, isCharged, isIn, isKnown } from './circulation.ts';
import type { Sip2Client } from './sip2-client.ts';

export interface ReplayOptions {
  readonly client: Sip2Client;
  readonly loanDays: number;
  readonly setTimer: SetTimer;
  readonly pauseMsMin: number;
  /** Nobody waits for an answer: people go before what has happened already. */
  idle(): boolean;
  told(telling: number, outcome: 'done' | 'refused', reason?: string): void;
  trouble(message: string, about: object): void;
  readonly now: () => Date;
}

type Outcome = { readonly outcome: 'done' } | { readonly outcome: 'refused'; readonly reason: string };
type Item = Awaited<ReturnType<Sip2Client['item']>>;

/** The first of the list. */
interface First {
  readonly id: number;
  /** How often the library was asked in vain. */
  tries: number;
  perhapsTaken: boolean;
  /** It has left, or is about to. */
  told: boolean;
}

const DONE: Outcome = { outcome: 'done' };
const DAY_MS = 24 * 3_600_000;
const PAUSE_MS_MAX = 30 * 60_000;
/** With four times the pause each time: one that a library can never answer holds the others up for 2.5 hours. */
const TRIES_MAX = 10;
/** A terminal whose clock was not trusted has written 0, or 1970: then now is nearer to the truth. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

export class Replay {
  readonly #options: ReplayOptions;
  #list: readonly Telling[] = [];
  #running = false;
  #stopped = false;
  #first: First | undefined;
  #started = false;
  #cancelPause: (() => void) | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** What is still to be told. */
  get waiting(): number {
    return this.#list.length;
  }

  /** The current list, in order; durable. */
  take(list: readonly Telling[]): void {
    this.#list = list;
    const [first] = list;
    if (first && this.#first?.id !== first.id) {
      this.#cancelPause?.();
      this.#cancelPause = undefined;
      this.#first = { id: first.id, tries: 0, perhapsTaken: !this.#started, told: false };
    }
    this.#started = true;
    this.kick();
  }

  /** Something has changed: the link, the list, or that people wait. */
  kick(): void {
    const [telling] = this.#list;
    const first = this.#first;
    if (!telling || !first || first.told || this.#running || this.#stopped || this.#cancelPause) return;
    if (this.#options.client.link === 'down' || !this.#options.idle()) return;
    this.#running = true;
    void this.#run(telling, first);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelPause?.();
  }

  async #run(telling: Telling, first: First): Promise<void> {
    try {
      const outcome = await this.#tell(telling, first);
      if (this.#stopped) return;
      first.told = true;
      this.#end(telling, outcome);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      if (error.code !== 'library.away') first.tries += 1;
      this.#again(telling, first);
    } finally {
      this.#running = false;
    }
    this.kick();
  }

  #end(telling: Telling, outcome: Outcome): void {
    const { id, what } = telling;
    if (outcome.outcome === 'done') this.#options.told(id, 'done');
    else {
      this.#options.trouble('the library did not take what has happened', {
        telling: id,
        what,
        reason: outcome.reason,
      });
      this.#options.told(id, 'refused', outcome.reason);
    }
  }

  #again(telling: Telling, first: First): void {
    if (this.#stopped) return;
    if (first.tries >= TRIES_MAX) {
      first.told = true;
      const reason = 'the library did not answer, and may have taken it';
      this.#end(telling, { outcome: 'refused', reason });
      return;
    }
    const { setTimer, pauseMsMin } = this.#options;
    const pauseMs = Math.min(pauseMsMin * 4 ** Math.max(0, first.tries - 1), PAUSE_MS_MAX);
    this.#cancelPause = setTimer(() => {
      this.#cancelPause = undefined;
      this.kick();
    }, pauseMs);
  }

  async #tell(telling: Telling, first: First): Promise<Outcome> {
    const { client } = this.#options;
    const looks = client.supports('itemInformation');
    if (first.perhapsTaken && looks && (await this.#isSo(telling, await client.item(telling.item))))
      return DONE;
    if (await this.#send(telling, first)) return DONE;
    if (!looks) return { outcome: 'refused', reason: 'the library does not say why' };
    const item = await client.item(telling.item);
    if (await this.#isSo(telling, item)) return DONE;
    // A book of another library, which the platform has lent: there is nothing that this one must know.
    if (!isKnown(item)) return DONE;
    return { outcome: 'refused', reason: inWords(item) };
  }

  /** Whether the library has it down already, as far as it lets one see. */
  async #isSo({ what, card, item: id }: Telling, item: Item): Promise<boolean> {
    if (what === 'checkin') return isKnown(item) && isIn(item);
    if (!isCharged(item) || card === undefined) return false;
    const { chargedItems = [] } = await this.#options.client.patron(card, undefined, 'chargedItems');
    // By an option of the server the list holds titles.
    return chargedItems.includes(id) || Boolean(item.titleId && chargedItems.includes(item.titleId));
  }

  /** Whether the library took it. */
  async #send(telling: Telling, first: First): Promise<boolean> {
    const { client } = this.#options;
    const { what, item: itemId, card = '' } = telling;
    const at = this.#at(telling);
    try {
      if (what === 'checkin') return (await client.checkin({ itemId, at, offLine: this.#noBlock })).ok;
      const offLine = { at, due: this.#due(telling, at), noBlock: this.#noBlock };
      const outcome = await client.checkout({ patronId: card, itemId, offLine });
      return outcome.kind === 'answered' && outcome.answer.ok;
    } catch (error) {
      const nothingSent = error instanceof TerminalError && error.code === 'library.away';
      if (!nothingSent) first.perhapsTaken = true;
      throw error;
    }
  }

  /** A server that says of itself that it takes no off-line loans may end the connection at one (SIPServer does). */
  get #noBlock(): boolean {
    return this.#options.client.capabilities?.offLineOk !== false;
  }

  #at({ wallMs }: Telling): Date {
    return wallMs >= EARLIEST_MS ? new Date(wallMs) : this.#options.now();
  }

  #due({ due }: Telling, at: Date): Date {
    return due === undefined ? new Date(at.getTime() + this.#options.loanDays * DAY_MS) : new Date(due);
  }
}
