/** The network between terminal and platform: the embedded broker, or a Mosquitto of our own; cut and mended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Stack, StackOptions } from './stack.ts';
import { waitFor } from './wait.ts';

export type BrokerKind = 'embedded' | 'mosquitto';

export interface Network {
  readonly stackOptions: Partial<StackOptions>;
  cut(stack: Stack | undefined): Promise<void>;
  mend(stack: Stack | undefined): Promise<void>;
  end(): Promise<void>;
}

const START_MS_MAX = 5_000;

export function openNetwork(kind: BrokerKind, folder: string): Promise<Network> {
  return kind === 'mosquitto' ? mosquitto(folder) : Promise.resolve(embedded);
}

const embedded: Network = {
  stackOptions: {},
  cut: async (stack) => stack?.platform.broker(false),
  mend: async (stack) => stack?.platform.broker(true),
  end: async () => {},
};

async function mosquitto(folder: string): Promise<Network> {
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  await mkdir(folder, { recursive: true });
  await writeFile(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\nmax_queued_messages 0\n`,
  );
  let broker: ChildProcess | undefined;
  const cut = async () => {
    const gone = broker && new Promise((resolve) => broker?.once('exit', resolve));
    broker?.kill('SIGKILL');
    await gone;
    broker = undefined;
  };
  const mend = async () => {
    broker = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
    const missing = new Promise<never>((_, reject) => broker?.once('error', reject));
    await Promise.race([missing, waitFor('mosquitto to listen', START_MS_MAX, () => answers(port))]);
  };
  await mend();
  return { stackOptions: { broker: `mqtt://127.0.0.1:${port}` }, cut, mend, end: cut };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
