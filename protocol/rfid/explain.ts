/**
 * Explains whole frames. Where a wire does not tell whether a frame asks or answers, or what an answer answers, each
 * way to read it is tried, and strictly: what fits is what it is taken for, and what else would fit is told as well.
 */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { hex } from '../wire/hex.ts';

export interface Reading {
  /** What the bytes are taken for: `request`, `answer`. */
  readonly as: string;
  /** What they say. @throws WireError where they cannot be read so. */
  read(frame: Uint8Array, trail: FieldSeen[]): string;
}

/** One sentence on what the frame is. @throws WireError where no reading fits; the trail has what could be read. */
export function explain(frame: Uint8Array, readings: readonly Reading[], trail: FieldSeen[] = []): string {
  const tries = readings.map((reading) => attempt(reading, frame));
  const [taken, ...others] = tries.filter(({ error }) => error === undefined);
  if (!taken) {
    const nearest = tries.reduce((best, one) => (one.trail.length > best.trail.length ? one : best));
    trail.push(...nearest.trail);
    throw nearest.error;
  }
  trail.push(...taken.trail);
  const [also] = others;
  return also ? `${taken.sentence} (the same bytes could be: ${also.sentence})` : taken.sentence;
}

function attempt({ as, read }: Reading, frame: Uint8Array) {
  const trail: FieldSeen[] = [];
  try {
    return { sentence: `${as}: ${read(frame, trail)}`, trail, error: undefined };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { sentence: '', trail, error };
  }
}

/** A way to read a payload to its end; returns what it says. */
export type Unfolding = (payload: Cursor) => string;

/**
 * Puts the fields of a payload in the place of the one field that holds it, by the first way that fits it exactly.
 * Without any way its bytes are told as they are. @throws WireError where none fits
 */
export function unfold(trail: FieldSeen[], name: string, ways: readonly Unfolding[]): string {
  const at = trail.findIndex((field) => field.name === name);
  const whole = trail[at];
  if (!whole) return '';
  let refused: WireError | undefined;
  for (const way of ways) {
    const fields: FieldSeen[] = [];
    const cursor = new Cursor(whole.bytes, fields, whole.at);
    try {
      const words = way(cursor);
      cursor.end();
      trail.splice(at, 1, ...fields);
      return words;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      refused ??= error;
    }
  }
  if (refused) throw refused;
  return hexBrief(whole.bytes);
}

export const nothing: Unfolding = () => '';
export const hexWords = (bytes: Uint8Array): string => hex(bytes).toUpperCase();

const BRIEF_BYTES = 16;
/** For the sentence; the trail has all of them. */
export const hexBrief = (bytes: Uint8Array): string =>
  bytes.length > BRIEF_BYTES
    ? `${hexWords(bytes.subarray(0, BRIEF_BYTES))}… (${bytes.length} bytes)`
    : hexWords(bytes);

/** `2 tags: E0…, E0…`. */
export function tagsText(tags: readonly { readonly id: string }[]): string {
  if (tags.length === 0) return 'no tag';
  return `${tags.length === 1 ? '1 tag' : `${tags.length} tags`}: ${tags.map(({ id }) => id).join(', ')}`;
}

/** `inventory: 1 tag: E0…`; without more to say the name alone. */
export const joinWords = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(': ');

/** @throws WireError `wire.value` where a number is none of those that its field may have. */
export function known(value: number, words: ReadonlyMap<number, string>, name: string): string {
  const text = words.get(value);
  if (text === undefined) throw new WireError('wire.value', `${name} ${value.toString(16)}h is not known`);
  return text;
}
