/** One-shot timers as a parameter, so that tests move time by hand. */

/** Runs `run` once after `afterMs`; the result cancels it. */
export type SetTimer = (run: () => void, afterMs: number) => () => void;

export const setTimer: SetTimer = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
};
