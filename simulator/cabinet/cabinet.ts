/** A cabinet without hardware: its boards and doors, numbered through, what is inside, and a person's hands. */
import { type Behaviour, People } from './people.ts';
import type { SimBoard } from './sim-board.ts';

/** Hands move this often; ms. */
const HANDS_STEP_MS = 1;

interface Place {
  readonly board: SimBoard;
  readonly index: number;
}

export class Cabinet {
  readonly boards: readonly SimBoard[];
  readonly people = new People();
  readonly #places: readonly Place[];
  readonly #items: string[][];
  #nowMs = 0;

  /** `doors`: how many of each board's connectors have a door. */
  constructor(boards: readonly { readonly board: SimBoard; readonly doors: number }[]) {
    this.boards = boards.map(({ board }) => board);
    this.#places = boards.flatMap(({ board, doors }) =>
      Array.from({ length: doors }, (_, index) => ({ board, index })),
    );
    this.#items = this.#places.map(() => []);
    for (const board of this.boards)
      board.doors.onDoorOpened = (index, nowMs) => {
        const place = this.#places.findIndex((one) => one.board === board && one.index === index);
        if (place >= 0) this.people.doorOpened(place, nowMs);
      };
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get size(): number {
    return this.#places.length;
  }

  get lively(): boolean {
    return this.boards.some((board) => board.lively);
  }

  /** Runs all boards and the hands up to a time. */
  runUntil(ms: number): void {
    while (this.#nowMs < ms) {
      this.#nowMs = Math.min(ms, this.#nowMs + HANDS_STEP_MS);
      for (const board of this.boards) board.runUntilMs(this.#nowMs);
      this.people.advance(this.#nowMs, this);
    }
  }

  state() {
    return this.#places.map(({ board, index }, compartment) => ({
      compartment,
      board: this.boards.indexOf(board),
      ...board.doors.of(index),
      lamp: board.lampOf(index),
      items: [...(this.#items[compartment] ?? [])],
    }));
  }

  /** What lies there now, whether its door is open or not; nothing beyond the last compartment. */
  itemsIn(compartment: number): readonly string[] {
    return this.#items[compartment] ?? [];
  }

  /** The board of a compartment, and its number there. */
  at(compartment: number): Place {
    const place = this.#places[compartment];
    if (!place) throw new Error(`no compartment ${compartment}`);
    return place;
  }

  isOpen(compartment: number): boolean {
    const { board, index } = this.at(compartment);
    return board.doors.isOpen(index);
  }

  push(compartment: number): void {
    const { board, index } = this.at(compartment);
    board.doors.push(index, board.nowMs);
  }

  /** Only through an open door; returns whether it was. */
  put(compartment: number, item: string): boolean {
    if (!this.isOpen(compartment)) return false;
    const items = this.#items[compartment];
    if (items && !items.includes(item)) items.push(item);
    return true;
  }

  /** One item or all of them; `undefined` through a closed door. */
  take(compartment: number, item?: string): string[] | undefined {
    if (!this.isOpen(compartment)) return undefined;
    const items = this.#items[compartment] ?? [];
    const taken = items.filter((one) => item === undefined || one === item);
    this.#items[compartment] = items.filter((one) => !taken.includes(one));
    return taken;
  }

  behave(behaviour: Behaviour | undefined): void {
    this.people.behaviour = behaviour;
  }
}
