/** A barcode scanner, whatever its channel (serial line, TCP, USB HID): whole codes out, half ones discarded aloud. */
import { aimIdentifier } from '../../protocol/barcode/aim-identifier.ts';
import { ASSEMBLED_CHARS_MAX, type GarbageWhy } from '../../protocol/barcode/assembly.ts';
import type { ScannerMake } from '../../protocol/barcode/commands.ts';
import { CODE_CHARS_MAX } from '../../protocol/barcode/line-splitter.ts';
import { type CodeRule, type Judged, judgeCode } from '../../protocol/barcode/validate.ts';
import { TerminalError } from '../error.ts';
import { type KeepOpenOptions, type KeptPort, keepOpen } from '../port/keep-open.ts';
import { setTimer } from '../port/timer.ts';
import {
  type Channel,
  type ChannelSettings,
  type ScannedPart,
  type ScanSplitter,
  scannerChannel,
  scanSplitter,
} from './scanner-channel.ts';
import { Trigger } from './scanner-trigger.ts';

/**
 * Between two bytes, reports or keys of one code. At 9600 baud a byte takes 1 ms, a report or a key takes 1 to 10 ms:
 * 200 ms covers a busy USB bus and is shorter than two scans by hand.
 */
const PAUSE_MS_MAX = 200;
/** What does not follow, in words. */
const NEXT = { lines: 'byte', pos: 'report', keyboard: 'key' } as const;

export interface ScannerOptions
  extends Pick<KeepOpenOptions, 'open' | 'backoff' | 'random' | 'setTimer'>,
    Omit<ChannelSettings, 'port'> {
  readonly url: string;
  /** `receivedAtMs` is monotonic. */
  onCode(text: string, receivedAtMs: number): void;
  /** Something was scanned and not understood; the person may try again. Never holds the code itself. */
  onTrouble(why: string): void;
  onLink?(link: 'up' | 'down', why?: string): void;
  /** Removes an AIM identifier such as `]C1`; on unless switched off. */
  readonly stripAim?: boolean;
  /** What is asked of a code; nothing unless configured. */
  readonly codes?: readonly CodeRule[];
  /** Named where the scanner reads only when it is told to: whose commands it takes. */
  readonly make?: ScannerMake;
  readonly nowMs?: () => number;
}

export class Scanner {
  readonly #options: ScannerOptions;
  readonly #channel: Channel;
  readonly #trigger: Trigger | undefined;
  #splitter: ScanSplitter;
  #kept: KeptPort | undefined;
  #cancelTimer: () => void = () => {};
  /** Reports of another kind were told since the last code: one that sends them all the time would fill the log. */
  #othersTold = false;
  #stopping = false;

  /** @throws TerminalError `port.url`, `config.field`: the configuration has been checked for them. */
  constructor(options: ScannerOptions) {
    const { url, make } = options;
    const channel = scannerChannel({ port: url, ...options });
    if ('what' in channel)
      throw new TerminalError('config.field', `scanner.${channel.field}: ${channel.what}`);
    this.#options = options;
    this.#channel = channel;
    this.#splitter = scanSplitter(channel);
    this.#trigger =
      make &&
      new Trigger({
        make,
        channel: channel.mode === 'lines' ? 'serial' : 'hid',
        setTimer: options.setTimer ?? setTimer,
        onTrouble: (why) => options.onTrouble(why),
      });
  }

  get link(): 'up' | 'down' {
    return this.#kept?.port ? 'up' : 'down';
  }

