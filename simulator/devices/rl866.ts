/** An RL866 reader as its host sees it: connections to tags, and the alternating bit of its requests. */
import { BLOCK_FRAMING, type BlockFrame, encodeBlock, PCB } from '../../protocol/rfid/rl866/frame.ts';
import { RL866 } from '../../protocol/rfid/rl866/words.ts';
import { reversed, uidBytes, uidText } from '../../protocol/rfid/uid.ts';
import { Cursor } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import type { Answer, DeviceLogic, OwnFault } from './device.ts';
import { blockOf, type Field, only, type SimTag, tagOf } from './field.ts';

const READER_ADDRESS = 0x01;
const WITH_AIR_TYPE_SERIAL = 0x0e;
const COLLIDED = 0x404;
const NO_SUCH_TAG = 0x420;
const NO_SUCH_BLOCK = 0x41c;
const LOCKED = 0x41b;
const WRONG_HANDLE = 0x415;
const UNKNOWN_COMMAND = 0x103;
const INVALID = 0x002;
const HANDLES_MAX = 8;
const EVERY_HANDLE = 0;
const INVENTORY_MS = 70;
const TAG_MS = 12;

const word = (value: number) => [value & 0xff, value >> 8];
type Told = { readonly status: number; readonly parameters?: readonly number[] };
/** An access ends with its own status: 1 and data, or 0 and an error. */
const accessed = (code: number, data: readonly number[]): Told => ({
  status: 0,
  parameters: [3 + data.length, ...word(code), 1, ...data],
});
const failed = (code: number, error: number): Told => ({
  status: 0,
  parameters: [5, ...word(code), 0, ...word(error)],
});

export class Rl866Reader implements DeviceLogic<BlockFrame> {
  readonly baud = 38_400;
  readonly bitsPerByte = 11;
  readonly #field: Field;
  readonly #connected = new Map<number, string>();
  #expected: number = PCB.even;

  constructor(field: Field) {
    this.#field = only(field, 'iso15693');
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter(BLOCK_FRAMING, bad);
  }

  reset(): void {
    this.#connected.clear();
    this.#expected = PCB.even;
  }

  answer({ pcb, inf }: BlockFrame, fault: OwnFault | undefined): Answer | undefined {
    if (pcb === PCB.resynchronise) {
      this.#expected = PCB.even;
      return { bytes: encodeBlock(pcb, [], READER_ADDRESS), workMs: 1 };
    }
    const [command = 0] = inf;
    const { status, parameters = [] } = this.#inStep(pcb, inf, fault);
    const bytes = encodeBlock(pcb, [command, ...word(status), ...parameters], READER_ADDRESS);
    return { bytes, workMs: command === RL866.inventory ? INVENTORY_MS : TAG_MS };
  }

  #inStep(pcb: number, inf: Uint8Array, fault: OwnFault | undefined): Told {
    if (pcb !== this.#expected) return { status: RL866.wrongSequence };
    this.#expected = pcb === PCB.even ? PCB.odd : PCB.even;
    try {
      return this.#obey(new Cursor(inf), fault);
    } catch (error) {
      if (error instanceof WireError) return { status: INVALID };
      throw error;
    }
  }

  #obey(cursor: Cursor, fault: OwnFault | undefined): Told {
    const command = cursor.u8('command');
    if (command === RL866.inventory) return this.#inventory(fault);
    if (command === RL866.connect) return this.#connect(cursor, fault);
    const handle = cursor.u8('handle');
    if (command === RL866.disconnect) {
      if (handle === EVERY_HANDLE) this.#connected.clear();
      this.#connected.delete(handle);
      return { status: 0 };
    }
    if (command !== RL866.access) return { status: UNKNOWN_COMMAND };
    const uid = this.#connected.get(handle);
    if (uid === undefined) return { status: WRONG_HANDLE };
    cursor.u8('length');
    const code = cursor.u16le('access code');
    const tag = tagOf(this.#field(0), uid);
    return tag ? access(tag, code, cursor, fault) : failed(code, RL866.tagSilent);
  }

  #inventory(fault: OwnFault | undefined): Told {
    if (fault === 'collision') return { status: COLLIDED };
    const tags = fault === 'noTag' ? [] : this.#field(0);
    const reports = tags.flatMap(({ uid, dsfid }) => [
      ...[WITH_AIR_TYPE_SERIAL, 1, 1, 9],
      ...reversed(uidBytes(uid)),
      dsfid,
    ]);
    return { status: 0, parameters: [0, ...word(tags.length), tags.length, ...reports] };
  }

  #connect(cursor: Cursor, fault: OwnFault | undefined): Told {
    cursor.take(5, 'antenna, air, type, length, mode');
    const uid = uidText(reversed(cursor.take(8, 'UID')));
    if (fault === 'collision') return { status: COLLIDED };
    if (fault === 'noTag' || !tagOf(this.#field(0), uid)) return { status: NO_SUCH_TAG };
    const handle = Array.from({ length: HANDLES_MAX }, (_, at) => at + 1).find(
      (at) => !this.#connected.has(at),
    );
    if (handle === undefined) return { status: INVALID };
    this.#connected.set(handle, uid);
    return { status: 0, parameters: [handle] };
  }
}

function access(tag: SimTag, code: number, cursor: Cursor, fault: OwnFault | undefined): Told {
  if (fault && fault !== 'halfBlock') return failed(code, RL866.tagSilent);
  if (code === RL866.readBlocks) return fault ? failed(code, RL866.tagSilent) : read(tag, cursor);
  if (code === RL866.writeBlocks) return write(tag, cursor, fault);
  if (code === RL866.systemInformation) {
    const size = [tag.memory.length / tag.blockBytes - 1, tag.blockBytes - 1];
    return accessed(code, [0x0f, ...reversed(uidBytes(tag.uid)), tag.dsfid, tag.afi, ...size, 0x01]);
  }
  if (code === RL866.easAlarm) return tag.easArmed ? accessed(code, []) : failed(code, RL866.tagSilent);
  if (code === RL866.writeAfi) tag.afi = cursor.u8('AFI');
  else if (code === RL866.enableEas || code === RL866.disableEas) tag.easArmed = code === RL866.enableEas;
  else return failed(code, UNKNOWN_COMMAND);
  return accessed(code, []);
}

function read(tag: SimTag, cursor: Cursor): Told {
  cursor.u8('security');
  const first = cursor.u16le('first');
  const count = cursor.u16le('count');
  const blocks = Array.from({ length: count }, (_, at) => blockOf(tag, first + at));
  if (blocks.includes(undefined)) return failed(RL866.readBlocks, NO_SUCH_BLOCK);
  return accessed(RL866.readBlocks, [...word(count), ...blocks.flatMap((block) => [...(block ?? [])])]);
}

function write(tag: SimTag, cursor: Cursor, fault: OwnFault | undefined): Told {
  const first = cursor.u16le('first');
  const count = cursor.u16le('count');
  for (let at = 0; at < count; at += 1) {
    const block = blockOf(tag, first + at);
    if (!block) return failed(RL866.writeBlocks, NO_SUCH_BLOCK);
    if (tag.locked.has(first + at)) return failed(RL866.writeBlocks, LOCKED);
    if (fault && at >= count / 2) return failed(RL866.writeBlocks, RL866.tagSilent);
    block.set(cursor.take(block.length, 'block'));
  }
  return accessed(RL866.writeBlocks, []);
}
