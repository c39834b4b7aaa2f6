/**
 * Carries talks (protocol/wire/talk.ts) to one device: one at a time, over a port that is kept open for ever. A device
 * that lets a question's time pass is left at once and its port opened anew, so that an answer which comes late answers
 * nothing. It is `up` from its first answer to a probe until then.
 */
import { WireError } from '../../protocol/wire/error.ts';
import type { Ask, Splitter, Talk, Wire } from '../../protocol/wire/talk.ts';
import { TerminalError } from '../error.ts';
import { type KeepOpenOptions, type KeptPort, keepOpen } from './keep-open.ts';
import type { Port } from './port.ts';
import { type SetTimer, setTimer } from './timer.ts';

export interface ExchangeOptions<F>
  extends Pick<KeepOpenOptions, 'open' | 'backoff' | 'random' | 'setTimer'> {
  readonly url: string;
  /** A device that nobody asks is probed this often. */
  readonly probeEveryMs?: number;
  readonly wire: Wire<F>;
  /** Asked after each opening, and again when nobody has asked anything for a while. */
  probe(): Talk<unknown, F>;
  onLink(link: 'up' | 'down', why?: string): void;
  /** A frame that answers nothing: told unasked, or too late. */
  onUnasked?(frame: F): void;
  /** For the log: what went wrong on the wire, or an attempt that failed. Told again only when it changes. */
  onTrouble?(why: string): void;
}

/** Serialport may tell no `close` when a plug is pulled. */
const PROBE_EVERY_MS = 5_000;
/** More waiting talks mean that somebody asks faster than the device can answer. */
const WAITING_MAX = 64;

interface Job {
  run(): Promise<void>;
  fail(error: TerminalError): void;
}

/** What ends the conversation at hand. */
interface Conversation<F> {
  frame(frame: F): void;
  end(error: TerminalError): void;
}

export class Exchange<F> {
  readonly #options: ExchangeOptions<F>;
  readonly #setTimer: SetTimer;
  #kept: KeptPort | undefined;
  #port: Port | undefined;
  #splitter: Splitter<F>;
  #link: 'up' | 'down' = 'down';
  #trouble: string | undefined;
  #jobs: Job[] = [];
  #busy = false;
  #asked: Conversation<F> | undefined;
  #cancelQuiet: () => void = () => {};
  #cancelProbe: () => void = () => {};
  /** Frames dropped since the start of the process. */
  framesBad = 0;

  constructor(options: ExchangeOptions<F>) {
    this.#options = options;
    this.#setTimer = options.setTimer ?? setTimer;
    this.#splitter = this.#newSplitter();
  }

  get url(): string {
    return this.#options.url;
  }

  get link(): 'up' | 'down' {
    return this.#link;
  }

  /** Why the link is down, where that is known. */
  get trouble(): string | undefined {
    return this.#link === 'up' ? undefined : this.#trouble;
  }

