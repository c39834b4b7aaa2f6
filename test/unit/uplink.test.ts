import { connect, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalText } from '../../controller/uplink/journal-pump.ts';
import { Uplink } from '../../controller/uplink/uplink.ts';
import { waitFor } from '../../demo/wait.ts';
import { Broker } from '../../platform/broker.ts';
import type { TerminalState } from '../../protocol/platform/state.ts';
import { topic } from '../../protocol/platform/topics.ts';

const JOURNAL = 'abcdef0123456789';
const LIMIT = 10_000;

/** A journal in memory: what the ledger is to the uplink. */
class Memory {
  readonly journal = JOURNAL;
  readonly boot = 1;
  readonly texts: JournalText[] = [];
  acknowledged = 0;
  get head() {
    return this.texts.length;
  }
  get durable() {
    return this.texts.length;
  }
  add(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const sequence = this.texts.length + 1;
      this.texts.push({ sequence, text: JSON.stringify({ sequence }) });
    }
  }
  async entriesAfter(sequence: number, limit: number): Promise<JournalText[]> {
    return this.texts.slice(sequence, sequence + limit);
  }
  acknowledge(upTo: number): void {
    this.acknowledged = Math.max(this.acknowledged, upTo);
  }
}

/** The other side: stores in order and acknowledges, as long as it is told to. */
class Platform {
  readonly stored: number[] = [];
  readonly replies: string[] = [];
  readonly states: TerminalState[] = [];
  acknowledges = true;
  position = 0;
  #client: MqttClient | undefined;

  async start(url: string): Promise<void> {
    const client = connect(url, { reconnectPeriod: 50 });
    this.#client = client;
    client.on('message', (name, payload) => this.#message(name.split('/').at(-1) ?? '', payload.toString()));
    client.on('connect', () =>
      client.subscribe(
        ['journal', 'state', 'reply'].map((one) => topic('demo', one as 'journal')),
        { qos: 1 },
      ),
    );
    await waitFor('platform', LIMIT, async () => client.connected);
  }
  command(payload: string): void {
    this.#client?.publish(topic('demo', 'command'), payload, { qos: 1 });
  }
  tell(upTo: number): void {
    this.#client?.publish(topic('demo', 'acknowledged'), JSON.stringify({ journal: JOURNAL, upTo }), {
      qos: 1,
    });
  }
  async stop(): Promise<void> {
    await this.#client?.endAsync(true);
  }
  #message(channel: string, payload: string): void {
    if (channel === 'reply') this.replies.push(payload);
    if (channel === 'state') {
      const state = JSON.parse(payload) as TerminalState;
      this.states.push(state);
      if (state.link === 'up') this.tell(this.position);
    }
    if (channel !== 'journal') return;
    const { sequence } = JSON.parse(payload) as { sequence: number };
    if (sequence === this.position + 1) {
      this.position = sequence;
      this.stored.push(sequence);
    }
    if (this.acknowledges) this.tell(this.position);
  }
}

describe('the uplink', () => {
  let broker: Broker;
  let platform: Platform;
  let memory: Memory;
  let uplink: Uplink;
  const troubles: string[] = [];
  const commands: string[] = [];
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  beforeEach(async () => {
    troubles.length = commands.length = 0;
    broker = new Broker(0);
    await broker.start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    platform = new Platform();
    await platform.start(url);
    memory = new Memory();
    uplink = new Uplink({
      terminal: 'demo',
      version: 'test',
      broker: { broker: url },
      journal: memory,
      compartments: () => [],
      telemetry: () => ({ uptimeMs: 0, memoryBytes: 0, unacknowledged: 0, boards: [] }),
      onCommand: ({ id }) => commands.push(id),
      onLink: () => {},
      trouble: (message) => troubles.push(message),
      random: () => 0,
    });
  });
  afterEach(async () => {
    await uplink.stop();
    await platform.stop();
    await broker.stop();
  });
  const acknowledged = (upTo: number) =>
    waitFor(`${upTo} acknowledged`, LIMIT, async () => memory.acknowledged === upTo);

  test('publishes strictly in order, more than a window at once', async () => {
    memory.add(100);
    uplink.start();
    await acknowledged(100);
    expect(platform.stored).toEqual(numbers(100));
  });

  test('what is added while the broker is away arrives when it is back, each once', async () => {
    memory.add(5);
    uplink.start();
    await acknowledged(5);
    await broker.stop();
    await waitFor('link down', LIMIT, async () => uplink.link === 'down');
    memory.add(50);
    uplink.committed();
    await broker.start();
    await acknowledged(55);
    expect(platform.stored).toEqual(numbers(55));
  });

  test('goes on from the platform’s position, not from its own memory', async () => {
    memory.add(10);
    platform.position = 7;
    uplink.start();
    await acknowledged(10);
    expect(platform.stored).toEqual([8, 9, 10]);
  });

  test('a platform that knows more than the ledger stops the sending and is told of', async () => {
    memory.add(3);
    platform.position = 9;
    uplink.start();
    await waitFor('trouble', LIMIT, async () =>
      troubles.some((trouble) => trouble.includes('restore a newer backup')),
    );
    expect([platform.stored, memory.acknowledged]).toEqual([[], 0]);
  });

  test('each birth has a session number of its own, and leaving says so', async () => {
    uplink.start();
    await waitFor('birth', LIMIT, async () => platform.states.length > 0);
    await broker.stop();
    await broker.start();
    await waitFor(
      'second birth',
      LIMIT,
      async () => new Set(platform.states.map(({ session }) => session)).size === 2,
    );
    await uplink.stop();
    await waitFor('farewell', LIMIT, async () => platform.states.at(-1)?.link === 'down');
  });

  test('a command is handed over; one that fits no schema is answered, and what is no JSON dropped', async () => {
    uplink.start();
    await waitFor('link', LIMIT, async () => uplink.link === 'up' && platform.states.length > 0);
    platform.command('not json');
    platform.command('{"id":"c1","expires":"tomorrow","action":{}}');
    platform.command(
      '{"id":"c2","expires":"2030-01-01T00:00:00Z","action":{"kind":"withdrawHold","hold":"h1"}}',
    );
    await waitFor('command', LIMIT, async () => commands.length === 1 && platform.replies.length === 1);
    expect(commands).toEqual(['c2']);
    expect(JSON.parse(platform.replies[0] ?? '')).toMatchObject({ id: 'c1', outcome: 'invalid' });
  });
});
