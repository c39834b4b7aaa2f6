/** One locker board of the configuration, on whichever link it was found: greeted, driven, and taken back. */
import { mayDrive, readIdentity } from '../../protocol/board/identity.ts';
import { type FieldsOf, type LAMP_MODES, UNLOCK_STATES } from '../../protocol/board/messages.ts';
import { TerminalError } from '../error.ts';
import type { Input, UnlockAnswer } from '../lending/inputs.ts';
import type { Door } from '../lending/state.ts';
import type { BoardDescription, BoardHandlers, BoardPlan, CabinetBoard } from './cabinet-board.ts';
import { type BoardEvent, EventOrder } from './events.ts';
import { Lamps } from './lamps.ts';
import type { BoardLink, Identity, Status } from './link.ts';
import type { Requests } from './requests.ts';

export interface BoardTimes {
  readonly pulseMs: number;
  readonly openWaitMs: number;
  readonly debounceMs: number;
  readonly hostSilentMs: number;
}

/** Whoever looks at the board's panel: buttons as they move, measurements at each heartbeat, the link. */
export interface BoardListener {
  button(button: number, pressed: boolean): void;
  measured(measured: Pick<Status, 'supply' | 'temperature' | 'reference'>): void;
  link(link: 'up' | 'down'): void;
}

/** A board with every event kept needs a few rounds to deliver them; more means that something is wrong. */
const DRAIN_ROUNDS_MAX = 100;
const DRAIN_ROUND_MS = 50;
/** How long an unlock waits for another coil of the board, or for its own coil to rest or to cool. */
const WAITED_FOR: ReadonlySet<string | undefined> = new Set(['refusedBusy', 'refusedResting', 'refusedHot']);
const BUSY_MS_MAX = 3_000;
const BUSY_RETRY_MS = 50;
const TAMPER_OPEN = 1;
const TAMPER_KNOWN = 2;

