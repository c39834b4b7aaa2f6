/** The only file that knows the mqtt package: one connection attempt, ended for good when it closes. */
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { connect, type IClientOptions } from 'mqtt';
import { oneWriteATurn } from './one-write-a-turn.ts';

export interface BrokerPlan {
  /** mqtt://host:port or mqtts://host:port */
  readonly broker: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Files in PEM form. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface ConnectionHandlers {
  up(): void;
  message(topic: string, payload: Uint8Array): void;
  /** Once, also when the connection never came up. */
  closed(why: string): void;
}

export interface Connection {
  publish(topic: string, payload: string, options: { qos: 0 | 1; retain?: boolean }): void;
  subscribe(topics: readonly string[]): Promise<void>;
  /** Sends what is queued and takes leave within the limit. */
  end(limitMs: number): Promise<void>;
  /** Drops the connection. */
  destroy(): void;
}

const CONNECT_MS = 10_000;
const KEEPALIVE_S = 20;

export async function openConnection(
  plan: BrokerPlan,
  clientId: string,
  will: { topic: string; payload: string } | undefined,
  handlers: ConnectionHandlers,
): Promise<Connection> {
  const file = (path: string | undefined) => (path ? readFile(path) : undefined);
  const [ca, cert, key] = await Promise.all([file(plan.ca), file(plan.cert), file(plan.key)]);
  const options: IClientOptions = {
    clientId,
    clean: true,
    protocolVersion: 4,
    // Own back-off: each attempt is a new session with its own will.
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS,
    keepalive: KEEPALIVE_S,
    queueQoSZero: false,
    ...(will
      ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }
      : {}),
    ...(plan.username ? { username: plan.username } : {}),
    ...(plan.password ? { password: plan.password } : {}),
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  };
  const client = connect(plan.broker, options);
  // Otherwise a small packet waits for the other side's delayed TCP acknowledgement, 40 ms (Nagle, RFC 896).
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  oneWriteATurn(client.stream);
  let why = 'connection closed';
  client.on('error', (error) => {
    why = error.message || (error as { code?: string }).code || 'connection failed';
  });
  client.once('connect', () => handlers.up());
  client.on('message', (topic, payload) => handlers.message(topic, payload));
  client.once('close', () => {
    client.end(true);
    handlers.closed(why);
  });
  return {
    publish: (topic, payload, publishOptions) => {
      // Once it is being closed, the package has no store any more and throws.
      if (!client.disconnecting && !client.disconnected)
        client.publish(topic, payload, publishOptions, () => {});
    },
    subscribe: async (topics) => {
      await client.subscribeAsync([...topics], { qos: 1 });
    },
    end: (limitMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          client.end(true);
          resolve();
        }, limitMs);
        client.end(false, {}, () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    destroy: () => client.end(true),
  };
}
