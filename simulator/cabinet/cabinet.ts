/** A cabinet without hardware: its boards and doors, numbered through, what is inside, and a person's hands. */
import { CYCLES_PER_MS } from '../avr/chip.ts';
import type { Board } from './board.ts';
import { type Behaviour, People } from './people.ts';

/** Hands move this often; ms. */
const HANDS_STEP_MS = 1;

interface Place {
  readonly board: Board;
  readonly index: number;
}

export class Cabinet {
  readonly boards: readonly Board[];
  readonly people = new People();
  readonly #places: readonly Place[];
  readonly #items: string[][];
  #nowMs = 0;

  /** `doors`: how many of each board's connectors have a door. */
  constructor(boards: readonly { readonly board: Board; readonly doors: number }[]) {
    this.boards = boards.map(({ board }) => board);
    this.#places = boards.flatMap(({ board, doors }) =>
      Array.from({ length: doors }, (_, index) => ({ board, index })),
    );
    this.#items = this.#places.map(() => []);
    for (const board of this.boards)
      board.onDoorOpened = (index, nowMs) => {
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
      for (const board of this.boards) board.runUntil(this.#nowMs * CYCLES_PER_MS);
      this.people.advance(this.#nowMs, this);
    }
  }

  state() {
    return this.#places.map(({ board, index }, compartment) => ({
      compartment,
      board: this.boards.indexOf(board),
      ...board.doorOf(index),
      items: [...(this.#items[compartment] ?? [])],
    }));
  }

  /** The board of a compartment, and its number there. */
  at(compartment: number): Place {
    const place = this.#places[compartment];
    if (!place) throw new Error(`no compartment ${compartment}`);
    return place;
  }

  isOpen(compartment: number): boolean {
    const { board, index } = this.at(compartment);
    return board.isOpen(index);
  }

  push(compartment: number): void {
    const { board, index } = this.at(compartment);
    board.push(index);
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
