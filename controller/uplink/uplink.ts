/** The terminal's link to the platform: birth and will, journal and questions up; what the platform says down. */

import { type BrokerPlan, type Connection, openConnection } from '../../drivers/mqtt-client.ts';
import type { Command, Reply } from '../../protocol/platform/commands.ts';
import { parseAcknowledged, parseAnswer, parseCommand } from '../../protocol/platform/parse.ts';
import type { Answer, Ask } from '../../protocol/platform/questions.ts';
import type { Telemetry, TerminalState } from '../../protocol/platform/state.ts';
import { type Channel, parseTopic, topic } from '../../protocol/platform/topics.ts';
import { type Backoff, backoffMs } from '../port/backoff.ts';
import { JournalPump, type JournalSource } from './journal-pump.ts';

export interface UplinkJournal extends JournalSource {
  readonly journal: string;
  readonly boot: number;
  readonly head: number;
  acknowledge(upTo: number): void;
}

export interface UplinkOptions {
  readonly terminal: string;
  readonly version: string;
  readonly broker: BrokerPlan;
  readonly journal: UplinkJournal;
  compartments(): TerminalState['compartments'];
  telemetry(): Telemetry;
  onCommand(command: Command): void;
  /** To a question of this or an earlier start, or to none: its id tells. */
  onAnswer?(answer: Answer): void;
  onLink(link: 'up' | 'down'): void;
  trouble(message: string, about: object): void;
  readonly random?: () => number;
  readonly open?: typeof openConnection;
  readonly telemetryMs?: number;
}

