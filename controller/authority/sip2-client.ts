/**
 * The local library over SIP2: keeps one connection, logs in, asks. It decides nothing; it tells what the library
 * answered. No error and no trouble that it tells holds a name, a card number or a PIN.
 *
 *   connected -> login (93) -> status (99) -> up: one request at a time, 99 when idle
 *                  940: down, and nobody knocks for a while    silence, nonsense, a lost connection: down, and again
 *
 * Every request may reject with a TerminalError. `library.away`: nothing was sent. `library.timeout` and
 * `library.answer`: it was sent, and nobody knows whether the library did it.
 */
import type { AnswerTo, RequestName, Sip2Message } from '../../protocol/sip2/messages.ts';
import { TerminalError } from '../error.ts';
import type { Backoff } from '../port/backoff.ts';
import { type KeepOpenOptions, type KeptPort, keepOpen } from '../port/keep-open.ts';
import type { Port } from '../port/port.ts';
import { type SetTimer, setTimer } from '../port/timer.ts';
import { away, type LineCounts, Sip2Line } from './sip2-line.ts';
import * as ask from './sip2-requests.ts';
import { SIP2_LIMITS, SIP2_PEER, type Sip2Limits, type Sip2Login, type Sip2Peer } from './sip2-settings.ts';

export interface Sip2ClientOptions extends Pick<KeepOpenOptions, 'open' | 'random' | 'setTimer'> {
  /** `tcp://HOST:PORT` or `tls://HOST:PORT`. */
  readonly url: string;
  readonly login?: Sip2Login | undefined;
  /** AO; some servers refuse another one than their own. */
  readonly institutionId?: string;
  /** AC. */
  readonly terminalPassword?: string;
  /** AP, where returned items are. */
  readonly currentLocation?: string;
  readonly peer?: Partial<Sip2Peer>;
  readonly limits?: Partial<Sip2Limits>;
  readonly backoff?: Backoff;
  onLink?(link: 'up' | 'down', why?: string): void;
  /** For the log and the technician; once for each run of the same trouble. */
  onTrouble?(error: TerminalError): void;
  readonly now?: () => Date;
}

/** A library is asked for hours and away for days; a connection that logs in and is lost counts as failed. */
const BACKOFF: Backoff = { msMin: 500, msMax: 30_000, stableMs: 60_000 };
/** More patrons than one cannot stand at the kiosk; the rest is replay, which goes one by one. */
const QUEUE_MAX = 16;
const OFF_LINE = 'it says that it is off line';

export class Sip2Client {
  readonly #options: Sip2ClientOptions;
  readonly #peer: Sip2Peer;
  readonly #limits: Sip2Limits;
  readonly #terminal: ask.Terminal;
  readonly #setTimer: SetTimer;
  #kept: KeptPort | undefined;
  #line: Sip2Line | undefined;
  #link: 'up' | 'down' = 'down';
  #capabilities: ask.LibraryCapabilities | undefined;
  /** Settles when the last request in the queue has. */
  #tail: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #cancelTimer: () => void = () => {};
  #lastTrouble: string | undefined;
  readonly #counts: LineCounts = { unasked: 0, bad: 0, checksumsWrong: 0 };

