/** Life around the terminal: orders, couriers' rounds, patrons who come, bring back, cheat; and who looks after it all. */
import { TERMINAL } from '../host/terminal-config.ts';
import type { Random } from '../virtual/random.ts';
import { DAY_MS, HOUR_MS } from '../world/faults.ts';
import { PATRON_MARK, TITLE_MARK } from '../world/items.ts';
import type { World } from '../world/world.ts';
import { Bookshop } from './bookshop.ts';
import { bringBack } from './bring-back.ts';
import { collect, mannerOf, type Order } from './collect.ts';
import { round } from './courier.ts';
import { Librarian } from './librarian.ts';
import { Members, type MembersPlan } from './members.ts';
import { closesDoors, forces } from './mischief.ts';
import { opensForMe } from './open-for-me.ts';
import { settlesDoubts, withdraws } from './operator.ts';
import { Wallet } from './passes.ts';
import { Person } from './person.ts';
import { visits } from './visit.ts';

export interface LifePlan {
  readonly ordersADay: number;
  /** Chance that a patron does not behave. */
  readonly cheats: number;
  readonly forcedADay: number;
  readonly withdrawnShare: number;
  /** Patrons with a credit pass who come by. */
  readonly visitsADay: number;
  readonly stockADay: number;
  readonly members: MembersPlan;
}

const ITEMS = 240;
const OPENS_HOUR = 7;
const CLOSES_HOUR = 22;
const BAG_MAX = 16;
const TRIES_MAX = 20;
const SHELF_MAX = 6;
const NEW_BOOKS_MAX = 2;
const MEMBERS = 6;

export class Life {
  readonly #world: World;
  readonly #random: Random;
  readonly #plan: LifePlan;
  /** Items that are on order and not yet in the cabinet. */
  readonly #wanted = new Set<string>();
  readonly #ordered = new Set<string>();
  readonly #librarian: Librarian;
  readonly #bookshop: Bookshop;
  readonly #wallets: readonly Wallet[];
  #orders = 0;

