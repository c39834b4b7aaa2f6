/** A terminal on the wire, as far as the platform can tell: a real MQTT connection that says what a test wants. */
import { type Connection, openConnection } from '../../drivers/mqtt-client.ts';
import type { Command, Reply } from '../../protocol/platform/commands.ts';
import { type Parsed, parseAcknowledged, parseAnswer, parseCommand } from '../../protocol/platform/parse.ts';
import type { Answer, Ask } from '../../protocol/platform/questions.ts';
import type { TerminalState } from '../../protocol/platform/state.ts';
import { parseTopic, topic } from '../../protocol/platform/topics.ts';
import { JOURNAL } from './journal.ts';

export class WireTerminal {
  readonly acknowledged: number[] = [];
  readonly commands: Command[] = [];
  readonly answers: Answer[] = [];
  #connection: Connection | undefined;

  static async connect(broker: string): Promise<WireTerminal> {
    const terminal = new WireTerminal();
    await new Promise<void>((resolve, reject) => {
      openConnection({ broker }, `terminal-${Math.random()}`, undefined, {
        up: resolve,
        message: (name, payload) => terminal.#message(name, payload),
        closed: (why) => reject(new Error(why)),
      }).then((connection) => {
        terminal.#connection = connection;
      }, reject);
    });
    const channels = ['acknowledged', 'command', 'answer'] as const;
    await terminal.#connection?.subscribe(channels.map((channel) => topic('demo', channel)));
    return terminal;
  }

  state(link: 'up' | 'down', session: number, journal = JOURNAL): void {
    const state: TerminalState = { link, session, journal, version: 'test', boot: 1, compartments: [] };
    this.#publish(topic('demo', 'state'), JSON.stringify(state), true);
  }
  journal(...texts: string[]): void {
    for (const text of texts) this.#publish(topic('demo', 'journal'), text);
  }
  reply(reply: Reply): void {
    this.#publish(topic('demo', 'reply'), JSON.stringify(reply));
  }
  ask(ask: Ask): void {
    this.#publish(topic('demo', 'ask'), JSON.stringify(ask));
  }
  say(name: string, payload: string): void {
    this.#publish(name, payload);
  }
  async end(): Promise<void> {
    await this.#connection?.end(300);
  }

  #publish(name: string, payload: string, retain = false): void {
    this.#connection?.publish(name, payload, { qos: 1, retain });
  }
  #message(name: string, payload: Uint8Array): void {
    const channel = parseTopic(name)?.channel;
    if (channel === 'acknowledged') this.acknowledged.push(sure(parseAcknowledged(payload)).upTo);
    else if (channel === 'answer') this.answers.push(sure(parseAnswer(payload)));
    else this.commands.push(sure(parseCommand(payload)));
  }
}

function sure<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
