/** A board on its way through its bootloader: taken out of service, its port given away, and greeted again. */
import { readIdentity } from '../../protocol/board/identity.ts';
import { TerminalError } from '../error.ts';
import { parsePortUrl } from '../port/port-url.ts';
import type { Board } from './board.ts';
import type { BoardLink } from './link.ts';

export interface Flashable {
  readonly name: string;
  /** As it was identified; `undefined` when nobody answers, as from a board that is stuck in its bootloader. */
  kind(): 'mega2560' | 'uno' | undefined;
  /** Device file; `flash.board` where the port is not a serial one. */
  portPath(): string;
  /** Resolves when no session is at its doors, its events are stored, and its compartments are out of service. */
  drain(signal?: AbortSignal): Promise<void>;
  /** The port is closed: the bootloader's programmer may have it. */
  release(): Promise<void>;
  /** Resolves with what answers afterwards. */
  resume(): Promise<ReturnType<typeof readIdentity>>;
}

/** A patron at a door has this long to finish; then the technician is told to come back later. */
const FREE_MS_MAX = 300_000;
const LOOK_EVERY_MS = 200;
/** A bootloader waits up to 8 s for somebody before it starts the application. */
const ANSWER_MS_MAX = 20_000;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function flashable(link: BoardLink, board: Board | undefined, inUse: () => boolean): Flashable {
  const name = board?.plan.name ?? link.url;
  return {
    name,
    kind: () => link.identity && readIdentity(link.identity).kind,
    portPath: () => {
      const address = parsePortUrl(link.url);
      if (address.kind === 'serial') return address.path;
      throw new TerminalError(
        'flash.board',
        `${link.url} is a serial server: flash the board at its own USB port`,
      );
    },
    drain: async (signal) => {
      const deadline = Date.now() + FREE_MS_MAX;
      while (inUse()) {
        signal?.throwIfAborted();
        if (Date.now() > deadline)
          throw new TerminalError('flash.board', `somebody is at a door of ${name}: try again later`);
        await sleep(LOOK_EVERY_MS);
      }
      if (board && link.requests && link.identity) {
        board.withdraw('about to be flashed');
        await board.drained(link.requests).catch((error) => {
          // Nothing was touched: the board is greeted anew, and serves again.
          link.restart(error);
          throw error;
        });
      }
    },
    release: () => link.lend(),
    resume: () => answer(link, name),
  };
}

async function answer(link: BoardLink, name: string) {
  link.start();
  const deadline = Date.now() + ANSWER_MS_MAX;
  while (!link.identity) {
    if (Date.now() > deadline)
      throw new TerminalError('flash.board', `${name} does not answer after flashing: flash it again`);
    await sleep(LOOK_EVERY_MS);
  }
  return readIdentity(link.identity);
}
