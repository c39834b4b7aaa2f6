/**
 * Conversations with a device that answers one request at a time, pure: a talk yields a request, is resumed with the
 * frame that answers it, and returns what it found out. Who carries the bytes, and what a silence means, is the
 * caller's business (controller/port/exchange.ts). A device that answers "no" ends its talk with `wire.refused`.
 */
import { WireError } from './error.ts';

export interface Ask<F> {
  /** May be empty: then more of an answer is awaited. */
  readonly bytes: Uint8Array;
  /** The device has this long for its whole answer; without `answers` it is left alone for as long. Milliseconds. */
  readonly waitMs: number;
  /** Whether a frame is the answer; any other is late or unasked. Missing where the device answers nothing. */
  readonly answers?: (frame: F) => boolean;
  /** Silence is an answer too: the talk is then resumed with nothing. */
  readonly optional?: true;
}

export type Talk<T, F> = Generator<Ask<F>, T, F | undefined>;

/** One request and its answer. */
export function* ask<F>(bytes: Uint8Array, waitMs: number, answers: (frame: F) => boolean): Talk<F, F> {
  const frame = yield { bytes, waitMs, answers };
  if (frame === undefined) throw new WireError('wire.unexpected', 'an answer was due');
  return frame;
}

/** Cuts a byte stream into frames: any cut of the stream gives the same frames, memory is bounded. */
export interface Splitter<F> {
  push(bytes: Uint8Array): F[];
  /** The line was quiet for `Wire.quietMs`: what is half will never be whole. Some wires end their frames so. */
  quiet(): F[];
}

/** How frames travel between a host and one kind of device. */
export interface Wire<F> {
  /** As it leaves the factory; the port URL of the configuration decides. */
  readonly serial: { readonly baud: number; readonly parity: 'none' | 'even' };
  /** A silence within a frame that ends it; ms. */
  readonly quietMs: number;
  /** The device is left alone for so long after its answer; ms. */
  readonly pauseMs: number;
  /** `bad` hears of each frame that was dropped. */
  splitter(bad: (error: WireError) => void): Splitter<F>;
}