  start(): void {
    if (this.#kept) return;
    this.#stopping = false;
    const { url, open, backoff, random, setTimer: timer } = this.#options;
    this.#kept = keepOpen({
      url,
      ...(open && { open }),
      ...(backoff && { backoff }),
      ...(random && { random }),
      ...(timer && { setTimer: timer }),
      onOpen: (port) => {
        this.#splitter = scanSplitter(this.#channel);
        this.#othersTold = false;
        this.#options.onLink?.('up');
        this.#trigger?.opened(port);
      },
      onData: (bytes) => this.#take(bytes),
      onClosed: (why) => {
        this.#trigger?.closed();
        this.#giveUp('the scanner was disconnected');
        this.#options.onLink?.('down', why);
      },
    });
  }

  async stop(): Promise<void> {
    const kept = this.#kept;
    this.#stopping = true;
    await this.#trigger?.stop();
    await kept?.stop();
    this.#cancelTimer();
    this.#kept = undefined;
  }

  /** Of a scanner whose make is configured: whether it reads. It does from the start. */
  trigger(on: boolean): void {
    this.#trigger?.set(on);
  }

  /** Whether the scanner was asked: not where its make has no such command, or it is away. */
  async beep(): Promise<boolean> {
    return (await this.#trigger?.send('beep')) ?? false;
  }

  #take(bytes: Uint8Array): void {
    if (this.#stopping) return;
    this.#cancelTimer();
    const now = this.#options.nowMs ?? (() => performance.now());
    for (const part of this.#splitter.push(bytes)) this.#tell(part, now());
    if (!this.#splitter.waiting) return;
    this.#cancelTimer = (this.#options.setTimer ?? setTimer)(
      () => this.#giveUp(`no further ${NEXT[this.#channel.mode]} for ${PAUSE_MS_MAX} ms`),
      PAUSE_MS_MAX,
    );
  }

  #tell(part: ScannedPart, nowMs: number): void {
    if (part.kind === 'garbage') this.#garbage(part.why, 'detail' in part ? part.detail : '');
    else if (part.kind === 'code') this.#code(part.text, 'aim' in part ? part.aim : undefined, nowMs);
  }

  #code(told: string, toldAim: string | undefined, nowMs: number): void {
    this.#othersTold = false;
    const judged = this.#judge(told, toldAim);
    if (judged.kind === 'wrong') this.#options.onTrouble(judged.why);
    else if (this.#trigger?.isNew(judged.code, nowMs) ?? true) this.#options.onCode(judged.code, nowMs);
  }

  #judge(told: string, toldAim: string | undefined): Judged {
    const front = toldAim === undefined ? aimIdentifier(told) : undefined;
    const aim = toldAim ?? front?.identifier;
    // A scanner may be set to send CR or LF behind its codes in each of its modes.
    const text = (front?.rest ?? told).replace(/[\r\n]+$/, '');
    if (text === '') return { kind: 'wrong', why: 'an empty code' };
    // As over a serial line: no code of a library has others, and nobody could type them at the kiosk.
    if (!/^[ -~]+$/.test(text))
      return { kind: 'wrong', why: 'a code with characters that are not printable' };
    const { stripAim, codes = [] } = this.#options;
    const judged = judgeCode(text, codes, aim);
    const keepsAim = stripAim === false && aim !== undefined && judged.kind === 'good';
    return keepsAim ? { kind: 'good', code: aim + judged.code } : judged;
  }

  #garbage(why: GarbageWhy | 'notPrintable', detail: string): void {
    if (why === 'notThisReport') {
      if (this.#othersTold) return;
      this.#othersTold = true;
    }
    this.#options.onTrouble(this.#words(why, detail));
  }

  #words(why: GarbageWhy | 'notPrintable', detail: string): string {
    const charsMax = this.#channel.mode === 'lines' ? CODE_CHARS_MAX : ASSEMBLED_CHARS_MAX;
    if (why === 'tooLong') return `a code of over ${charsMax} characters`;
    if (why === 'notPrintable') return 'bytes that are not printable: check baud rate and parity';
    if (why === 'mixed') return 'two codes were mixed up: a part is missing';
    if (why === 'unknownKey' || why === 'chord') return `no character of a code: ${detail}`;
    return `a report that is not understood, check mode and layout: ${detail}`;
  }

  #giveUp(why: string): void {
    this.#cancelTimer();
    const part = this.#splitter.expire();
    if (part?.kind === 'half') this.#options.onTrouble(`half a code, ${part.length} characters: ${why}`);
  }
}
