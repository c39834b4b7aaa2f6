/** A bookshop puts new books into the cabinet; the library buys one at the moment when a patron takes it. */
import { TERMINAL } from '../host/terminal-config.ts';
import type { Random } from '../virtual/random.ts';
import { TITLE_MARK } from '../world/items.ts';
import type { World } from '../world/world.ts';

/** The last is dearer than what the platform buys without a librarian; one of the first is held often enough. */
const PRICES_FEN = [3_900, 6_800, 12_000, 20_000, 20_001] as const;
const ISBNS = ['9787020002207', '9787532760404', '9787108009821'] as const;
/** As the platform has it (platform/tiers.ts), but for a few. */
const HELD = 17;

export class Bookshop {
  readonly #world: World;
  readonly #random: Random;
  readonly #wanted = new Set<string>();
  #number = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** What a courier packs. */
  get bag(): string[] {
    const { items } = this.#world;
    for (const item of this.#wanted) if (items.where(item) !== 'library') this.#wanted.delete(item);
    return [...this.#wanted];
  }

  /** New ones as long as the last have not all been delivered. */
  async offers(): Promise<void> {
    const { platform, prices } = this.#world;
    if (this.bag.length > 1) return;
    this.#number += 1;
    const item = `N${300_000 + this.#number}`;
    const shop = { isbn: this.#random.pick(ISBNS), priceFen: this.#random.pick(PRICES_FEN) };
    const about = { terminal: TERMINAL, item, title: `${TITLE_MARK}${item}`, size: 'small' as const, shop };
    if (this.#number === 1)
      await platform.ask(({ stock }) => stock.hold(ISBNS[0], HELD)).catch(() => undefined);
    const placed = await platform.ask(({ stock }) => stock.place(about)).catch(() => undefined);
    if (!placed) return;
    prices.set(item, shop.priceFen);
    this.#wanted.add(item);
  }
}
