/**
 * The splitter of wires that end a frame by a silence: none of their bytes tells its length. What stood together between
 * two silences is one frame; where a serial server ran several together, the longest good ones from front to back.
 */
import { WireError } from '../wire/error.ts';
import type { Splitter } from '../wire/talk.ts';

export interface QuietFraming<F> {
  /** Lengths that a frame beginning so may have, longest first; none where no frame begins so. `bytes` is not empty. */
  lengths(bytes: Uint8Array): readonly number[];
  /** The longest of all. */
  readonly bytesMax: number;
  /** One whole frame; it may keep the bytes. @throws WireError */
  decode(frame: Uint8Array): F;
}

/** A line that is never quiet is cut all the same, so that noise costs no memory. */
const WAITING_MAX = 256;

export class QuietSplitter<F> implements Splitter<F> {
  readonly #framing: QuietFraming<F>;
  readonly #bad: (error: WireError) => void;
  #waiting: Uint8Array = new Uint8Array();

  constructor(framing: QuietFraming<F>, bad: (error: WireError) => void) {
    this.#framing = framing;
    this.#bad = bad;
  }

  push(bytes: Uint8Array): F[] {
    const frames: F[] = [];
    for (let at = 0; at < bytes.length; at += WAITING_MAX) {
      const some = bytes.subarray(at, at + WAITING_MAX);
      // A copy in any case: frames may keep their bytes, and the caller may use its buffer again.
      const all = new Uint8Array(this.#waiting.length + some.length);
      all.set(this.#waiting);
      all.set(some, this.#waiting.length);
      this.#waiting = all;
      if (all.length > WAITING_MAX) frames.push(...this.#cut(all.length - this.#framing.bytesMax));
    }
    return frames;
  }

  quiet(): F[] {
    return this.#cut(this.#waiting.length);
  }

  /** Takes every frame that begins before `until`. */
  #cut(until: number): F[] {
    const bytes = this.#waiting;
    const frames: F[] = [];
    let noise = 0;
    let at = 0;
    while (at < until) {
      const found = this.#frameAt(bytes.subarray(at));
      if (found) frames.push(found.frame);
      else noise += 1;
      at += found?.length ?? 1;
    }
    if (noise > 0) this.#bad(new WireError('wire.marker', `${noise} bytes that are no frame`));
    this.#waiting = bytes.subarray(at);
    return frames;
  }

  #frameAt(rest: Uint8Array): { readonly frame: F; readonly length: number } | undefined {
    for (const length of this.#framing.lengths(rest)) {
      if (length > rest.length) continue;
      try {
        return { frame: this.#framing.decode(rest.subarray(0, length)), length };
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    }
    return undefined;
  }
}
