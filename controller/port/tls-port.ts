/** A port over TLS: a library's server behind stunnel or the like. Who is there is proven by its certificate. */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { TerminalError } from '../error.ts';
import type { Port, PortHandlers } from './port.ts';
import type { TlsAddress } from './port-url.ts';
import { type Dial, openSocketPort, SOCKET_SETTINGS, socketName } from './tcp-port.ts';

/** Farther away than a serial server, and two more round trips for the handshake. */
const CONNECT_MS_MAX = 10_000;

export async function openTlsPort(
  address: TlsAddress,
  handlers: PortHandlers,
  signal?: AbortSignal,
  connectMsMax = CONNECT_MS_MAX,
): Promise<Port> {
  const { host, port, ca, name } = address;
  const authority = ca === undefined ? {} : { ca: await readAuthority(ca) };
  const dial: Dial = {
    name: socketName('tls', host, port),
    ready: 'secureConnect',
    advice: 'check that the server is on, that it speaks TLS there, and that its certificate is believed',
    connectMsMax,
    connect: () =>
      connect({
        host,
        port,
        ...SOCKET_SETTINGS,
        ...authority,
        ...(name !== undefined && { servername: name }),
      }),
  };
  return openSocketPort(dial, handlers, signal);
}

async function readAuthority(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TerminalError('port.open', `the certificate file cannot be read (${why}): name another one`, {
      cause,
    });
  }
}
