/** The platform's side of the MQTT wire: births and wills, journals in, acknowledgements and commands out. */

import { type Connection, openConnection } from '../drivers/mqtt-client.ts';
import type { Reply } from '../protocol/platform/commands.ts';
import { parseAsk, parseReply, parseState, parseTelemetry } from '../protocol/platform/parse.ts';
import type { Ask } from '../protocol/platform/questions.ts';
import type { Telemetry, TerminalState } from '../protocol/platform/state.ts';
import { type Channel, everyTerminal, parseTopic, topic } from '../protocol/platform/topics.ts';
import { unanswered } from './commands.ts';
import { Ingest } from './ingest.ts';
import type { PinHash } from './pin.ts';
import { Questions } from './questions.ts';
import { answered, expire } from './replies.ts';
import { keepState } from './states.ts';
import type { Store } from './store.ts';

export interface TerminalsOptions {
  readonly store: Store;
  readonly broker: string;
  /** A command without an answer is sent again; 10 s where it is missing. */
  readonly resendMs?: number;
  readonly open?: typeof openConnection;
  /** How PINs are hashed; scrypt where it is missing. */
  readonly pinHash?: PinHash;
  changed(): void;
  trouble(message: string, about: object): void;
}

const RECONNECT_MS = 300;
const RESEND_MS = 10_000;
const LEAVE_MS = 300;
const LISTENED: readonly Channel[] = ['journal', 'ask', 'reply', 'telemetry'];
/** Topics of one SUBSCRIBE: some brokers refuse more. */
const SUBSCRIBE_MAX = 100;

