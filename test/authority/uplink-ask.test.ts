/** Questions over a real broker: sent while the link is up, answered by id, never kept for later. */
import { connect, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Authority } from '../../controller/authority/authority.ts';
import type { Answer } from '../../controller/lending/inputs.ts';
import { Uplink } from '../../controller/uplink/uplink.ts';
import { waitFor } from '../../demo/wait.ts';
import { Broker } from '../../platform/broker.ts';
import { parseAsk } from '../../protocol/platform/parse.ts';
import { topic } from '../../protocol/platform/topics.ts';

const LIMIT = 10_000;
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let broker: Broker;
let platform: MqttClient;
let uplink: Uplink;
let authority: Authority;
const asked: string[] = [];
const answers = new Map<number, Answer[]>();
const troubles: string[] = [];
/** What the platform says to a question. */
let decide: (id: string) => readonly (object | string)[];

beforeEach(async () => {
  asked.length = troubles.length = 0;
  answers.clear();
  decide = (id) => [{ id, outcome: 'granted', due: '2026-04-01T00:00:00Z' }];
  broker = new Broker(0);
  await broker.start();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  platform = connect(url, { reconnectPeriod: 50 });
  platform.on('connect', () => platform.subscribe(topic('demo', 'ask'), { qos: 1 }));
  platform.on('message', (_name, payload) => {
    const ask = parseAsk(payload);
    if (!ask.ok) throw new Error(ask.error);
    asked.push(ask.value.id);
    for (const answer of decide(ask.value.id)) tell(answer);
  });
  uplink = new Uplink({
    terminal: 'demo',
    version: 'test',
    broker: { broker: url },
    journal: {
      journal: 'abcdef0123456789',
      boot: 3,
      head: 0,
      durable: 0,
      entriesAfter: async () => [],
      acknowledge: () => {},
    },
    compartments: () => [],
    telemetry: () => ({ uptimeMs: 0, memoryBytes: 0, unacknowledged: 0, boards: [] }),
    onCommand: () => {},
    onAnswer: (answer) => authority.platformAnswered(answer),
    onLink: () => {},
    trouble: (message) => troubles.push(message),
    random: () => 0,
  });
  authority = new Authority({
    askPlatform: (ask) => uplink.ask(ask),
    boot: 3,
    limits: { askMs: 600 },
    answered: (id, answer) => answers.set(id, [...(answers.get(id) ?? []), answer]),
    told: () => {},
    onLink: () => {},
    trouble: (message) => troubles.push(message),
    now: () => new Date(),
  });
});
afterEach(async () => {
  await authority.stop();
  await uplink.stop();
  await platform.endAsync(true);
  await broker.stop();
});

function tell(answer: object | string): void {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  platform.publish(topic('demo', 'answer'), text, { qos: 1 });
}

async function up(): Promise<void> {
  uplink.start();
  await waitFor('both there', LIMIT, async () => uplink.link === 'up' && platform.connected);
  await rest(50);
}

async function ask(id: number): Promise<Answer | undefined> {
  authority.ask(id, { kind: 'loan', patron: 'p1', item: 'B1' });
  return waitFor('an answer', LIMIT, async () => answers.get(id)?.[0]);
}

test('a question is answered by its own answer, once, whatever else the platform says', async () => {
  decide = (id) => [
    'not json',
    { id, outcome: 'perhaps' },
    { id: '3-99', outcome: 'refused', reason: 'blocked' },
    { id: `2-${id.slice(2)}`, outcome: 'refused', reason: 'blocked' },
    { id, outcome: 'granted', due: '2026-04-01T00:00:00Z' },
    { id, outcome: 'refused', reason: 'blocked' },
  ];
  await up();
  expect(await ask(1)).toEqual({ outcome: 'granted', by: 'platform', due: '2026-04-01T00:00:00Z' });
  expect(await ask(2)).toMatchObject({ outcome: 'granted' });
  await rest(100);
  expect([...answers.values()].map((some) => some.length)).toEqual([1, 1]);
  expect(asked).toEqual(['3-1', '3-2']);
  expect(troubles.filter((one) => one === 'an answer fits no schema')).toHaveLength(4);
});

test('a question without a link is not sent, neither now nor later', async () => {
  expect(await ask(1)).toEqual({ outcome: 'unavailable' });
  await up();
  await broker.stop();
  await waitFor('link down', LIMIT, async () => uplink.link === 'down');
  expect(await ask(2)).toEqual({ outcome: 'unavailable' });
  // Told at once, so that nobody waits in vain.
  expect(uplink.ask({ id: '3-9', question: { kind: 'renewal', item: 'B1' } })).toBe(false);
  await broker.start();
  await waitFor('link up', LIMIT, async () => uplink.link === 'up' && platform.connected);
  await rest(200);
  expect(asked).toEqual([]);
  expect(await ask(3)).toMatchObject({ outcome: 'granted' });
});

test('a platform that says nothing: the time is gone, and what it says then answers nothing', async () => {
  decide = () => [];
  await up();
  expect(await ask(1)).toEqual({ outcome: 'unavailable' });
  tell({ id: '3-1', outcome: 'granted' });
  await rest(100);
  expect(answers.get(1)).toHaveLength(1);
});
