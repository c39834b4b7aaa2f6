/** The 3M 810 and 210 pads: library tags in reach of one antenna (vendor's Model 210 protocol 1.0.0). */
import { byteText, Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Talk, type Wire } from '../../wire/talk.ts';
import { concat, portions, wholeBlocks } from '../blocks.ts';
import type { Inventory, ReaderDriver, ReaderIdentity } from '../reader.ts';
import { readUid, uidBytes } from '../uid.ts';
import { encodePad, PAD_FRAMING, type PadFrame, START, START_PROBE } from './frame.ts';
import { BLOCK_BYTES, readBlocksSent, readInventory, readVersion, VERSION_ASKED } from './payload.ts';
import { ERROR, ERRORS, PAD } from './words.ts';

/** A byte takes 0.5 ms; the host must not send while the pad is busy. */
const PAD_WIRE: Wire<PadFrame> = {
  serial: { baud: 19_200, parity: 'none' },
  quietMs: 20,
  pauseMs: 5,
  splitter: (bad) => new FramedSplitter(PAD_FRAMING, bad),
};

type PadTalk<T> = Talk<T, PadFrame>;

const ANY_AFI = 0x00;
const WITH_UID = 0x05;
/** Captures write 7 blocks at once; 16 with their numbers stay far below the longest frame. */
const BLOCKS_AT_ONCE = 16;
const INVENTORY_MS = 1_500;
const TAG_MS = 1_000;
/** The pad answers 06h now and then for a tag that lies there: drivers in the field ask up to a hundred times. */
const TRIES_MAX = 10;

interface PadAnswer {
  readonly error: number;
  /** Behind the error byte. */
  readonly cursor: Cursor;
}

function* asked(command: number, data: readonly number[], waitMs: number): PadTalk<PadAnswer> {
  const answers = (frame: PadFrame) => frame.start === START && frame.command === command;
  const { data: answer } = yield* ask(encodePad(command, data), waitMs, answers);
  const cursor = new Cursor(answer);
  return { error: cursor.u8('error'), cursor };
}

const refusal = (error: number) =>
  new WireError('wire.refused', ERRORS.get(error) ?? `error ${byteText(error)}`);

/** Commands to one tag: its UID leads the request and the answer. `undefined`: the pad says it is not there. */
function* triedOn(command: number, id: string, more: readonly number[]): PadTalk<Cursor | undefined> {
  const data = [...uidBytes(id), ...more];
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const { error, cursor } = yield* asked(command, data, TAG_MS);
    if (error === ERROR.notThere) continue;
    if (error !== ERROR.ok) throw refusal(error);
    const from = readUid(cursor);
    if (from !== id.toUpperCase())
      throw new WireError('wire.unexpected', `${from} answered instead of ${id}`);
    return cursor;
  }
  return undefined;
}

function* ofTag(command: number, id: string, more: readonly number[] = []): PadTalk<Cursor> {
  const cursor = yield* triedOn(command, id, more);
  if (!cursor) throw refusal(ERROR.notThere);
  return cursor;
}

function* identify(): PadTalk<ReaderIdentity> {
  const answers = (frame: PadFrame) => frame.start === START_PROBE;
  const { data } = yield* ask(encodePad(0x04, VERSION_ASKED, START_PROBE), TAG_MS, answers);
  return { model: '3M 810', version: readVersion(new Cursor(data)) };
}

/** The pad cannot say that tags collided: it takes them as absent. */
function* inventory(): PadTalk<Inventory> {
  const { error, cursor } = yield* asked(PAD.inventory, [ANY_AFI, WITH_UID], INVENTORY_MS);
  if (error !== ERROR.ok) throw refusal(error);
  const tags = readInventory(cursor);
  cursor.end();
  return { tags, complete: true };
}

function* readBlocks(id: string, first: number, count: number): PadTalk<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const some of portions(first, count, BLOCKS_AT_ONCE)) {
    const cursor = yield* ofTag(PAD.readBlocks, id, [some.first, some.count]);
    const blocks = readBlocksSent(cursor, some.first);
    cursor.end();
    if (blocks.length !== some.count)
      throw new WireError('wire.length', `${blocks.length} blocks instead of ${some.count}`);
    parts.push(...blocks);
  }
  return concat(parts);
}

function* writeBlocks(id: string, first: number, data: Uint8Array, blockBytes: number): PadTalk<void> {
  if (blockBytes !== BLOCK_BYTES)
    throw new WireError('wire.refused', 'the pad writes blocks of 4 bytes only');
  for (const some of portions(first, wholeBlocks(data, BLOCK_BYTES), BLOCKS_AT_ONCE)) {
    const from = (some.first - first) * BLOCK_BYTES;
    const bytes = data.subarray(from, from + some.count * BLOCK_BYTES);
    const cursor = yield* ofTag(PAD.writeBlocks, id, [some.first, some.count, 0x00, ...bytes]);
    const next = cursor.u8('next block');
    if (next !== some.first + some.count)
      throw new WireError('wire.refused', `only written up to block ${next}`);
  }
}

function* readAfi(id: string): PadTalk<number> {
  return (yield* ofTag(PAD.readAfi, id)).u8('AFI');
}

/** `memory` is missing: the layout of the tag information of command 0Dh was not to be had. */
export function m3m810(): ReaderDriver<PadFrame> {
  return {
    wire: PAD_WIRE,
    can: { tags: 'iso15693', antennasMax: 1 },
    identify,
    inventory,
    readBlocks,
    writeBlocks,
    readAfi,
    *writeAfi(id, afi) {
      yield* ofTag(PAD.writeAfi, id, [afi]);
    },
    /** 06h means disarmed as well as absent, hence the second question. */
    *readEas(id) {
      if (yield* triedOn(PAD.checkEas, id, [])) return true;
      yield* readAfi(id);
      return false;
    },
    *writeEas(id, armed) {
      yield* ofTag(PAD.setEas, id, [armed ? 0x01 : 0x00]);
    },
  };
}
