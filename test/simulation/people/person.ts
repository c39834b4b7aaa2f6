/** Somebody in front of the cabinet: eyes, hands, and the time they take. Behaviours are written with it, one a file. */
import type { KioskView } from '../../../controller/lending/screen.ts';
import type { Random } from '../virtual/random.ts';
import type { World } from '../world/world.ts';

const REACTION_MS_MIN = 300;
const REACTION_MS_MAX = 2_500;
const FREE: readonly string[] = ['idle', 'collected'];

export class Person {
  readonly name: string;
  readonly world: World;
  readonly random: Random;

  constructor(world: World, name: string, random: Random) {
    this.world = world;
    this.name = name;
    this.random = random;
  }

  wait(ms: number): Promise<void> {
    return this.world.clock.sleep(ms);
  }

  /** A moment to see and to move. */
  react(): Promise<void> {
    return this.wait(this.random.between(REACTION_MS_MIN, REACTION_MS_MAX));
  }

  note(what: string): void {
    this.world.note(`${this.name} ${what}`);
  }

  /** Waits for the screen to be so; `undefined` where it is not within the limit. A dark screen is like nothing. */
  sees<T>(what: (view: KioskView) => T | undefined | false, limitMs: number): Promise<T | undefined> {
    const { world } = this;
    const now = world.view && what(world.view);
    if (now) return Promise.resolve(now);
    return new Promise((resolve) => {
      const done = (value: T | undefined) => {
        stop();
        world.clock.cancel(timer);
        world.clock.at(world.clock.world, 0, () => resolve(value));
      };
      const timer = world.clock.at(world.clock.world, limitMs, () => done(undefined));
      const stop = world.watch(() => {
        const value = world.view && what(world.view);
        if (value) done(value);
      });
    });
  }

  /** Waits for the screen to be free, and for what it told the person before to be gone. */
  finds(limitMs: number): Promise<true | undefined> {
    const free = ({ screen, notice }: KioskView) => FREE.includes(screen.name) && !notice;
    return this.sees((view) => free(view) || undefined, limitMs);
  }

  /** Stands before a door until it is open. */
  async doorOpens(compartment: string, limitMs: number): Promise<boolean> {
    const door = this.world.door(compartment);
    for (let waited = 0; waited < limitMs; waited += 250) {
      if (door.open) return true;
      await this.wait(250);
    }
    return door.open;
  }

  take(item: string, compartment: string): boolean {
    const { items } = this.world;
    if (!this.world.door(compartment).open || !items.isIn(item, compartment)) return false;
    items.give(item, this.name);
    this.note(`takes ${item} out of ${compartment}`);
    return true;
  }

  put(item: string, compartment: string): boolean {
    if (!this.world.door(compartment).open || this.world.items.where(item) !== this.name) return false;
    this.world.items.put(item, compartment);
    this.note(`puts ${item} into ${compartment}`);
    return true;
  }

  push(compartment: string): void {
    this.world.door(compartment).push();
  }

  /** Pushes until it is shut; a door may spring open again under its coil. */
  async shut(compartment: string): Promise<void> {
    for (let tries = 0; tries < 5 && this.world.door(compartment).open; tries += 1) {
      this.push(compartment);
      await this.wait(1_000);
    }
  }

  /** Deceives a terminal that cannot see it: then what it says of the item may be wrong, and nobody but this person is to blame. */
  deceives(item: string, how: string): void {
    this.note(`deceives: ${how} (${item})`);
    this.world.items.excuse(item, how);
    this.world.seen.count('deceptions');
  }
}
