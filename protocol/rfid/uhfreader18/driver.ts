/** UHF readers of the UHFReader18 family: EPCs, and the user memory of the tags. */
import { byteText, Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Talk, type Wire } from '../../wire/talk.ts';
import { askAll } from '../ask-all.ts';
import { concat, portions, wholeBlocks } from '../blocks.ts';
import { BANK, epcBytes, GEN2_ERRORS, onlyWords, WORD_BYTES } from '../epc.ts';
import type { Inventory, ReaderDriver, ReaderIdentity, TagSeen } from '../reader.ts';
import {
  decodeUhf,
  encodeUhf,
  REPLY_BYTES_MIN,
  STATUS,
  STATUSES,
  UHF,
  type UhfReply,
  uhfFraming,
} from './frame.ts';
import { readInformation, readTags, TYPES, type UhfLayout } from './payload.ts';

/** At most 15 ms between two bytes; what is sent while the reader is busy is lost. */
const UHF_WIRE: Wire<UhfReply> = {
  serial: { baud: 57_600, parity: 'none' },
  quietMs: 15,
  pauseMs: 5,
  splitter: (bad) => new FramedSplitter(uhfFraming(decodeUhf, REPLY_BYTES_MIN), bad),
};

export interface UhfOptions {
  /** Without it the reader is asked for its type once, and that decides. */
  readonly layout?: UhfLayout;
  /** Only with the layout `antenna`. */
  readonly antennas?: number;
  readonly address?: number;
}

type UhfTalk<T> = Talk<T, UhfReply>;

const SCAN_TIME_100MS = 10;
/** The reader answers within its scan time; the rest is the wire, some frames of 44 ms each, and the reader's own work. */
const INVENTORY_MS = SCAN_TIME_100MS * 100 + 2_000;
const TAG_MS = 1_500;
const READER_MS = 500;
const FRAMES_MAX = 32;
/** Q 4: sixteen slots, enough for the tags of a compartment; session 0, target A. */
const Q_SESSION_TARGET = [4, 0, 0];
const ANTENNA_FIRST = 0x80;
const PASSWORD = [0, 0, 0, 0];
const WORDS_AT_ONCE = 32;

function refusal({ status, data }: UhfReply): WireError {
  const words = STATUSES.get(status) ?? `status ${byteText(status)}`;
  const [error] = data;
  const known = status === STATUS.tagError && error !== undefined;
  return new WireError(
    'wire.refused',
    known ? `${words}: ${GEN2_ERRORS.get(error) ?? byteText(error)}` : words,
  );
}

const named = (epc: Uint8Array) => [epc.length / WORD_BYTES, ...epc];

/**
 * `readEas` is missing: Check EAS names no tag, it tells that some armed tag is near. `memory` is missing: no command
 * tells how many words a tag has.
 */
class UhfReader18 implements ReaderDriver<UhfReply> {
  readonly wire = UHF_WIRE;
  readonly can;
  readonly #address: number;
  /** As configured, or as the reader's type told. */
  #layout: UhfLayout | undefined;

  constructor({ layout, antennas = 1, address = 0 }: UhfOptions) {
    this.can = { tags: 'epc', antennasMax: layout === 'antenna' ? antennas : 1 } as const;
    this.#layout = layout;
    this.#address = address;
  }

  *identify(): UhfTalk<ReaderIdentity> {
    const cursor = new Cursor(yield* this.#done(UHF.information, [], READER_MS));
    const { version, type, powerDbm, scanTime100ms } = readInformation(cursor);
    const known = TYPES.get(type);
    this.#layout ??= known?.layout ?? 'classic';
    return {
      model: known?.model ?? `UHFReader18 family, type ${byteText(type)}`,
      version,
      told: [`power ${powerDbm} dBm`, `scan time ${scanTime100ms / 10} s`, `layout ${this.#layout}`],
    };
  }

  *inventory(antenna: number): UhfTalk<Inventory> {
    if (!this.#layout) yield* this.identify();
    const layout = this.#layout ?? 'classic';
    const parameters =
      layout === 'antenna' ? [...Q_SESSION_TARGET, ANTENNA_FIRST + antenna, SCAN_TIME_100MS] : [];
    const replies = yield* askAll(this.#encode(UHF.inventory, parameters), {
      waitMs: INVENTORY_MS,
      belongs: ({ command }) => command === UHF.inventory,
      ends: ({ status }) => status !== STATUS.more,
      framesMax: FRAMES_MAX,
    });
    const tags = new Map<string, TagSeen>();
    let complete = false;
    for (const reply of replies) {
      const { status, data } = reply;
      // What the scan time cut short, or found no room, may be missing.
      complete = status === STATUS.done || status === STATUS.noTag;
      if (status === STATUS.noTag) break;
      if (status < STATUS.done || status > STATUS.overflow) throw refusal(reply);
      for (const tag of readTags(new Cursor(data), layout)) tags.set(tag.id, tag);
    }
    return { tags: [...tags.values()], complete };
  }

  /** Of the user bank, in words. */
  *readBlocks(id: string, first: number, count: number): UhfTalk<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (const some of portions(first, count, WORDS_AT_ONCE)) {
      const where = [BANK.user, some.first, some.count];
      const data = yield* this.#done(UHF.read, [...named(epcBytes(id)), ...where, ...PASSWORD], TAG_MS);
      if (data.length !== some.count * WORD_BYTES)
        throw new WireError('wire.length', `${data.length} bytes are not ${some.count} words`);
      parts.push(data);
    }
    return concat(parts);
  }

  *writeBlocks(id: string, first: number, data: Uint8Array, blockBytes: number): UhfTalk<void> {
    onlyWords(blockBytes);
    for (const some of portions(first, wholeBlocks(data, WORD_BYTES), WORDS_AT_ONCE)) {
      const from = (some.first - first) * WORD_BYTES;
      const bytes = data.subarray(from, from + some.count * WORD_BYTES);
      const whom = named(epcBytes(id));
      const request = [some.count, ...whom, BANK.user, some.first, ...bytes, ...PASSWORD];
      yield* this.#done(UHF.write, request, TAG_MS);
    }
  }

  /** UNVERIFIED on hardware: 1 arms (the family's manuals do not say). */
  *writeEas(id: string, armed: boolean): UhfTalk<void> {
    yield* this.#done(UHF.setEas, [...named(epcBytes(id)), ...PASSWORD, armed ? 1 : 0], TAG_MS);
  }

  *#done(command: number, data: readonly number[], waitMs: number): UhfTalk<Uint8Array> {
    const reply = yield* this.#asked(command, data, waitMs);
    if (reply.status !== STATUS.ok) throw refusal(reply);
    return reply.data;
  }

  #asked(command: number, data: readonly number[], waitMs: number): UhfTalk<UhfReply> {
    return ask(this.#encode(command, data), waitMs, (reply) => reply.command === command);
  }

  #encode(command: number, data: readonly number[]): Uint8Array {
    return encodeUhf({ address: this.#address, command, data: Uint8Array.from(data) });
  }
}

/** A driver remembers the layout of its reader: one for each reader. */
export const uhfReader18 = (options: UhfOptions = {}): ReaderDriver<UhfReply> => new UhfReader18(options);
