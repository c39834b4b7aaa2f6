/** A library's SIP2 server (ACS) on a TCP port, with the quirks of real ones. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Collection } from './collection.ts';
import { type Account, AcsConnection, type AcsSettings } from './connection.ts';
import { type AnswerFault, QUIRKS, type Quirks } from './quirks.ts';

/** `cut`: nobody can connect. `hung`: half-open, connections stay and are silent. */
export type LibraryCable = 'ok' | 'cut' | 'hung';

export class SimulatedAcs {
  readonly collection: Collection;
  /** Each request as text, in order; a connection tells its ends as well. */
  readonly log: string[] = [];
  /** How late an answer is that is late or slow. */
  lateMs = 150;
  readonly #settings: AcsSettings;
  readonly #server: Server;
  readonly #connections: AcsConnection[] = [];
  /** Those of clients that left as well, where the server does not end its half. */
  readonly #sockets = new Set<Socket>();
  #cable: LibraryCable = 'ok';

  constructor(collection: Collection, account: Account, quirks: Partial<Quirks> = {}) {
    this.collection = collection;
    this.#settings = {
      collection,
      account,
      quirks: { ...QUIRKS, ...quirks },
      faults: [],
      lateMs: () => this.lateMs,
      hears: () => this.#cable === 'ok',
      log: (text) => this.log.push(text),
    };
    // Half-open: whether the server ends its side after a FIN is a quirk.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#connected(socket));
  }

  /** Clients that are connected and have not left. */
  get clients(): number {
    return this.#connections.length;
  }

  get cable(): LibraryCable {
    return this.#cable;
  }

  set cable(cable: LibraryCable) {
    this.#cable = cable;
    if (cable === 'cut') this.dropAll();
  }

  /** Which answers, from now on, meet what. */
  fail(...faults: readonly (AnswerFault | 'none')[]): void {
    this.#settings.faults.push(...faults);
  }

  listen(port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(address && typeof address === 'object' ? address.port : port);
      });
    });
  }

  /** Ends every connection, as a restart of the server does. */
  dropAll(): void {
    for (const connection of this.#connections.slice()) connection.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(socket: Socket): void {
    if (this.#cable === 'cut') {
      socket.destroy();
      return;
    }
    this.log.push('connected');
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const connection = new AcsConnection(socket, this.#settings, () => {
      const at = this.#connections.indexOf(connection);
      if (at < 0) return;
      this.log.push('left');
      this.#connections.splice(at, 1);
      this.#serve();
    });
    this.#connections.push(connection);
    this.#serve();
  }

  /** The first come are served; the others are connected, and that is all. */
  #serve(): void {
    for (const connection of this.#connections.slice(0, this.#settings.quirks.workers)) connection.serve();
  }
}