  constructor(options: Sip2ClientOptions) {
    this.#options = options;
    const dp2: Partial<Sip2Peer> = options.peer?.checksum === 'utf16' ? { sequence: 'ignore' } : {};
    this.#peer = { ...SIP2_PEER, ...dp2, ...options.peer };
    this.#limits = { ...SIP2_LIMITS, ...options.limits };
    this.#setTimer = options.setTimer ?? setTimer;
    this.#terminal = {
      institutionId: options.institutionId ?? '',
      terminalPassword: options.terminalPassword ?? '',
      currentLocation: options.currentLocation ?? '',
      dates: this.#peer.dates,
      now: options.now ?? (() => new Date()),
    };
  }

  /** Logged in, and the library says that it is on line. */
  get link(): 'up' | 'down' {
    return this.#link;
  }

  /** As the library told last; `undefined` until it did. */
  get capabilities(): ask.LibraryCapabilities | undefined {
    return this.#capabilities;
  }

  /** Whether the library knows a request, as far as it tells (BX). */
  supports(name: RequestName): boolean {
    const { supports } = this.#capabilities ?? {};
    return supports === undefined || supports.length === 0 || supports.includes(name);
  }

  /** Since the start: what came from the library and was no answer. */
  get counts(): LineCounts {
    const { unasked = 0, bad = 0, checksumsWrong = 0 } = this.#line?.counts ?? {};
    return {
      unasked: this.#counts.unasked + unasked,
      bad: this.#counts.bad + bad,
      checksumsWrong: this.#counts.checksumsWrong + checksumsWrong,
    };
  }

  start(): void {
    if (this.#kept) return;
    const { url, open, random, setTimer: timer, backoff = BACKOFF } = this.#options;
    this.#kept = keepOpen({
      url,
      backoff,
      ...(open && { open }),
      ...(random && { random }),
      ...(timer && { setTimer: timer }),
      onOpen: (port) => void this.#begin(port),
      onData: (bytes) => this.#line?.data(bytes),
      onClosed: (why) => this.#ended(why),
      onFailed: (error) => this.#trouble(away(error instanceof Error ? error.message : String(error))),
    });
  }

  /** Settles every request. */
  async stop(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    this.#cancelTimer();
    await kept?.stop();
  }

  /**
   * 63. Whether the PIN is right is `validPatronPassword`, and only `true` means so: `validPatron` is told of a wrong
   * PIN as well. `list` also asks for one list of items.
   */
  patron(patronId: string, pin?: string, list?: ask.PatronList): Promise<ask.PatronAnswer> {
    return this.#turn((line) => this.#patron(line, patronId, pin, list));
  }

  /** 17. */
  item(itemId: string): Promise<AnswerTo<'itemInformation'>> {
    return this.#turn((line) => this.#request(line, ask.itemRequest(this.#terminal, itemId)));
  }

  /**
   * 63 and then 11: a server may lend with a wrong PIN, so it is asked first. With a PIN, 64 must say that it is right;
   * without one, that the patron is valid. A loan made off line has happened: it is told, and nothing is asked first.
   */
  checkout(request: ask.CheckoutRequest): Promise<ask.CheckoutOutcome> {
    const { patronId, pin, offLine } = request;
    return this.#turn(async (line) => {
      const patron = offLine ? undefined : await this.#patron(line, patronId, pin);
      const known = pin === undefined ? patron?.validPatron : patron?.validPatronPassword;
      if (patron && known !== true) return { kind: 'patronRefused', patron };
      const answer = await this.#request(line, ask.checkoutRequest(this.#terminal, request));
      return { kind: 'answered', answer };
    });
  }

  /** 09. */
  checkin(request: ask.CheckinRequest): Promise<AnswerTo<'checkin'>> {
    return this.#turn((line) => this.#request(line, ask.checkinRequest(this.#terminal, request)));
  }

  /** 15. */
  hold(request: ask.HoldRequest): Promise<AnswerTo<'hold'>> {
    return this.#turn((line) => this.#request(line, ask.holdRequest(this.#terminal, request)));
  }

  /** 29. */
  renew(request: ask.RenewRequest): Promise<AnswerTo<'renew'>> {
    return this.#turn((line) => this.#request(line, ask.renewRequest(this.#terminal, request)));
  }

  /** 35. */
  endSession(patronId: string, pin?: string): Promise<AnswerTo<'endPatronSession'>> {
    return this.#turn((line) => this.#request(line, ask.endSessionRequest(this.#terminal, patronId, pin)));
  }

  async #begin(port: Port): Promise<void> {
    const line = new Sip2Line({
      peer: this.#peer,
      quietMs: this.#limits.quietMs,
      setTimer: this.#setTimer,
      // A port that is lost meanwhile tells so by itself.
      send: (bytes) => void port.write(bytes).catch(() => {}),
      broken: (error) => {
        this.#trouble(error);
        line.close(error.message);
        void port.close();
      },
    });
    this.#line = line;
    try {
      if (await this.#login(line)) await this.#askStatus(line);
      else await this.#refused();
    } catch (error) {
      // What broke the connection was told by it.
      if (!(error instanceof TerminalError)) throw error;
    }
  }

  async #login(line: Sip2Line): Promise<boolean> {
    const { login } = this.#options;
    if (!login) return true;
    const { ok } = await line.request(ask.loginRequest(login), this.#limits.loginMs, 1);
    return ok;
  }

  /** Also the keep-alive: told capabilities may change, and a server forgets who is silent. */
  async #askStatus(line: Sip2Line): Promise<void> {
    const { answerMs, tries } = this.#limits;
    this.#capabilities = ask.capabilitiesOf(await line.request(ask.statusRequest(), answerMs, tries));
    if (line !== this.#line) return;
    const { onLine } = this.#capabilities;
    if (onLine) this.#lastTrouble = undefined;
    else this.#trouble(away(OFF_LINE));
    this.#setLink(onLine ? 'up' : 'down', onLine ? undefined : OFF_LINE);
    this.#keepAlive(line);
  }

  #keepAlive(line: Sip2Line): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#setTimer(() => {
      this.#enqueue(() => this.#askStatus(line)).catch(() => {});
    }, this.#limits.keepAliveMs);
  }

  /** The server closes the connection by itself; what stays is to leave it alone. */
  async #refused(): Promise<void> {
    const { refusedLoginMs } = this.#limits;
    const seconds = Math.round(refusedLoginMs / 1_000);
    const error = new TerminalError(
      'library.refusedLogin',
      `the library refused this terminal's login; the next attempt is in ${seconds} s: check the account`,
    );
    this.#trouble(error);
    const kept = this.#kept;
    if (!kept) return;
    await kept.stop();
    // Stopped, or started anew, meanwhile.
    if (this.#kept !== kept) return;
    this.#cancelTimer = this.#setTimer(() => {
      this.#kept = undefined;
      this.start();
    }, refusedLoginMs);
  }

  #patron(line: Sip2Line, patronId: string, pin?: string, list?: ask.PatronList): Promise<ask.PatronAnswer> {
    const request = ask.patronRequest(this.#terminal, patronId, pin, list);
    return this.#request(line, request).then(ask.patronAnswer);
  }

  #request<N extends RequestName>(line: Sip2Line, request: Sip2Message<N>): Promise<AnswerTo<N>> {
    const { answerMs, tries } = this.#limits;
    const allowed = (this.#capabilities?.retries ?? tries) + 1;
    return line.request(request, answerMs, Math.min(tries, allowed));
  }

  /** In order, one after the other, and only while the link is up. */
  #turn<T>(work: (line: Sip2Line) => Promise<T>): Promise<T> {
    if (this.#queued >= QUEUE_MAX) return Promise.reject(away(`${QUEUE_MAX} requests wait already`));
    return this.#enqueue(async () => {
      const line = this.#line;
      if (this.#link === 'down' || !line) throw away('the link is down');
      const result = await work(line);
      if (line === this.#line) this.#keepAlive(line);
      return result;
    });
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.#queued += 1;
    const result = this.#tail.then(work).finally(() => {
      this.#queued -= 1;
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  #ended(why: string): void {
    const line = this.#line;
    this.#line = undefined;
    this.#cancelTimer();
    line?.close(why);
    for (const name of ['unasked', 'bad', 'checksumsWrong'] as const)
      this.#counts[name] += line?.counts[name] ?? 0;
    this.#setLink('down', why);
  }

  #setLink(link: 'up' | 'down', why?: string): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#options.onLink?.(link, why);
  }

  #trouble(error: TerminalError): void {
    if (this.#lastTrouble === error.code) return;
    this.#lastTrouble = error.code;
    this.#options.onTrouble?.(error);
  }
}
