/** Time for the terminal: monotonic since the start, and the wall clock with a word on whether to trust it. */

/** No honest clock is before this program was written. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

export interface Clock {
  /** Milliseconds since the start; never jumps. */
  nowMs(): number;
  wallMs(): number;
  trust(): 'trusted' | 'untrusted';
}

/**
 * A Pi without a battery clock starts in 1970 or where it was last switched off. So a clock before the newest entry of
 * the ledger, or before this program was written, is not trusted until it is set.
 */
export function systemClock(newestKnownMs: number): Clock {
  const startMs = performance.now();
  const floorMs = Math.max(EARLIEST_MS, newestKnownMs);
  return {
    nowMs: () => performance.now() - startMs,
    wallMs: () => Date.now(),
    trust: () => (Date.now() >= floorMs ? 'trusted' : 'untrusted'),
  };
}
