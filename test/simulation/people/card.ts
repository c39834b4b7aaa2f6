/** Somebody with a library card at the kiosk: shows it, gives the PIN; slips, or guesses. */
import type { NoticeName } from '../../../controller/lending/screen.ts';
import { type Holder, wrongPin } from '../world/cards.ts';
import type { Person } from './person.ts';
import { type Aims, stays } from './visit.ts';

const FREE_MS = 120_000;
const KEYS_MS = 5_000;
/** Longer than library and platform together may think. */
const ANSWER_MS = 15_000;
const GUESSES_MAX = 12;
/** One fewer than what makes the kiosk wait. */
const TRICK_AFTER = 4;

export type Told = NoticeName | 'visit';

/** `slips`: wrong PINs before the right one. Resolves with whether the terminal knows the patron. */
export async function visitsByCard(
  person: Person,
  holder: Holder,
  slips: number,
  aims: Aims,
): Promise<boolean> {
  const { world, random } = person;
  let told: Told | undefined;
  await world.inFront(async () => {
    if (!(await beginsWithCard(person))) return;
    for (let slip = 0; slip < slips; slip += 1) {
      told = await gives(person, holder, wrongPin(random));
      if (told !== 'wrongPin') break;
    }
    if (told === undefined || told === 'wrongPin') told = await gives(person, holder, holder.pin);
    if (told === 'visit') await stays(person, aims);
    else if (random.chance(0.5)) world.controller.input({ kind: 'button', button: 'finish' });
  });
  return told === 'visit';
}

/**
 * Somebody who has found cards, and tries what comes to mind, one card after the other, until the terminal hears no more.
 * A clever one does something honest in between, so that the terminal might take them for somebody else.
 */
export async function guesses(person: Person, cards: readonly Holder[], own: Holder): Promise<void> {
  const { world, random } = person;
  const patient = random.chance(0.5);
  const clever = random.chance(0.5);
  const trick = random.chance(0.5) ? showsUsedCode : (guesser: Person) => showsOwnCard(guesser, own);
  await world.inFront(async () => {
    if (!(await beginsWithCard(person))) return;
    for (let guess = 1; guess <= GUESSES_MAX; guess += 1) {
      const holder = cards[guess % cards.length];
      const told = holder && (await gives(person, holder, wrongPin(random)));
      if (told === 'visit') return;
      if (told !== 'wrongPin' && !(patient && (await waitsAWhile(person)))) break;
      if (clever && guess % TRICK_AFTER === 0 && !(await trick(person))) break;
    }
    world.controller.input({ kind: 'button', button: 'finish' });
  });
}

async function waitsAWhile(person: Person): Promise<boolean> {
  await person.wait(person.random.between(5_000, 60_000));
  return person.world.screen !== 'idle' || beginsWithCard(person);
}

/** Resolves with whether the terminal asks for a card again. */
async function showsOwnCard(person: Person, own: Holder): Promise<boolean> {
  if ((await gives(person, own, own.pin)) !== 'visit') return true;
  person.world.controller.input({ kind: 'button', button: 'finish' });
  await person.react();
  return beginsWithCard(person);
}

async function showsUsedCode(person: Person): Promise<boolean> {
  const { controller, cards } = person.world;
  if (cards.usedCode === undefined) return true;
  controller.input({ kind: 'button', button: 'finish' });
  await person.react();
  person.world.type(cards.usedCode);
  await person.sees(({ notice }) => notice?.name === 'usedCode', KEYS_MS);
  await person.react();
  return beginsWithCard(person);
}

async function beginsWithCard(person: Person): Promise<boolean> {
  if (!(await person.finds(FREE_MS))) return false;
  person.world.controller.input({ kind: 'button', button: 'card' });
  const asked = await person.sees(({ screen }) => screen.name === 'showCard' || undefined, KEYS_MS);
  return asked === true;
}

/** One card and one PIN, and what comes of it; nothing where the terminal does not take them. */
async function gives(person: Person, holder: Holder, pin: string): Promise<Told | undefined> {
  const { world } = person;
  const { card } = holder;
  const ready = await person.sees(({ screen }) => screen.name === 'showCard' || undefined, KEYS_MS);
  if (!ready) return undefined;
  world.scan(card);
  const keys = await person.sees(({ screen, notice }) => {
    if (screen.name === 'enterPin') return 'keys';
    return screen.name === 'showCard' && notice?.name === 'pinWait' ? 'waits' : undefined;
  }, KEYS_MS);
  if (keys === 'waits') world.seen.count('pinWaits');
  if (keys !== 'keys') return keys && 'pinWait';
  await person.react();
  const right = pin === holder.pin;
  const before = world.view?.notice?.untilMs;
  world.cards.typed = { holder, right };
  world.controller.input({ kind: 'pin', pin });
  const told = await person.sees(({ screen, notice }): Told | undefined => {
    if (screen.name === 'visit') return 'visit';
    return screen.name !== 'asking' && notice?.untilMs !== before ? notice?.name : undefined;
  }, ANSWER_MS);
  person.note(`gives a ${right ? 'right' : 'wrong'} PIN and is told ${told}`);
  if (told === undefined) return undefined;
  world.seen.count(`card:${told}`);
  for (const check of world.seen.checks) check.pinTold?.(card, right, told);
  return told;
}
