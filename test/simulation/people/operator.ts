/** The platform's operator: settles what only he can, once somebody has looked and the item is not there. */
import type { Item, Session } from '../../../controller/lending/state.ts';
import type { World } from '../world/world.ts';
import type { Order } from './collect.ts';

export async function settlesDoubts(world: World): Promise<number> {
  const doubts = await world.platform.doubts();
  let asked = 0;
  for (const { item, compartment, wayOut, asked: already } of doubts) {
    if (wayOut === 'closeTheDoor' || already || world.items.isIn(item, compartment)) continue;
    world.note(`the operator settles the doubt about ${item}`);
    asked += 1;
    await world.platform.ask(({ fleet }) => fleet.settle('village-1', item)).catch(() => {});
  }
  return asked;
}

/** Who withdraws an order whose item is in doubt says that the item is not there, and may be wrong. */
export async function withdraws(world: World, { hold, item }: Pick<Order, 'hold' | 'item'>): Promise<void> {
  world.note(`the operator withdraws ${hold}`);
  const known = world.seen.view('items').get(item) as Item | undefined;
  const doubtful = (known?.doubt ?? '') !== '' || isMoving(world, item);
  if (doubtful) world.items.excuse(item, 'the operator withdrew its order while it was in doubt');
  await world.platform.ask(({ orders }) => orders.withdraw(hold)).catch(() => {});
}

/** The ledger says that it is passing a door. */
export const isMoving = (world: World, item: string) =>
  [...world.seen.view('sessions').values()].some((session) =>
    (session as Session).movement?.passages.some((passage) => passage.item === item),
  );
