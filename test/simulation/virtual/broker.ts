/**
 * The broker and the network to it, at the interface of drivers/mqtt-client.ts. It keeps the promises of MQTT 3.1.1 at
 * QoS 1 as far as a broker does that may crash: what it acknowledged may still be forgotten, come twice, or come late.
 */
import type { Connection, openConnection } from '../../../drivers/mqtt-client.ts';
import type { Owner, VirtualClock } from './clock.ts';
import type { Random } from './random.ts';

type Handlers = Parameters<typeof openConnection>[3];
type Will = Parameters<typeof openConnection>[2];

/** Chances of each message. */
export interface BrokerFaults {
  readonly twice: number;
  /** Acknowledged, and then not there any more. */
  readonly forgotten: number;
  /** Of what was under way when its connection ended: it still comes, after what the next connection brings. */
  readonly afterwards: number;
}

interface Client {
  readonly id: string;
  readonly owner: Owner;
  readonly handlers: Handlers;
  readonly will: Will;
  readonly filters: Set<string>;
  state: 'connecting' | 'up' | 'halfOpen' | 'closed';
  /** Messages on their way in each direction; what comes together is taken together, as from one packet. */
  readonly up: (() => void)[];
  readonly down: { readonly topic: string; readonly payload: string }[];
}

/** Three times what drivers/mqtt-client.ts keeps alive by, halved: when either side notices. */
const KEEPALIVE_MS = 30_000;
const CONNECT_MS = 10_000;
const REFUSES_MS = 30_000;
const AFTERWARDS_MS = 12_000;
const NO_FAULTS: BrokerFaults = { twice: 0, forgotten: 0, afterwards: 0 };

export class Broker {
  faults = NO_FAULTS;
  /** One way; a village's mobile network is slow, and what is sent meanwhile goes together. */
  latencyMs: readonly [number, number] = [20, 200];
  /** Everything that the broker takes from a client. */
  watch: (topic: string, payload: string, from: Owner) => void = () => {};
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #clients = new Set<Client>();
  readonly #retained = new Map<string, string>();
  /** Owners whose network is out. */
  readonly #cut = new Set<string>();
  #up = true;
  #downAtMs = 0;
  readonly counts = { messages: 0, twice: 0, forgotten: 0, afterwards: 0 };

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** In the place of `openConnection`, for one process. */
  opener(by: Owner): typeof openConnection {
    return async (_plan, id, will, handlers) => this.#connect(by, id, will, handlers);
  }

