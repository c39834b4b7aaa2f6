/** A patron who ordered a book comes for it with the code: most take it and close; some do not. */
import type { Session } from '../../../controller/lending/state.ts';
import type { World } from '../world/world.ts';
import { afterLoan } from './dispute.ts';
import type { Person } from './person.ts';

export interface Order {
  readonly hold: string;
  readonly item: string;
  readonly patron: string;
}

export type Manner = 'honest' | 'notMine' | 'leavesIt' | 'walksOff' | 'takesAll' | 'swaps' | 'dawdles';

const FREE_MS = 120_000;
const DOOR_MS = 30_000;
/** Of those who come for a book. */
const NOT_MINE = 0.02;

/** Resolves with whether the patron went home with the book. */
export async function collect(person: Person, { hold, item }: Order, manner: Manner): Promise<boolean> {
  const order = await person.world.platform.ask(({ orders }) => orders.one(hold));
  if (!order?.code) return false;
  const code = order.code;
  let got = false;
  await person.world.inFront(async () => {
    if (!(await person.finds(FREE_MS))) return;
    await mistypes(person, code);
    person.world.type(code);
    const compartment = await opening(person, hold, 10_000);
    if (!compartment) return;
    if (!(await person.doorOpens(compartment, DOOR_MS))) return;
    await atDoor(person, item, compartment, manner);
    if (manner !== 'walksOff') await afterLoan(person, item, compartment);
    got = person.world.items.where(item) === person.name;
    if (got) person.world.cards.usedCode = code;
    if (got)
      person.world.seen.count(person.world.view?.platformLink === 'down' ? 'collectedOffline' : 'collected');
  });
  return got;
}

async function mistypes(person: Person, code: string): Promise<void> {
  if (!person.random.chance(0.08)) return;
  person.world.type(code.replace(/.$/, (last) => String((Number(last) + 1) % 10)));
  await person.wait(9_000);
}

/** The door that opens now; `hold`: whose code was shown. */
export async function opening(
  person: Person,
  hold: string | undefined,
  limitMs: number,
): Promise<string | undefined> {
  const answer = await person.sees((view) => {
    const { screen, notice } = view;
    if (screen.name === 'opening' || screen.name === 'takeItem') return screen.compartment;
    // What whoever stood here before is still told is no answer to this code.
    return notice && notice.name !== 'claimHeard' && hold !== undefined ? 'refused' : undefined;
  }, limitMs);
  const notice = person.world.view?.notice?.name;
  if (answer === 'refused' && notice && hold !== undefined) {
    person.note(`is told ${notice}`);
    for (const check of person.world.seen.checks) check.refused?.(hold, notice);
  }
  return answer === 'refused' ? undefined : answer;
}

/** Whose door is open: it is taken and shut, or what else this person does. */
export async function atDoor(
  person: Person,
  item: string,
  compartment: string,
  manner: Manner,
): Promise<void> {
  const { world } = person;
  await person.react();
  if (manner === 'leavesIt') {
    if (world.items.isIn(item, compartment)) person.deceives(item, 'leaves the book where it is');
  } else if (manner === 'notMine') await says(person, item, compartment);
  else person.take(item, compartment);
  if (manner === 'dawdles') await person.wait(person.random.between(60_000, 600_000));
  if (manner === 'takesAll')
    for (const other of world.items.inside(compartment)) {
      person.deceives(other, 'takes what belongs to somebody else');
      person.take(other, compartment);
    }
  if (manner === 'swaps') {
    const own = `S${world.random.of(`swap ${item} ${world.clock.nowMs}`).whole(100_000, 999_999)}`;
    world.items.give(own, person.name);
    person.deceives(own, 'puts a book of his own into it');
    person.put(own, compartment);
  }
  if (manner === 'walksOff') {
    person.note(`leaves ${compartment} open`);
    return;
  }
  await person.react();
  await person.shut(compartment);
}

/** The wrong book, or none: it is left, and the terminal told so while the door is open. */
async function says(person: Person, item: string, compartment: string): Promise<void> {
  const { controller, items, seen } = person.world;
  if (
    await person.sees(({ screen }) => screen.name === 'takeItem' && screen.compartment === compartment, 5_000)
  )
    controller.input({ kind: 'button', button: person.random.pick(['notMine', 'nothingInside'] as const) });
  const heard = await person.sees(({ notice }) => notice?.name === 'claimHeard', 2_000);
  if (heard) seen.count('claims');
  else if (items.isIn(item, compartment)) person.deceives(item, 'leaves it, and nobody hears why');
}

/** What the ledger says is passing that door. */
export const movingBehind = (world: World, compartment: string): string[] =>
  [...world.seen.view('sessions').values()].flatMap((session) => {
    const { movement } = session as Session;
    return movement?.compartment === compartment ? movement.passages.map(({ item }) => item) : [];
  });

export function mannerOf(person: Person, cheats: number): Manner {
  if (person.world.calm) return 'honest';
  if (person.random.chance(NOT_MINE)) return 'notMine';
  if (!person.random.chance(cheats)) return 'honest';
  return person.random.pick(['leavesIt', 'walksOff', 'takesAll', 'swaps', 'dawdles', 'dawdles'] as const);
}
