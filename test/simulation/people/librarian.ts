/** The library behind the terminal: which books stand there for anybody, and which are called back. */
import { TERMINAL } from '../host/terminal-config.ts';
import type { Random } from '../virtual/random.ts';
import { TITLE_MARK } from '../world/items.ts';
import type { World } from '../world/world.ts';

const POOL = 24;

export class Librarian {
  readonly #world: World;
  readonly #random: Random;
  /** Told to the platform, and to be brought. */
  readonly #wanted = new Set<string>();

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** What a courier packs for the shelf. */
  get bag(): string[] {
    return [...this.#wanted].filter((item) => this.#world.items.where(item) === 'library');
  }

  /** Some books that are in the library shall stand in the cabinet. */
  async stocks(count: number): Promise<void> {
    const { items, platform } = this.#world;
    for (let wanted = 0; wanted < count; wanted += 1) {
      const number = this.#random.whole(0, POOL - 1);
      const item = `K${200_000 + number}`;
      if (items.where(item) !== 'library') continue;
      const onlineOnly = number % 6 === 0;
      if (onlineOnly) items.onlineOnly.set(item, 'platform');
      if (number % 6 === 1) items.onlineOnly.set(item, 'tag');
      const size = this.#random.pick(['small', 'medium'] as const);
      const about = { terminal: TERMINAL, item, title: `${TITLE_MARK}${item}`, size };
      const placed = await platform
        .ask(({ stock }) => stock.place({ ...about, ...(onlineOnly ? { onlineOnly } : {}) }))
        .catch(() => undefined);
      if (placed) this.#wanted.add(item);
    }
  }

  /** From the cabinet, from a patron, or from a courier's bag. */
  async recalls(): Promise<void> {
    const { items, platform } = this.#world;
    const around = [...this.#wanted].filter(
      (item) => items.where(item) !== 'library' || this.#random.chance(0.2),
    );
    if (around.length === 0) return;
    const item = this.#random.pick(around);
    this.#world.note(`${item} is recalled`);
    this.#world.seen.count('recalls');
    await platform.ask(({ stock }) => stock.recall(item)).catch(() => {});
  }
}
