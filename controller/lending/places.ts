/** Compartments: what is in them, which is free for what, and which are out of service. */

import type { EntryOf } from '../../protocol/platform/entries.ts';
import { type Reach, SIZES, type Size } from '../../protocol/platform/words.ts';
import type { Context } from './inputs.ts';
import { movingAt } from './session.ts';
import type { Compartment, Hold, Item, LendingState, Passage } from './state.ts';
import type { Turn } from './turn.ts';

/** More books than this do not come out of a bin in one courier's arms. */
const BIN_ITEMS_MAX = 20;

export const itemsIn = (turn: Turn, compartment: string): Item[] =>
  Object.values(turn.state.items).filter((item) => item.compartment === compartment);

/** An item that is known here, on its way through a door. */
export function passageOf(known: Item): Passage {
  const { id: item, title, hold, doubt } = known;
  return { item, title, hold, ...(doubt ? { before: { ...known, doubt } } : {}) };
}

/** An unset clock decides nothing: then nothing is expired (promise 9). */
export function expired(
  { context }: { readonly context: Pick<Context, 'clock' | 'wallMs'> },
  { code }: Pick<Hold, 'code'>,
): boolean {
  return context.clock === 'trusted' && code !== undefined && Date.parse(code.expires) < context.wallMs;
}

/** Why a courier takes it away; `undefined`: it stays. */
export function whyOut(
  { holds, recalls }: Pick<LendingState, 'holds' | 'recalls'>,
  context: Pick<Context, 'clock' | 'wallMs'>,
  { id, as, hold, doubt }: Item,
): Exclude<EntryOf<'itemUnloaded'>['why'], 'swap'> | undefined {
  if (as === 'stray') return 'stray';
  if (recalls[id]) return 'recalled';
  if (as === 'returned') return doubt === 'itemMissing' ? undefined : 'returned';
  const held = holds[hold ?? ''];
  if (as === 'hold' && (!held || held.state === 'withdrawn')) return 'withdrawn';
  return held && expired({ context }, held) ? 'expired' : undefined;
}

export const boardIsUp = (turn: Turn, compartment: string): boolean =>
  turn.state.boards[turn.state.compartments[compartment]?.board ?? '']?.link === 'up';

/** What a compartment must be like. */
export interface Need {
  readonly size: Size;
  /** Missing: anywhere. */
  readonly reach?: Reach | undefined;
}

const fits = ({ size, reach, use }: Compartment, need: Need): boolean =>
  use === 'any' &&
  SIZES.indexOf(size) >= SIZES.indexOf(need.size) &&
  (need.reach === undefined || need.reach === reach);

/** The smallest free compartment that the item fits, so that large ones stay for large items. */
export function freeCompartment(turn: Turn, need: Need): Compartment | undefined {
  return usable(turn)
    .filter((compartment) => fits(compartment, need) && itemsIn(turn, compartment.name).length === 0)
    .sort(bySize)[0];
}

/** One that holds nothing but a single item that is to leave: a courier takes it out and puts another in. */
export function swapCompartment(
  turn: Turn,
  need: Need,
  leaves: (item: Item) => boolean,
): { readonly compartment: string; readonly item: Item } | undefined {
  for (const compartment of usable(turn).sort(bySize)) {
    const [item, second] = itemsIn(turn, compartment.name);
    if (item && !second && fits(compartment, need) && leaves(item))
      return { compartment: compartment.name, item };
  }
  return undefined;
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
