/** Keeps emulated time beside real time: in slices while nothing moves, closely while something does. */
import type { Cabinet } from './cabinet/cabinet.ts';

const SLICE_MS = 2;
/** After a pause of the whole machine time is skipped, not run after: at most this much at once. */
const CATCH_UP_MS_MAX = 250;

export class Pace {
  readonly #cabinet: Cabinet;
  readonly #synced: () => void;
  /** Real time (performance.now) at which the cabinet's time began. */
  #zeroMs: number;
  #timer: NodeJS.Timeout | undefined;
  #close = false;
  #stopped = false;

  /** `synced` is called whenever the board has been brought to now. */
  constructor(cabinet: Cabinet, synced: () => void) {
    this.#cabinet = cabinet;
    this.#synced = synced;
    this.#zeroMs = performance.now() - cabinet.nowMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.sync(), SLICE_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** Real time of a moment of the cabinet, as performance.now. */
  realMs(cabinetMs: number): number {
    return this.#zeroMs + cabinetMs;
  }

  /** Brings the board to now; call before giving it bytes, and it stays close while they matter. */
  sync(): void {
    const behindMs = performance.now() - this.#zeroMs - this.#cabinet.nowMs;
    if (behindMs > CATCH_UP_MS_MAX) this.#zeroMs += behindMs - CATCH_UP_MS_MAX;
    this.#cabinet.runUntil(performance.now() - this.#zeroMs);
    this.#synced();
    if (!this.#close && this.#cabinet.boards.some(({ receiving }) => receiving)) this.#stayClose();
  }

  #stayClose(): void {
    this.#close = true;
    setImmediate(() => {
      this.#close = false;
      if (!this.#stopped) this.sync();
    });
  }
}
