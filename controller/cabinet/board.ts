/** One locker board behind one port: found, identified, kept alive, and found again for ever. */
import { FrameReader } from '../../protocol/board/codec.ts';
import { mayDrive, readIdentity } from '../../protocol/board/identity.ts';
import {
  type BoardMessage,
  type FieldsOf,
  LAMP_MODES,
  UNLOCK_STATES,
} from '../../protocol/board/messages.ts';
import { TerminalError } from '../error.ts';
import type { Door, Input, UnlockAnswer } from '../lending/state.ts';
import { type KeptPort, keepOpen } from '../port/keep-open.ts';
import type { Port } from '../port/port.ts';
import { type BoardEvent, EventOrder, isEvent } from './events.ts';
import { Requests } from './requests.ts';

export interface BoardPlan {
  readonly name: string;
  readonly port: string;
  readonly serialNumber?: string | undefined;
  /** Compartment names in the board's order. */
  readonly compartments: readonly string[];
}

export interface BoardTimes {
  readonly pulseMs: number;
  readonly openWaitMs: number;
  readonly debounceMs: number;
  readonly hostSilentMs: number;
}

export interface BoardHandlers {
  /** Resolves when the input's entries are durable. */
  input(input: Input): Promise<void>;
  trouble(message: string, about: object): void;
}

const HEARTBEAT_MS = 1_000;
/** A board with every event kept needs a few rounds to deliver them; more means that something is wrong. */
const DRAIN_ROUNDS_MAX = 100;
const DRAIN_ROUND_MS = 50;
/** How long an unlock waits for another coil of the board, or for its own coil to rest. */
const BUSY_MS_MAX = 3_000;
const BUSY_RETRY_MS = 50;

