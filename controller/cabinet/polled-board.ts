/**
 * A commercial lock board behind the same interface as ours: its contacts are asked for all the time, since it numbers no
 * events and remembers no unlock. What it cannot do is done here, as far as a host can: one coil at a time and a rest
 * between pulses; debouncing over readings; an unlock's end from the contact. What nobody saw is not guessed: the board
 * then counts as started anew, and lending settles what was open as it does for a board of ours that forgot.
 */
import type { LockDriver, LockFrame, LockIdentity, LockTalk } from '../../protocol/lock/lock.ts';
import { unlessSilent } from '../../protocol/lock/silence.ts';
import { TerminalError } from '../error.ts';
import type { Input, UnlockAnswer } from '../lending/inputs.ts';
import type { Door } from '../lending/state.ts';
import type { Exchange } from '../port/exchange.ts';
import { type SetTimer, setTimer } from '../port/timer.ts';
import type { BoardDescription, BoardHandlers, BoardPlan, CabinetBoard } from './cabinet-board.ts';
import { Contacts } from './contacts.ts';
import { type PolledUnlock, PolledUnlocks } from './polled-unlocks.ts';
import { Pulses } from './pulses.ts';

export interface PolledBoardPlan extends BoardPlan {
  /** As the configuration names it. */
  readonly kind: string;
  readonly driver: LockDriver;
  readonly pollMs: number;
}

export type LockLineAccess = Pick<Exchange<LockFrame>, 'run' | 'url' | 'framesBad' | 'trouble'>;

export interface PolledBoardOptions {
  readonly plan: PolledBoardPlan;
  readonly line: LockLineAccess;
  readonly openWaitMs: number;
  /** Larger than any that an earlier start of the controller gave to a board. */
  readonly firstBoot: number;
  readonly handlers: BoardHandlers;
  readonly nowMs?: () => number;
  readonly setTimer?: SetTimer;
}

/** While a door is awaited, or a reading waits to be confirmed. */
const FAST_MS = 40;
/** The port opens again within this, mostly. */
const AWAY_RETRY_MS = 100;
const SILENT_RETRY_MS = 1_000;
const SILENT_RETRY_MS_MAX = 15_000;
/**
 * Nobody opens a door, takes a book and shuts it again within this; nor while the coil still holds the latch back. A
 * board that was not seen for longer has forgotten, as far as anybody knows.
 */
const BLIND_MS_MAX = 2_000;
/** COIL_REST_MS of our own boards. */
const REST_MS = 500;
const PULSE_WAIT_MS_MAX = 3_000;
/** Within this, the answer to a question that was given up has come or is lost. */
const LATE_MS = 1_500;
const NOTHING = new Uint8Array();

export class PolledBoard implements CabinetBoard {
  readonly plan: PolledBoardPlan;
  readonly #options: PolledBoardOptions;
  readonly #line: LockLineAccess;
  readonly #contacts: Contacts;
  readonly #unlocks = new PolledUnlocks();
  readonly #pulses: Pulses;
  readonly #nowMs: () => number;
  readonly #setTimer: SetTimer;
  #boot: number;
  #identity: LockIdentity | undefined;
  #up = false;
  #trouble: string | undefined;
  /** Counts questions: a reading tells what was true when it was asked for. */
  #reading = 0;
  #seenAtMs = 0;
  /** Questions in a row that it let pass; an answer to one of them may still be on its way. */
  #silences = 0;
  #failing = false;
  #running = false;
  #stopped = true;
  #cancelTimer: () => void = () => {};

  constructor(options: PolledBoardOptions) {
    this.#options = options;
    this.plan = options.plan;
    this.#line = options.line;
    this.#boot = options.firstBoot;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#setTimer = options.setTimer ?? setTimer;
    this.#contacts = new Contacts(this.plan.compartments.length);
    const { pulseMs } = this.plan.driver;
    this.#pulses = new Pulses(
      { pulseMs, restMs: REST_MS, waitMsMax: PULSE_WAIT_MS_MAX },
      { nowMs: this.#nowMs, sleep: (ms) => this.#sleep(ms) },
    );
  }

  get link(): 'up' | 'down' {
    return this.#up ? 'up' : 'down';
  }

