/** A barcode scanner in serial mode (RS-232, USB-CDC or TCP): whole codes out, half ones discarded aloud. */
import { withoutAimIdentifier } from '../../protocol/barcode/aim-identifier.ts';
import { CODE_CHARS_MAX, LineSplitter, type ScanPart } from '../../protocol/barcode/line-splitter.ts';
import { type KeepOpenOptions, type KeptPort, keepOpen } from '../port/keep-open.ts';
import { setTimer } from '../port/timer.ts';

/** At 9600 baud a byte takes 1 ms; 200 ms covers a busy USB bus and is shorter than two scans by hand. */
const INTER_BYTE_MS_MAX = 200;

export interface ScannerOptions extends Pick<KeepOpenOptions, 'open' | 'backoff' | 'random' | 'setTimer'> {
  readonly url: string;
  /** `receivedAtMs` is monotonic. */
  onCode(text: string, receivedAtMs: number): void;
  /** Something was scanned and not understood; the person may try again. Never holds the code itself. */
  onTrouble(why: string): void;
  onLink?(link: 'up' | 'down', why?: string): void;
  /** Removes an AIM identifier such as `]C1`; on unless switched off. */
  readonly stripAim?: boolean;
  readonly nowMs?: () => number;
}

export class Scanner {
  readonly #options: ScannerOptions;
  readonly #splitter = new LineSplitter();
  #kept: KeptPort | undefined;
  #cancelTimer: () => void = () => {};

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  get link(): 'up' | 'down' {
    return this.#kept?.port ? 'up' : 'down';
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
      onOpen: () => this.#options.onLink?.('up'),
      onData: (bytes) => this.#take(bytes),
      onClosed: (why) => {
        this.#giveUp('the scanner was disconnected');
        this.#options.onLink?.('down', why);
      },
    });
  }

  async stop(): Promise<void> {
    const kept = this.#kept;
    await kept?.stop();
    this.#cancelTimer();
    this.#kept = undefined;
  }

  #take(bytes: Uint8Array): void {
    this.#cancelTimer();
    const now = this.#options.nowMs ?? (() => performance.now());
    for (const part of this.#splitter.push(bytes)) this.#tell(part, now());
    if (!this.#splitter.waiting) return;
    this.#cancelTimer = (this.#options.setTimer ?? setTimer)(
      () => this.#giveUp(`no further byte for ${INTER_BYTE_MS_MAX} ms`),
      INTER_BYTE_MS_MAX,
    );
  }

  #tell(part: ScanPart, nowMs: number): void {
    if (part.kind === 'garbage') {
      const noise = 'bytes that are not printable: check baud rate and parity';
      this.#options.onTrouble(part.why === 'tooLong' ? `a code of over ${CODE_CHARS_MAX} characters` : noise);
    } else if (part.kind === 'code') {
      const text = this.#options.stripAim === false ? part.text : withoutAimIdentifier(part.text);
      if (text === '') this.#options.onTrouble('an AIM identifier without a code');
      else this.#options.onCode(text, nowMs);
    }
  }

  #giveUp(why: string): void {
    this.#cancelTimer();
    const part = this.#splitter.expire();
    if (part?.kind === 'half') this.#options.onTrouble(`half a code, ${part.length} characters: ${why}`);
  }
}
