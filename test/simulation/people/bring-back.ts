/** A patron brings a book back; some only say so. */
import type { Person } from './person.ts';

const FREE_MS = 120_000;
const DOOR_MS = 30_000;

/** Resolves with whether the book lies in the cabinet. */
export async function bringBack(person: Person, item: string, cheats: number): Promise<boolean> {
  const { world } = person;
  await world.inFront(async () => {
    if (!(await person.finds(FREE_MS)) || world.items.where(item) !== person.name) return;
    world.controller.input({ kind: 'button', button: 'return' });
    if (!(await person.sees(({ screen }) => screen.name === 'returning', 5_000))) return;
    await person.react();
    world.scan(item);
    const compartment = await person.sees(({ screen, notice }) => {
      if (screen.name === 'opening' || screen.name === 'putItem') return screen.compartment;
      return notice ? 'refused' : undefined;
    }, 10_000);
    if (compartment && compartment !== 'refused') await puts(person, item, compartment, cheats);
    else if (compartment) person.note(`is told ${world.view?.notice?.name}`);
    await person.sees(({ screen }) => screen.name === 'returning', 15_000);
    if (!person.random.chance(0.2)) world.controller.input({ kind: 'button', button: 'finish' });
  });
  return world.items.where(item) !== person.name;
}

async function puts(person: Person, item: string, compartment: string, cheats: number): Promise<void> {
  if (!(await person.doorOpens(compartment, DOOR_MS))) return;
  await person.react();
  const honest = person.world.calm || !person.random.chance(cheats);
  if (honest) person.put(item, compartment);
  else person.deceives(item, 'says that it is in and keeps it');
  await person.react();
  if (honest || person.random.chance(0.7)) await person.shut(compartment);
  else person.note(`leaves ${compartment} open`);
}
