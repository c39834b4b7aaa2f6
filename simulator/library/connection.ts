/** One client of the simulated SIP2 server: its login, its last answer, and what the quirks do to it. */
import { decodeSip2, type Sip2Frame } from '../../protocol/sip2/decode.ts';
import { encodeSip2 } from '../../protocol/sip2/encode.ts';
import { encodeText } from '../../protocol/sip2/encoding.ts';
import { MESSAGES, type Sip2Message } from '../../protocol/sip2/messages.ts';
import type { Sip2Options } from '../../protocol/sip2/options.ts';
import { Sip2Splitter } from '../../protocol/sip2/splitter.ts';
import { WireError } from '../../protocol/wire/error.ts';
import type { Collection } from './collection.ts';
import type { AnswerFault, Quirks } from './quirks.ts';

export interface Account {
  readonly userId: string;
  readonly password: string;
}

export interface AcsSettings {
  readonly collection: Collection;
  readonly account: Account;
  readonly quirks: Quirks;
  readonly faults: (AnswerFault | 'none')[];
  lateMs(): number;
  /** What arrives while it does not is gone. */
  hears(): boolean;
  log(text: string): void;
}

/** A client's connection: a socket of Node's, or one of a simulated network. */
export interface AcsSocket {
  readonly destroyed: boolean;
  readonly writable: boolean;
  setNoDelay(on: boolean): unknown;
  on(event: 'data', heard: (bytes: Buffer) => void): unknown;
  on(event: 'error' | 'end' | 'close', heard: () => void): unknown;
  write(bytes: Uint8Array): unknown;
  end(done?: () => void): unknown;
  destroy(): unknown;
}

/** Passwords that requests without them may not be refused for. */
const PASSWORD_FIELDS = { AC: 'terminalPassword', AD: 'patronPassword' } as const;
const ASK_AGAIN: Sip2Message = { name: 'requestScResend' };

export class AcsConnection {
  readonly #socket: AcsSocket;
  readonly #settings: AcsSettings;
  readonly #splitter = new Sip2Splitter({ whole: () => false, bad: () => {} });
  #serving = false;
  #loggedIn = false;
  #waiting: Buffer[] = [];
  /** Whether the client's requests have AY: answers have it then as well. */
  #errorDetection = false;
  #lastAnswer: Sip2Message | undefined;
  #lastSequence: number | undefined;
  #timers = new Set<NodeJS.Timeout>();