export class Terminals {
  readonly ingest: Ingest;
  readonly #questions: Questions;
  /** The last of each terminal; not kept over a restart. */
  readonly telemetry = new Map<string, Telemetry>();
  /** When each terminal was last heard, epoch ms; not kept over a restart either. */
  readonly heardMs = new Map<string, number>();
  readonly #options: TerminalsOptions;
  readonly #resendMs: number;
  readonly #client = `platform-${process.pid}-${Date.now().toString(36)}`;
  #connection: Connection | undefined;
  #retry: NodeJS.Timeout | undefined;
  #resend: NodeJS.Timeout | undefined;
  #stopped = false;
  #away = false;
  /** When each unanswered command was last sent; monotonic ms. */
  readonly #sentMs = new Map<string, number>();
  /** Terminals that have answered everything, as was read last; a new command ends it. */
  readonly #answered = new Set<string>();

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.#resendMs = options.resendMs ?? RESEND_MS;
    options.store.commanded = (terminal) => this.#answered.delete(terminal);
    this.#questions = new Questions(options.store, options.pinHash);
    this.ingest = new Ingest(options.store, {
      acknowledge: (terminal, journal, upTo) => this.#publish(terminal, 'acknowledged', { journal, upTo }),
      stored: (terminal) => {
        this.sendCommands(terminal);
      },
      trouble: options.trouble,
    });
  }

  /** Who is there is learned anew: what was known ended with the connection or the process before. */
  async start(): Promise<void> {
    await this.#allDown();
    this.#resend = setInterval(() => void this.#resendAll(), this.#resendMs);
    this.#connect();
  }

  #connect(): void {
    const { broker, open = openConnection } = this.#options;
    open({ broker }, this.#client, undefined, {
      up: () => void this.#up(),
      message: (name, payload) => this.#message(name, payload),
      closed: (why) => this.#closed(why),
    }).then(
      (connection) => {
        if (this.#stopped) connection.destroy();
        else this.#connection = connection;
      },
      (error) => this.#closed(String(error)),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearInterval(this.#resend);
    await this.#connection?.end(LEAVE_MS);
    await this.ingest.idle();
  }

  /** It may have been there before it was registered: its retained birth comes now. */
  registered(terminal: string): void {
    this.#listenToStates([terminal]).catch((error) => this.#cannotSubscribe(error));
    this.sendCommands(terminal);
  }

  /** Commands of this terminal have been kept: what was not sent just now is sent. */
  sendCommands(terminal: string): void {
    this.#send(terminal, false);
    this.#options.changed();
  }

  async #up(): Promise<void> {
    this.#away = false;
    try {
      await this.#connection?.subscribe(LISTENED.map(everyTerminal));
      const known = await this.#options.store.all<{ id: string }>('SELECT id FROM terminal');
      for (let from = 0; from < known.length; from += SUBSCRIBE_MAX)
        await this.#listenToStates(known.slice(from, from + SUBSCRIBE_MAX).map(({ id }) => id));
    } catch (error) {
      this.#cannotSubscribe(error);
    }
  }

  /** One by one: not every broker sends retained births for a wildcard. */
  async #listenToStates(terminals: readonly string[]): Promise<void> {
    await this.#connection?.subscribe(terminals.map((terminal) => topic(terminal, 'state')));
  }

  #cannotSubscribe(error: unknown): void {
    this.#options.trouble('cannot subscribe', { why: String(error) });
    this.#connection?.destroy();
  }

  async #allDown(): Promise<void> {
    const { store, changed } = this.#options;
    await store.transaction((writer) => writer.run("UPDATE terminal SET link = 'down' WHERE link = 'up'"));
    changed();
  }

  #closed(why: string): void {
    this.#connection = undefined;
    if (this.#stopped) return;
    // Told once: a broker that is away for days must not fill the log.
    if (!this.#away) {
      this.#options.trouble('broker away', { why });
      this.#allDown().catch(() => {});
    }
    this.#away = true;
    this.#retry = setTimeout(() => this.#connect(), RECONNECT_MS);
  }

  #publish(terminal: string, channel: Channel, value: object): void {
    this.#connection?.publish(topic(terminal, channel), JSON.stringify(value), { qos: 1 });
  }

  #message(name: string, payload: Uint8Array): void {
    const to = parseTopic(name);
    if (!to) return;
    this.heardMs.set(to.terminal, Date.now());
    if (to.channel === 'journal') this.ingest.receive(to.terminal, payload);
    else if (to.channel === 'ask')
      this.#parsed(to.terminal, parseAsk(payload), (ask) => this.#asked(to.terminal, ask));
    else if (to.channel === 'state')
      this.#parsed(to.terminal, parseState(payload), (state) => this.#state(to.terminal, state));
    else if (to.channel === 'telemetry')
      this.#parsed(
        to.terminal,
        parseTelemetry(payload),
        async (value) => void this.telemetry.set(to.terminal, value),
      );
    else if (to.channel === 'reply')
      this.#parsed(to.terminal, parseReply(payload), (reply) => this.#replied(to.terminal, reply));
  }

  /** Forgotten as sent only once the answer is kept, or it would be sent again in between. */
  async #replied(terminal: string, reply: Reply): Promise<void> {
    await answered(this.#options.store, terminal, reply);
    this.#sentMs.delete(reply.id);
  }

  async #asked(terminal: string, ask: Ask): Promise<void> {
    const answer = await this.#questions.answer(terminal, ask);
    if (answer) this.#publish(terminal, 'answer', answer);
    else this.#options.trouble('a terminal is not registered', { terminal });
  }

  #parsed<T>(
    terminal: string,
    parsed: { ok: true; value: T } | { ok: false; error: string },
    use: (value: T) => Promise<void>,
  ) {
    const failed = (why: string) => this.#options.trouble('a message was not taken', { terminal, why });
    if (parsed.ok) {
      use(parsed.value).then(this.#options.changed, (error) => failed(String(error)));
      return;
    }
    this.ingest.counts.badPayloads += 1;
    failed(parsed.error);
  }

  /**
   * Commands are sent again after each birth. A will that names another journal than the newest birth, or an older
   * session, speaks of a connection that is long over.
   */
  async #state(terminal: string, state: TerminalState): Promise<void> {
    const told = await keepState(this.#options.store, terminal, state);
    if (told === 'unknown' || told === 'stale') {
      const { link, session } = state;
      this.#options.trouble(`a state was not taken: ${told}`, { terminal, link, session });
    }
    if (told !== 'born' && told !== 'changed') return;
    const { sequence } = await this.ingest.position(terminal, state.journal);
    this.#publish(terminal, 'acknowledged', { journal: state.journal, upTo: sequence });
    this.#send(terminal, told === 'born');
  }

  /** All that are unanswered after a birth; otherwise those that have not just been sent. */
  #send(terminal: string, born: boolean): void {
    const send = async () => {
      if (!born && this.#answered.has(terminal)) return;
      // Before reading: a command that is committed meanwhile ends it again.
      this.#answered.add(terminal);
      for (const { id, body } of await this.#unanswered(terminal)) {
        const nowMs = performance.now();
        if (!born && nowMs - (this.#sentMs.get(id) ?? Number.NEGATIVE_INFINITY) < this.#resendMs) continue;
        this.#sentMs.set(id, nowMs);
        this.#connection?.publish(topic(terminal, 'command'), body, { qos: 1 });
      }
    };
    send().catch((error) => this.#unsent('commands were not sent', { terminal, why: String(error) }));
  }

  async #unanswered(terminal: string): Promise<{ id: string; body: string }[]> {
    const commands = await unanswered(this.#options.store, terminal).catch((error) => {
      this.#answered.delete(terminal);
      throw error;
    });
    if (commands.length > 0) this.#answered.delete(terminal);
    return commands;
  }

  async #resendAll(): Promise<void> {
    const { store } = this.#options;
    try {
      await expire(store);
      const up = await store.all<{ id: string }>("SELECT id FROM terminal WHERE link = 'up'");
      for (const { id } of up) this.#send(id, false);
    } catch (error) {
      this.#unsent('commands were not sent again', { why: String(error) });
    }
  }

  /** Whoever stops sends nothing more, and has nothing to say of it. */
  #unsent(message: string, about: object): void {
    if (!this.#stopped) this.#options.trouble(message, about);
  }
}
