/** UHF modules with the chips M100, QM100 and R200: EPCs, and the user memory and EAS of the tags. */
import { Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Talk, type Wire } from '../../wire/talk.ts';
import { askAll } from '../ask-all.ts';
import { concat, portions, wholeBlocks } from '../blocks.ts';
import { BANK, epcBytes, onlyWords, WORD_BYTES } from '../epc.ts';
import type { Inventory, ReaderDriver, ReaderIdentity, TagSeen } from '../reader.ts';
import { encodeM100, M100_FRAMING, type M100Frame, TYPE } from './frame.ts';
import { readInformation, readPowerDbm, readTag, readWhom } from './payload.ts';
import { failureText, M100, NO_TAG } from './words.ts';

const M100_WIRE: Wire<M100Frame> = {
  serial: { baud: 115_200, parity: 'none' },
  quietMs: 10,
  pauseMs: 2,
  splitter: (bad) => new FramedSplitter(M100_FRAMING, bad),
};

type M100Talk<T> = Talk<T, M100Frame>;

const READER_MS = 500;
const TAG_MS = 1_000;
/** A poll of a dozen tags takes some 50 ms; what is told later is late, but still an answer. */
const POLL_MS = 120;
const LATE_POLL_MS = 1_000;
const NOTHING = new Uint8Array();
/** Tags come and go in their slots: what three polls in a row do not add is not there. */
const POLLS_WITHOUT_NEWS = 3;
const POLLS_MAX = 24;
const NOTIFICATIONS_MAX = 256;
/** The manual writes at most 32 words at once. */
const WORDS_AT_ONCE = 32;
const PASSWORD = [0, 0, 0, 0];
/** Bank EPC, whose words begin behind CRC and PC, at bit 32; no target, matching tags selected. */
const SELECT_EPC = 0x01;
const EPC_FIRST_BIT = [0x00, 0x00, 0x00, 0x20];
/** The mask's length is one byte and counts bits. */
const MASK_BYTES_MAX = 30;
const NOT_TRUNCATED = 0x00;
const HARDWARE = 0x00;
const FIRMWARE = 0x01;

const failureOf = ({ parameters }: M100Frame): WireError =>
  new WireError('wire.refused', failureText(parameters[0] ?? 0));

function asked(command: number, parameters: readonly number[], waitMs: number): M100Talk<M100Frame> {
  const bytes = encodeM100(TYPE.request, command, parameters);
  return ask(
    bytes,
    waitMs,
    ({ type, command: told }) => type === TYPE.answer && (told === command || told === M100.failed),
  );
}

/** @throws WireError `wire.refused` unless the module did what was asked. */
function* done(command: number, parameters: readonly number[], waitMs: number): M100Talk<Cursor> {
  const answer = yield* asked(command, parameters, waitMs);
  if (answer.command === M100.failed) throw failureOf(answer);
  return new Cursor(answer.parameters);
}

function* identify(): M100Talk<ReaderIdentity> {
  const model = readInformation(yield* done(M100.information, [HARDWARE], READER_MS));
  const version = readInformation(yield* done(M100.information, [FIRMWARE], READER_MS));
  const answer = yield* asked(M100.getPower, [], READER_MS);
  // A module that does not tell its power is well nevertheless.
  const told =
    answer.command === M100.getPower ? [`power ${readPowerDbm(new Cursor(answer.parameters))} dBm`] : [];
  return { model, version, told };
}

/**
 * The module says the same of no tag and of tags whose answers collided, so `complete` means that several polls in a
 * row brought nothing new, and that each answer which came was right.
 */
function* inventory(): M100Talk<Inventory> {
  const tags = new Map<string, TagSeen>();
  let complete = true;
  let polls = 0;
  for (let idle = 0; idle < POLLS_WITHOUT_NEWS && polls < POLLS_MAX; polls += 1) {
    const before = tags.size;
    complete = (yield* poll(tags)) && complete;
    idle = tags.size > before ? 0 : idle + 1;
  }
  return { tags: [...tags.values()], complete: complete && polls < POLLS_MAX };
}

