/** All boards and their compartments: lending names a compartment, the cabinet finds its board and number. */
import type { LAMP_MODES } from '../../protocol/board/messages.ts';
import type { UnlockAnswer } from '../lending/state.ts';
import { Board, type BoardHandlers, type BoardPlan, type BoardTimes } from './board.ts';

export class Cabinet {
  readonly boards: readonly Board[];
  readonly #places = new Map<string, { readonly board: Board; readonly index: number }>();
  readonly #handlers: BoardHandlers;

  constructor(plans: readonly BoardPlan[], times: BoardTimes, handlers: BoardHandlers) {
    this.#handlers = handlers;
    this.boards = plans.map((plan) => new Board(plan, times, handlers));
    for (const board of this.boards)
      board.plan.compartments.forEach((name, index) => {
        this.#places.set(name, { board, index });
      });
  }

  start(): void {
    for (const board of this.boards) board.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.boards.map((board) => board.stop()));
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
      this.#at(compartment, (board) => board.askUnlock(unlockId)),
    );
  }

  lamp(compartment: string, mode: keyof typeof LAMP_MODES): void {
    void this.#at(compartment, (board, index) => board.lamp(index, mode));
  }

  #at<T>(compartment: string, act: (board: Board, index: number) => Promise<T>): Promise<T | undefined> {
    const place = this.#places.get(compartment);
    return place ? act(place.board, place.index) : Promise.resolve(undefined);
  }

  #answer(unlockId: number, answer: Promise<UnlockAnswer | undefined>): void {
    answer
      .then((told) => told && this.#handlers.input({ kind: 'unlockAnswered', unlockId, answer: told }))
      .catch(() => {});
  }
}
