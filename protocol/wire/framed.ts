/** The splitter of all wires whose frames tell their own length; each wire says how, and what a good frame is. */
import { WireError } from './error.ts';
import type { Splitter } from './talk.ts';

export interface Framing<F> {
  /** A longer frame is noise. */
  readonly bytesMax: number;
  /**
   * The length of the frame that begins `bytes`; `undefined` where more bytes must come to tell, 0 where no frame
   * begins so. `bytes` is never empty.
   */
  measure(bytes: Uint8Array): number | undefined;
  /** One whole frame; it may keep the bytes. @throws WireError */
  decode(frame: Uint8Array): F;
}

/**
 * Looks for the next good frame behind every byte that does not begin one, so noise costs at most the frames it
 * touches: a false start may hide a good frame only until the line is quiet.
 */
export class FramedSplitter<F> implements Splitter<F> {
  readonly #framing: Framing<F>;
  readonly #bad: (error: WireError) => void;
  #waiting: Uint8Array = new Uint8Array();
  /** Why bytes are being skipped; told once for a run of them. */
  #skipping: WireError | undefined;

  constructor(framing: Framing<F>, bad: (error: WireError) => void) {
    this.#framing = framing;
    this.#bad = bad;
  }

  push(bytes: Uint8Array): F[] {
    // A copy in any case: frames may keep their bytes, and the caller may use its buffer again.
    const all = new Uint8Array(this.#waiting.length + bytes.length);
    all.set(this.#waiting);
    all.set(bytes, this.#waiting.length);
    return this.#cut(all, false);
  }

  quiet(): F[] {
    const frames = this.#cut(this.#waiting, true);
    this.#told();
    return frames;
  }

  /** `ended`: nothing follows, so what is not whole now is skipped as well. */
  #cut(bytes: Uint8Array, ended: boolean): F[] {
    const frames: F[] = [];
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.subarray(at);
      const length = this.#length(rest);
      if (length === undefined && !ended) break;
      if (length === undefined) {
        this.#skipping ??= new WireError('wire.short', `the line fell silent after ${rest.length} bytes`);
        at += 1;
        continue;
      }
      const frame = length > 0 && this.#decode(rest.subarray(0, length));
      if (frame) {
        this.#told();
        frames.push(frame.value);
      }
      at += frame ? length : 1;
    }
    this.#waiting = bytes.subarray(at);
    return frames;
  }

  /** `undefined` where more bytes are due. */
  #length(rest: Uint8Array): number | undefined {
    const length = this.#framing.measure(rest);
    if (length === undefined) return undefined;
    if (length <= 0 || length > this.#framing.bytesMax) {
      this.#skipping ??= new WireError('wire.marker', 'bytes that begin no frame');
      return 0;
    }
    return length <= rest.length ? length : undefined;
  }

  #decode(frame: Uint8Array): { readonly value: F } | undefined {
    try {
      return { value: this.#framing.decode(frame) };
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#skipping ??= error;
      return undefined;
    }
  }

  #told(): void {
    if (this.#skipping) this.#bad(this.#skipping);
    this.#skipping = undefined;
  }
}