const ofPoll = ({ type, command }: M100Frame) =>
  (type === TYPE.notification && command === M100.poll) || (type === TYPE.answer && command === M100.failed);

/** Adds what one poll tells. Whether all of it was understood. */
function* poll(tags: Map<string, TagSeen>): M100Talk<boolean> {
  let understood = true;
  for (const frame of yield* polled()) {
    if (frame.command === M100.failed) {
      if (frame.parameters[0] !== NO_TAG) throw failureOf(frame);
      continue;
    }
    const tag = tagOf(frame);
    if (tag) tags.set(tag.id, tag);
    else understood = false;
  }
  return understood;
}

/** A tag that was heard is told in a notification of its own, and nothing says which is the last. */
function* polled(): M100Talk<readonly M100Frame[]> {
  const frames = yield* askAll(encodeM100(TYPE.request, M100.poll), {
    waitMs: POLL_MS,
    belongs: ofPoll,
    ends: ({ command }) => command === M100.failed,
    framesMax: NOTIFICATIONS_MAX,
    silenceEnds: true,
  });
  return frames.length > 0 ? frames : [yield* ask(NOTHING, LATE_POLL_MS, ofPoll)];
}

/** A tag whose own CRC is wrong was heard and not understood. */
function tagOf({ parameters }: M100Frame): TagSeen | undefined {
  try {
    return readTag(new Cursor(parameters));
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** The next operations are done to the tag with this EPC; polls go on hearing all (select mode 2, which this sets). */
function* select(id: string): M100Talk<void> {
  const epc = epcBytes(id);
  if (epc.length > MASK_BYTES_MAX) throw new WireError('wire.refused', 'the EPC is too long to be selected');
  const parameters = [SELECT_EPC, ...EPC_FIRST_BIT, epc.length * 8, NOT_TRUNCATED, ...epc];
  yield* done(M100.select, parameters, READER_MS);
}

/** @throws WireError `wire.unexpected` where another tag answered. */
function* doneTo(id: string, command: number, parameters: readonly number[]): M100Talk<Cursor> {
  const cursor = yield* done(command, [...PASSWORD, ...parameters], TAG_MS);
  const whom = readWhom(cursor);
  if (whom !== id.toUpperCase()) throw new WireError('wire.unexpected', `${whom} answered instead of ${id}`);
  return cursor;
}

const word = (value: number) => [value >> 8, value & 0xff];

function* readBlocks(id: string, first: number, count: number): M100Talk<Uint8Array> {
  yield* select(id);
  const parts: Uint8Array[] = [];
  for (const some of portions(first, count, WORDS_AT_ONCE)) {
    const where = [BANK.user, ...word(some.first), ...word(some.count)];
    const data = (yield* doneTo(id, M100.read, where)).rest('words');
    if (data.length !== some.count * WORD_BYTES)
      throw new WireError('wire.length', `${data.length} bytes are not ${some.count} words`);
    parts.push(data);
  }
  return concat(parts);
}

function* writeBlocks(id: string, first: number, data: Uint8Array, blockBytes: number): M100Talk<void> {
  onlyWords(blockBytes);
  const count = wholeBlocks(data, WORD_BYTES);
  yield* select(id);
  for (const some of portions(first, count, WORDS_AT_ONCE)) {
    const from = (some.first - first) * WORD_BYTES;
    const bytes = data.subarray(from, from + some.count * WORD_BYTES);
    yield* doneTo(id, M100.write, [BANK.user, ...word(some.first), ...word(some.count), ...bytes]);
  }
}

/**
 * `readEas` is missing: the EAS alarm names no tag, it tells that some armed tag is near. `memory` is missing: no
 * command tells how many words a tag has.
 */
export function m100(): ReaderDriver<M100Frame> {
  return {
    wire: M100_WIRE,
    can: { tags: 'epc', antennasMax: 1 },
    identify,
    inventory,
    readBlocks,
    writeBlocks,
    /** Tags with NXP's G2X chips only, which answer a change only where they have an access password. */
    *writeEas(id, armed) {
      yield* select(id);
      yield* doneTo(id, M100.changeEas, [armed ? 0x01 : 0x00]);
    },
  };
}
