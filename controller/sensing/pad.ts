/** The pad beside the screen: what is laid on it is told once, as an item or as a patron's card. */
import type { TagRead } from './antenna.ts';
import type { TagReader } from './tag-reader.ts';

export interface PadHandlers {
  item(id: string): void;
  card(uid: string): void;
  /** Something lies there and names no item. Never tells what. */
  unknown(): void;
}

const LOOK_EVERY_MS = 300;
/** A tag at the edge of the pad comes and goes: it is told again only after it was away for so many looks. */
const AWAY_LOOKS = 3;

export class Pad {
  readonly #reader: TagReader;
  readonly #handlers: PadHandlers;
  /** By tag: how many looks ago it was seen. */
  readonly #seen = new Map<string, number>();
  #watching: ((tags: readonly TagRead[]) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(reader: TagReader, handlers: PadHandlers) {
    this.#reader = reader;
    this.#handlers = handlers;
  }

  start(): void {
    this.#stopped = false;
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** What is laid there from now on is shown to `watch` and to nobody else, until the result is called. */
  watch(watch: (tags: readonly TagRead[]) => void): () => void {
    this.#watching = watch;
    return () => {
      if (this.#watching === watch) this.#watching = undefined;
    };
  }

  async #look(): Promise<void> {
    const reading =
      this.#reader.link === 'up' ? await this.#reader.read(0).catch(() => undefined) : undefined;
    if (this.#stopped) return;
    if (reading) this.#tell(reading.tags);
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  #tell(tags: readonly TagRead[]): void {
    const fresh = tags.filter(({ tag }) => !this.#seen.has(tag.id));
    for (const [id, looks] of this.#seen) {
      if (looks >= AWAY_LOOKS) this.#seen.delete(id);
      else this.#seen.set(id, looks + 1);
    }
    for (const { tag } of tags) this.#seen.set(tag.id, 0);
    if (this.#watching) this.#watching(tags);
    else for (const read of fresh) this.#one(read);
  }

  #one({ tag, item }: TagRead): void {
    if (tag.kind === 'iso14443a') this.#handlers.card(tag.id);
    else if (item) this.#handlers.item(item.id);
    else this.#handlers.unknown();
  }
}
