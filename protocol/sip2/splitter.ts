/**
 * Cuts SIP2's byte stream into frames at CR. An LF behind the CR belongs to no frame, though it arrives as the first
 * byte of the next; a server that forgets the CR is understood once the line is quiet, if what came is whole.
 */
import { WireError } from '../wire/error.ts';
import type { Splitter } from '../wire/talk.ts';
import { CR, FRAME_BYTES_MAX, LF } from './options.ts';

export interface Sip2SplitterOptions {
  /** Whether bytes without an end are a message; see `isWhole`. */
  whole(bytes: Uint8Array): boolean;
  /** Hears of bytes that were dropped. */
  bad(error: WireError): void;
  /** An LF alone ends a frame too; elsewhere it may stand in a value. */
  readonly lfEnds?: boolean;
}

const BUFFER_BYTES = 512;

/** Frames come without their end, and keep no bytes of the caller. */
export class Sip2Splitter implements Splitter<Uint8Array> {
  readonly #options: Sip2SplitterOptions;
  #buffer = new Uint8Array(BUFFER_BYTES);
  #length = 0;
  /** Too long to be a message: dropped until the next end. */
  #dropping = false;

  constructor(options: Sip2SplitterOptions) {
    this.#options = options;
  }

  /** Bytes wait that may still become a frame. */
  get waiting(): boolean {
    return this.#length > 0;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === CR || (byte === LF && this.#options.lfEnds)) {
        if (this.waiting) frames.push(this.#take());
        this.#dropping = false;
      } else if (!this.#dropping && !(byte === LF && !this.waiting)) this.#keep(byte);
    }
    return frames;
  }

  /** What is not whole is kept: the rest may only be slow. */
  quiet(): Uint8Array[] {
    const whole = this.waiting && this.#options.whole(this.#buffer.subarray(0, this.#length));
    return whole ? [this.#take()] : [];
  }

  /** What waits is given up: its rest, should it come, is noise. */
  drop(): void {
    this.#length = 0;
  }

  #take(): Uint8Array {
    const frame = this.#buffer.slice(0, this.#length);
    this.#length = 0;
    return frame;
  }

  #keep(byte: number): void {
    if (this.#length === FRAME_BYTES_MAX) {
      this.#length = 0;
      this.#dropping = true;
      this.#options.bad(new WireError('wire.long', `no end after ${FRAME_BYTES_MAX} bytes`));
      return;
    }
    if (this.#length === this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer[this.#length] = byte;
    this.#length += 1;
  }
}
