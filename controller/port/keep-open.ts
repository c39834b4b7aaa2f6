/** Keeps a port open for ever: whatever ends it, the next attempt follows after a growing, jittered pause. */
import { BACKOFF, type Backoff, backoffMs } from './backoff.ts';
import { type OpenPort, openPort } from './open-port.ts';
import type { Port } from './port.ts';
import { type SetTimer, setTimer } from './timer.ts';

export interface KeepOpenOptions {
  readonly url: string;
  onOpen(port: Port): void;
  onData(bytes: Uint8Array): void;
  /** Once after each `onOpen`. */
  onClosed(why: string): void;
  /** An attempt failed; the next one follows after `retryMs`. For the log: the device may be away for days. */
  onFailed?(error: unknown, retryMs: number): void;
  readonly open?: OpenPort;
  readonly backoff?: Backoff;
  readonly random?: () => number;
  readonly setTimer?: SetTimer;
}

export interface KeptPort {
  /** The open port, or `undefined` between two connections. */
  readonly port: Port | undefined;
  /** Closes an open port (its `onClosed` is told) and ends every timer and attempt; nothing is told afterwards. */
  stop(): Promise<void>;
}

/** Starts at once. A handler that throws is a programmer error: it surfaces as an unhandled rejection. */
export function keepOpen(options: KeepOpenOptions): KeptPort {
  return new PortKeeper(options);
}

class PortKeeper implements KeptPort {
  readonly #options: KeepOpenOptions;
  readonly #backoff: Backoff;
  readonly #setTimer: SetTimer;
  #port: Port | undefined;
  #failures = 0;
  #stopped = false;
  /** The pause before the next attempt, or the proof of stability; there is never more than one. */
  #cancelTimer: () => void = () => {};
  #cancelOpening: () => void = () => {};

  constructor(options: KeepOpenOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? BACKOFF;
    this.#setTimer = options.setTimer ?? setTimer;
    this.#attempt();
  }

  get port(): Port | undefined {
    return this.#port;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    this.#cancelOpening();
    const port = this.#port;
    if (!port) return;
    await port.close();
    // A port tells its end while it closes; should one forget, the handlers still hear it once.
    this.#closed('closed here');
  }

  #attempt(): void {
    // Each attempt has a signal of its own: on a shared one the listeners of all attempts would gather.
    const cancel = new AbortController();
    this.#cancelOpening = () => cancel.abort();
    let ended: string | undefined;
    const handlers = {
      data: (bytes: Uint8Array): void => {
        if (!this.#stopped) this.#options.onData(bytes);
      },
      closed: (why: string): void => {
        ended = why;
        this.#closed(why);
      },
    };
    (this.#options.open ?? openPort)(this.#options.url, handlers, cancel.signal).then(
      (port) => {
        if (this.#stopped) void port.close().catch(() => {});
        else if (ended !== undefined) this.#retry(new Error(ended));
        else this.#opened(port);
      },
      (error: unknown) => this.#retry(error),
    );
  }

  #opened(port: Port): void {
    this.#port = port;
    this.#cancelTimer = this.#setTimer(() => {
      this.#failures = 0;
    }, this.#backoff.stableMs);
    this.#options.onOpen(port);
  }

  #closed(why: string): void {
    if (!this.#port) return;
    this.#port = undefined;
    this.#cancelTimer();
    // First the next attempt, so that a handler which throws cannot end the reconnecting.
    if (!this.#stopped) this.#wait();
    this.#options.onClosed(why);
  }

  #retry(error: unknown): void {
    if (this.#stopped) return;
    const retryMs = this.#wait();
    this.#options.onFailed?.(error, retryMs);
  }

  #wait(): number {
    const ms = backoffMs(this.#backoff, this.#failures, this.#options.random ?? Math.random);
    this.#failures += 1;
    this.#cancelTimer = this.#setTimer(() => this.#attempt(), ms);
    return ms;
  }
}