const STATE_NAMES = Object.fromEntries(Object.entries(UNLOCK_STATES).map(([name, value]) => [value, name]));
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Board {
  readonly plan: BoardPlan;
  readonly #times: BoardTimes;
  readonly #handlers: BoardHandlers;
  #kept: KeptPort | undefined;
  #port: Port | undefined;
  #requests: Requests | undefined;
  #order = new EventOrder();
  #up = false;
  #framesBad = 0;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(plan: BoardPlan, times: BoardTimes, handlers: BoardHandlers) {
    this.plan = plan;
    this.#times = times;
    this.#handlers = handlers;
  }

  get link(): 'up' | 'down' {
    return this.#up ? 'up' : 'down';
  }

  get framesBad(): number {
    return this.#framesBad;
  }

  start(): void {
    let reader = new FrameReader();
    this.#kept = keepOpen({
      url: this.plan.port,
      onOpen: (port) => {
        reader = new FrameReader(() => {
          this.#framesBad += 1;
        });
        this.#opened(port);
      },
      onData: (bytes) => {
        for (const message of reader.push(bytes)) this.#message(message);
      },
      onClosed: (why) => this.#closed(why),
      onFailed: (error, retryMs) =>
        this.#handlers.trouble('board port', { board: this.plan.name, why: String(error), retryMs }),
    });
  }

  async stop(): Promise<void> {
    this.#closed('stopping');
    await this.#kept?.stop();
  }

  /** Pulses, or tells why not. Resolves without an answer when the board's events will tell. */
  async unlock(index: number, unlockId: number): Promise<UnlockAnswer | undefined> {
    const deadline = Date.now() + BUSY_MS_MAX;
    for (;;) {
      if (!this.#up || !this.#requests) return 'boardAway';
      const { pulseMs } = this.#times;
      const answer = await this.#ask(
        this.#requests.send('unlock', { unlockId, compartment: index, pulseMs }),
      );
      if (answer !== 'refusedBusy' && answer !== 'refusedResting')
        return answer === 'refusedRange' ? 'refused' : answer;
      if (Date.now() > deadline) return 'refused';
      await sleep(BUSY_RETRY_MS);
    }
  }

  /** How that unlock stands; never pulses. No answer while the link is down: the next `boardUp` asks again. */
  async askUnlock(unlockId: number): Promise<UnlockAnswer | undefined> {
    if (!this.#requests) return undefined;
    const answer = await this.#ask(this.#requests.send('unlockStatus', { unlockId }));
    return answer?.startsWith('refused') ? 'refused' : (answer as UnlockAnswer | undefined);
  }

  async lamp(index: number, mode: keyof typeof LAMP_MODES): Promise<void> {
    if (!this.#up) return;
    await this.#requests?.send('setLamp', { compartment: index, mode: LAMP_MODES[mode] }).catch(() => {});
  }

  async #ask(reply: Promise<{ fields: FieldsOf<'unlockState'> }>): Promise<AnyAnswer | undefined> {
    try {
      const { fields } = await reply;
      return STATE_NAMES[fields.state] as AnyAnswer | undefined;
    } catch (error) {
      this.#restart(error);
      return undefined;
    }
  }

  #opened(port: Port): void {
    this.#port = port;
    this.#requests = new Requests((frame) => {
      port.write(frame).catch(() => {});
    });
    this.#handshake(this.#requests).catch((error) => this.#restart(error));
  }

  #closed(why: string): void {
    this.#requests?.close(why);
    this.#requests = this.#port = undefined;
    clearTimeout(this.#heartbeat);
    this.#goDown();
  }

  #goDown(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#send({ kind: 'boardDown', board: this.plan.name });
  }

  /** Whatever went wrong on the wire, a new connection begins it anew. */
  #restart(error: unknown): void {
    if (!this.#port) return;
    this.#handlers.trouble('board link', { board: this.plan.name, why: String(error) });
    this.#port.close().catch(() => {});
  }

  async #handshake(requests: Requests): Promise<void> {
    const { fields } = await requests.send('identify', {});
    const identity = readIdentity(fields);
    this.#checkIdentity(fields, identity.serialNumber);
    if (!identity.sameTable)
      this.#handlers.trouble('board speaks another message table of the same version', {
        board: this.plan.name,
      });
    const { openWaitMs, debounceMs, hostSilentMs } = this.#times;
    await requests.send('configure', { openWaitMs, debounceMs, hostSilentMs, contactOpenLevel: 1 });
    const status = await this.#drained(requests);
    const { firmware, boot, resetCause } = identity;
    this.#up = true;
    this.#send({
      kind: 'boardUp',
      board: this.plan.name,
      firmware,
      boot,
      resetCause,
      doors: this.#doors(status),
    });
    this.#beat(requests);
  }

  #checkIdentity(fields: FieldsOf<'identity'>, serialNumber: string): void {
    const { plan } = this;
    const fail = (why: string) => {
      throw new TerminalError('link.incompatible', `${plan.name} at ${plan.port} ${why}`);
    };
    if (!mayDrive(fields))
      fail(`speaks protocol ${fields.protocolMin} to ${fields.protocolMax}: flash its firmware`);
    if (plan.serialNumber && plan.serialNumber !== serialNumber)
      fail(`is board ${serialNumber}, not ${plan.serialNumber}: check the cables or the configuration`);
    if (fields.compartments < plan.compartments.length)
      fail(`drives ${fields.compartments} compartments, the configuration names ${plan.compartments.length}`);
  }

  /** The doors as they are now, told only after every kept event has been delivered and stored. */
  async #drained(requests: Requests): Promise<FieldsOf<'status'>> {
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round += 1) {
      const { fields } = await requests.send('heartbeat', {});
      const known = this.plan.compartments.every((_, index) => fields.doorsKnown & (1 << index));
      if (fields.eventsKept === 0 && known) return fields;
      await sleep(DRAIN_ROUND_MS);
    }
    throw new TerminalError('link.timeout', `${this.plan.name} did not finish telling its events`);
  }

  #doors(status: FieldsOf<'status'>): Record<string, Door> {
    const door = (index: number): Door => {
      if (!(status.doorsKnown & (1 << index))) return 'unknown';
      return status.doorsOpen & (1 << index) ? 'open' : 'closed';
    };
    return Object.fromEntries(this.plan.compartments.map((name, index) => [name, door(index)]));
  }

  #beat(requests: Requests): void {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(() => {
      requests.send('heartbeat', {}).then(
        () => this.#requests === requests && this.#up && this.#beat(requests),
        (error) => this.#requests === requests && this.#restart(error),
      );
    }, HEARTBEAT_MS);
  }

  #message(message: BoardMessage): void {
    if (!isEvent(message)) {
      this.#requests?.reply(message);
      return;
    }
    const verdict = this.#order.arrived(message);
    if (verdict === 'deliver') this.#deliver(message);
    else if (verdict === 'again') this.#acknowledge();
  }

  #deliver(event: BoardEvent): void {
    const { boot } = event.fields;
    const stored = this.#event(event);
    stored.then(
      () => {
        this.#order.markStored(boot, event.id);
        this.#acknowledge();
      },
      () => {},
    );
  }

  #acknowledge(): void {
    const stored = this.#order.stored;
    if (stored) this.#requests?.tell('acknowledge', stored);
  }

  #event(event: BoardEvent): Promise<void> {
    if (event.name === 'doorMoved') {
      const compartment = this.plan.compartments[event.fields.compartment];
      if (compartment === undefined) return Promise.resolve();
      return this.#handlers.input({ kind: 'doorMoved', compartment, open: event.fields.open === 1 });
    }
    if (event.name === 'unlockEnded') {
      const { unlockId, state } = event.fields;
      return this.#handlers.input({
        kind: 'unlockAnswered',
        unlockId,
        answer: STATE_NAMES[state] as UnlockAnswer,
      });
    }
    if (event.name === 'started') this.#boardStarted();
    else this.#handlers.trouble('board fault', { board: this.plan.name, ...event.fields });
    return Promise.resolve();
  }

  /** A board that started again under an open port has forgotten its settings: greet it anew. */
  #boardStarted(): void {
    const requests = this.#requests;
    if (!this.#up || !requests) return;
    clearTimeout(this.#heartbeat);
    this.#goDown();
    this.#handshake(requests).catch((error) => this.#restart(error));
  }

  #send(input: Input): void {
    this.#handlers.input(input).catch(() => {});
  }
}

type AnyAnswer = UnlockAnswer | 'refusedBusy' | 'refusedResting' | 'refusedRange';