  start(): void {
    if (this.#kept) return;
    const { url, open, backoff, random, setTimer: timer } = this.#options;
    this.#kept = keepOpen({
      url,
      ...(open && { open }),
      ...(backoff && { backoff }),
      ...(random && { random }),
      ...(timer && { setTimer: timer }),
      onOpen: (port) => this.#opened(port),
      onData: (bytes) => this.#received(bytes),
      onClosed: (why) => this.#closed(why),
      onFailed: (error) => this.#tell(String((error as Error).message ?? error)),
    });
  }

  /** Every waiting talk is told; nothing is told afterwards. */
  async stop(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    await kept?.stop();
    this.#closed('stopping');
  }

  /**
   * After those before it. @throws TerminalError `device.away` where the port is not open or closes meanwhile,
   * `device.timeout` where the device is silent, `device.refused` where it answers that it could not, `device.answer`
   * where its answer makes no sense. A talk that is not the device's fault throws what it throws.
   */
  run<T>(talk: () => Talk<T, F>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (error: TerminalError) => reject(error);
      if (!this.#port) fail(this.#away(this.#trouble ?? 'not connected'));
      else if (this.#jobs.length >= WAITING_MAX)
        fail(new TerminalError('device.away', `${this.url}: ${WAITING_MAX} questions wait already`));
      else {
        this.#jobs.push({ run: () => this.#converse(talk()).then(resolve, reject), fail });
        this.#next();
      }
    });
  }

  #next(): void {
    if (this.#busy) return;
    const job = this.#jobs.shift();
    if (!job) {
      this.#probeLater();
      return;
    }
    this.#cancelProbe();
    this.#busy = true;
    void job.run().then(() => {
      this.#busy = false;
      this.#next();
    });
  }

  async #converse<T>(talk: Talk<T, F>): Promise<T> {
    const port = this.#port;
    if (!port) throw this.#away('not connected');
    let frame: F | undefined;
    try {
      for (;;) {
        const next = talk.next(frame);
        if (next.done) return next.value;
        frame = await this.#ask(port, next.value);
        if (this.#options.wire.pauseMs > 0) await this.#rest(this.#options.wire.pauseMs);
      }
    } catch (error) {
      throw this.#failed(port, error);
    }
  }

  /** The answer, or nothing where none is due. */
  async #ask(port: Port, { bytes, waitMs, answers, optional }: Ask<F>): Promise<F | undefined> {
    if (bytes.length > 0)
      await port.write(bytes).catch((cause: unknown) => {
        throw this.#away(String((cause as Error).message ?? cause));
      });
    return new Promise<F | undefined>((resolve, reject) => {
      const settle = (act: () => void) => {
        cancel();
        this.#asked = undefined;
        act();
      };
      const cancel = this.#setTimer(() => {
        const silence = new TerminalError('device.timeout', `${this.url}: no answer within ${waitMs} ms`);
        settle(answers && !optional ? () => reject(silence) : () => resolve(undefined));
      }, waitMs);
      this.#asked = {
        frame: (frame) => {
          if (answers?.(frame)) settle(() => resolve(frame));
          else this.#options.onUnasked?.(frame);
        },
        end: (error) => settle(() => reject(error)),
      };
    });
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => this.#setTimer(resolve, ms));
  }

  /** What a talk's end means. A device that says no is well; any other fault of its own costs it the connection. */
  #failed(port: Port, error: unknown): unknown {
    if (error instanceof WireError && error.code === 'wire.refused')
      return new TerminalError('device.refused', `${this.url}: ${error.message}`, { cause: error });
    const told =
      error instanceof WireError
        ? new TerminalError('device.answer', `${this.url}: ${error.message}`, { cause: error })
        : error;
    const ours =
      told instanceof TerminalError && (told.code === 'device.timeout' || told.code === 'device.answer');
    if (ours && port === this.#port) {
      this.#tell(told.message);
      port.close().catch(() => {});
    }
    return told;
  }

  #opened(port: Port): void {
    this.#port = port;
    this.#splitter = this.#newSplitter();
    this.#probe();
  }

  #closed(why: string): void {
    this.#cancelQuiet();
    this.#cancelProbe();
    this.#port = undefined;
    const error = this.#away(why);
    this.#asked?.end(error);
    for (const job of this.#jobs.splice(0)) job.fail(error);
    this.#setLink('down', this.#trouble ?? why);
  }

  #probe(): void {
    this.run(() => this.#options.probe()).then(
      () => this.#port && this.#setLink('up'),
      // A device that refuses its own probe is none that could be used.
      (error: unknown) => this.#tell(String((error as Error).message ?? error)),
    );
  }

  #probeLater(): void {
    this.#cancelProbe();
    if (this.#port)
      this.#cancelProbe = this.#setTimer(() => this.#probe(), this.#options.probeEveryMs ?? PROBE_EVERY_MS);
  }

  #received(bytes: Uint8Array): void {
    this.#cancelQuiet();
    for (const frame of this.#splitter.push(bytes)) this.#frame(frame);
    this.#cancelQuiet = this.#setTimer(() => {
      for (const frame of this.#splitter.quiet()) this.#frame(frame);
    }, this.#options.wire.quietMs);
  }

  #frame(frame: F): void {
    if (this.#asked) this.#asked.frame(frame);
    else this.#options.onUnasked?.(frame);
  }

  #newSplitter(): Splitter<F> {
    return this.#options.wire.splitter(() => {
      this.framesBad += 1;
    });
  }

  #setLink(link: 'up' | 'down', why?: string): void {
    if (link === 'up') this.#trouble = undefined;
    else this.#trouble ??= why;
    if (link === this.#link) return;
    this.#link = link;
    this.#options.onLink(link, why);
  }

  #tell(why: string): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#options.onTrouble?.(why);
  }

  #away(why: string): TerminalError {
    return new TerminalError('device.away', `${this.url}: ${why}`);
  }
}
