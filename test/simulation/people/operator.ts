/** The platform's operator: settles what only he can, once somebody has looked and the item is not there. */
import type { Session } from '../../../controller/lending/state.ts';
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

/** Nobody waits any more; where the item is, is another matter. */
export async function withdraws(world: World, { hold }: Pick<Order, 'hold'>): Promise<void> {
  world.note(`the operator withdraws ${hold}`);
  await world.platform.ask(({ orders }) => orders.withdraw(hold)).catch(() => {});
}

/** The ledger says that it is passing a door. */
export const isMoving = (world: World, item: string) =>
  [...world.seen.view('sessions').values()].some((session) =>
    (session as Session).movement?.passages.some((passage) => passage.item === item),
  );
