/** The platform's side of the MQTT wire: births and wills, journals in, acknowledgements and commands out. */

import { type Connection, openConnection } from '../drivers/mqtt-client.ts';
import type { CommandAction, Reply } from '../protocol/platform/commands.ts';
import { parseReply, parseState, parseTelemetry } from '../protocol/platform/parse.ts';
import type { Telemetry, TerminalState } from '../protocol/platform/state.ts';
import { type Channel, everyTerminal, parseTopic, topic } from '../protocol/platform/topics.ts';
import { answered, enqueue, unanswered } from './commands.ts';
import { Ingest } from './ingest.ts';
import type { Store } from './store.ts';

export interface TerminalsOptions {
  readonly store: Store;
  readonly broker: string;
  changed(): void;
  trouble(message: string, about: object): void;
}

const RECONNECT_MS = 300;
/** A command without an answer is sent again. */
const RESEND_MS = 10_000;
const LEAVE_MS = 300;
const LISTENED: readonly Channel[] = ['journal', 'state', 'reply', 'telemetry'];

export class Terminals {
  readonly ingest: Ingest;
  /** The last of each terminal; not kept over a restart. */
  readonly telemetry = new Map<string, Telemetry>();
  readonly #options: TerminalsOptions;
  readonly #client = `platform-${process.pid}-${Date.now().toString(36)}`;
  #connection: Connection | undefined;
  #retry: NodeJS.Timeout | undefined;
  #resend: NodeJS.Timeout | undefined;
  #stopped = false;
  /** When each unanswered command was last sent; monotonic ms. */
  readonly #sentMs = new Map<string, number>();

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.ingest = new Ingest(options.store, {
      acknowledge: (terminal, journal, upTo) => this.#publish(terminal, 'acknowledged', { journal, upTo }),
      stored: (terminal) => {
        this.#sendCommands(terminal);
        options.changed();
      },
      trouble: options.trouble,
    });
  }

  start(): void {
    this.#resend ??= setInterval(() => this.#resendAll(), RESEND_MS);
    openConnection({ broker: this.#options.broker }, this.#client, undefined, {
      up: () => this.#subscribe(),
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

  /** Keeps the command and sends it when the terminal can hear it. */
  async command(terminal: string, action: CommandAction): Promise<void> {
    await this.#options.store.transaction((writer) => enqueue(writer, terminal, action));
    this.#sendCommands(terminal);
  }

  #subscribe(): void {
    this.#connection
      ?.subscribe(LISTENED.map(everyTerminal))
      .catch((error) => this.#options.trouble('cannot subscribe', { why: String(error) }));
  }

  #closed(why: string): void {
    this.#connection = undefined;
    if (this.#stopped) return;
    this.#options.trouble('broker away', { why });
    this.#retry = setTimeout(() => this.start(), RECONNECT_MS);
  }

  #publish(terminal: string, channel: Channel, value: object): void {
    this.#connection?.publish(topic(terminal, channel), JSON.stringify(value), { qos: 1 });
  }

  #message(name: string, payload: Uint8Array): void {
    const to = parseTopic(name);
    if (!to) return;
    if (to.channel === 'journal') this.ingest.receive(to.terminal, payload);
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

  /** Commands are sent again after each birth. A will whose session is older than the newest birth speaks of a connection that is long over. */
  async #state(terminal: string, state: TerminalState): Promise<void> {
    const { store } = this.#options;
    const told = await store.transaction(async (writer) => {
      const [known] = await writer.all<{ session: number; link: string; journal: string }>(
        'SELECT session, link, journal FROM terminal WHERE id = ?',
        terminal,
      );
      const sameJournal = known?.journal === state.journal;
      if (!known || (sameJournal && state.session < known.session)) return 'stale';
      await writer.run(
        'UPDATE terminal SET link = ?, session = ?, journal = ?, state = ?, last_seen = ? WHERE id = ?',
        state.link,
        state.session,
        state.journal,
        JSON.stringify(state),
        new Date().toISOString(),
        terminal,
      );
      if (state.link === 'down') return 'left';
      const same = sameJournal && state.session === known.session && known.link === 'up';
      return same ? 'changed' : 'born';
    });
    if (told === 'stale' || told === 'left') return;
    const { sequence } = await this.ingest.position(terminal, state.journal);
    this.#publish(terminal, 'acknowledged', { journal: state.journal, upTo: sequence });
    this.#sendCommands(terminal, told === 'born');
  }

  /** All that are unanswered after a birth; otherwise those that have not just been sent. */
  #sendCommands(terminal: string, born = false): void {
    const send = async () => {
      for (const { id, body } of await unanswered(this.#options.store, terminal)) {
        const nowMs = performance.now();
        if (!born && nowMs - (this.#sentMs.get(id) ?? Number.NEGATIVE_INFINITY) < RESEND_MS) continue;
        this.#sentMs.set(id, nowMs);
        this.#connection?.publish(topic(terminal, 'command'), body, { qos: 1 });
      }
    };
    send().catch((error) =>
      this.#options.trouble('commands were not sent', { terminal, why: String(error) }),
    );
  }

  #resendAll(): void {
    this.#options.store
      .all<{ id: string }>("SELECT id FROM terminal WHERE link = 'up'")
      .then((terminals) => {
        for (const { id } of terminals) this.#sendCommands(id);
      })
      .catch(() => {});
  }
}
