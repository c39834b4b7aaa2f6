/** What every decoder and splitter promises on any bytes, checked on one input, and the shortest input that breaks it. */
import { isDeepStrictEqual } from 'node:util';
import { createContext, Script } from 'node:vm';
import { WireError } from '../../protocol/wire/error.ts';
import { below, type Random, seeded } from './mutations.ts';
import type { Target } from './targets.ts';

/**
 * Of the processor's time, which other programs do not lengthen much. A wire brings 11 bytes a millisecond at most: an
 * input of 4 KB has taken 350 ms on its way.
 */
const INPUT_MS_MAX = 200;
/** Nothing here takes a second unless it hangs. */
const HANG_MS = 3_000;
/** Many inputs together take some milliseconds. */
const BATCH_MS_MAX = 6_000;
/** A pause of the machine is not the decoder's: it must be slow each time. */
const SLOW_TRIES = 3;
const SHORTEN_TRIES = 2_000;
const SHORTEN_MS_MAX = 20_000;

export interface Wrong {
  readonly words: string;
  /** It took too long, which on a busy machine proves little. */
  readonly late?: true;
}

/** Runs a function that may hang; a script under the engine's own watchdog is what can be interrupted. */
const guarded = new Script('run()');
function within(ms: number, run: () => void): 'done' | 'hangs' {
  try {
    guarded.runInContext(createContext({ run }), { timeout: ms });
    return 'done';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'hangs';
    throw error;
  }
}

/** What is wrong with the target on these bytes; `undefined`: nothing. Does not survive a hang: see `verdict`. */
function check(target: Target, bytes: Uint8Array): Wrong | undefined {
  let ms = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < SLOW_TRIES && ms > INPUT_MS_MAX; tries += 1) {
    const from = process.cpuUsage();
    const words = promises(target, bytes);
    if (words !== undefined) return { words };
    const { user, system } = process.cpuUsage(from);
    ms = Math.min(ms, (user + system) / 1_000);
  }
  if (ms <= INPUT_MS_MAX) return undefined;
  return { words: `takes ${Math.round(ms)} ms for ${bytes.length} bytes`, late: true };
}

function promises(target: Target, given: Uint8Array): string | undefined {
  const bytes = Uint8Array.from(given);
  for (const [index, decode] of target.decoders.entries()) {
    const thrown = thrownBy(() => decode(bytes));
    if (thrown !== undefined) return `decoder ${index + 1} throws ${thrown}`;
  }
  if (target.cutter) {
    const wrong = cutting(target, bytes);
    if (wrong !== undefined) return wrong;
  }
  return isDeepStrictEqual(bytes, Uint8Array.from(given)) ? undefined : 'changes the bytes it is given';
}

function thrownBy(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof WireError ? undefined : String((error as Error)?.stack ?? error).slice(0, 400);
  }
}

/** A splitter throws nothing at all, and the cut of a stream plays no part. */
function cutting({ cutter, cuts }: Target, bytes: Uint8Array): string | undefined {
  const parts = (chunks: readonly Uint8Array[]) => {
    const fresh = cutter?.();
    return fresh ? [...chunks.flatMap((chunk) => fresh.push(chunk)), ...fresh.end()] : [];
  };
  try {
    const whole = parts([bytes]);
    if (cuts === 'reports') {
      parts([bytes, bytes, bytes]);
      return undefined;
    }
    // The cuts follow from the bytes, so that a replay cuts alike.
    const random = seeded(bytes.length + (bytes[0] ?? 0));
    return isDeepStrictEqual(parts(cut(bytes, random)), whole) ? undefined : 'another cut gives other frames';
  } catch (error) {
    return `the splitter throws ${String((error as Error)?.stack ?? error).slice(0, 400)}`;
  }
}

function cut(bytes: Uint8Array, random: Random): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + below(random, 12);
    chunks.push(bytes.slice(at, at + length));
    at += length;
  }
  return chunks;
}

/** As `check`, and a hang is a verdict too. */
export function verdict(target: Target, bytes: Uint8Array): Wrong | undefined {
  let wrong: Wrong | undefined;
  const ended = within(HANG_MS, () => {
    wrong = check(target, bytes);
  });
  return ended === 'hangs' ? { words: `hangs: no end within ${HANG_MS} ms` } : wrong;
}

/** Checks many; the first that is wrong. The watchdog is wound up once for all of them. */
export function firstWrong(
  cases: readonly { readonly target: Target; readonly bytes: Uint8Array }[],
): { readonly index: number; readonly wrong: Wrong } | undefined {
  let index = 0;
  let wrong: Wrong | undefined;
  const run = () => {
    for (; index < cases.length && wrong === undefined; index += 1) {
      const one = cases[index];
      if (one) wrong = check(one.target, one.bytes);
    }
  };
  if (within(BATCH_MS_MAX, run) === 'hangs') return { index, wrong: { words: 'hangs', late: true } };
  return wrong === undefined ? undefined : { index: index - 1, wrong };
}

/** Takes parts away, then calms the bytes that are left, as long as the input stays wrong. */
export function shortest(bytes: Uint8Array, isWrong: (bytes: Uint8Array) => boolean): Uint8Array {
  let best = bytes;
  let tries = 0;
  const until = performance.now() + SHORTEN_MS_MAX;
  const attempt = (candidate: Uint8Array): boolean => {
    tries += 1;
    if (tries > SHORTEN_TRIES || performance.now() > until || !isWrong(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at + size <= best.length; )
      if (!attempt(Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + size)]))) at += size;
  for (let at = 0; at < best.length; at += 1)
    if (best[at] !== 0) attempt(Uint8Array.from(best).fill(0, at, at + 1));
  return best;
}
