/** FEIG HF readers with library tags: inventory, blocks, AFI, EAS (manual H20800-16e-ID-B). */
import { byteText, Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Talk, type Wire } from '../../wire/talk.ts';
import { concat, portions, wholeBlocks } from '../blocks.ts';
import type { Inventory, ReaderDriver, ReaderIdentity, TagMemory, TagSeen } from '../reader.ts';
import { reversed, uidBytes } from '../uid.ts';
import { decodeFeig, encodeFeig, type FeigReply, feigFraming, REPLY_BYTES_MIN } from './frame.ts';
import { readBlocksSent, readDataSets, readSystemInformation, readVersion } from './payload.ts';
import { EAS, STATUS, STATUSES, TAG_ERRORS } from './words.ts';

/** Between two bytes of a frame at most 12 ms; before the next request at least 5 ms (manual, 3.1). */
const FEIG_WIRE: Wire<FeigReply> = {
  serial: { baud: 38_400, parity: 'even' },
  quietMs: 12,
  pauseMs: 5,
  splitter: (bad) => new FramedSplitter(feigFraming(decodeFeig, REPLY_BYTES_MIN), bad),
};

const ISO = 0xb0;
const ISO_CUSTOM = 0xb1;
const NXP = 0x04;
/** The request names the tag by its UID. */
const ADDRESSED = 0x01;
const INVENTORY_NEW = 0x00;
const INVENTORY_MORE = 0x80;
/** Each round tells at least one tag; more rounds than tags fit on an antenna mean that the reader repeats itself. */
const ROUNDS_MAX = 32;
/** One answer carries at most 128 bytes of blocks. */
const BLOCK_BYTES_AT_ONCE = 128;
/** 16 blocks of 8 bytes, the largest common ones, fill an answer. */
const BLOCKS_READ_AT_ONCE = 16;
const INVENTORY_MS = 1_500;
const TAG_MS = 1_000;
const READER_MS = 300;

export interface FeigOptions {
  /** As wired; more than one needs a long-range reader or a multiplexer that command 6Ah switches. */
  readonly antennas?: number;
  /** Advanced frames in both directions, for a reader that is set so; without it each answer may still be one. */
  readonly advanced?: boolean;
}

type FeigTalk<T> = Talk<T, FeigReply>;

function refusal({ status, data }: FeigReply): WireError {
  const words = STATUSES.get(status) ?? `status ${byteText(status)}`;
  const error = data[0] ?? 0;
  const tag = status === STATUS.iso15693 ? `: ${TAG_ERRORS.get(error) ?? `error ${byteText(error)}`}` : '';
  return new WireError('wire.refused', `${words}${tag}`);
}

const addressed = (iso: number, id: string, ...more: readonly number[]) => [
  ...[iso, ADDRESSED],
  ...uidBytes(id),
  ...more,
];

class Feig implements ReaderDriver<FeigReply> {
  readonly wire = FEIG_WIRE;
  readonly can;
  readonly #advanced: boolean;
  /** Where each tag was seen last: a tag is reached through its own antenna only. */
  readonly #antennaOf = new Map<string, number>();

  constructor({ antennas = 1, advanced = false }: FeigOptions) {
    this.can = { tags: 'iso15693', antennasMax: antennas } as const;
    this.#advanced = advanced;
  }

  *identify(): FeigTalk<ReaderIdentity> {
    const cursor = new Cursor(yield* this.#done(0x65, [], READER_MS));
    const { model, version, hardware, tagTypes } = readVersion(cursor);
    const told = [`hardware ${byteText(hardware)}`, `tag types ${tagTypes.toString(16).padStart(4, '0')}h`];
    return { model: `FEIG ${model}`, version, told };
  }

  *inventory(antenna: number): FeigTalk<Inventory> {
    yield* this.#switchTo(antenna);
    const tags = new Map<string, TagSeen>();
    const complete = yield* this.#rounds(tags);
    for (const [id, where] of this.#antennaOf) if (where === antenna) this.#antennaOf.delete(id);
    for (const id of tags.keys()) this.#antennaOf.set(id, antenna);
    return { tags: [...tags.values()], complete };
  }

  /** Fills `tags`. Whether they are all that lie there. */
  *#rounds(tags: Map<string, TagSeen>): FeigTalk<boolean> {
    let complete = true;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const mode = round === 0 ? INVENTORY_NEW : INVENTORY_MORE;
      const reply = yield* this.#command(ISO, [0x01, mode], INVENTORY_MS);
      const { status } = reply;
      if (status === STATUS.rfCommunication) return false;
      if (status === STATUS.noTransponder) return complete;
      const more = status === STATUS.moreData;
      if (status !== STATUS.ok && status !== STATUS.bufferOverflow && !more) throw refusal(reply);
      const cursor = new Cursor(reply.data);
      const sets = readDataSets(cursor);
      cursor.end();
      for (const tag of sets.tags) tags.set(tag.id, tag);
      complete = complete && sets.allKnown && status !== STATUS.bufferOverflow;
      if (!more) return complete;
    }
    return false;
  }

