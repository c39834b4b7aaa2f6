/** Patrons with a card: of the local library, where there is one, and of the platform. They order, come, borrow, renew. */
import { putPatron } from '../../../platform/patrons.ts';
import { quickPinHash } from '../host/platform.ts';
import { TERMINAL } from '../host/terminal-config.ts';
import type { Random } from '../virtual/random.ts';
import type { Holder } from '../world/cards.ts';
import { DAY_MS, HOUR_MS } from '../world/faults.ts';
import { PATRON_MARK, TITLE_MARK } from '../world/items.ts';
import type { World } from '../world/world.ts';
import { guesses, visitsByCard } from './card.ts';
import { mannerOf } from './collect.ts';
import type { Person } from './person.ts';
import { renews } from './renew.ts';
import type { Aims } from './visit.ts';

export interface MembersPlan {
  readonly visitsADay: number;
  readonly ordersADay: number;
  readonly renewalsADay: number;
  readonly guessersADay: number;
}

/** What of life around the terminal they need. */
export interface Around {
  every(name: string, meanMs: number, act: () => Promise<void>): void;
  person(name: string): Person;
  /** Reads it, and brings it back. */
  keeps(person: Person, item: string): Promise<void>;
  /** What a courier shall bring. */
  readonly wanted: Set<string>;
}

const TIER = 2;
const FOUND_CARDS = 6;
const LOST_A_DAY = 0.2;
const ORDERED_MAX = 60;
const TRIES_MAX = 12;
/** Of as many books one is the province's; the others the local library lends. */
const FOREIGN_EVERY = 4;

export class Members {
  readonly #world: World;
  readonly #random: Random;
  readonly #plan: MembersPlan & { readonly cheats: number };
  readonly #known = new Set<string>();
  #orders = 0;

  constructor(world: World, random: Random, plan: MembersPlan & { readonly cheats: number }) {
    this.#world = world;
    this.#random = random;
    this.#plan = plan;
    const { library } = world;
    if (!library) return;
    for (let number = 0; number < ORDERED_MAX; number += 1) {
      if (number % FOREIGN_EVERY === 0) continue;
      library.owns(`C${400_000 + number}`);
      library.owns(`K${200_000 + number}`);
      library.owns(`B${100_000 + number}`);
    }
  }

  start(around: Around): void {
    const { visitsADay, ordersADay, renewalsADay, guessersADay } = this.#plan;
    const every = (name: string, aDay: number, act: () => Promise<void>) => {
      if (aDay > 0) around.every(`member ${name}`, DAY_MS / aDay, act);
    };
    every('visit', visitsADay, () => this.#visit(around, this.#anybody(), 'nothing'));
    every('order', ordersADay, () => this.#order(around));
    every('renewal', renewalsADay, () => this.#renewal(around));
    every('guess', guessersADay, () => this.#guess(around));
    every('lost card', LOST_A_DAY, () => this.#loses());
  }

  #anybody(): Holder {
    return this.#random.pick(this.#world.cards.holders);
  }

  async #visit(around: Around, holder: Holder, collects: Aims['collects']): Promise<void> {
    const person = around.person(holder.name);
    const { random } = person;
    if (holder.of === 'platform') await this.#makesKnown(holder);
    const before = new Set(this.#has(holder));
    const slips = random.chance(0.2) ? random.whole(1, 4) : 0;
    const manner = () => mannerOf(person, this.#plan.cheats);
    const borrows = collects === 'nothing' ? random.whole(1, 3) : 0;
    if (await visitsByCard(person, holder, slips, { collects, borrows, manner }))
      this.#world.seen.count(`visitsByCardOf:${holder.of}`);
    const taken = this.#has(holder).filter((item) => !before.has(item));
    await Promise.all(taken.map((item) => around.keeps(person, item)));
  }

  /** A book is ordered with the platform; the local library, where it is its own, keeps it for the patron as well. */
  async #order(around: Around): Promise<void> {
    const world = this.#world;
    const holder = this.#anybody();
    const item = `C${400_000 + (this.#orders % ORDERED_MAX)}`;
    if (world.items.where(item) !== 'library') return;
    this.#orders += 1;
    const order = { terminal: TERMINAL, item, title: `${TITLE_MARK}${item}`, size: 'small' as const };
    const placed = await world.platform
      .ask(({ orders }) => orders.place({ ...order, patron: holder.patron }))
      .catch(() => undefined);
    if (!placed) return;
    around.wanted.add(item);
    const { collection } = world.library ?? {};
    if (holder.of === 'library' && collection?.items.has(item))
      collection.holds.push({ patronId: holder.card, itemId: item, waits: true });
    for (let tries = 0; tries < TRIES_MAX && !world.calm; tries += 1) {
      await world.clock.sleep(this.#random.between(5, 20) * HOUR_MS);
      if (world.items.where(item) === 'library' && tries > 0) around.wanted.add(item);
      if (world.calm || this.#has(holder).includes(item)) break;
      await this.#visit(around, holder, 'all');
      if (world.items.where(item) !== 'library') around.wanted.delete(item);
    }
    around.wanted.delete(item);
  }

  /** Whoever has a book, whoever lent it. */
  async #renewal(around: Around): Promise<void> {
    const { items, cards } = this.#world;
    const mark = this.#random.chance(0.5) ? PATRON_MARK : this.#random.pick(cards.holders).name;
    const lent = [...items.all].filter(([, where]) => where.startsWith(mark));
    if (lent.length === 0) return;
    const [item, name] = this.#random.pick(lent);
    await renews(around.person(name), item);
  }

  #guess(around: Around): Promise<void> {
    const { holders } = this.#world.cards;
    const found = Array.from({ length: this.#random.whole(1, FOUND_CARDS) }, () =>
      this.#random.pick(holders),
    );
    return guesses(around.person('guesser'), found, this.#random.pick(holders));
  }

  /** Whoever finds it, and knows the PIN, is not let in. */
  async #loses(): Promise<void> {
    const { cards, library } = this.#world;
    const { card } = this.#anybody();
    const patron = library?.collection.patrons.get(card);
    if (!patron) return;
    library?.collection.patrons.set(card, { ...patron, lost: true });
    cards.lost.add(card);
  }

  /** The platform gives out cards, too. */
  async #makesKnown({ name, card, pin, patron }: Holder): Promise<void> {
    if (this.#known.has(name)) return;
    const made = await this.#world.platform
      .ask(({ store }) => putPatron(store, patron, { tier: TIER, card, pin }, quickPinHash))
      .catch(() => undefined);
    if (made) this.#known.add(name);
  }

  #has({ name }: Holder): string[] {
    return [...this.#world.items.all].filter(([, where]) => where === name).map(([item]) => item);
  }
}