  constructor(world: World, random: Random, plan: LifePlan) {
    this.#world = world;
    this.#random = random;
    this.#plan = plan;
    this.#librarian = new Librarian(world, random.of('librarian'));
    this.#bookshop = new Bookshop(world, random.of('bookshop'));
    this.#wallets = Array.from(
      { length: MEMBERS },
      (_, index) => new Wallet(world, `${PATRON_MARK}member-${index + 1}`, 1 + (index % 3)),
    );
  }

  start(): void {
    const { ordersADay, forcedADay, visitsADay, stockADay, cheats, members } = this.#plan;
    void this.#every('order', DAY_MS / ordersADay, () => this.#order());
    if (forcedADay > 0) void this.#every('force', DAY_MS / forcedADay, () => forces(this.person('thief')));
    if (visitsADay > 0) void this.#every('visit', DAY_MS / visitsADay, () => this.#visit());
    if (stockADay > 0) void this.#daily('librarian', [8], () => this.#librarian.stocks(stockADay));
    if (stockADay > 0) void this.#every('recall', 2 * DAY_MS, () => this.#librarian.recalls());
    if (visitsADay > 0) void this.#every('lost', 3 * DAY_MS, () => this.#random.pick(this.#wallets).lose());
    if (stockADay > 0) void this.#daily('bookshop', [8], () => this.#bookshop.offers());
    new Members(this.#world, this.#random.of('members'), { ...members, cheats }).start({
      every: (name, meanMs, act) => void this.#every(name, meanMs, act),
      person: (name) => this.person(name),
      keeps: (person, item) => this.#keeps(person, item),
      wanted: this.#wanted,
    });
    void this.#daily('courier', [9, 16], () => this.round());
    void this.#daily('caretaker', [8, 12, 18, 21], () => closesDoors(this.person('caretaker')));
    void this.#daily('operator', [17], async () => void (await settlesDoubts(this.#world)));
  }

  person(name: string): Person {
    return new Person(this.#world, name, this.#random.of(`${name} ${this.#world.clock.nowMs}`));
  }

  round(bag = this.#bag()): Promise<void> {
    return round(this.person('courier'), bag.slice(0, BAG_MAX));
  }

  #bag(): string[] {
    const shelf = this.#librarian.bag.slice(0, SHELF_MAX);
    return [...shelf, ...this.#bookshop.bag.slice(0, NEW_BOOKS_MAX), ...this.#wanted];
  }

  async #every(name: string, meanMs: number, act: () => Promise<void>): Promise<void> {
    const random = this.#random.of(name);
    for (;;) {
      await this.#world.clock.sleep(random.after(meanMs));
      if (this.#world.calm) return;
      if (this.#isOpen()) this.#guarded(act());
    }
  }

  async #daily(name: string, hours: readonly number[], act: () => Promise<void>): Promise<void> {
    const random = this.#random.of(name);
    for (let day = 0; !this.#world.calm; day += 1)
      for (const hour of hours) {
        const atMs = day * DAY_MS + hour * HOUR_MS + random.between(0, HOUR_MS);
        await this.#world.clock.sleep(atMs - this.#world.clock.nowMs);
        if (this.#world.calm) return;
        this.#guarded(act());
      }
  }

  /** The people of a simulation must not fail; where they do, that is a defect of the simulation. */
  #guarded(act: Promise<void>): void {
    act.catch((error) => this.#world.seen.fail('0 simulation', String((error as Error).stack ?? error)));
  }

  #isOpen(): boolean {
    const hour = (this.#world.clock.nowMs % DAY_MS) / HOUR_MS;
    return hour >= OPENS_HOUR && hour < CLOSES_HOUR;
  }

  /** A patron orders; then comes, takes, reads, brings back. */
  async #order(): Promise<void> {
    const world = this.#world;
    const item = this.#freeItem();
    if (!item) return;
    this.#ordered.add(item);
    this.#orders += 1;
    const number = this.#orders;
    const wallet =
      this.#plan.visitsADay > 0 && this.#random.chance(0.4) ? this.#random.pick(this.#wallets) : undefined;
    const patron = wallet?.patron ?? `${PATRON_MARK}${number}`;
    const size = this.#random.pick(['small', 'small', 'medium', 'large'] as const);
    const order = { terminal: TERMINAL, item, title: `${TITLE_MARK}${item}`, patron, size };
    const placed = (await world.platform.ask(({ orders }) => orders.place(order)).catch(() => undefined)) as
      | { hold: string }
      | undefined;
    if (placed) {
      this.#wanted.add(item);
      await this.#patron(this.person(patron), { hold: placed.hold, item, patron }, wallet);
      this.#wanted.delete(item);
    }
    this.#ordered.delete(item);
  }

  #freeItem(): string | undefined {
    const { items } = this.#world;
    for (let tries = 0; tries < 20; tries += 1) {
      const item = `B${100_000 + this.#random.whole(0, ITEMS - 1)}`;
      if (!this.#ordered.has(item) && items.where(item) === 'library') return item;
    }
    return undefined;
  }

  async #patron(person: Person, order: Order, wallet: Wallet | undefined): Promise<void> {
    const { withdrawnShare } = this.#plan;
    const { hold, item } = order;
    let got = false;
    for (let tries = 0; tries < TRIES_MAX && !got; tries += 1) {
      await this.#later(person, 5, 20);
      if (this.#world.calm) return;
      if (person.random.chance(withdrawnShare)) await withdraws(this.#world, order);
      got = await this.#collects(person, order, wallet);
      if (await this.#isOver(hold)) break;
    }
    this.#wanted.delete(item);
    await this.#keeps(person, item);
  }

  /** Reads it, and brings it back. */
  async #keeps(person: Person, item: string): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX && this.#world.items.where(item) === person.name; tries += 1) {
      await this.#later(person, 20, 120);
      if (this.#world.calm) return;
      await bringBack(person, item, this.#plan.cheats);
    }
    // Somebody who cannot bring it back at the terminal goes to the library.
    if (this.#world.items.where(item) === person.name) this.#world.items.give(item, 'library');
  }

  /** By the code that was sent, from the telephone, or known by a pass. */
  async #collects(person: Person, order: Order, wallet: Wallet | undefined): Promise<boolean> {
    const manner = mannerOf(person, this.#plan.cheats);
    if (this.#plan.visitsADay > 0 && person.random.chance(0.15)) return opensForMe(person, order, manner);
    if (!wallet || person.random.chance(0.3)) return collect(person, order, manner);
    const all = person.random.chance(0.5);
    await this.#shows(person, wallet, all ? 'all' : { item: order.item }, 0);
    return this.#world.items.where(order.item) === person.name;
  }

  /** Somebody comes by, and perhaps finds something to read. */
  async #visit(): Promise<void> {
    const wallet = this.#random.pick(this.#wallets);
    const person = this.person(wallet.patron);
    const before = new Set(this.#has(person));
    const collects = person.random.chance(0.2) ? 'all' : 'nothing';
    await this.#shows(person, wallet, collects, person.random.whole(1, 2));
    const taken = this.#has(person).filter((item) => !before.has(item) && !this.#ordered.has(item));
    await Promise.all(taken.map((item) => this.#keeps(person, item)));
  }

  async #shows(
    person: Person,
    wallet: Wallet,
    collects: 'all' | 'nothing' | { readonly item: string },
    borrows: number,
  ): Promise<void> {
    if (person.random.chance(0.6)) await wallet.renew(person.random);
    const shown = wallet.show(person.random);
    const manner = () => mannerOf(person, this.#plan.cheats);
    if (shown) await visits(person, shown, { collects, borrows, manner });
  }

  #has({ name }: Person): string[] {
    return [...this.#world.items.all].filter(([, where]) => where === name).map(([item]) => item);
  }

  async #isOver(hold: string): Promise<boolean> {
    const order = await this.#world.platform.ask(({ orders }) => orders.one(hold)).catch(() => undefined);
    return order?.status === 'lent' || order?.status === 'withdrawn';
  }

  /** Some hours later, by day. */
  async #later(person: Person, hoursMin: number, hoursMax: number): Promise<void> {
    await person.wait(person.random.between(hoursMin, hoursMax) * HOUR_MS);
    while (!this.#isOpen()) await person.wait(person.random.between(0.5, 6) * HOUR_MS);
  }
}
