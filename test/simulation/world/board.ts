/**
 * A locker board as its host sees it: the real wire, and behind it the rules of firmware/src/lock.c and event.c, without
 * its cycles. The real hex keeps the same rules in test/firmware; here a year has to pass.
 */
import { encodeFrame, FrameReader } from '../../../protocol/board/codec.ts';
import { tableHash } from '../../../protocol/board/identity.ts';
import {
  type BoardMessage,
  ERROR_CODES,
  type FieldsOf,
  LIMITS,
  MESSAGES,
  type MessageOf,
  RESET_CAUSES,
  SAFE_REASONS,
  UNLOCK_STATES,
} from '../../../protocol/board/messages.ts';
import type { VirtualClock, VirtualTimer } from '../virtual/clock.ts';
import type { Line } from '../virtual/line.ts';
import type { Random } from '../virtual/random.ts';
import { DoorLeaf } from './door-leaf.ts';
import { KeptEvents } from './kept-events.ts';

interface Unlock {
  id: number;
  state: number;
  onMs: number;
  untilMs: number;
  restUntilMs: number;
  /** Leaky bucket of its coil, as it was at `heatAtMs`; ms of on time. */
  heatMs: number;
  heatAtMs: number;
  seenOpen: boolean;
}

export interface Pulse {
  readonly board: string;
  readonly compartment: string;
  readonly unlockId: number;
  readonly pulseMs: number;
}

export interface BoardHandlers {
  pulse(pulse: Pulse): void;
  pulseEnded(pulse: Pulse, onMs: number): void;
  leaf(compartment: string, open: boolean): void;
}

const NO_COIL = 0xff;
const TAMPER_KNOWN = 2;
/** A board looks at its waiting unlocks every ms; here at every change, and at the end of the wait. */
const REPLY_MS = 1;
const STARTS_MS = 300;

export class ModelBoard {
  readonly name: string;
  readonly doors: readonly DoorLeaf[];
  /** Answers come so much too late. */
  staleMs = 0;
  /** Neither hears nor says anything; a watchdog of the real one would end it. */
  hung = false;
  readonly #compartments: readonly string[];
  readonly #clock: VirtualClock;
  readonly #line: Line;
  readonly #handlers: BoardHandlers;
  readonly #unlocks: Unlock[];
  readonly #settled: boolean[];
  readonly #debounces: (VirtualTimer | undefined)[] = [];
  #events = new KeptEvents(1);
  #boot = 1;
  #resetCause: number = RESET_CAUSES.powerOn;
  #configured: FieldsOf<'configure'> | undefined;
  #reader = new FrameReader();
  #coil:
    | { readonly index: number; readonly onAtMs: number; readonly end: VirtualTimer; pulse: Pulse }
    | undefined;
  #started = true;
  #resend: VirtualTimer | undefined;
  #heard = false;

  constructor(
    name: string,
    compartments: readonly string[],
    clock: VirtualClock,
    random: Random,
    line: Line,
    handlers: BoardHandlers,
  ) {
    this.name = name;
    this.#compartments = compartments;
    this.#clock = clock;
    this.#line = line;
    this.#handlers = handlers;
    this.#unlocks = compartments.map(() => freshUnlock(0));
    this.#settled = compartments.map(() => false);
    this.doors = compartments.map(
      (compartment, index) =>
        new DoorLeaf(clock, random.of(compartment), {
          contact: () => this.#contact(index),
          leaf: (open) => handlers.leaf(compartment, open),
        }),
    );
    line.receive = (bytes) => this.#receive(bytes);
    line.attached = (open) => {
      this.#reader = new FrameReader();
      this.#heard = open;
      this.#events.again();
      if (open) this.#sendEvents();
    };
    this.#started = false;
    this.#start(RESET_CAUSES.powerOn);
  }

  get healthy(): boolean {
    return this.#started && !this.hung && this.staleMs === 0;
  }

