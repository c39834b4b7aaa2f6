/** Holds back what a port must not tell: a second `closed`, and data after the first. */
import { TerminalError } from '../error.ts';
import type { PortHandlers } from './port.ts';

export interface ClosedOnce extends PortHandlers {
  /** Why the port closed; `undefined` while it is open. */
  readonly why: string | undefined;
}

export function closedOnce(handlers: PortHandlers): ClosedOnce {
  let reason: string | undefined;
  return {
    get why() {
      return reason;
    },
    data(bytes) {
      if (reason === undefined) handlers.data(bytes);
    },
    closed(why) {
      if (reason !== undefined) return;
      reason = why;
      handlers.closed(why);
    },
  };
}

export function lost(name: string, why: string, cause?: unknown): TerminalError {
  return new TerminalError(
    'port.lost',
    `${name}: the port is closed (${why}); it opens again by itself, send again then`,
    {
      cause,
    },
  );
}

export function cancelled(name: string): TerminalError {
  return new TerminalError('port.open', `${name}: opening was cancelled`);
}
