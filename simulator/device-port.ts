/** A device on a TCP port, as a serial server would put it: one client at a time, and a cable that can be cut. */
import { createServer, type Server, type Socket } from 'node:net';

export type Cable = 'ok' | 'cut' | 'hung';

export class DevicePort {
  readonly #server: Server;
  readonly #receive: (bytes: Buffer) => void;
  #client: Socket | undefined;
  #cable: Cable = 'ok';

  constructor(receive: (bytes: Buffer) => void) {
    this.#receive = receive;
    this.#server = createServer((socket) => this.#connected(socket));
  }

  get connected(): boolean {
    return this.#client !== undefined;
  }

  get cable(): Cable {
    return this.#cable;
  }

  set cable(state: Cable) {
    this.#cable = state;
    if (state === 'cut') this.#client?.destroy();
  }

  /** Ends the connection, as a plug that is pulled. */
  drop(): void {
    this.#client?.destroy();
  }

  /** Nobody listens, or the cable is out: the bytes are gone, as on a real wire. */
  send(bytes: Uint8Array): void {
    if (this.#cable === 'ok') this.#client?.write(bytes);
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use: choose another`) : error),
      );
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(address && typeof address === 'object' ? address.port : port);
      });
    });
  }

  close(): void {
    this.#client?.destroy();
    this.#server.close();
  }

  #connected(socket: Socket): void {
    if (this.#cable === 'cut') {
      socket.destroy();
      return;
    }
    this.#client?.destroy();
    this.#client = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#cable === 'ok' && this.#receive(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#client === socket) this.#client = undefined;
    });
  }
}
