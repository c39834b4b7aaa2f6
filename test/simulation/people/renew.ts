/** Somebody keeps a book longer. */
import type { Person } from './person.ts';

const FREE_MS = 120_000;
const ANSWER_MS = 15_000;

export async function renews(person: Person, item: string): Promise<void> {
  const { world } = person;
  const { controller, seen } = world;
  await world.inFront(async () => {
    if (!(await person.finds(FREE_MS))) return;
    controller.input({ kind: 'button', button: 'renew' });
    if (!(await person.sees(({ screen }) => screen.name === 'renewing', 5_000))) return;
    await person.react();
    world.scan(item);
    const told = await person.sees(
      ({ screen, notice }) => screen.name === 'renewing' && notice?.name,
      ANSWER_MS,
    );
    person.note(`is told ${told} about ${item}`);
    seen.count(`renewal:${told}`);
    if (!person.random.chance(0.2)) controller.input({ kind: 'button', button: 'finish' });
  });
}
