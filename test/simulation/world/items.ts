/** Where every item really is: the truth that no part of the program can see, and the simulation can. */
import { Tags } from '../../../simulator/tags.ts';

/** Marks that must never be seen in a log or in telemetry: they tell what was let out. */
export const TITLE_MARK = 'Title~';
export const PATRON_MARK = 'patron~';

export class Items {
  readonly tags = new Tags();
  /** Items that nobody may lend offline, and who says so. */
  readonly onlineOnly = new Map<string, 'platform' | 'tag'>();
  readonly #where = new Map<string, string>();
  readonly #inside = new Map<string, Set<string>>();
  /** Items about which somebody has deceived the terminal where it cannot see: why it may be wrong. */
  readonly #excused = new Map<string, string>();

  /** A compartment, or who has it: `library`, `courier`, a patron. */
  where(item: string): string {
    return this.#where.get(item) ?? 'library';
  }

  inside(compartment: string): readonly string[] {
    return [...(this.#inside.get(compartment) ?? [])];
  }

  isIn(item: string, compartment: string): boolean {
    return this.#inside.get(compartment)?.has(item) ?? false;
  }

  give(item: string, to: string): void {
    this.#inside.get(this.where(item))?.delete(item);
    this.#where.set(item, to);
  }

  put(item: string, compartment: string): void {
    this.give(item, compartment);
    const inside = this.#inside.get(compartment) ?? new Set();
    this.#inside.set(compartment, inside.add(item));
  }

  /** What is written on its tag (simulator/tags.ts). */
  tagOf(item: string): string {
    return this.onlineOnly.get(item) === 'tag' ? `${item}!13` : item;
  }

  excuse(item: string, why: string): void {
    this.#excused.set(item, why);
  }

  absolve(item: string): void {
    this.#excused.delete(item);
  }

  excuseOf(item: string): string | undefined {
    return this.#excused.get(item);
  }

  get all(): ReadonlyMap<string, string> {
    return this.#where;
  }
}
