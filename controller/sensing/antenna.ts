/** What lies at one antenna: every tag, and the item that is written on it. Pure talk; the exchange carries it. */
import type { ReaderDriver, TagSeen } from '../../protocol/rfid/reader.ts';
import type { TagContent } from '../../protocol/tag/content.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { sameBytes } from '../../protocol/wire/hex.ts';
import type { Talk } from '../../protocol/wire/talk.ts';

/** What the library writes on its tags, as the configuration says. */
export interface TagRules {
  /** `partial`: only the front of the memory, as much as `bytesNeeded` asked for. */
  read(memory: Uint8Array, dsfid: number | undefined, partial: boolean): TagContent;
  /** How many bytes the item needs, seen from the first ones; asked again when they are there. */
  bytesNeeded(front: Uint8Array): number;
  /** The item of a UHF tag by its EPC; `undefined` where the rule does not fit it. */
  itemOfEpc(epc: string): string | undefined;
}

export interface TagRead {
  readonly tag: TagSeen;
  /** Missing where the tag left, is blank, or says nothing that is understood. */
  readonly item?: {
    readonly id: string;
    readonly part: number;
    readonly of: number;
    /** The tag forbids that the item is lent offline, or at all. */
    readonly onlineOnly: boolean;
  };
}

export interface AntennaReading {
  readonly tags: readonly TagRead[];
  /** Two inventories in a row told the same tags, and the reader missed none as far as it can tell. */
  readonly complete: boolean;
}

/** A tag at the edge of the field answers now and then: two equal rounds are believed, so many are tried. */
const ROUNDS_MAX = 5;
const READ_TRIES = 3;
/** Nine blocks of four bytes hold the whole basic block of ISO 28560-3, and the first objects of ISO 28560-2. */
const FIRST_BLOCKS = 9;
/** A tag of 32 bytes has eight. */
const SMALL_TAG_BLOCKS = 8;
/** The largest tags that libraries use have 256 bytes for the user. */
const BYTES_MAX = 256;

export function* readAntenna<F>(
  driver: ReaderDriver<F>,
  antenna: number,
  rules: TagRules,
): Talk<AntennaReading, F> {
  const { tags, complete } = yield* inventories(driver, antenna);
  const read: TagRead[] = [];
  for (const tag of tags) read.push(yield* readItem(driver, tag, rules));
  return { tags: read, complete };
}

/** Tags that any round told; the last two rounds decide whether that was all. */
function* inventories<F>(
  driver: ReaderDriver<F>,
  antenna: number,
): Talk<{ tags: TagSeen[]; complete: boolean }, F> {
  const all = new Map<string, TagSeen>();
  let before: string | undefined;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { tags, complete } = yield* driver.inventory(antenna);
    for (const tag of tags) all.set(tag.id, tag);
    const told = tags
      .map(({ id }) => id)
      .sort()
      .join();
    if (complete && told === before && tags.length === all.size)
      return { tags: [...all.values()], complete: true };
    before = complete ? told : undefined;
  }
  return { tags: [...all.values()], complete: false };
}

/** A reader that says no is asked again: a tag may have been out of reach for a moment. */
export function* readItem<F>(driver: ReaderDriver<F>, tag: TagSeen, rules: TagRules): Talk<TagRead, F> {
  if (tag.kind === 'iso14443a') return { tag };
  if (tag.kind === 'epc') {
    const id = rules.itemOfEpc(tag.id);
    return id === undefined ? { tag } : { tag, item: { id, part: 1, of: 1, onlineOnly: false } };
  }
  for (let attempt = 1; attempt <= READ_TRIES; attempt += 1) {
    const content = yield* unlessRefused(readContent(driver, tag, rules));
    if (content) return told(tag, content);
  }
  return { tag };
}

function told(tag: TagSeen, content: TagContent): TagRead {
  if (content.model === 'blank' || content.model === 'unknown') return { tag };
  const { number = 1, of = 1 } = content.part ?? {};
  const { forbidsIssue, forbidsIssueOffline } = content.usage;
  const onlineOnly = forbidsIssue || forbidsIssueOffline;
  return { tag, item: { id: content.item, part: number, of, onlineOnly } };
}

/** What nothing protects against a damaged byte is read twice. */
function* readContent<F>(
  driver: ReaderDriver<F>,
  tag: TagSeen,
  rules: TagRules,
): Talk<TagContent | undefined, F> {
  const blocksOf = driver.readBlocks?.bind(driver);
  if (!blocksOf) return undefined;
  const read: ReadBlocks<F> = (first, count) => blocksOf(tag.id, first, count);
  const { memory, whole } = yield* readMemory(read, rules);
  const content = rules.read(memory, tag.dsfid, !whole);
  if (!('protection' in content) || content.protection !== 'none') return content;
  const again = yield* readMemory(read, rules);
  if (!sameBytes(memory, again.memory)) throw new WireError('wire.refused', 'two readings of the tag differ');
  return content;
}

type ReadBlocks<F> = (first: number, count: number) => Talk<Uint8Array, F>;
interface Memory {
  readonly memory: Uint8Array;
  /** The tag ends here. */
  readonly whole: boolean;
}

function* readMemory<F>(read: ReadBlocks<F>, rules: TagRules): Talk<Memory, F> {
  const first = yield* firstBlocks(read);
  const blockBytes = first.memory.length / first.blocks;
  let { memory } = first;
  for (;;) {
    const needed = Math.min(BYTES_MAX, rules.bytesNeeded(memory));
    const more = Math.ceil((needed - memory.length) / blockBytes);
    if (more <= 0) return { memory, whole: false };
    const rest = yield* unlessRefused(read(memory.length / blockBytes, more));
    if (!rest) return { memory, whole: true };
    memory = Uint8Array.from([...memory, ...rest]);
  }
}

function* firstBlocks<F>(read: ReadBlocks<F>): Talk<{ memory: Uint8Array; blocks: number }, F> {
  const memory = yield* unlessRefused(read(0, FIRST_BLOCKS));
  if (memory) return { memory, blocks: FIRST_BLOCKS };
  return { memory: yield* read(0, SMALL_TAG_BLOCKS), blocks: SMALL_TAG_BLOCKS };
}

/** Nothing where the reader says no: the tag has no such blocks, or has left. */
function* unlessRefused<T, F>(talk: Talk<T, F>): Talk<T | undefined, F> {
  try {
    return yield* talk;
  } catch (error) {
    if (error instanceof WireError && error.code === 'wire.refused') return undefined;
    throw error;
  }
}
