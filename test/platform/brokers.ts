/** The brokers that the platform is tested with: its own, by a wire and from inside, and a real Mosquitto. */
import { join } from 'node:path';
import { openNetwork } from '../../demo/network.ts';
import { Broker } from '../../platform/broker.ts';
import type { TerminalsOptions } from '../../platform/terminals.ts';
import { missing } from '../integration/peers.ts';

export interface TestBroker {
  /** For terminals. */
  readonly url: string;
  /** For the platform. */
  readonly way: Pick<TerminalsOptions, 'broker' | 'open'>;
  stop(): Promise<void>;
  start(): Promise<void>;
  end(): Promise<void>;
}

export const BROKERS = [
  { name: 'the embedded broker', skip: false },
  { name: 'the embedded broker, from inside', skip: false },
  { name: 'Mosquitto', skip: missing('mosquitto') },
];

export const startBroker = (name: string, folder: string): Promise<TestBroker> =>
  name === 'Mosquitto' ? mosquitto(folder) : embedded(name.endsWith('inside'));

async function embedded(inside: boolean): Promise<TestBroker> {
  const broker = new Broker(0);
  await broker.start();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const way = { broker: url, ...(inside ? { open: broker.openInside } : {}) };
  const stop = () => broker.stop();
  return { url, way, stop, start: () => broker.start(), end: stop };
}

async function mosquitto(folder: string): Promise<TestBroker> {
  const network = await openNetwork('mosquitto', join(folder, 'broker'));
  const url = network.stackOptions.broker ?? '';
  return {
    url,
    way: { broker: url },
    stop: () => network.cut(undefined),
    start: () => network.mend(undefined),
    end: () => network.end(),
  };
}
