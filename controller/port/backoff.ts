/** How long to wait before the next attempt: exponential with full jitter, so that many do not knock at once. */

export interface Backoff {
  readonly msMin: number;
  readonly msMax: number;
  /** A connection that held this long counts as good: the next failure starts again at the minimum. */
  readonly stableMs: number;
}

export const BACKOFF: Backoff = { msMin: 100, msMax: 5_000, stableMs: 10_000 };

/** Evenly between the minimum and a ceiling that doubles with each attempt; `attempt` counts from 0. */
export function backoffMs({ msMin, msMax }: Backoff, attempt: number, random: () => number): number {
  const ceiling = Math.min(msMax, msMin * 2 ** Math.min(attempt + 1, 30));
  return msMin + random() * (ceiling - msMin);
}
