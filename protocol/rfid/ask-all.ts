/** Answers that come in several frames. */
import type { Talk } from '../wire/talk.ts';

export interface Answers<F> {
  readonly waitMs: number;
  /** Whether a frame is part of the answer. */
  belongs(frame: F): boolean;
  /** Whether it is the last part. */
  ends(frame: F): boolean;
  readonly framesMax: number;
  /** Silence is an end too, as long as anything came. */
  readonly silenceEnds?: true;
}

/**
 * One request and every frame of its answer, taken by one question: they may arrive together, and what comes between
 * two questions answers nothing. With `silenceEnds` the frames may be none.
 */
export function* askAll<F>(bytes: Uint8Array, answers: Answers<F>): Talk<readonly F[], F> {
  const { waitMs, belongs, ends, framesMax, silenceEnds } = answers;
  const frames: F[] = [];
  yield {
    bytes,
    waitMs,
    answers: (frame) => {
      if (!belongs(frame)) return false;
      frames.push(frame);
      return ends(frame) || frames.length >= framesMax;
    },
    ...(silenceEnds && { optional: true }),
  };
  return frames;
}
