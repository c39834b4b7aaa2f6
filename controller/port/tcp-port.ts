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
  const name = `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled(name));
      return;
    }
    const socket = connect({
      host: address.host,
      port: address.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
    });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
    };
    const fail = (error: TerminalError): void => {
      settle();
      // A destroyed socket may still tell of one error; without a listener that would end the process.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(cancelled(name));
    const timer = setTimeout(() => fail(noAnswer(name, `nothing after ${connectMsMax} ms`)), connectMsMax);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) => fail(noAnswer(name, error.message, error)));
    socket.once('connect', () => {
      settle();
      resolve(tcpPort(name, socket, closedOnce(handlers)));
    });
  });
}

function noAnswer(name: string, why: string, cause?: unknown): TerminalError {
  return new TerminalError(
    'port.open',
    `${name} does not answer (${why}): check that the serial server or simulator is on and listens there`,
    { cause },
  );
}

function tcpPort(name: string, socket: Socket, handlers: ClosedOnce): Port {
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
