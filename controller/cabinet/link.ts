/** One port that may carry a locker board: opened for ever, greeted until a board answers, kept alive by heartbeats. */
import { FrameReader } from '../../protocol/board/codec.ts';
import type { BoardMessage, FieldsOf } from '../../protocol/board/messages.ts';
import { TerminalError } from '../error.ts';
import { type KeepOpenOptions, type KeptPort, keepOpen } from '../port/keep-open.ts';
import type { Port } from '../port/port.ts';
import { parsePortUrl } from '../port/port-url.ts';
import { type BoardEvent, isEvent } from './events.ts';
import { Requests } from './requests.ts';

export type Identity = FieldsOf<'identity'>;
export type Status = FieldsOf<'status'>;

export interface LinkHandlers {
  /** A board answered, for the first time or after it started again. */
  identified(link: BoardLink, identity: Identity): void;
  /** What was identified is not to be relied on any more: closed, or started again. */
  lost(link: BoardLink, why: string): void;
  event(link: BoardLink, event: BoardEvent): void;
  status(link: BoardLink, status: Status): void;
  trouble(message: string, about: object): void;
}

export interface LinkOptions extends Pick<KeepOpenOptions, 'open'> {
  readonly heartbeatMs?: number;
}

const HEARTBEAT_MS = 1_000;
/**
 * Opening a serial port may reset the board into its bootloader, which runs the application after a second or two of
 * silence, but takes every byte as a reason to stay. So: listen first (a started board speaks by itself), ask, and
 * leave it a long silence before the next asking.
 */
const LISTEN_FIRST_MS = { serial: 1_500, tcp: 0, tls: 0, hid: 0 } as const;
const SILENCE_MS = 7_000;
const ASKINGS_MAX = 4;
const SERIAL_NUMBER_BYTES = 8;
/** EEPROM takes 3.4 ms a byte. */
const PROVISION_ROUNDS_MAX = 40;
const PROVISION_ROUND_MS = 25;

export class BoardLink {
  readonly url: string;
  /** Frames dropped since the start of the process. */
  framesBad = 0;
  readonly #handlers: LinkHandlers;
  readonly #options: LinkOptions;
  #kept: KeptPort | undefined;
  #port: Port | undefined;
  #requests: Requests | undefined;
  #lastId = 0;
  #identity: Identity | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lent = false;

  constructor(url: string, handlers: LinkHandlers, options: LinkOptions = {}) {
    this.url = url;
    this.#options = options;
    this.#handlers = handlers;
  }

  /** `asking`: nobody has answered yet. `inBootloader`: the port is lent to whoever flashes the board. */
  get condition(): 'closed' | 'asking' | 'identified' | 'inBootloader' {
    if (this.#lent) return 'inBootloader';
    if (this.#identity) return 'identified';
    return this.#port ? 'asking' : 'closed';
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** What to ask of the board; `undefined` while the port is closed. */
  get requests(): Requests | undefined {
    return this.#requests;
  }

  start(): void {
    this.#lent = false;
    let reader = new FrameReader();
    const { open } = this.#options;
    this.#kept = keepOpen({
      url: this.url,
      ...(open && { open }),
      onOpen: (port) => {
        reader = new FrameReader(() => {
          this.framesBad += 1;
        });
        this.#opened(port);
      },
      onData: (bytes) => {
        for (const message of reader.push(bytes)) this.#message(message);
      },
      onClosed: (why) => this.#closed(why),
      onFailed: (error, retryMs) =>
        this.#handlers.trouble('board port', { port: this.url, why: String(error), retryMs }),
    });
  }

  /** Lends the port to whoever flashes the board, until `start` is called again. */
  async lend(): Promise<void> {
    this.#lent = true;
    await this.stop('in its bootloader');
  }

  /** Closes the port for good, or until `start` is called again. */
  async stop(why = 'stopping'): Promise<void> {
    this.#closed(why);
    const kept = this.#kept;
    this.#kept = undefined;
    await kept?.stop();
  }

  /** Whatever went wrong on the wire, a new connection begins it anew. */
  restart(error: unknown): void {
    if (!this.#port) return;
    this.#handlers.trouble('board link', { port: this.url, why: String(error) });
    this.#port.close().catch(() => {});
  }

  /** Gives the board its serial number; resolves when it is in EEPROM and told by the board itself. */
  async provision(serialNumber: string): Promise<void> {
    const requests = this.#requests;
    if (!requests || !this.#identity)
      throw new TerminalError('link.closed', `no board answers at ${this.url}: check its cable and power`);
    const bytes = new Uint8Array(SERIAL_NUMBER_BYTES);
    new TextEncoder().encodeInto(serialNumber, bytes);
    await requests.send('provision', { serialNumber: bytes });
    for (let round = 0; round < PROVISION_ROUNDS_MAX; round += 1) {
      const { fields } = await requests.send('heartbeat', {});
      if (!fields.settingsPending) break;
      await new Promise((resolve) => setTimeout(resolve, PROVISION_ROUND_MS));
    }
    const { fields } = await requests.send('identify', {});
    this.#identified(fields);
  }

  #opened(port: Port): void {
    this.#port = port;
    this.#requests = new Requests((frame) => {
      port.write(frame).catch(() => {});
    }, this.#lastId);
    this.#later(LISTEN_FIRST_MS[parsePortUrl(this.url).kind], () => this.#ask(1));
  }

  #closed(why: string): void {
    clearTimeout(this.#timer);
    this.#requests?.close(why);
    this.#lastId = this.#requests?.lastId ?? this.#lastId;
    this.#requests = this.#port = undefined;
    this.#forget(why);
  }

  #forget(why: string): void {
    if (!this.#identity) return;
    this.#identity = undefined;
    this.#handlers.lost(this, why);
  }

  #ask(asking: number): void {
    const requests = this.#requests;
    clearTimeout(this.#timer);
    requests?.send('identify', {}).then(
      ({ fields }) => requests === this.#requests && this.#identified(fields),
      (error) => {
        if (requests !== this.#requests) return;
        if (asking === ASKINGS_MAX) this.restart(error);
        else this.#later(SILENCE_MS, () => this.#ask(asking + 1));
      },
    );
  }

  #identified(identity: Identity): void {
    this.#forget('it started again');
    this.#identity = identity;
    this.#handlers.identified(this, identity);
    this.#beat();
  }

  #beat(): void {
    this.#later(this.#options.heartbeatMs ?? HEARTBEAT_MS, () => {
      const requests = this.#requests;
      requests?.send('heartbeat', {}).then(
        ({ fields }) => {
          if (requests !== this.#requests || !this.#identity) return;
          this.#handlers.status(this, fields);
          this.#beat();
        },
        (error) => requests === this.#requests && this.restart(error),
      );
    });
  }

  #message(message: BoardMessage): void {
    if (!isEvent(message)) {
      this.#requests?.reply(message);
      return;
    }
    // Something that speaks frames is past its bootloader; a new boot has forgotten its settings.
    if (!this.#identity && this.#timer) this.#ask(1);
    else if (this.#identity && message.fields.boot !== this.#identity.boot) {
      this.#forget('it started again');
      this.#ask(1);
    }
    this.#handlers.event(this, message);
  }

  #later(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      act();
    }, ms);
  }
}
