/**
 * RL866 readers with library tags. A tag's memory is reached through a connection: connect, access, disconnect; the
 * disconnecting also follows a failure, or the reader would run out of handles.
 */
import { Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { FramedSplitter } from '../../wire/framed.ts';
import { ask, type Talk, type Wire } from '../../wire/talk.ts';
import { concat, portions, wholeBlocks } from '../blocks.ts';
import type { Inventory, ReaderDriver, ReaderIdentity, TagMemory } from '../reader.ts';
import { reversed, uidBytes } from '../uid.ts';
import { BLOCK_FRAMING, type BlockFrame, encodeBlock, PCB } from './frame.ts';
import {
  AIR_ISO15693,
  readAccessError,
  readAccessHead,
  readBlocksSent,
  readInventory,
  readSystemInformation,
} from './payload.ts';
import { RL866, statusText } from './words.ts';

const BLOCK_WIRE: Wire<BlockFrame> = {
  serial: { baud: 38_400, parity: 'even' },
  quietMs: 20,
  pauseMs: 2,
  splitter: (bad) => new FramedSplitter(BLOCK_FRAMING, bad),
};

type BlockTalk<T> = Talk<T, BlockFrame>;

const TAG_TYPE_ANY = 0x01;
const ADDRESSED = 0x01;
/** Connections that a host which is no more left behind. */
const EVERY_HANDLE = 0x00;
const BLOCKS_AT_ONCE = 16;
/** What fits one frame of 256 bytes besides its head. */
const BLOCK_BYTES_AT_ONCE = 128;
const INVENTORY_MS = 2_000;
const TAG_MS = 1_000;

const OK = 0;
const COLLIDED: ReadonlySet<number> = new Set([0x404, 0x419]);

const word = (value: number) => [value & 0xff, value >> 8];
const refusal = (status: number) => new WireError('wire.refused', statusText(status));

/** `cursor`: behind the status. */
interface Answered {
  readonly status: number;
  readonly cursor: Cursor;
}

interface Accessed {
  readonly error: number | undefined;
  readonly cursor: Cursor;
}

class Rl866 implements ReaderDriver<BlockFrame> {
  readonly wire = BLOCK_WIRE;
  readonly can = { tags: 'iso15693', antennasMax: 1 } as const;
  #odd = false;

  /** There is no command that names the model: what answers like one, is one. */
  *identify(): BlockTalk<ReaderIdentity> {
    yield* this.#resynchronise();
    yield* this.#asked(RL866.disconnect, [EVERY_HANDLE], TAG_MS);
    return { model: 'RL866', version: 'not told' };
  }

  *inventory(): BlockTalk<Inventory> {
    const { status, cursor } = yield* this.#inStep(RL866.inventory, [0x00], INVENTORY_MS);
    if (COLLIDED.has(status)) return { tags: [], complete: false };
    if (status !== OK) throw refusal(status);
    const inventory = readInventory(cursor);
    cursor.end();
    return inventory;
  }

  *memory(id: string): BlockTalk<TagMemory> {
    return readSystemInformation(yield* this.#done(id, RL866.systemInformation, []));
  }

  *readBlocks(id: string, first: number, count: number): BlockTalk<Uint8Array> {
    const parts: Uint8Array[] = [];
    const noSecurity = 0x00;
    for (const some of portions(first, count, BLOCKS_AT_ONCE)) {
      const range = [...word(some.first), ...word(some.count)];
      const told = readBlocksSent(yield* this.#done(id, RL866.readBlocks, [noSecurity, ...range]));
      if (told.count !== some.count)
        throw new WireError('wire.length', `${told.count} blocks instead of ${some.count}`);
      parts.push(told.data);
    }
    return concat(parts);
  }

  *writeBlocks(id: string, first: number, data: Uint8Array, blockBytes: number): BlockTalk<void> {
    const atOnce = Math.max(1, Math.floor(BLOCK_BYTES_AT_ONCE / blockBytes));
    for (const some of portions(first, wholeBlocks(data, blockBytes), atOnce)) {
      const from = (some.first - first) * blockBytes;
      const bytes = data.subarray(from, from + some.count * blockBytes);
      yield* this.#done(id, RL866.writeBlocks, [...word(some.first), ...word(some.count), ...bytes]);
    }
  }

  *readAfi(id: string): BlockTalk<number> {
    const { afi } = yield* this.memory(id);
    if (afi === undefined) throw new WireError('wire.refused', 'the tag does not tell its AFI');
    return afi;
  }

  *writeAfi(id: string, afi: number): BlockTalk<void> {
    yield* this.#done(id, RL866.writeAfi, [afi]);
  }

  /** An armed tag answers EAS Alarm, another is silent (ICODE SLI data sheet); so is one that left: it is asked again. */
  *readEas(id: string): BlockTalk<boolean> {
    const { error } = yield* this.#access(id, RL866.easAlarm, []);
    if (error === undefined) return true;
    if (error !== RL866.tagSilent) throw refusal(error);
    yield* this.memory(id);
    return false;
  }

  *writeEas(id: string, armed: boolean): BlockTalk<void> {
    yield* this.#done(id, armed ? RL866.enableEas : RL866.disableEas, []);
  }

  *#done(id: string, code: number, parameters: readonly number[]): BlockTalk<Cursor> {
    const { error, cursor } = yield* this.#access(id, code, parameters);
    if (error !== undefined) throw refusal(error);
    return cursor;
  }

  /** `cursor`: behind the access' own status. */
  *#access(id: string, code: number, parameters: readonly number[]): BlockTalk<Accessed> {
    const where = [0, AIR_ISO15693, TAG_TYPE_ANY];
    const whom = [ADDRESSED, ...reversed(uidBytes(id))];
    const connected = yield* this.#asked(RL866.connect, [...where, whom.length, ...whom], TAG_MS);
    const handle = connected.u8('handle');
    try {
      const operation = [...word(code), ...parameters];
      const cursor = yield* this.#asked(RL866.access, [handle, operation.length, ...operation], TAG_MS);
      if (readAccessHead(cursor) !== code) throw new WireError('wire.unexpected', 'another access answered');
      return { error: readAccessError(cursor), cursor };
    } finally {
      yield* this.#disconnect(handle);
    }
  }

  /** A reader that does not know the handle any more has nothing to let go. */
  *#disconnect(handle: number): BlockTalk<void> {
    try {
      yield* this.#asked(RL866.disconnect, [handle], TAG_MS);
    } catch (error) {
      if (!(error instanceof WireError && error.code === 'wire.refused')) throw error;
    }
  }

  /** @throws WireError `wire.refused` unless the reader did what was asked. */
  *#asked(command: number, parameters: readonly number[], waitMs: number): BlockTalk<Cursor> {
    const { status, cursor } = yield* this.#inStep(command, parameters, waitMs);
    if (status !== OK) throw refusal(status);
    return cursor;
  }

  /** One command; out of step, the alternation begins anew and the command is sent once more. */
  *#inStep(command: number, parameters: readonly number[], waitMs: number): BlockTalk<Answered> {
    const first = yield* this.#once(command, parameters, waitMs);
    if (first.status !== RL866.wrongSequence) return first;
    yield* this.#resynchronise();
    return yield* this.#once(command, parameters, waitMs);
  }

  *#once(command: number, parameters: readonly number[], waitMs: number): BlockTalk<Answered> {
    const pcb = this.#odd ? PCB.odd : PCB.even;
    this.#odd = !this.#odd;
    const answers = (frame: BlockFrame) => frame.inf[0] === command;
    const { inf } = yield* ask(encodeBlock(pcb, [command, ...parameters]), waitMs, answers);
    const cursor = new Cursor(inf);
    cursor.u8('command');
    return { status: cursor.u16le('status'), cursor };
  }

  *#resynchronise(): BlockTalk<void> {
    yield* ask(
      encodeBlock(PCB.resynchronise),
      TAG_MS,
      (frame: BlockFrame) => frame.pcb === PCB.resynchronise,
    );
    this.#odd = false;
  }
}

/** A driver keeps the alternation of its reader: one for each reader. */
export const rl866 = (): ReaderDriver<BlockFrame> => new Rl866();
