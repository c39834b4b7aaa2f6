/**
 * All boards and their compartments; lending names a compartment. Ours are found by serial number on any port,
 * commercial ones are where the configuration says.
 */
import { readIdentity } from '../../protocol/board/identity.ts';
import { TerminalError } from '../error.ts';
import type { UnlockAnswer } from '../lending/inputs.ts';
import { Board, type BoardTimes, type LampMode } from './board.ts';
import { type Flashable, flashable } from './bootloader.ts';
import type { BoardHandlers, BoardPlan, CabinetBoard } from './cabinet-board.ts';
import { BoardLink, type Identity, type LinkHandlers, type LinkOptions } from './link.ts';
import { LockLine } from './lock-line.ts';
import type { PolledBoardPlan } from './polled-board.ts';
import { PortFinder } from './ports.ts';

export interface CabinetPlan {
  readonly boards: readonly BoardPlan[];
  /** Port URLs of our boards, and patterns of them. */
  readonly ports: readonly string[];
  /** Commercial boards, and the port of each; several on one port share it. */
  readonly lockBoards?: readonly (PolledBoardPlan & { readonly port: string })[];
  /** For boards that count no boots: larger than any that an earlier start of the controller gave. */
  readonly firstBoot?: number;
  readonly links?: LinkOptions;
}

interface Claim {
  readonly serialNumber: string;
  readonly identity: Identity;
}

export class Cabinet {
  /** Ours. */
  readonly boards: readonly Board[];
  /** Of every make. */
  readonly all: readonly CabinetBoard[];
  readonly #lines: readonly LockLine[];
  readonly #links: BoardLink[] = [];
  readonly #finder: PortFinder;
  readonly #places = new Map<string, { readonly board: CabinetBoard; readonly index: number }>();
  /** Which board each link says it is. */
  readonly #claims = new Map<BoardLink, Claim>();
  readonly #handlers: BoardHandlers;

  constructor(plan: CabinetPlan, times: BoardTimes, handlers: BoardHandlers) {
    this.#handlers = handlers;
    this.boards = plan.boards.map((board) => new Board(board, times, handlers));
    this.#lines = linesOf(plan, times, handlers);
    this.all = [...this.boards, ...this.#lines.flatMap(({ boards }) => boards)];
    for (const board of this.all)
      board.plan.compartments.forEach((name, index) => {
        this.#places.set(name, { board, index });
      });
    this.#finder = new PortFinder(plan.ports, (url) => this.#portFound(url, plan.links));
  }

  /** Ports that are open, and what is behind each; for the technician. */
  get ports(): {
    readonly port: string;
    readonly condition: BoardLink['condition'];
    readonly board?: string;
  }[] {
    return this.#links.map((link) => {
      const claim = this.#claims.get(link);
      return { port: link.url, condition: link.condition, ...(claim ? { board: claim.serialNumber } : {}) };
    });
  }

  start(): void {
    this.#finder.start();
    for (const line of this.#lines) line.start();
  }

  async stop(): Promise<void> {
    this.#finder.stop();
    await Promise.all([...this.#links, ...this.#lines].map((one) => one.stop()));
  }

  unlock(compartment: string, unlockId: number): void {
    this.#answer(
      unlockId,
      this.#at(compartment, (board, index) => board.unlock(index, unlockId)),
    );
  }

  askUnlock(compartment: string, unlockId: number): void {
    this.#answer(
      unlockId,
      this.#at(compartment, (board, index) => board.askUnlock(unlockId, index)),
    );
  }

  lamp(compartment: string, mode: LampMode): void {
    const place = this.#places.get(compartment);
    place?.board.lamps?.lending(place.index, mode);
  }

  async provision(port: string, serialNumber: string): Promise<void> {
    await this.linkAt(port).provision(serialNumber);
  }

  /** `inUse` tells whether somebody is at one of these compartments. */
  flashable(port: string, inUse: (compartments: readonly string[]) => boolean): Flashable {
    const link = this.linkAt(port);
    const board = this.boards.find(({ carrier }) => carrier === link);
    return flashable(link, board, () => inUse(board?.plan.compartments ?? []));
  }

  linkAt(port: string): BoardLink {
    const link = this.#links.find(({ url }) => url === port);
    if (link) return link;
    const known = this.#links.map(({ url }) => url).join(', ');
    throw new TerminalError('port.open', `no board port ${port}; there are: ${known || 'none'}`);
  }

  #portFound(url: string, options?: LinkOptions): void {
    const ofLink = (link: BoardLink) => this.boards.find((board) => board.carrier === link);
    const handlers: LinkHandlers = {
      identified: (from, identity) => this.#identified(from, identity),
      lost: (from, why) => this.#lost(from, why),
      event: (from, event) => ofLink(from)?.event(event),
      status: (from, status) => ofLink(from)?.heard(status),
      trouble: this.#handlers.trouble,
    };
    const link = new BoardLink(url, handlers, options);
    this.#links.push(link);
    link.start();
  }

  #identified(link: BoardLink, identity: Identity): void {
    const { serialNumber } = readIdentity(identity);
    this.#claims.set(link, { serialNumber, identity });
    this.#settle(serialNumber);
  }

  #lost(link: BoardLink, why: string): void {
    const claim = this.#claims.get(link);
    this.#claims.delete(link);
    this.boards.find((board) => board.carrier === link)?.detach(why);
    if (claim) this.#settle(claim.serialNumber);
  }

  /** One board, one port. Where two say the same serial number nobody can tell whose doors they are: neither is driven. */
  #settle(serialNumber: string): void {
    const claims = [...this.#claims].filter(([, claim]) => claim.serialNumber === serialNumber);
    const [only] = claims;
    const board = this.boards.find(({ plan }) => plan.name === serialNumber);
    const ports = claims.map(([link]) => link.url);
    if (!only) return;
    if (!board)
      this.#handlers.trouble('a board that the configuration does not name', { serialNumber, ports });
    else if (claims.length === 1) {
      if (board.carrier !== only[0]) board.attach(only[0], only[1].identity);
    } else {
      board.detach('two boards say this serial number');
      this.#handlers.trouble('two boards say the same serial number: neither is driven', {
        serialNumber,
        ports,
      });
    }
  }

  #at<T>(
    compartment: string,
    act: (board: CabinetBoard, index: number) => Promise<T>,
  ): Promise<T | undefined> {
    const place = this.#places.get(compartment);
    return place ? act(place.board, place.index) : Promise.resolve(undefined);
  }

  #answer(unlockId: number, answer: Promise<UnlockAnswer | undefined>): void {
    answer
      .then((told) => told && this.#handlers.input({ kind: 'unlockAnswered', unlockId, answer: told }))
      .catch(() => {});
  }
}

function linesOf(
  { lockBoards = [], firstBoot = 1, links: { open } = {} }: CabinetPlan,
  { openWaitMs }: BoardTimes,
  handlers: BoardHandlers,
): LockLine[] {
  const urls = [...new Set(lockBoards.map(({ port }) => port))];
  return urls.map((url) => {
    const boards = lockBoards.filter(({ port }) => port === url);
    return new LockLine({ url, boards, openWaitMs, firstBoot, handlers, ...(open && { open }) });
  });
}
