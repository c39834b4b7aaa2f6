/** A patron with a credit pass: collects all that waits here or a part of it, and borrows from open stock. */

import { atDoor, type Manner, movingBehind } from './collect.ts';
import { afterLoan } from './dispute.ts';
import type { Shown } from './passes.ts';
import type { Person } from './person.ts';

export interface Aims {
  readonly collects: 'all' | 'nothing' | { readonly item: string };
  readonly borrows: number;
  manner(): Manner;
}

const FREE_MS = 120_000;
const DOOR_MS = 30_000;
const DOORS_MAX = 8;

export async function visits(person: Person, shown: Shown, aims: Aims): Promise<void> {
  const { world } = person;
  await world.inFront(async () => {
    if (!(await person.finds(FREE_MS))) return;
    world.scan(shown.text);
    if (!(await begins(person, shown))) return;
    world.seen.count('visits');
    await stays(person, aims);
  });
}

/** Whoever is known, by whatever they have shown. */
export async function stays(person: Person, aims: Aims): Promise<void> {
  if (!(await collects(person, aims))) return;
  for (let count = 0; count < aims.borrows; count += 1) if (!(await borrows(person, aims))) return;
  if (person.random.chance(0.1)) person.note('goes without a word');
  else if (await atList(person)) person.world.controller.input({ kind: 'button', button: 'finish' });
}

async function begins(person: Person, { honest }: Shown): Promise<boolean> {
  const { seen } = person.world;
  const answer = await person.sees(({ screen, notice }) => screen.name === 'visit' || notice?.name, 10_000);
  if (answer === undefined || answer === true) return answer === true;
  person.note(`is told ${answer}`);
  seen.count(`pass:${answer}`);
  if (honest) for (const check of seen.checks) check.passRefused?.(answer);
  return false;
}

/** Resolves with whether the visit goes on. */
async function collects(person: Person, aims: Aims): Promise<boolean> {
  const { controller, seen } = person.world;
  const list = aims.collects === 'nothing' ? undefined : await atList(person);
  if (!list || aims.collects === 'nothing' || list.holds.length === 0) return true;
  if (aims.collects === 'all') controller.input({ kind: 'button', button: 'collectAll' });
  else {
    const { item } = aims.collects;
    if (!list.holds.some((offer) => offer.item === item)) return true;
    controller.input({ kind: 'choose', item });
  }
  seen.count(aims.collects === 'all' ? 'collectsAll' : 'collectsPart');
  return doors(person, aims);
}

async function borrows(person: Person, aims: Aims): Promise<boolean> {
  const { world } = person;
  const list = await atList(person);
  if (!list) return false;
  const unlisted = [...world.seen.view('recalls').keys()];
  await person.react();
  // From a catalogue at home, whatever the screen offers.
  if (unlisted.length > 0 && person.random.chance(0.3)) world.scan(person.random.pick(unlisted));
  else if (list.stock.length === 0) return true;
  else world.controller.input({ kind: 'choose', item: person.random.pick(list.stock).item });
  return doors(person, aims);
}

/** The list, once whatever was told has been read. */
async function atList(person: Person) {
  for (let tries = 0; tries < 3; tries += 1) {
    const at = await person.sees(
      ({ screen, notice }) => (screen.name === 'visit' || screen.name === 'collected') && !notice && screen,
      25_000,
    );
    if (at?.name !== 'collected') return at;
    await person.react();
    if (person.world.screen === 'collected')
      person.world.controller.input({ kind: 'button', button: 'finish' });
    await person.wait(500);
  }
  return undefined;
}

/** One door after the other, until none opens any more. `false`: the patron has gone. */
async function doors(person: Person, aims: Aims): Promise<boolean> {
  const { world } = person;
  let last: string | undefined;
  for (let count = 0; count < DOORS_MAX; count += 1) {
    const next = await person.sees(({ screen, notice }) => {
      if (screen.name === 'opening' || screen.name === 'takeItem')
        return screen.compartment === last ? undefined : screen.compartment;
      const over = screen.name === 'collected' || screen.name === 'idle';
      return over || (screen.name === 'visit' && (notice || last)) ? 'over' : undefined;
    }, 20_000);
    if (!next || next === 'over') {
      const notice = world.view?.notice?.name;
      if (notice) world.seen.count(`visit:${notice}`);
      return next !== undefined;
    }
    last = next;
    if (!(await atOne(person, next, aims.manner()))) return false;
  }
  return true;
}

async function atOne(person: Person, compartment: string, manner: Manner): Promise<boolean> {
  if (!(await person.doorOpens(compartment, DOOR_MS))) return true;
  const [first, ...more] = movingBehind(person.world, compartment);
  await person.react();
  for (const item of more) person.take(item, compartment);
  if (first === undefined) await person.shut(compartment);
  else await atDoor(person, first, compartment, manner);
  if (manner === 'walksOff') return false;
  if (first !== undefined) await afterLoan(person, first, compartment);
  return true;
}
