/**
 * One open connection to a SIP2 server: one request at a time, each with its sequence number, asked for again when the
 * answer is silent or broken. It settles every request; the connection is of no use once one has failed.
 */
import { decodeSip2, isWhole } from '../../protocol/sip2/decode.ts';
import { encodeSip2 } from '../../protocol/sip2/encode.ts';
import { ANSWERS, type AnswerTo, type RequestName, type Sip2Message } from '../../protocol/sip2/messages.ts';
import type { Sip2Options } from '../../protocol/sip2/options.ts';
import { Sip2Splitter } from '../../protocol/sip2/splitter.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { TerminalError } from '../error.ts';
import type { SetTimer } from '../port/timer.ts';
import type { Sip2Peer } from './sip2-settings.ts';

export interface Sip2LineOptions {
  readonly peer: Sip2Peer;
  readonly quietMs: number;
  readonly setTimer: SetTimer;
  send(bytes: Uint8Array): void;
  /** The connection can be used no more; told once. */
  broken(error: TerminalError): void;
}

/** Answers that came to no request, or were not understood: for the technician. */
export interface LineCounts {
  unasked: number;
  bad: number;
  checksumsWrong: number;
}

interface Pending {
  readonly request: Sip2Message;
  readonly bytes: Uint8Array;
  readonly waitMs: number;
  resolve(answer: Sip2Message): void;
  reject(error: TerminalError): void;
  triesLeft: number;
  /** 97 was sent: its answer has no sequence number. */
  asked: boolean;
  cancelTimer(): void;
}

const SEQUENCES = 10;

export class Sip2Line {
  readonly counts: LineCounts = { unasked: 0, bad: 0, checksumsWrong: 0 };
  readonly #options: Sip2LineOptions;
  readonly #splitter: Sip2Splitter;
  readonly #writes: Sip2Options;
  #sequence = 0;
  /** The server tells sequence numbers: from then on an answer without one is late. */
  #sequenceSeen = false;
  #pending: Pending | undefined;
  /** The request before: a doubled answer is one to it. */
  #before: Sip2Message | undefined;
  #cancelQuiet: () => void = () => {};
  #closed: string | undefined;