/** A broker core takes about 1,000 TLS handshakes a second: 10,000 terminals must not come back at once. */
const RECONNECT: Backoff = { msMin: 500, msMax: 30_000, stableMs: 30_000 };
/** The platform answers a birth with its position; without an answer the birth is told again. */
const BIRTH_ANSWER_MS = 5_000;
const STATE_DELAY_MS = 300;
const TELEMETRY_MS = 60_000;
const LEAVE_MS = 500;
/** Births of one start of the controller that the session number has room for. */
const SESSIONS_A_BOOT = 65_536;

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #pump: JournalPump;
  #connection: Connection | undefined;
  #births = 0;
  #failures = 0;
  #link: 'up' | 'down' = 'down';
  #stopped = false;
  /** The compartments as they were told last. */
  #told: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #birth: NodeJS.Timeout | undefined;
  #stateTimer: NodeJS.Timeout | undefined;
  #telemetryTimer: NodeJS.Timeout | undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#pump = new JournalPump(options.journal, (text) => this.#publish('journal', text, { qos: 1 }));
  }

  get link(): 'up' | 'down' {
    return this.#link;
  }

  start(): void {
    this.#births += 1;
    const { terminal, broker, open: connect = openConnection } = this.#options;
    const will = { topic: topic(terminal, 'state'), payload: JSON.stringify(this.#state('down')) };
    let open = true;
    const closed = (why: string) => {
      if (!open) return;
      open = false;
      this.#closed(why);
    };
    connect(broker, `terminal-${terminal}`, will, {
      up: () => this.#connected().catch((error) => this.#restart(String(error))),
      message: (name, payload) => this.#message(name, payload),
      closed,
    }).then(
      (connection) => {
        if (this.#stopped) connection.destroy();
        else this.#connection = connection;
      },
      (error) => closed(String(error)),
    );
  }

  /** Takes leave: the retained state says `down`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#pump.stop();
    this.#clearTimers();
    const connection = this.#connection;
    if (!connection) return;
    if (this.#link === 'up')
      this.#publish('state', JSON.stringify(this.#state('down')), { qos: 1, retain: true });
    await connection.end(LEAVE_MS);
  }

  /** Entries have become durable. */
  committed(): void {
    this.#pump.pump();
  }

  /** Compartments changed: tell, but not more often than a person could read. */
  stateChanged(): void {
    if (this.#link === 'down') return;
    this.#stateTimer ??= setTimeout(() => {
      this.#stateTimer = undefined;
      if (JSON.stringify(this.#options.compartments()) !== this.#told) this.#tellState();
    }, STATE_DELAY_MS);
  }

  /** Lost while the link is down: the platform asks again. */
  reply(reply: Reply): void {
    this.#publish('reply', JSON.stringify(reply), { qos: 1 });
  }

  /** `false`: the link is down, and nothing was sent. A person waits: what cannot be asked now is not asked later. */
  ask(ask: Ask): boolean {
    if (this.#link === 'down' || !this.#connection) return false;
    this.#publish('ask', JSON.stringify(ask), { qos: 1 });
    return true;
  }

  async #connected(): Promise<void> {
    const { terminal } = this.#options;
    const down: readonly Channel[] = ['acknowledged', 'command', 'answer'];
    await this.#connection?.subscribe(down.map((channel) => topic(terminal, channel)));
    this.#setLink('up');
    this.#tellBirth();
    const { telemetryMs = TELEMETRY_MS } = this.#options;
    this.#telemetryTimer = setInterval(() => this.#tellTelemetry(), telemetryMs);
  }

  /** May be dropped: QoS 0, and only while the link is up. */
  #tellTelemetry(): void {
    this.#publish('telemetry', JSON.stringify(this.#options.telemetry()), { qos: 0 });
  }

  #tellBirth(): void {
    this.#tellState();
    this.#birth = setTimeout(() => this.#tellBirth(), BIRTH_ANSWER_MS);
  }

  #tellState(): void {
    this.#told = JSON.stringify(this.#options.compartments());
    this.#publish('state', JSON.stringify(this.#state('up')), { qos: 1, retain: true });
  }

  #state(link: 'up' | 'down'): TerminalState {
    const { version, journal, compartments } = this.#options;
    const session = journal.boot * SESSIONS_A_BOOT + this.#births;
    return {
      link,
      session,
      journal: journal.journal,
      version,
      boot: journal.boot,
      compartments: compartments(),
    };
  }

  #publish(channel: Channel, payload: string, how: { qos: 0 | 1; retain?: boolean }): void {
    if (this.#link === 'up') this.#connection?.publish(topic(this.#options.terminal, channel), payload, how);
  }

  #message(name: string, payload: Uint8Array): void {
    const { trouble } = this.#options;
    const channel = parseTopic(name)?.channel;
    if (channel === 'acknowledged') {
      const parsed = parseAcknowledged(payload);
      if (parsed.ok) this.#acknowledged(parsed.value);
      else trouble('an acknowledgement fits no schema', { why: parsed.error });
    } else if (channel === 'command') {
      const parsed = parseCommand(payload);
      if (parsed.ok) this.#options.onCommand(parsed.value);
      else this.#refuse(payload, parsed.error);
    } else if (channel === 'answer') {
      const parsed = parseAnswer(payload);
      if (parsed.ok) this.#options.onAnswer?.(parsed.value);
      else trouble('an answer fits no schema', { why: parsed.error });
    }
  }

  #acknowledged({ journal, upTo }: { journal: string; upTo: number }): void {
    const { journal: own, trouble } = this.#options;
    if (journal !== own.journal) return;
    clearTimeout(this.#birth);
    if (upTo > own.head) {
      // The ledger was put back to an older copy. Sending on would give old numbers to new entries.
      trouble('the platform knows more of this journal than the ledger: restore a newer backup', {
        upTo,
        head: own.head,
      });
      return;
    }
    own.acknowledge(upTo);
    this.#pump.acknowledged(upTo);
  }

  /** A command that fits no schema is answered where it at least names its id. */
  #refuse(payload: Uint8Array, why: string): void {
    this.#options.trouble('a command fits no schema', { why });
    try {
      const { id } = JSON.parse(new TextDecoder().decode(payload)) as { id?: unknown };
      if (typeof id === 'string' && id.length > 0 && id.length <= 64)
        this.reply({ id, outcome: 'invalid', reason: why.slice(0, 200) });
    } catch {
      // Not even JSON: there is nobody to answer.
    }
  }

  #restart(why: string): void {
    this.#options.trouble('platform link', { why });
    this.#connection?.destroy();
  }

  #closed(why: string): void {
    this.#connection = undefined;
    this.#clearTimers();
    this.#pump.stop();
    if (this.#stopped) return;
    const wasUp = this.#link === 'up';
    const attempt = wasUp ? 0 : this.#failures;
    this.#failures = attempt + 1;
    const retryMs = Math.round(backoffMs(RECONNECT, attempt, this.#options.random ?? Math.random));
    if (attempt === 0) this.#options.trouble('platform link is down', { why, retryMs });
    this.#setLink('down');
    this.#retry = setTimeout(() => this.start(), retryMs);
  }

  #clearTimers(): void {
    clearTimeout(this.#birth);
    clearInterval(this.#telemetryTimer);
    clearTimeout(this.#stateTimer);
    this.#stateTimer = undefined;
  }

  #setLink(link: 'up' | 'down'): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#options.onLink(link);
  }
}