  /** Dies with every connection, and comes back empty but for what it retained. */
  set up(up: boolean) {
    if (this.#up && !up) this.#downAtMs = this.#clock.nowMs;
    this.#up = up;
    if (!up) for (const client of [...this.#clients]) this.#close(client, 'the broker is gone', false);
  }

  /** Whether a process is connected in earnest. */
  reaches(by: Owner): boolean {
    return [...this.#clients].some((client) => client.owner === by && client.state === 'up');
  }

  cut(name: string, how: 'out' | 'halfOpen' | 'whole'): void {
    if (how === 'whole') this.#cut.delete(name);
    else this.#cut.add(name);
    for (const client of [...this.#clients]) {
      if (client.owner.name !== name || how === 'whole') continue;
      if (how === 'halfOpen' && client.state === 'up') {
        client.state = 'halfOpen';
        this.#clock.at(this.#clock.world, KEEPALIVE_MS, () => this.#close(client, 'keep-alive', true));
      } else if (how === 'out') this.#close(client, 'the network is gone', true);
    }
  }

  /** The process died: its system closes the connection. */
  died(by: Owner): void {
    for (const client of [...this.#clients])
      if (client.owner === by) this.#close(client, 'the process died', true);
  }

  #connect(by: Owner, id: string, will: Will, handlers: Handlers): Connection {
    const filters = new Set<string>();
    const client: Client = {
      id,
      owner: by,
      handlers,
      will,
      filters,
      state: 'connecting',
      up: [],
      down: [],
    };
    this.#clients.add(client);
    // A broker that has just died refuses at once; a host that is down lets everybody wait.
    const hostUp = this.#up || this.#clock.nowMs - this.#downAtMs < REFUSES_MS;
    if (!this.#up && hostUp) this.#clock.at(by, 20, () => this.#close(client, 'connection refused', false));
    else if (!hostUp || this.#cut.has(by.name))
      this.#clock.at(by, CONNECT_MS, () => this.#close(client, 'connack timeout', false));
    else this.#clock.at(by, this.#latencyMs() * 2, () => this.#accepted(client));
    return {
      publish: (topic, payload, options) => this.#published(client, topic, payload, options),
      subscribe: (topics) => this.#subscribed(client, topics),
      end: () =>
        new Promise((resolve) => {
          this.#clock.at(by, this.#latencyMs(), () => {
            this.#close(client, 'ended', false);
            resolve();
          });
        }),
      destroy: () => this.#close(client, 'destroyed', true),
    };
  }

  #accepted(client: Client): void {
    if (client.state !== 'connecting') return;
    if (!this.#up || this.#cut.has(client.owner.name)) {
      this.#close(client, 'connection lost', false);
      return;
    }
    for (const other of [...this.#clients])
      if (other !== client && other.id === client.id) this.#close(other, 'taken over', true);
    client.state = 'up';
    client.handlers.up();
  }

  #published(
    client: Client,
    topic: string,
    payload: string,
    { qos, retain = false }: { qos: 0 | 1; retain?: boolean },
  ): void {
    if (client.state !== 'up' && client.state !== 'halfOpen') return;
    const waiting = client.up.push(() => {
      if (client.state === 'up') this.#arrived(topic, payload, qos, retain, client.owner);
      else if (this.#random.chance(this.faults.afterwards)) {
        this.counts.afterwards += 1;
        this.#clock.at(this.#clock.world, this.#random.between(0, AFTERWARDS_MS), () =>
          this.#arrived(topic, payload, qos, false, client.owner),
        );
      }
    });
    if (waiting === 1)
      this.#clock.at(this.#clock.world, this.#latencyMs(), () => {
        for (const act of client.up.splice(0)) act();
      });
  }

  #arrived(topic: string, payload: string, qos: 0 | 1, retain: boolean, from: Owner): void {
    if (!this.#up) return;
    this.counts.messages += 1;
    this.watch(topic, payload, from);
    if (retain) this.#retained.set(topic, payload);
    if (this.#random.chance(this.faults.forgotten)) {
      this.counts.forgotten += 1;
      return;
    }
    for (const client of this.#clients)
      if ([...client.filters].some((filter) => matches(filter, topic)))
        this.#tell(client, topic, payload, qos);
  }

  #tell(client: Client, topic: string, payload: string, qos: 0 | 1): void {
    const times = qos === 1 && this.#random.chance(this.faults.twice) ? 2 : 1;
    if (times === 2) this.counts.twice += 1;
    const waiting = client.down.length;
    for (let time = 0; time < times; time += 1) client.down.push({ topic, payload });
    if (waiting > 0) return;
    this.#clock.at(client.owner, this.#latencyMs(), () => {
      for (const told of client.down.splice(0))
        if (client.state === 'up') client.handlers.message(told.topic, Buffer.from(told.payload));
    });
  }

  #subscribed(client: Client, topics: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#clock.at(client.owner, this.#latencyMs(), () => {
        if (client.state !== 'up') {
          reject(new Error('connection closed'));
          return;
        }
        for (const topic of topics) client.filters.add(topic);
        resolve();
        for (const [topic, payload] of this.#retained)
          if (topics.some((filter) => matches(filter, topic))) this.#tell(client, topic, payload, 1);
      });
    });
  }

  #close(client: Client, why: string, unexpected: boolean): void {
    if (client.state === 'closed') return;
    const wasUp = client.state === 'up' || client.state === 'halfOpen';
    client.state = 'closed';
    this.#clients.delete(client);
    this.#clock.at(client.owner, 0, () => client.handlers.closed(why));
    const { will } = client;
    if (wasUp && unexpected && will)
      this.#clock.at(this.#clock.world, this.#latencyMs(), () =>
        this.#arrived(will.topic, will.payload, 1, true, client.owner),
      );
  }

  #latencyMs(): number {
    return this.#random.between(...this.latencyMs);
  }
}

function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const [head = '', tail = ''] = filter.split('+', 2);
  if (!filter.includes('+') || !topic.startsWith(head) || !topic.endsWith(tail)) return false;
  return !topic.slice(head.length, topic.length - tail.length).includes('/');
}
