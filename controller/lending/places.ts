/** Compartments: what is in them, which is free for what, and which are out of service. */
import { SIZES, type Size } from '../../protocol/platform/words.ts';
import { movingAt } from './session.ts';
import type { Compartment, Item, Passage } from './state.ts';
import type { Turn } from './turn.ts';

/** More books than this do not come out of a bin in one courier's arms. */
const BIN_ITEMS_MAX = 20;

export const itemsIn = (turn: Turn, compartment: string): Item[] =>
  Object.values(turn.state.items).filter((item) => item.compartment === compartment);

/** An item that is known here, on its way through a door. */
export function passageOf({ id: item, title, hold, doubt, ...rest }: Item): Passage {
  return { item, title, hold, ...(doubt ? { before: { id: item, title, hold, doubt, ...rest } } : {}) };
}

export const boardIsUp = (turn: Turn, compartment: string): boolean =>
  turn.state.boards[turn.state.compartments[compartment]?.board ?? '']?.link === 'up';

/** The smallest free compartment that the item fits, so that large ones stay for large items. */
export function freeCompartment(turn: Turn, size: Size): Compartment | undefined {
  const free = usable(turn).filter(
    ({ name, size: has, use }) =>
      use === 'any' && SIZES.indexOf(has) >= SIZES.indexOf(size) && itemsIn(turn, name).length === 0,
  );
  return free.sort(bySize)[0];
}

/** A bin with room, else a free compartment: nobody knows how large the item is, so the largest. */
export function returnCompartment(turn: Turn): Compartment | undefined {
  const bin = usable(turn).find(
    ({ name, use }) => use === 'returns' && itemsIn(turn, name).length < BIN_ITEMS_MAX,
  );
  const free = usable(turn).filter(({ name, use }) => use === 'any' && itemsIn(turn, name).length === 0);
  return bin ?? free.sort(bySize).at(-1);
}

function usable(turn: Turn): Compartment[] {
  return Object.values(turn.state.compartments).filter(
    ({ name, outReason, door }) =>
      !outReason && door === 'closed' && boardIsUp(turn, name) && !movingAt(turn, name),
  );
}

const bySize = (a: Compartment, b: Compartment) =>
  SIZES.indexOf(a.size) - SIZES.indexOf(b.size) || a.name.localeCompare(b.name);

export function takeOut(turn: Turn, compartment: string, reason: 'doorDoesNotOpen' | 'contentUnknown'): void {
  if (turn.state.compartments[compartment]?.outReason) return;
  turn.enter({ kind: 'compartmentOut', compartment, reason });
  turn.change('compartments', compartment, { outReason: reason });
}

/** A door that opens is no longer one that does not. */
export function back(turn: Turn, compartment: string): void {
  if (!turn.state.compartments[compartment]?.outReason) return;
  turn.enter({ kind: 'compartmentBack', compartment });
  turn.change('compartments', compartment, { outReason: undefined });
}
