/** A port: bytes to and from one device, named by a URL, so that a cabinet and a simulator look the same. */
import { parsePortUrl } from './port-url.ts';
import { openSerialPort } from './serial-port.ts';
import { openTcpPort } from './tcp-port.ts';

export interface Port {
  /** Settles when the system took the bytes; rejects with `port.lost` once the port is closed. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes and settles, also when it is closed already. */
  close(): Promise<void>;
}

export interface PortHandlers {
  data(bytes: Uint8Array): void;
  /** Told exactly once for each opened port, whoever closed it; no data comes after it. */
  closed(why: string): void;
}

export type OpenPort = (url: string, handlers: PortHandlers, signal?: AbortSignal) => Promise<Port>;

/** Opens the port; rejects with `port.url` or `port.open`, and then tells the handlers nothing. */
export const openPort: OpenPort = async (url, handlers, signal) => {
  const address = parsePortUrl(url);
  return address.kind === 'tcp'
    ? openTcpPort(address, handlers, signal)
    : openSerialPort(address, handlers, signal);
};
