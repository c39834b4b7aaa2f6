/** Opens a port by its URL, so that a cabinet and a simulator look the same. */
import { openHidPort } from './hid-port.ts';
import type { Port, PortHandlers } from './port.ts';
import { parsePortUrl } from './port-url.ts';
import { openSerialPort } from './serial-port.ts';
import { openTcpPort } from './tcp-port.ts';
import { openTlsPort } from './tls-port.ts';

export type OpenPort = (url: string, handlers: PortHandlers, signal?: AbortSignal) => Promise<Port>;

/** Opens the port; rejects with `port.url` or `port.open`, and then tells the handlers nothing. */
export const openPort: OpenPort = async (url, handlers, signal) => {
  const address = parsePortUrl(url);
  if (address.kind === 'tcp') return openTcpPort(address, handlers, signal);
  if (address.kind === 'tls') return openTlsPort(address, handlers, signal);
  if (address.kind === 'hid') return openHidPort(address, handlers, signal);
  return openSerialPort(address, handlers, signal);
};
