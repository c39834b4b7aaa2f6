/** A device on a serial line, simulated: real bytes in and out, at the line's own speed, and everything that can go wrong. */
import type { WireError } from '../../protocol/wire/error.ts';
import type { Splitter } from '../../protocol/wire/talk.ts';

export const FAULTS = [
  /** Two tags answered at once: the reader says so in its own way. */
  'collision',
  /** The reader finds none, whatever lies there. */
  'noTag',
  /** A tag leaves the field in the middle of its memory. */
  'halfBlock',
  /** The second half of the answer is missing. */
  'halfFrame',
  /** One bit turned. */
  'badChecksum',
  /** The answer comes when nobody waits for it any more. */
  'late',
  /** No answer at all. */
  'silent',
  /** The supply dips: noise on the line, then the device starts again and has forgotten what it was told. */
  'powerDip',
] as const;
export type Fault = (typeof FAULTS)[number];
/** Faults that the device itself must act out; the others are the line's. */
export type OwnFault = Extract<Fault, 'collision' | 'noTag' | 'halfBlock'>;

export interface Answer {
  readonly bytes: Uint8Array;
  /** What the device needs besides the time on the wire; ms. */
  readonly workMs?: number;
}

export interface DeviceLogic<R> {
  splitter(bad: (error: WireError) => void): Splitter<R>;
  /** `undefined`: the device does not answer this. */
  answer(request: R, fault: OwnFault | undefined): Answer | undefined;
  /** Power came back. */
  reset?(): void;
  readonly baud: number;
  /** Start, data, parity and stop: 10 for 8N1, 11 for 8E1. */
  readonly bitsPerByte: number;
}

export interface Line {
  send(bytes: Uint8Array): void;
  later(ms: number, act: () => void): void;
}

/** Later than any host waits. */
export const LATE_MS = 5_000;
export const START_MS = 400;
const NOISE = Uint8Array.from([0xff, 0x00, 0xfe, 0x41]);
/** A host that stops in the middle of a frame has given it up. */
const QUIET_MS = 50;
const isOwn = (fault: Fault | undefined): fault is OwnFault =>
  fault === 'collision' || fault === 'noTag' || fault === 'halfBlock';

export class SimulatedDevice<R> {
  readonly #logic: DeviceLogic<R>;
  readonly #line: Line;
  readonly #splitter: Splitter<R>;
  #fault: { readonly kind: Fault; left: number } | undefined;
  #starting = false;
  #heard = 0;
  /** Frames that it could not read. */
  framesBad = 0;

  constructor(logic: DeviceLogic<R>, line: Line) {
    this.#logic = logic;
    this.#line = line;
    this.#splitter = logic.splitter(() => {
      this.framesBad += 1;
    });
  }

  /** The next `times` answers go wrong. */
  fail(kind: Fault, times = 1): void {
    this.#fault = { kind, left: times };
  }

  receive(bytes: Uint8Array): void {
    if (this.#starting) return;
    for (const request of this.#splitter.push(bytes)) this.#asked(request);
    this.#heard += 1;
    const heard = this.#heard;
    this.#line.later(QUIET_MS, () => {
      if (heard === this.#heard) for (const request of this.#splitter.quiet()) this.#asked(request);
    });
  }

  /** Something that nobody asked for, such as a door that moved. */
  tell(bytes: Uint8Array): void {
    if (!this.#starting) this.#line.later(this.#wireMs(bytes), () => this.#line.send(bytes));
  }

  #asked(request: R): void {
    if (this.#starting) return;
    const fault = this.#nextFault();
    if (fault?.kind === 'powerDip') {
      fault.left -= 1;
      this.#dip();
      return;
    }
    const answer = this.#logic.answer(request, isOwn(fault?.kind) ? fault.kind : undefined);
    // What is not answered cannot be answered wrong: the fault waits for the next request.
    if (!answer) return;
    if (fault) fault.left -= 1;
    this.#send(answer, fault?.kind);
  }

  #send(answer: Answer, fault: Fault | undefined): void {
    if (fault === 'silent') return;
    const bytes = spoilt(answer.bytes, fault);
    const ms = this.#wireMs(bytes) + (answer.workMs ?? 0) + (fault === 'late' ? LATE_MS : 0);
    this.#line.later(ms, () => this.#line.send(bytes));
  }

  #nextFault() {
    return this.#fault && this.#fault.left > 0 ? this.#fault : undefined;
  }

  #dip(): void {
    this.#starting = true;
    this.#line.send(NOISE);
    this.#logic.reset?.();
    this.#line.later(START_MS, () => {
      this.#starting = false;
    });
  }

  #wireMs(bytes: Uint8Array): number {
    return (bytes.length * this.#logic.bitsPerByte * 1_000) / this.#logic.baud;
  }
}

function spoilt(bytes: Uint8Array, fault: Fault | undefined): Uint8Array {
  if (fault === 'halfFrame') return bytes.subarray(0, Math.ceil(bytes.length / 2));
  if (fault !== 'badChecksum') return bytes;
  const turned = Uint8Array.from(bytes);
  const middle = bytes.length >> 1;
  turned[middle] = (turned[middle] ?? 0) ^ 0x10;
  return turned;
}
