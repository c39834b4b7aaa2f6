/** What a patron may say or do after a door has shut: *open again*, *I did not take it*, *not my book*; true or not. */
import type { Person } from './person.ts';

const SHARE = 0.1;

export async function afterLoan(person: Person, item: string, compartment: string): Promise<void> {
  const { world, random } = person;
  if (world.calm || !random.chance(SHARE)) return;
  const shown = await person.sees(
    ({ screen }) => screen.name === 'collected' && screen.compartment === compartment,
    12_000,
  );
  if (!shown) return;
  await person.react();
  const has = world.items.where(item) === person.name;
  if (random.chance(0.5)) await opensAgain(person, item, compartment, has);
  else {
    world.seen.count(has ? 'deniedFalsely' : 'denied');
    person.note(`says that ${item} was not taken`);
    world.controller.input({ kind: 'button', button: random.pick(['notTaken', 'notMine'] as const) });
  }
}

/** Shut too early, or to put it back. */
async function opensAgain(person: Person, item: string, compartment: string, has: boolean): Promise<void> {
  const { world } = person;
  world.controller.input({ kind: 'button', button: 'openAgain' });
  if (!(await person.doorOpens(compartment, 30_000))) return;
  world.seen.count('openedAgain');
  await person.react();
  if (!has) person.take(item, compartment);
  else if (person.random.chance(0.3)) {
    person.deceives(item, 'puts it back where only a reader could tell');
    person.put(item, compartment);
  }
  await person.shut(compartment);
}
