/** The embedded MQTT broker (aedes, 3.1.1) on loopback. It keeps nothing: the platform's database does. */
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import aedesPersistence, { type AedesMemoryPersistence } from 'aedes-persistence';
import type { Connection, ConnectionHandlers, openConnection } from '../drivers/mqtt-client.ts';
import { oneWriteATurn } from '../drivers/one-write-a-turn.ts';

/** Its types tell of a default export, which a CommonJS module is itself. */
const memory = aedesPersistence as unknown as () => AedesMemoryPersistence;

export class Broker {
  readonly #sockets = new Set<Socket>();
  #aedes: Aedes | undefined;
  #retained = memory();
  #server: Server | undefined;
  #port: number;

  /** Port 0 takes any free one at the first start and keeps it. */
  constructor(port: number) {
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const retained = memory();
    const aedes = await Aedes.createBroker({ persistence: retained });
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      oneWriteATurn(socket);
      aedes.handle(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new Error(`port ${this.#port} is in use: choose another --mqtt-port`)
            : error,
        ),
      );
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address && typeof address === 'object') this.#port = address.port;
    this.#aedes = aedes;
    this.#retained = retained;
    this.#server = server;
  }

  /** A connection without a wire, for the process that the broker lives in: packets were half of the platform's work. */
  readonly openInside: typeof openConnection = async (_plan, _client, _will, handlers) => {
    if (!this.#aedes) throw new Error('the broker is stopped');
    return new Inside(this.#aedes, this.#retained, handlers);
  };

  /** At once, as when the network is cut: nobody is told goodbye. */
  async stop(): Promise<void> {
    const { aedes, server } = { aedes: this.#aedes, server: this.#server };
    this.#aedes = this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    if (aedes) await new Promise<void>((resolve) => aedes.close(() => resolve()));
  }
}

/** What a client is to the broker, in the broker's own process: no packets, the same behaviour. */
class Inside implements Connection {
  readonly #broker: Aedes;
  readonly #retained: AedesMemoryPersistence;
  readonly #handlers: ConnectionHandlers;
  readonly #topics = new Set<string>();
  #open = true;

  constructor(broker: Aedes, retained: AedesMemoryPersistence, handlers: ConnectionHandlers) {
    this.#broker = broker;
    this.#retained = retained;
    this.#handlers = handlers;
    broker.once('closed', this.#brokerClosed);
    // Whoever opens it shall have it in hand first.
    setImmediate(() => this.#open && handlers.up());
  }

  publish(topic: string, payload: string, { qos, retain = false }: { qos: 0 | 1; retain?: boolean }): void {
    if (this.#open)
      this.#broker.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, () => {});
  }

  /** As over a wire, a topic that is subscribed to again tells its retained message again (MQTT 3.1.1, 3.8.4). */
  async subscribe(topics: readonly string[]): Promise<void> {
    const fresh = topics.filter((topic) => !this.#topics.has(topic));
    for (const topic of fresh) {
      this.#topics.add(topic);
      await new Promise<void>((resolve) => this.#broker.subscribe(topic, this.#deliver, resolve));
    }
    const retained = this.#retained.createRetainedStreamCombi([...topics]);
    for await (const { topic, payload } of retained) this.#message(topic, payload);
  }

  /** Nothing is under way: what was published has been delivered or queued. */
  async end(): Promise<void> {
    this.#close('left');
  }

  destroy(): void {
    this.#close('dropped');
  }

  readonly #deliver = ({ topic, payload }: AedesPublishPacket, done: () => void) => {
    this.#message(topic, payload);
    done();
  };

  #message(topic: string, payload: string | Buffer): void {
    if (this.#open)
      this.#handlers.message(topic, typeof payload === 'string' ? Buffer.from(payload) : payload);
  }

  readonly #brokerClosed = () => this.#close('the broker has stopped');

  #close(why: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#broker.off('closed', this.#brokerClosed);
    for (const topic of this.#topics) this.#broker.unsubscribe(topic, this.#deliver, () => {});
    this.#handlers.closed(why);
  }
}
