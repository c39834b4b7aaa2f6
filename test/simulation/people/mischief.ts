/** Somebody forces a door; somebody else closes what stands open. */
import { ALL_COMPARTMENTS } from '../host/terminal-config.ts';
import type { Person } from './person.ts';

export async function forces(person: Person): Promise<void> {
  const { world } = person;
  const compartment = person.random.pick(ALL_COMPARTMENTS);
  person.note(`forces ${compartment}`);
  world.door(compartment).force();
  await person.react();
  if (person.random.chance(0.5))
    for (const item of world.items.inside(compartment)) {
      person.deceives(item, 'steals it');
      person.take(item, compartment);
    }
  if (person.random.chance(0.6)) await person.shut(compartment);
}

/** The caretaker of the village hall. */
export async function closesDoors(person: Person): Promise<void> {
  for (const compartment of ALL_COMPARTMENTS) {
    const door = person.world.door(compartment);
    if (!door.open || person.world.clock.nowMs - door.sinceMs < 5 * 60_000) continue;
    person.note(`closes ${compartment}`);
    await person.shut(compartment);
  }
}
