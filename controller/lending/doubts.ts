/** What is not certain: entered with its reason and its way out, kept with the item until that way has been gone. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import { back, itemsIn } from './places.ts';
import type { DoubtReason, Item } from './state.ts';
import { tellLibrary } from './tellings.ts';
import type { Turn } from './turn.ts';

export type Doubted = Item & { readonly doubt: DoubtReason };

export function wayOutOf(reason: DoubtReason): EntryOf<'inDoubt'>['wayOut'] {
  if (reason === 'doorLeftOpen') return 'closeTheDoor';
  return reason === 'itemMissing' ? 'operatorSettles' : 'courierChecks';
}

/** `session`: whose visit it was, where it was somebody's. */
export function enterDoubt(turn: Turn, item: Doubted, session: string | undefined): void {
  const { id, compartment, hold, doubt: reason } = item;
  turn.put('items', id, item);
  // What the platform has withdrawn stays so, wherever its item is.
  if (turn.state.holds[hold ?? '']?.state !== 'withdrawn')
    turn.change('holds', hold ?? '', { state: 'inDoubt' });
  turn.enter({
    kind: 'inDoubt',
    ...(session ? { session } : {}),
    ...(hold ? { hold } : {}),
    item: id,
    compartment,
    reason,
    wayOut: wayOutOf(reason),
  });
}

/** On no hold: once it is certain that it is here, whoever had it on loan owes it no more. */
export const mayHaveReturned = ({ hold, as, doubt }: Item): boolean =>
  !hold && (doubt === 'returnUnknown' || (doubt === 'disputed' && as === 'returned'));

export function cameBack(
  turn: Turn,
  session: string | undefined,
  { id: item, compartment }: Item,
  evidence: EntryOf<'itemReturned'>['evidence'],
): void {
  const telling = turn.nextSequence;
  turn.enter({ kind: 'itemReturned', ...(session ? { session } : {}), item, compartment, evidence });
  tellLibrary(turn, { id: telling, what: 'checkin', item });
}

/** The item lies where it should: whatever was doubted, nobody has it. */
export function endDoubt(turn: Turn, item: Item, session: string | undefined): void {
  const { id, compartment, hold } = item;
  // A stray stays one until somebody takes it out.
  if (item.as === 'stray') return;
  const visit = session === undefined ? {} : { session };
  if (mayHaveReturned(item)) cameBack(turn, session, item, ['tagSeen']);
  else turn.enter({ kind: 'itemFound', ...visit, item: id, compartment, ...(hold ? { hold } : {}) });
  turn.put('items', id, { ...item, doubt: undefined });
  const held = turn.state.holds[hold ?? ''];
  if (held?.state === 'inDoubt') turn.change('holds', held.id, { state: held.code ? 'ready' : 'loaded' });
  backWhereKnown(turn, compartment);
}

/** What was out of service for its content is back once there is no doubt about any item in it. */
export function backWhereKnown(turn: Turn, compartment: string): void {
  const known = itemsIn(turn, compartment).every(({ doubt }) => !doubt);
  if (known && turn.state.compartments[compartment]?.outReason === 'contentUnknown') back(turn, compartment);
}

/** A visit that was to settle a doubt about an item has ended without: the doubt stands. */
export function stillDoubted(turn: Turn, before: Doubted | undefined, session: string): boolean {
  if (before) enterDoubt(turn, before, session);
  return before !== undefined;
}
