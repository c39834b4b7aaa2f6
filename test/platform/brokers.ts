/** The brokers that the platform is tested with: its own, and a real Mosquitto. */
import { join } from 'node:path';
import { openNetwork } from '../../demo/network.ts';
import { Broker } from '../../platform/broker.ts';
import { missing } from '../integration/peers.ts';

export interface TestBroker {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  end(): Promise<void>;
}

export const BROKERS = [
  { name: 'the embedded broker', skip: false },
  { name: 'Mosquitto', skip: missing('mosquitto') },
];

export const startBroker = (name: string, folder: string): Promise<TestBroker> =>
  name === 'Mosquitto' ? mosquitto(folder) : embedded();

async function embedded() {
  const broker = new Broker(0);
  await broker.start();
  const stop = () => broker.stop();
  return { url: `mqtt://127.0.0.1:${broker.port}`, stop, start: () => broker.start(), end: stop };
}

async function mosquitto(folder: string) {
  const network = await openNetwork('mosquitto', join(folder, 'broker'));
  return {
    url: network.stackOptions.broker ?? '',
    stop: () => network.cut(undefined),
    start: () => network.mend(undefined),
    end: () => network.end(),
  };
}