  get trouble(): string | undefined {
    return this.#up ? undefined : (this.#line.trouble ?? this.#trouble);
  }

  get framesBad(): number {
    return this.#line.framesBad;
  }

  describe(): BoardDescription {
    const { name, kind } = this.plan;
    const firmware = this.#identity?.model;
    return {
      board: name,
      link: this.link,
      port: this.#line.url,
      firmware,
      kind,
      boot: this.#boot,
      trouble: this.trouble,
    };
  }

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    for (const unlock of this.#unlocks.open) unlock.end(undefined);
  }

  /** Looks at once: the line is up again, or something has happened. */
  wake(): void {
    if (this.#stopped || this.#running) return;
    this.#cancelTimer();
    this.#round().catch((error) => this.#options.handlers.trouble('lock board', { why: String(error) }));
  }

  /** The line was opened anew: nothing is on its way any more. */
  lineUp(): void {
    this.#silences = 0;
    this.wake();
  }

  /** A frame that answered nothing. */
  unasked(frame: LockFrame): void {
    const moved = this.plan.driver.moved(frame);
    if (!moved) return;
    this.#contacts.told(moved.lock, moved.contact);
    this.wake();
  }

  async unlock(index: number, unlockId: number): Promise<UnlockAnswer | undefined> {
    const known = this.#unlocks.of(unlockId);
    if (known) return known.ended;
    if (!this.#up) return 'boardAway';
    if ((this.#contacts.doors[index] ?? 'unknown') === 'unknown') {
      this.#tell(
        `it tells no contact for ${this.plan.compartments[index]}: a door that nobody sees is not unlocked`,
      );
      return 'refused';
    }
    const unlock = this.#unlocks.begin(unlockId, index);
    // It may end before its turn comes, when the board goes away.
    void this.#pulses
      .run(() => this.#command(unlock))
      .then((given) => given === undefined && unlock.end('refused'));
    return unlock.ended;
  }

  /** What an earlier start of the controller asked for is known from the contact, or not at all. */
  async askUnlock(unlockId: number, index: number): Promise<UnlockAnswer | undefined> {
    const known = this.#unlocks.of(unlockId);
    if (known) return known.over ? known.ended : 'waiting';
    if (!this.#up) return undefined;
    if (this.#contacts.doors[index] === 'open') return 'opened';
    this.#loseSight('it was asked for an unlock that nobody remembers');
    return undefined;
  }

  async #round(): Promise<void> {
    this.#running = true;
    try {
      if (this.#up) await this.#poll();
      else await this.#greet();
      this.#silences = 0;
      this.#failing = false;
    } catch (error) {
      this.#unseen(error);
    }
    this.#running = false;
    if (!this.#stopped) this.#cancelTimer = this.#setTimer(() => this.wake(), this.#pauseMs());
  }

  #pauseMs(): number {
    if (this.#failing && this.#up) return AWAY_RETRY_MS;
    if (this.#failing)
      return Math.min(SILENT_RETRY_MS_MAX, SILENT_RETRY_MS * 2 ** Math.max(0, this.#silences - 1));
    const awaited = !this.#up || this.#contacts.restless || this.#unlocks.open.length > 0;
    return awaited ? FAST_MS : this.plan.pollMs;
  }

  /**
   * A board that is down may be dead, and others share its line: its silence does not cost them the connection. What it
   * may still answer late is waited for instead.
   */
  async #greet(): Promise<void> {
    const { driver } = this.plan;
    const identity = await this.#line.run(() => unlessSilent(driver.identify()));
    if (!identity) {
      this.#silences += 1;
      throw new TerminalError('device.timeout', `${this.#line.url}: board ${driver.address} does not answer`);
    }
    if (this.#silences > 0) await this.#line.run(lateOnes);
    const { prepare } = driver;
    if (prepare) await this.#line.run(() => prepare());
    this.#identity = identity;
    this.#contacts.forget();
    for (let reading = 0; reading < 2; reading += 1) this.#contacts.polled(await this.#ask());
    this.#comeUp(identity);
  }

  async #poll(): Promise<void> {
    const contacts = await this.#ask();
    if (!this.#up) return;
    const nowMs = this.#nowMs();
    const blindMs = nowMs - this.#seenAtMs;
    this.#seenAtMs = nowMs;
    if (blindMs > this.#blindMsMax && this.#unlocks.open.some(({ commanded }) => commanded)) {
      this.#loseSight(`nobody saw its doors for ${Math.round(blindMs)} ms`);
      return;
    }
    for (const index of this.#contacts.polled(contacts)) this.#moved(index);
    for (const unlock of this.#unlocks.open) unlock.seen(this.#contacts, this.#reading, nowMs);
  }

  #ask() {
    const { driver } = this.plan;
    return this.#line.run(() => {
      this.#reading += 1;
      return driver.doors();
    });
  }

  /** Tries again while the port is only opening anew; nothing has left then. */
  async #command(unlock: PolledUnlock): Promise<true> {
    const { driver } = this.plan;
    const deadlineMs = this.#nowMs() + PULSE_WAIT_MS_MAX;
    while (!unlock.over && !unlock.commanded) {
      try {
        await this.#line.run(() => unlock.command(driver.unlock(unlock.index), () => this.#reading));
      } catch (error) {
        if (unlock.commanded) this.#tell(String((error as Error).message ?? error));
        else if (this.#nowMs() > deadlineMs) unlock.end('boardAway');
        else await this.#sleep(AWAY_RETRY_MS);
      }
    }
    unlock.waitUntil(this.#nowMs() + this.#options.openWaitMs);
    this.wake();
    return true;
  }

  #unseen(error: unknown): void {
    this.#failing = true;
    const why = String((error as Error).message ?? error);
    // That the port is closed is told by the line, for all its boards at once.
    const away = error instanceof TerminalError && error.code === 'device.away';
    if (!this.#up && !away && why !== this.#trouble) this.#tell(why);
    this.#trouble = why;
    if (this.#up && this.#nowMs() - this.#seenAtMs > this.#blindMsMax)
      this.#goDown(this.#line.trouble ?? why);
  }

  #comeUp(identity: LockIdentity): void {
    this.#up = true;
    this.#seenAtMs = this.#nowMs();
    const { name, compartments } = this.plan;
    const doors: Record<string, Door> = {};
    for (const [index, compartment] of compartments.entries())
      doors[compartment] = this.#contacts.doors[index] ?? 'unknown';
    if (identity.contacts < compartments.length)
      this.#tell(
        `it tells ${identity.contacts} contacts, the configuration names ${compartments.length} compartments`,
      );
    const told = { firmware: identity.model, boot: this.#boot, resetCause: 0, tamper: 'closed' } as const;
    this.#send({ kind: 'boardUp', board: name, ...told, doors });
  }

  #goDown(why: string): void {
    this.#up = false;
    this.#trouble = why;
    const open = this.#unlocks.open;
    if (open.some(({ commanded }) => commanded)) this.#boot += 1;
    for (const unlock of open) unlock.end(unlock.commanded ? undefined : 'boardAway');
    this.#contacts.forget();
    this.#tell(why);
    this.#send({ kind: 'boardDown', board: this.plan.name });
  }

  /** A pulse may have been, and its door may have been opened and shut: it counts as started anew. */
  #loseSight(why: string): void {
    const boot = this.#boot;
    this.#goDown(why);
    this.#boot = boot + 1;
    this.wake();
  }

  get #blindMsMax(): number {
    return BLIND_MS_MAX + this.plan.driver.pulseMs;
  }

  #moved(index: number): void {
    const compartment = this.plan.compartments[index];
    const door = this.#contacts.doors[index];
    if (compartment !== undefined) this.#send({ kind: 'doorMoved', compartment, open: door === 'open' });
  }

  #tell(why: string): void {
    this.#options.handlers.trouble('lock board', { board: this.plan.name, why });
  }

  #send(input: Input): void {
    this.#options.handlers.input(input).catch(() => {});
  }

  #sleep(ms: number): Promise<void> {
    return ms > 0 ? new Promise((resolve) => this.#setTimer(resolve, ms)) : Promise.resolve();
  }
}

/** The board is left alone until nothing can be on its way. */
function* lateOnes(): LockTalk<void> {
  yield { bytes: NOTHING, waitMs: LATE_MS };
}
