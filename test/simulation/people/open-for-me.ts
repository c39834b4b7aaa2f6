/** A patron stands before the cabinet and opens with the telephone: the platform tells the terminal to. */

import { atDoor, type Manner, type Order, opening } from './collect.ts';
import { afterLoan } from './dispute.ts';
import type { Person } from './person.ts';

const FREE_MS = 120_000;
const DOOR_MS = 30_000;
/** As long as the platform's word counts, and a little. */
const STAYS_MS = 70_000;

/** Resolves with whether the patron went home with the book. */
export async function opensForMe(person: Person, { hold, item }: Order, manner: Manner): Promise<boolean> {
  const { world } = person;
  await world.inFront(async () => {
    if (!(await person.finds(FREE_MS))) return;
    const asked = await world.platform.ask(({ orders }) => orders.open([hold])).catch(() => undefined);
    if (!asked) return;
    world.seen.count('opensForMe');
    const compartment = await opening(person, undefined, STAYS_MS);
    if (!compartment) {
      world.items.excuse(item, 'nobody stands at its door any more, should it open yet');
      return;
    }
    if (!(await person.doorOpens(compartment, DOOR_MS))) return;
    await atDoor(person, item, compartment, manner);
    if (manner !== 'walksOff') await afterLoan(person, item, compartment);
  });
  return world.items.where(item) === person.name;
}
