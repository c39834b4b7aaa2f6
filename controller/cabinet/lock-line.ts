/** One port with commercial lock boards: a single one, or several on an RS485 line, each with its address. */
import type { LockFrame } from '../../protocol/lock/lock.ts';
import { firstToAnswer } from '../../protocol/lock/silence.ts';
import { Exchange, type ExchangeOptions } from '../port/exchange.ts';
import type { BoardHandlers } from './cabinet-board.ts';
import { PolledBoard, type PolledBoardOptions, type PolledBoardPlan } from './polled-board.ts';

export interface LockLineOptions
  extends Pick<PolledBoardOptions, 'openWaitMs' | 'firstBoot' | 'nowMs' | 'setTimer'>,
    Pick<ExchangeOptions<LockFrame>, 'open' | 'random'> {
  readonly url: string;
  /** All of one kind: they share the wire. */
  readonly boards: readonly PolledBoardPlan[];
  readonly handlers: BoardHandlers;
}

export class LockLine {
  readonly boards: readonly PolledBoard[];
  readonly #exchange: Exchange<LockFrame>;

  constructor(options: LockLineOptions) {
    const { url, boards, handlers, open, random, ...more } = options;
    const [first] = boards;
    if (!first) throw new RangeError('a line without boards');
    this.#exchange = new Exchange<LockFrame>({
      url,
      wire: first.driver.wire,
      // The line is well as long as anybody answers; who does not is found out by asking each.
      probe: () => firstToAnswer(boards.map(({ driver }) => driver.identify)),
      onLink: (link) => {
        if (link === 'up') for (const board of this.boards) board.lineUp();
      },
      onUnasked: (frame) => {
        for (const board of this.boards) board.unasked(frame);
      },
      onTrouble: (why) => handlers.trouble('lock line', { port: url, why }),
      ...(open && { open }),
      ...(random && { random }),
      ...(more.setTimer && { setTimer: more.setTimer }),
    });
    this.boards = boards.map((plan) => new PolledBoard({ plan, line: this.#exchange, handlers, ...more }));
  }

  start(): void {
    this.#exchange.start();
    for (const board of this.boards) board.start();
  }

  async stop(): Promise<void> {
    for (const board of this.boards) board.stop();
    await this.#exchange.stop();
  }
}