  constructor(options: Sip2LineOptions) {
    const { peer } = options;
    this.#options = options;
    // dp2's own client sends no checksum (dp2 #765), so its rule for requests is not known.
    this.#writes = peer.checksum === 'utf16' ? { ...peer, checksum: 'off' } : peer;
    this.#splitter = new Sip2Splitter({
      whole: (bytes) => isWhole(bytes, peer),
      bad: (error) => this.#bad(error),
      lfEnds: peer.lfEnds,
    });
  }

  /**
   * @throws TerminalError `library.away`: nothing was sent. `library.timeout`, `library.answer`: sent, and nobody knows
   * whether the library did it. A programmer's error where another request is under way.
   */
  request<N extends RequestName>(
    request: Sip2Message<N>,
    waitMs: number,
    tries: number,
  ): Promise<AnswerTo<N>> {
    if (this.#pending) throw new Error('one SIP2 request at a time');
    return new Promise<Sip2Message>((resolve, reject) => {
      if (this.#closed !== undefined) throw away(this.#closed);
      const numbered = { ...request, sequence: this.#sequence } as Sip2Message;
      const bytes = this.#encode(numbered);
      this.#sequence = (this.#sequence + 1) % SEQUENCES;
      this.#pending = {
        request: numbered,
        bytes,
        waitMs,
        resolve,
        reject,
        triesLeft: tries,
        asked: false,
        cancelTimer: () => {},
      };
      this.#try(this.#pending, bytes);
    }) as Promise<AnswerTo<N>>;
  }

  data(bytes: Uint8Array): void {
    this.#cancelQuiet();
    for (const frame of this.#splitter.push(bytes)) this.#frame(frame);
    if (!this.#splitter.waiting || this.#closed !== undefined) return;
    this.#cancelQuiet = this.#options.setTimer(() => {
      for (const frame of this.#splitter.quiet()) this.#frame(frame);
    }, this.#options.quietMs);
  }

  /** The connection has ended, or is given up; nothing is told afterwards. */
  close(why: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = why;
    this.#cancelQuiet();
    const pending = this.#take();
    pending?.reject(
      new TerminalError('library.timeout', `the connection to the library ended before its answer (${why})`),
    );
  }

  #encode(message: Sip2Message): Uint8Array {
    try {
      return encodeSip2(message, this.#writes);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new TerminalError(
        'library.answer',
        `SIP2 cannot carry the request, and nothing was sent: ${error.message}`,
      );
    }
  }

  #try(pending: Pending, bytes: Uint8Array): void {
    pending.triesLeft -= 1;
    pending.cancelTimer();
    pending.cancelTimer = this.#options.setTimer(() => this.#silent(pending), pending.waitMs);
    this.#options.send(bytes);
  }

  #silent(pending: Pending): void {
    const { resend } = this.#options.peer;
    // Half an answer, joined to the next, could pass for one where the server sends no checksums.
    this.#splitter.drop();
    const error = new TerminalError(
      'library.timeout',
      `the library did not answer ${pending.request.name} within ${pending.waitMs} ms`,
    );
    this.#again(pending, resend === 'repeat' ? 'repeat' : 'ask', error);
  }

  #again(pending: Pending, how: 'ask' | 'repeat', error: TerminalError): void {
    if (pending.triesLeft <= 0 || this.#options.peer.resend === 'none') {
      this.#take()?.reject(error);
      this.#options.broken(error);
    } else if (how === 'repeat') this.#try(pending, pending.bytes);
    else {
      pending.asked = true;
      // Without a sequence number: with one, servers forget the checksum of their answer.
      this.#try(pending, encodeSip2({ name: 'requestAcsResend' }, this.#writes));
    }
  }

  #frame(bytes: Uint8Array): void {
    try {
      const { message, check } = decodeSip2(bytes, this.#options.peer);
      if (check === 'wrong') this.counts.checksumsWrong += 1;
      this.#message(message);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#bad(error);
    }
  }

  #message(message: Sip2Message): void {
    const pending = this.#pending;
    if (pending && message.name === 'requestScResend')
      this.#again(
        pending,
        'repeat',
        new TerminalError('library.answer', `the library does not understand ${pending.request.name}`),
      );
    else if (pending && this.#answers(pending, message)) this.#take()?.resolve(message);
    else this.counts.unasked += 1;
    if (message.sequence !== undefined) this.#sequenceSeen = true;
  }

  #bad(error: WireError): void {
    this.counts.bad += 1;
    const pending = this.#pending;
    if (!pending) return;
    const told = `the library's answer to ${pending.request.name} is not understood: ${error.message}`;
    this.#again(pending, 'ask', new TerminalError('library.answer', told));
  }

  #answers(pending: Pending, message: Sip2Message): boolean {
    if (message.name !== ANSWERS[pending.request.name as RequestName]) return false;
    if (isToOther(message, pending.request, this.#before)) return false;
    const { sequence } = this.#options.peer;
    if (sequence === 'ignore' || message.sequence === pending.request.sequence) return true;
    return message.sequence === undefined && (pending.asked || !this.#sequenceSeen);
  }

  #take(): Pending | undefined {
    const pending = this.#pending;
    pending?.cancelTimer();
    this.#pending = undefined;
    if (pending) this.#before = pending.request;
    return pending;
  }
}

/** Whether an answer tells the patron or the item of the request before instead of this one's: it is a doubled one. */
function isToOther(answer: Sip2Message, request: Sip2Message, before: Sip2Message | undefined): boolean {
  const id = (message: Sip2Message | undefined, name: 'patronId' | 'itemId'): string | undefined =>
    (message as Partial<Record<typeof name, string>> | undefined)?.[name];
  return (['patronId', 'itemId'] as const).some((name) => {
    const told = id(answer, name);
    return told !== undefined && told !== '' && told !== id(request, name) && told === id(before, name);
  });
}

export const away = (why: string): TerminalError =>
  new TerminalError('library.away', `the library is not reached, and nothing was sent (${why})`);