const STATE_NAMES = Object.fromEntries(Object.entries(UNLOCK_STATES).map(([name, value]) => [value, name]));
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Board implements CabinetBoard {
  readonly plan: BoardPlan;
  readonly lamps: Lamps;
  readonly #times: BoardTimes;
  readonly #handlers: BoardHandlers;
  readonly #order = new EventOrder();
  #link: BoardLink | undefined;
  #identity: Identity | undefined;
  #status: Status | undefined;
  #up = false;
  #trouble: string | undefined;
  readonly #listeners = new Set<BoardListener>();

  constructor(plan: BoardPlan, times: BoardTimes, handlers: BoardHandlers) {
    this.plan = plan;
    this.#times = times;
    this.#handlers = handlers;
    this.lamps = new Lamps(plan.compartments.length, (lamp) => this.#setLamp(lamp));
  }

  get link(): 'up' | 'down' {
    return this.#up ? 'up' : 'down';
  }

  get trouble(): string | undefined {
    return this.#up ? undefined : this.#trouble;
  }

  /** As it was identified last. */
  get identity() {
    return this.#identity && readIdentity(this.#identity);
  }

  /** What it measured at the last heartbeat; `undefined` before the first. */
  get status(): Status | undefined {
    return this.#status;
  }

  get carrier(): BoardLink | undefined {
    return this.#link;
  }

  get framesBad(): number {
    return this.#link?.framesBad ?? 0;
  }

  describe(): BoardDescription {
    return {
      board: this.plan.name,
      link: this.link,
      port: this.carrier?.url,
      firmware: this.identity?.firmware,
      kind: this.identity?.kind,
      boot: this.identity?.boot,
      reference: this.#status?.reference,
      trouble: this.trouble,
    };
  }

  /** The board is on this link: greet it. Its events come first, then its doors, then it is up. */
  attach(link: BoardLink, identity: Identity): void {
    this.#link = link;
    this.#identity = identity;
    this.#trouble = undefined;
    this.#handshake(link, identity).catch((error) => {
      if (this.#link !== link) return;
      this.#trouble = String(error);
      link.restart(error);
    });
  }

  /** It is not there any more, or not to be driven. */
  detach(why: string): void {
    this.#link = undefined;
    this.withdraw(why);
  }

  /** Its compartments are out of service, and nothing else; it still delivers its events. */
  withdraw(why: string): void {
    this.#trouble = why;
    if (!this.#up) return;
    this.#setUp(false);
    this.#send({ kind: 'boardDown', board: this.plan.name });
  }

  async unlock(index: number, unlockId: number): Promise<UnlockAnswer | undefined> {
    const deadline = Date.now() + BUSY_MS_MAX;
    for (;;) {
      const requests = this.#link?.requests;
      if (!this.#up || !requests) return 'boardAway';
      const { pulseMs } = this.#times;
      const answer = await this.#ask(requests.send('unlock', { unlockId, compartment: index, pulseMs }));
      if (!WAITED_FOR.has(answer))
        return answer?.startsWith('refused') ? 'refused' : (answer as UnlockAnswer | undefined);
      if (Date.now() > deadline) return 'refused';
      await sleep(BUSY_RETRY_MS);
    }
  }

  async askUnlock(unlockId: number): Promise<UnlockAnswer | undefined> {
    const requests = this.#link?.requests;
    if (!requests) return undefined;
    const answer = await this.#ask(requests.send('unlockStatus', { unlockId }));
    return answer?.startsWith('refused') ? 'refused' : (answer as UnlockAnswer | undefined);
  }

  /** Best effort, as all of the panel. */
  async sound(frequencyHz: number, durationMs: number): Promise<void> {
    if (this.#up) await this.#link?.requests?.send('sound', { frequencyHz, durationMs }).catch(() => {});
  }

  heard(status: Status): void {
    this.#status = status;
    for (const listener of this.#listeners) listener.measured(status);
  }

  /** Tells the link at once, then what happens; returns what ends it. */
  listen(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    listener.link(this.link);
    return () => this.#listeners.delete(listener);
  }

  event(event: BoardEvent): void {
    const verdict = this.#order.arrived(event);
    if (verdict === 'deliver') this.#deliver(event);
    else if (verdict === 'again') this.#acknowledge();
  }

  /** Resolves when every kept event is delivered and stored, and every contact is known. */
  async drained(requests: Requests): Promise<Status> {
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round += 1) {
      const { fields } = await requests.send('heartbeat', {});
      const known = this.plan.compartments.every((_, index) => fields.doorsKnown & (1 << index));
      if (fields.eventsKept === 0 && known && fields.inputs & TAMPER_KNOWN) return fields;
      await sleep(DRAIN_ROUND_MS);
    }
    throw new TerminalError('link.timeout', `${this.plan.name} did not finish telling its events`);
  }

  async #handshake(link: BoardLink, fields: Identity): Promise<void> {
    const { requests } = link;
    if (!requests) return;
    const identity = readIdentity(fields);
    this.#check(fields);
    if (!identity.sameTable)
      this.#handlers.trouble('board speaks another message table of the same version', {
        board: this.plan.name,
      });
    const { openWaitMs, debounceMs, hostSilentMs } = this.#times;
    const levels = { contactOpenLevel: 1, tamperOpenLevel: 1 };
    await requests.send('configure', { openWaitMs, debounceMs, hostSilentMs, ...levels });
    const status = await this.drained(requests);
    if (this.#link !== link) return;
    const { firmware, boot, resetCause } = identity;
    this.#setUp(true);
    this.heard(status);
    this.#send({
      kind: 'boardUp',
      board: this.plan.name,
      firmware,
      boot,
      resetCause,
      doors: this.#doors(status),
      tamper: status.inputs & TAMPER_OPEN ? 'open' : 'closed',
    });
    this.lamps.sendAll();
  }

  #check(fields: Identity): void {
    const { name, compartments } = this.plan;
    const fail = (why: string) => {
      throw new TerminalError('link.incompatible', `${name} ${why}`);
    };
    if (!mayDrive(fields))
      fail(`speaks protocol ${fields.protocolMin} to ${fields.protocolMax}: flash its firmware`);
    if (fields.compartments < compartments.length)
      fail(`drives ${fields.compartments} compartments, the configuration names ${compartments.length}`);
  }

  #doors(status: Status): Record<string, Door> {
    const door = (index: number): Door => {
      if (!(status.doorsKnown & (1 << index))) return 'unknown';
      return status.doorsOpen & (1 << index) ? 'open' : 'closed';
    };
    return Object.fromEntries(this.plan.compartments.map((name, index) => [name, door(index)]));
  }

  async #ask(reply: Promise<{ fields: FieldsOf<'unlockState'> }>): Promise<string | undefined> {
    const link = this.#link;
    try {
      const { fields } = await reply;
      return STATE_NAMES[fields.state];
    } catch (error) {
      link?.restart(error);
      return undefined;
    }
  }

  async #setLamp(lamp: { compartment: number; mode: number; level: number }): Promise<boolean> {
    const requests = this.#up ? this.#link?.requests : undefined;
    const sent = requests?.send('setLamp', lamp).then(
      () => true,
      () => false,
    );
    return sent ?? false;
  }

  #deliver(event: BoardEvent): void {
    const { boot } = event.fields;
    this.#event(event).then(
      () => {
        this.#order.markStored(boot, event.id);
        this.#acknowledge();
      },
      () => {},
    );
  }

  #acknowledge(): void {
    const stored = this.#order.stored;
    if (stored) this.#link?.requests?.tell('acknowledge', stored);
  }

  #event(event: BoardEvent): Promise<void> {
    const { input } = this.#handlers;
    if (event.name === 'doorMoved') {
      const compartment = this.plan.compartments[event.fields.compartment];
      if (compartment === undefined) return Promise.resolve();
      return input({ kind: 'doorMoved', compartment, open: event.fields.open === 1 });
    }
    if (event.name === 'unlockEnded') {
      const { unlockId, state } = event.fields;
      return input({ kind: 'unlockAnswered', unlockId, answer: STATE_NAMES[state] as UnlockAnswer });
    }
    if (event.name === 'tamperMoved')
      return input({ kind: 'tamperMoved', board: this.plan.name, open: event.fields.open === 1 });
    // A press that waited for the link is nobody's wish any more.
    if (event.name === 'buttonMoved' && this.#up)
      for (const listener of this.#listeners)
        listener.button(event.fields.button, event.fields.pressed === 1);
    if (event.name === 'fault')
      this.#handlers.trouble('board fault', { board: this.plan.name, ...event.fields });
    return Promise.resolve();
  }

  #setUp(up: boolean): void {
    this.#up = up;
    for (const listener of this.#listeners) listener.link(this.link);
  }

  #send(input: Input): void {
    this.#handlers.input(input).catch(() => {});
  }
}

export type LampMode = keyof typeof LAMP_MODES;
