/** The courier: badge, then what was ordered goes in, what is listed comes out, and what is in doubt is looked at. */

import type { KioskView } from '../../../controller/lending/screen.ts';
import { BADGE } from '../host/terminal-config.ts';
import { isMoving } from './operator.ts';
import type { Person } from './person.ts';

const FREE_MS = 300_000;
const DOOR_MS = 30_000;
const OUT_MAX = 60;

export async function round(person: Person, bag: readonly string[]): Promise<void> {
  const { world } = person;
  await world.inFront(async () => {
    if (!(await person.finds(FREE_MS))) return;
    world.scan(BADGE);
    if (!(await atList(person, 5_000))) return;
    await looksIntoAll(person);
    await takesOut(person);
    for (const item of bag) await loads(person, item);
    if (await atList(person, 20_000)) world.controller.input({ kind: 'button', button: 'finish' });
  });
}

const atList = (person: Person, limitMs: number) =>
  person.sees(({ screen }) => screen.name === 'courier' && screen, limitMs);

/** Names an item and waits for its door; `undefined` where it does not open. */
async function opens(person: Person, name: () => void): Promise<string | undefined> {
  if (!(await atList(person, 20_000))) return undefined;
  name();
  let shown = await person.sees(doorShown, 3_000);
  for (let waitedMs = 0; shown && waitedMs < DOOR_MS; waitedMs += 250) {
    if (person.world.door(shown).open) return shown;
    await person.wait(250);
    // A controller that starts again tells of the door before first.
    shown = (person.world.view && doorShown(person.world.view)) ?? shown;
  }
  return undefined;
}

const doorShown = ({ screen }: KioskView) =>
  screen.name === 'opening' || screen.name === 'putItem' || screen.name === 'takeItem'
    ? screen.compartment
    : undefined;

async function loads(person: Person, item: string): Promise<void> {
  const { world } = person;
  if (world.items.where(item) !== 'library') return;
  const compartment = await opens(person, () => world.scan(item));
  if (!compartment) return;
  world.items.give(item, person.name);
  await person.react();
  // Where a book lies that he is to put one in, it is to leave: both at one opening.
  for (const found of world.items.inside(compartment)) {
    if (!isMoving(world, found))
      person.deceives(found, 'takes along what he finds where he is to put a book');
    if (person.take(found, compartment)) world.items.give(found, 'library');
  }
  // What was recalled while it was missing is to be taken out, and he has it in hand.
  const out = await person.sees(
    ({ screen }) => screen.name === 'takeItem' || (screen.name === 'putItem' && 'in'),
    2_000,
  );
  if (out === true || !person.put(item, compartment)) world.items.give(item, 'library');
  await person.shut(compartment);
}

const takesOut = (person: Person) =>
  eachListed(person, 'toTakeOut', async (item, compartment) => {
    if (person.take(item, compartment)) person.world.items.give(item, 'library');
    else await saysNothingInside(person, item, compartment);
  });

/** What is in doubt, one after the other: it lies there and stays, or it does not and he says so. */
const looksIntoAll = (person: Person) =>
  eachListed(person, 'toCheck', async (item, compartment) => {
    if (!person.world.items.isIn(item, compartment)) await saysNothingInside(person, item, compartment);
  });

/** Each item of a list once, as long as its door opens. */
async function eachListed(
  person: Person,
  which: 'toTakeOut' | 'toCheck',
  atDoor: (item: string, compartment: string) => Promise<void>,
): Promise<void> {
  const tried = new Set<string>();
  for (let count = 0; count < OUT_MAX; count += 1) {
    const list = await atList(person, 20_000);
    const next = list && list.name === 'courier' && list[which].find(({ item }) => !tried.has(item));
    if (!next) return;
    tried.add(next.item);
    const compartment = await opens(person, () =>
      person.world.controller.input({ kind: 'choose', item: next.item }),
    );
    if (!compartment) continue;
    await person.react();
    await atDoor(next.item, compartment);
    await person.shut(compartment);
  }
}

/** Without a reader his word counts; where nobody hears it, the door's does. */
async function saysNothingInside(person: Person, item: string, compartment: string): Promise<void> {
  const { world } = person;
  const asked = await person.sees(
    ({ screen }) =>
      (screen.name === 'putItem' || screen.name === 'takeItem') && screen.compartment === compartment,
    5_000,
  );
  if (asked) world.controller.input({ kind: 'button', button: 'nothingInside' });
  const heard = await person.sees(({ notice }) => notice?.name === 'claimHeard', 2_000);
  if (heard) world.seen.count('nothingInside');
  else world.items.excuse(item, 'the courier finds nothing, and nobody hears him');
}
