/** Talks to several boards on one line, of which some may be silent. */
import type { Talk } from '../wire/talk.ts';

/** The same talk, but a board that does not answer ends it with nothing. */
export function* unlessSilent<T, F>(talk: Talk<T, F>): Talk<T | undefined, F> {
  let next = talk.next();
  while (!next.done) {
    const { value } = next;
    const frame = yield { ...value, optional: true };
    if (frame === undefined && value.answers && !value.optional) return undefined;
    next = talk.next(frame);
  }
  return next.value;
}

/** Ends with the first that answers; the last one must. */
export function* firstToAnswer<T, F>(talks: readonly (() => Talk<T, F>)[]): Talk<T, F> {
  for (const talk of talks.slice(0, -1)) {
    const answer = yield* unlessSilent(talk());
    if (answer !== undefined) return answer;
  }
  const last = talks.at(-1);
  if (!last) throw new RangeError('nobody to ask');
  return yield* last();
}
