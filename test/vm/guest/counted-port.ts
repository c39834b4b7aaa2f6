/** The controller's ports, with every opening and closing of them on record, and what came in. */
import { type OpenPort, openPort } from '../../../controller/port/open-port.ts';
import type { Port } from '../../../controller/port/port.ts';
import { hex } from '../../../protocol/wire/hex.ts';

export interface CountedPorts {
  readonly open: OpenPort;
  readonly opened: Port[];
  /** Why, one for each time that `closed` was told. */
  readonly closed: string[];
  /** In hexadecimal, one for each time that `data` was told. */
  readonly received: string[];
}

export function countedPorts(): CountedPorts {
  const opened: Port[] = [];
  const closed: string[] = [];
  const received: string[] = [];
  const open: OpenPort = async (url, handlers, signal) => {
    const told = (why: string): void => {
      closed.push(why);
      handlers.closed(why);
    };
    const data = (bytes: Uint8Array): void => {
      received.push(hex(bytes));
      handlers.data(bytes);
    };
    const port = await openPort(url, { data, closed: told }, signal);
    opened.push(port);
    return port;
  };
  return { open, opened, closed, received };
}
