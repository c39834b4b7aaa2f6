/** A port over TCP: a serial server, or the simulator. */
import { connect, type Socket } from 'node:net';
import { TerminalError } from '../error.ts';
import { type ClosedOnce, cancelled, closedOnce, lost } from './closed-once.ts';
import type { Port, PortHandlers } from './port.ts';
import type { TcpAddress } from './port-url.ts';

/** On a local network a connection takes milliseconds; three seconds cover one lost SYN. */
const CONNECT_MS_MAX = 3_000;
/** A serial server that loses power sends no FIN: only keep-alive notices it. */
const KEEP_ALIVE_AFTER_MS = 5_000;

export function openTcpPort(
  address: TcpAddress,
  handlers: PortHandlers,
  signal?: AbortSignal,
  connectMsMax = CONNECT_MS_MAX,
): Promise<Port> {
  const { host, port } = address;
  const dial: Dial = {
    name: socketName('tcp', host, port),
    ready: 'connect',
    advice: 'check that the serial server or simulator is on and listens there',
    connectMsMax,
    connect: () => connect({ host, port, ...SOCKET_SETTINGS }),
  };
  return openSocketPort(dial, handlers, signal);
}

/** How a socket is opened, for every port over one. */
export interface Dial {
  readonly name: string;
  connect(): Socket;
  /** The event that tells that it is open. */
  readonly ready: 'connect' | 'secureConnect';
  readonly connectMsMax: number;
  /** What a person can do where it does not open. */
  readonly advice: string;
}

export const SOCKET_SETTINGS = {
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
} as const;

export const socketName = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;

export function openSocketPort(dial: Dial, handlers: PortHandlers, signal?: AbortSignal): Promise<Port> {
  const { name, ready, connectMsMax } = dial;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled(name));
      return;
    }
    const socket = dial.connect();
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      socket.off(ready, onReady);
    };
    const fail = (error: TerminalError): void => {
      settle();
      // A destroyed socket may still tell of one error; without a listener that would end the process.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(cancelled(name));
    const onError = (error: Error): void => fail(noAnswer(dial, error.message, error));
    const onReady = (): void => {
      settle();
      resolve(socketPort(name, socket, closedOnce(handlers)));
    };
    const timer = setTimeout(() => fail(noAnswer(dial, `nothing after ${connectMsMax} ms`)), connectMsMax);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once(ready, onReady);
  });
}

function noAnswer({ name, advice }: Dial, why: string, cause?: unknown): TerminalError {
  return new TerminalError('port.open', `${name} does not answer (${why}): ${advice}`, { cause });
}

function socketPort(name: string, socket: Socket, handlers: ClosedOnce): Port {
  const end = (why: string): void => {
    socket.destroy();
    handlers.closed(why);
  };
  socket.on('data', (bytes) => handlers.data(bytes));
  socket.on('end', () => end('the other side closed the connection'));
  socket.on('error', (error) => end(error.message));
  socket.on('close', () => end('the connection ended'));
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (handlers.why !== undefined) {
          reject(lost(name, handlers.why));
          return;
        }
        socket.write(bytes, (error) => {
          // Node calls a write that destroying cut off a success.
          const why = handlers.why ?? error?.message;
          if (why !== undefined) reject(lost(name, why, error));
          else resolve();
        });
      }),
    close: async () => end('closed here'),
  };
}