  *memory(id: string): FeigTalk<TagMemory> {
    const cursor = new Cursor(yield* this.#ofTag(id, ISO, addressed(0x2b, id)));
    const memory = readSystemInformation(cursor);
    cursor.end();
    return memory;
  }

  *readBlocks(id: string, first: number, count: number): FeigTalk<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (const some of portions(first, count, BLOCKS_READ_AT_ONCE)) {
      const cursor = new Cursor(yield* this.#ofTag(id, ISO, addressed(0x23, id, some.first, some.count)));
      const blocks = readBlocksSent(cursor);
      cursor.end();
      if (blocks.length !== some.count)
        throw new WireError('wire.length', `${blocks.length} blocks instead of ${some.count}`);
      parts.push(...blocks);
    }
    return concat(parts);
  }

  *writeBlocks(id: string, first: number, data: Uint8Array, blockBytes: number): FeigTalk<void> {
    const atOnce = Math.max(1, Math.floor(BLOCK_BYTES_AT_ONCE / blockBytes));
    for (const some of portions(first, wholeBlocks(data, blockBytes), atOnce)) {
      const bytes = Array.from({ length: some.count }, (_, block) => {
        const from = (some.first - first + block) * blockBytes;
        return [...reversed(data.subarray(from, from + blockBytes))];
      }).flat();
      yield* this.#ofTag(id, ISO, addressed(0x24, id, some.first, some.count, blockBytes, ...bytes));
    }
  }

  *readAfi(id: string): FeigTalk<number> {
    const { afi } = yield* this.memory(id);
    if (afi === undefined) throw new WireError('wire.refused', 'the tag does not tell its AFI');
    return afi;
  }

  *writeAfi(id: string, afi: number): FeigTalk<void> {
    yield* this.#ofTag(id, ISO, addressed(0x27, id, afi));
  }

  /**
   * An armed tag answers EAS Alarm, another is silent (ICODE SLI data sheet); so is one that left, hence the second
   * question. UNVERIFIED on hardware, as is `writeEas`: the manual's pages for A2h, A3h and A5h were not to be had, the
   * bytes are those of its page for A4h.
   */
  *readEas(id: string): FeigTalk<boolean> {
    yield* this.#switchTo(this.#antennaOf.get(id) ?? 0);
    const reply = yield* this.#command(ISO_CUSTOM, [NXP, ...addressed(EAS.alarm, id)], TAG_MS);
    if (reply.status === STATUS.ok) return true;
    if (reply.status !== STATUS.noTransponder) throw refusal(reply);
    yield* this.memory(id);
    return false;
  }

  *writeEas(id: string, armed: boolean): FeigTalk<void> {
    yield* this.#ofTag(id, ISO_CUSTOM, [NXP, ...addressed(armed ? EAS.set : EAS.reset, id)]);
  }

  *#ofTag(id: string, number: number, data: readonly number[]): FeigTalk<Uint8Array> {
    yield* this.#switchTo(this.#antennaOf.get(id) ?? 0);
    return yield* this.#done(number, data, TAG_MS);
  }

  *#switchTo(antenna: number): FeigTalk<void> {
    if (this.can.antennasMax > 1) yield* this.#done(0x6a, [antenna + 1], READER_MS);
  }

  /** @throws WireError `wire.refused` unless the reader did what was asked. */
  *#done(number: number, data: readonly number[], waitMs: number): FeigTalk<Uint8Array> {
    const reply = yield* this.#command(number, data, waitMs);
    if (reply.status !== STATUS.ok) throw refusal(reply);
    return reply.data;
  }

  #command(number: number, data: readonly number[], waitMs: number): FeigTalk<FeigReply> {
    const bytes = encodeFeig({ command: number, data, ...(this.#advanced && { advanced: true }) });
    return ask(bytes, waitMs, (reply) => reply.command === number);
  }
}

/** A driver remembers where its reader saw which tag: one for each reader. */
export const feig = (options: FeigOptions = {}): ReaderDriver<FeigReply> => new Feig(options);