  constructor(socket: AcsSocket, settings: AcsSettings, left: () => void) {
    this.#socket = socket;
    this.#settings = settings;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      if (this.#serving) this.#receive(bytes);
      else this.#waiting.push(bytes);
    });
    socket.on('error', () => {});
    socket.on('end', () => {
      if (settings.quirks.closesAfterFin) socket.end();
      left();
    });
    socket.on('close', () => {
      for (const timer of this.#timers) clearTimeout(timer);
      left();
    });
  }

  serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    for (const bytes of this.#waiting.splice(0)) this.#receive(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    if (!this.#settings.hears()) return;
    for (const frame of this.#splitter.push(bytes)) this.#take(frame);
  }

  #take(bytes: Uint8Array): void {
    if (this.#socket.destroyed) return;
    let frame: Sip2Frame;
    try {
      frame = decodeSip2(bytes, this.#options('lenient'));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      // An unknown message ends the worker, and with it the connection: no 96.
      this.#settings.log('unknown message');
      this.destroy();
      return;
    }
    const { message, check } = frame;
    this.#settings.log(`${MESSAGES[message.name].code}${message.sequence ?? ''}`);
    this.#errorDetection = check !== 'missing';
    if (message.name === 'requestAcsResend') this.#sendAgain();
    else if (check === 'wrong' || this.#lacksPasswords(message)) this.#refuse();
    else this.#answer(message);
  }

  #lacksPasswords(message: Sip2Message): boolean {
    if (!this.#settings.quirks.needsPasswordFields) return false;
    const always: readonly string[] = MESSAGES[message.name].always;
    return Object.entries(PASSWORD_FIELDS).some(([id, name]) => always.includes(id) && !(name in message));
  }

  /** Before the login one bad message is answered 96, and ends the connection. */
  #refuse(): void {
    this.#write(ASK_AGAIN, undefined, true);
    if (!this.#loggedIn) this.#socket.end(() => this.destroy());
  }

  /** Without a sequence number, as servers do; before the first answer there is nothing to send again. */
  #sendAgain(): void {
    this.#write(this.#lastAnswer ?? ASK_AGAIN, undefined, this.#lastAnswer === undefined);
  }

  #answer(request: Sip2Message): void {
    const { quirks, collection, faults } = this.#settings;
    if (request.name === 'login') {
      this.#login(request);
      return;
    }
    if (!this.#loggedIn && !(request.name === 'scStatus' && quirks.statusBeforeLogin)) {
      this.destroy();
      return;
    }
    if (faults[0] === 'askAgain') {
      faults.shift();
      this.#write(ASK_AGAIN, undefined, true);
      return;
    }
    const repeated = request.sequence !== undefined && request.sequence === this.#lastSequence;
    const known = quirks.remembersSequence && repeated ? this.#lastAnswer : undefined;
    const answer = known ?? collection.answer(request);
    if (answer) this.#write(answer, request.sequence, false);
    else this.destroy();
    this.#lastSequence = request.sequence;
  }

  #login({ loginUserId, loginPassword, sequence }: Sip2Message<'login'>): void {
    const { userId, password } = this.#settings.account;
    this.#loggedIn = loginUserId === userId && loginPassword === password;
    this.#write({ name: 'loginResponse', ok: this.#loggedIn }, sequence, false);
    this.#lastSequence = sequence;
    if (!this.#loggedIn) this.#socket.end(() => this.destroy());
  }

  /** `plain`: no fault happens to it. */
  #write(message: Sip2Message, sequence: number | undefined, plain: boolean): void {
    if (message.name !== 'requestScResend') this.#lastAnswer = message;
    const { quirks, faults, lateMs } = this.#settings;
    const wrong = sequence === undefined ? undefined : (sequence + 9) % 10;
    const told = { echo: sequence, fixed: 4, wrong }[quirks.sequence];
    const good = encodeSip2({ ...message, sequence: told }, this.#options());
    const fault = (plain || faults[0] === 'askAgain' ? undefined : faults.shift()) ?? 'none';
    const spoilt = fault === 'badChecksum' || quirks.checksum === 'wrong';
    const bytes = this.#ended(spoilt ? spoil(good) : good);
    const half = Math.floor(bytes.length / 2);
    if (fault === 'none' || fault === 'badChecksum') this.#send(bytes);
    else if (fault === 'cut') this.#send(bytes.subarray(0, half));
    else if (fault === 'doubled') this.#send(Buffer.concat([bytes, bytes]));
    else if (fault === 'late') this.#later(bytes, lateMs());
    else if (fault === 'drop') this.destroy();
    else if (fault === 'slow' || fault === 'echoed') {
      this.#send(fault === 'slow' ? bytes.subarray(0, half) : bytes);
      this.#later(fault === 'slow' ? bytes.subarray(half) : bytes, lateMs());
    }
  }

  #options(checksum?: Sip2Options['checksum']): Sip2Options {
    const { encoding, escape: how, checksum: rule } = this.#settings.quirks;
    const sent = !this.#errorDetection && rule !== 'utf16' ? 'off' : SENT[rule];
    return { encoding, escape: how, checksum: checksum ?? sent };
  }

  #ended(frame: Uint8Array): Uint8Array {
    const { ends, encoding } = this.#settings.quirks;
    const end = { cr: '\r', lfFirst: '\r\n', lf: '\n', none: '' }[ends];
    return Buffer.concat([frame.subarray(0, -1), encodeText(end, encoding)]);
  }

  #send(bytes: Uint8Array): void {
    if (this.#settings.hears() && !this.#socket.destroyed && this.#socket.writable) this.#socket.write(bytes);
  }

  #later(bytes: Uint8Array, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#send(bytes);
    }, ms);
    this.#timers.add(timer);
  }
}

const SENT = { good: 'strict', wrong: 'strict', utf16: 'utf16', none: 'off' } as const;

/** Another last digit: everything else stays as it is. */
function spoil(frame: Uint8Array): Uint8Array {
  const spoilt = Uint8Array.from(frame);
  const at = spoilt.length - 2;
  spoilt[at] = spoilt[at] === 0x30 ? 0x31 : 0x30;
  return spoilt;
}