  /** All that is not in EEPROM is forgotten; a coil is off at once. */
  reset(cause: number = RESET_CAUSES.external): void {
    this.#coilOff();
    this.#started = false;
    this.hung = false;
    this.#clock.cancel(this.#resend);
    this.#resend = undefined;
    for (const timer of this.#debounces) this.#clock.cancel(timer);
    this.#clock.at(this.#clock.world, STARTS_MS, () => this.#start(cause));
  }

  #start(cause: number): void {
    if (this.#started) return;
    this.#started = true;
    this.#boot += 1;
    this.#resetCause = cause;
    this.#configured = undefined;
    this.#reader = new FrameReader();
    this.#events = new KeptEvents(this.#boot);
    const { nowMs } = this.#clock;
    this.#unlocks.forEach((unlock, index) => {
      const cold = cause === RESET_CAUSES.powerOn ? 0 : this.#heatOf(unlock);
      this.#unlocks[index] = { ...freshUnlock(nowMs + LIMITS.COIL_REST_MS), heatMs: cold, heatAtMs: nowMs };
      this.#settled[index] = this.doors[index]?.reads ?? false;
    });
    this.#events.add({ name: 'started', fields: { resetCause: cause, safeReason: SAFE_REASONS.started } });
    this.#sendEvents();
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#started || this.hung) return;
    for (const message of this.#reader.push(bytes)) {
      const reply = this.#answer(message);
      if (reply) this.#send({ ...reply, id: message.id } as BoardMessage, this.staleMs + REPLY_MS);
    }
  }

  #send(message: BoardMessage, afterMs: number): void {
    const frame = encodeFrame(message);
    this.#clock.at(this.#clock.world, afterMs, () => {
      if (this.#started && !this.hung) this.#line.send(frame);
    });
  }

  #answer(message: BoardMessage): Omit<BoardMessage, 'id'> | undefined {
    if (message.name === 'identify') return { name: 'identity', fields: this.#identity() };
    if (message.name === 'configure') {
      this.#configured = message.fields;
      return { name: 'configured', fields: {} };
    }
    if (message.name === 'heartbeat') return { name: 'status', fields: this.#status() };
    if (message.name === 'unlock') return this.#unlock(message.fields);
    if (message.name === 'unlockStatus') return this.#unlockState(message.fields.unlockId);
    if (message.name === 'acknowledge') {
      this.#events.acknowledge(message.fields.boot, message.fields.upTo);
      this.#sendEvents();
      return undefined;
    }
    return { name: 'done', fields: {} };
  }

  #identity(): FieldsOf<'identity'> {
    const serialNumber = new Uint8Array(8);
    new TextEncoder().encodeInto(this.name, serialNumber);
    return {
      protocolMin: 1,
      protocolMax: 1,
      versionMajor: 0,
      versionMinor: 0,
      versionPatch: 1,
      tableHash: TABLE_HASH,
      compartments: this.#compartments.length,
      pulseMsMax: LIMITS.PULSE_MS_MAX,
      serialNumber,
      boot: this.#boot,
      resetCause: this.#resetCause,
      kind: 1,
      buttons: 0,
    };
  }

  #status(): FieldsOf<'status'> {
    const open = this.#settled.reduce((mask, is, index) => mask | (is ? 1 << index : 0), 0);
    return {
      uptimeMs: Math.round(this.#clock.nowMs) >>> 0,
      boot: this.#boot,
      doorsOpen: open,
      doorsKnown: (1 << this.#compartments.length) - 1,
      coil: this.#coil?.index ?? NO_COIL,
      safeReason: SAFE_REASONS.none,
      framesBad: 0,
      eventsKept: this.#events.count,
      inputs: TAMPER_KNOWN,
      settingsPending: 0,
      supply: 0,
      temperature: 0,
      reference: 0,
    };
  }

  #unlock({ unlockId, compartment, pulseMs }: FieldsOf<'unlock'>): Omit<BoardMessage, 'id'> {
    const code = !this.#configured
      ? ERROR_CODES.notConfigured
      : pulseMs < LIMITS.PULSE_MS_MIN || pulseMs > LIMITS.PULSE_MS_MAX
        ? ERROR_CODES.valueOutOfRange
        : undefined;
    if (code) return { name: 'error', fields: { message: MESSAGES.unlock.number, code } };
    const known = this.#unlocks.findIndex(
      ({ id, state }) => id === unlockId && state !== UNLOCK_STATES.unknownId,
    );
    if (known >= 0) return this.#unlockState(unlockId);
    const state = this.#refusal(compartment, pulseMs) ?? this.#begin(compartment, unlockId, pulseMs);
    return { name: 'unlockState', fields: { unlockId, compartment, state } };
  }

  #unlockState(unlockId: number): Omit<MessageOf<'unlockState'>, 'id'> {
    const index = this.#unlocks.findIndex(
      ({ id, state }) => id === unlockId && state !== UNLOCK_STATES.unknownId,
    );
    const state = this.#unlocks[index]?.state ?? UNLOCK_STATES.unknownId;
    return { name: 'unlockState', fields: { unlockId, compartment: index < 0 ? 0xff : index, state } };
  }

  #refusal(index: number, pulseMs: number): number | undefined {
    const unlock = this.#unlocks[index];
    if (!unlock) return UNLOCK_STATES.refusedRange;
    if (this.#coil) return UNLOCK_STATES.refusedBusy;
    if (unlock.restUntilMs > this.#clock.nowMs) return UNLOCK_STATES.refusedResting;
    return this.#heatOf(unlock) + pulseMs > LIMITS.COIL_HEAT_MS_MAX ? UNLOCK_STATES.refusedHot : undefined;
  }

  #begin(index: number, unlockId: number, pulseMs: number): number {
    const unlock = this.#unlocks[index] as Unlock;
    if (unlock.state === UNLOCK_STATES.waiting) this.#end(index, unlock.seenOpen);
    const pulse = { board: this.name, compartment: this.#compartments[index] ?? '', unlockId, pulseMs };
    const end = this.#clock.at(this.#clock.world, pulseMs, () => this.#pulseOver(index));
    this.#coil = { index, onAtMs: this.#clock.nowMs, end, pulse };
    unlock.id = unlockId;
    unlock.state = UNLOCK_STATES.pulsing;
    unlock.seenOpen = false;
    this.#handlers.pulse(pulse);
    this.doors[index]?.coil(true);
    return UNLOCK_STATES.pulsing;
  }

  /** Of the coil that is on, whatever ends it; nothing where none is. */
  #coilOff(): number {
    const coil = this.#coil;
    if (!coil) return 0;
    this.#coil = undefined;
    this.#clock.cancel(coil.end);
    const { nowMs } = this.#clock;
    const onMs = nowMs - coil.onAtMs;
    const unlock = this.#unlocks[coil.index] as Unlock;
    unlock.heatMs = this.#heatOf(unlock) + onMs;
    unlock.heatAtMs = nowMs;
    unlock.onMs = Math.round(onMs);
    unlock.restUntilMs = nowMs + LIMITS.COIL_REST_MS;
    this.doors[coil.index]?.coil(false);
    this.#handlers.pulseEnded(coil.pulse, onMs);
    return onMs;
  }

  #pulseOver(index: number): void {
    this.#coilOff();
    const unlock = this.#unlocks[index] as Unlock;
    unlock.state = UNLOCK_STATES.waiting;
    const waitMs = this.#configured?.openWaitMs ?? 2_000;
    unlock.untilMs = this.#clock.nowMs + waitMs;
    const { id } = unlock;
    unlock.seenOpen ||= this.#settled[index] ?? false;
    if (unlock.seenOpen) this.#end(index, true);
    else
      this.#clock.at(this.#clock.world, waitMs, () => {
        if (unlock === this.#unlocks[index] && unlock.id === id && unlock.state === UNLOCK_STATES.waiting)
          this.#end(index, false);
      });
  }

  #end(index: number, opened: boolean): void {
    const unlock = this.#unlocks[index] as Unlock;
    unlock.state = opened ? UNLOCK_STATES.opened : UNLOCK_STATES.notOpened;
    const { id: unlockId, state, onMs: pulseMs } = unlock;
    this.#events.add({ name: 'unlockEnded', fields: { unlockId, compartment: index, state, pulseMs } });
    this.#sendEvents();
  }

  #heatOf({ heatMs, heatAtMs }: Unlock): number {
    return Math.max(0, heatMs - (this.#clock.nowMs - heatAtMs) / LIMITS.COIL_COOL_MS);
  }

  /** The contact is believed once it has been still for a while. */
  #contact(index: number): void {
    this.#clock.cancel(this.#debounces[index]);
    const debounceMs = this.#configured?.debounceMs ?? 20;
    this.#debounces[index] = this.#clock.at(this.#clock.world, debounceMs, () => this.#still(index));
  }

  #still(index: number): void {
    const open = this.doors[index]?.reads ?? false;
    if (!this.#started || open === this.#settled[index]) return;
    this.#settled[index] = open;
    this.#events.add({
      name: 'doorMoved',
      fields: { compartment: index, open: open ? 1 : 0, uptimeMs: Math.round(this.#clock.nowMs) >>> 0 },
    });
    const unlock = this.#unlocks[index];
    if (open && unlock) {
      if (unlock.state === UNLOCK_STATES.waiting) this.#end(index, true);
      else if (unlock.state === UNLOCK_STATES.pulsing) unlock.seenOpen = true;
    }
    this.#sendEvents();
  }

  /** At once and then again and again, while somebody listens. */
  #sendEvents(): void {
    this.#clock.cancel(this.#resend);
    this.#resend = undefined;
    if (!this.#started || !this.#heard || this.#events.count === 0) return;
    for (const message of this.#events.unsent()) this.#send(message, this.staleMs + REPLY_MS);
    this.#resend = this.#clock.at(this.#clock.world, LIMITS.EVENT_RESEND_MS, () => {
      this.#events.again();
      this.#sendEvents();
    });
  }
}

const TABLE_HASH = tableHash();

function freshUnlock(restUntilMs: number): Unlock {
  return {
    id: 0,
    state: UNLOCK_STATES.unknownId,
    onMs: 0,
    untilMs: 0,
    restUntilMs,
    heatMs: 0,
    heatAtMs: 0,
    seenOpen: false,
  };
}
