/** A 3M 810 pad as its host sees it. */
import {
  decodePad,
  encodePad,
  PAD_FRAMING,
  type PadFrame,
  START_PROBE,
} from '../../protocol/rfid/m3m810/frame.ts';
import { ERROR, PAD } from '../../protocol/rfid/m3m810/words.ts';
import { UID_BYTES, uidBytes, uidText } from '../../protocol/rfid/uid.ts';
import { Cursor } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { FramedSplitter } from '../../protocol/wire/framed.ts';
import type { Answer, DeviceLogic, OwnFault } from './device.ts';
import { blockOf, type Field, only, type SimTag, tagOf } from './field.ts';

const BAD_REQUEST = 0x11;
const VERSION = [0x0a, 0x05, 0x00, 0x02];
const INVENTORY_MS = 70;
const TAG_MS = 12;

export class Pad implements DeviceLogic<PadFrame> {
  readonly baud = 19_200;
  readonly bitsPerByte = 10;
  readonly #field: Field;

  constructor(field: Field) {
    this.#field = only(field, 'iso15693');
  }

  splitter(bad: (error: WireError) => void) {
    return new FramedSplitter({ ...PAD_FRAMING, decode: decodePad }, bad);
  }

  answer({ start, command, data }: PadFrame, fault: OwnFault | undefined): Answer | undefined {
    if (start === START_PROBE) return { bytes: encodePad(command, [...data, ...VERSION], START_PROBE) };
    const workMs = command === PAD.inventory ? INVENTORY_MS : TAG_MS;
    return { bytes: encodePad(command, this.#obey(command, new Cursor(data), fault)), workMs };
  }

  #obey(command: number, cursor: Cursor, fault: OwnFault | undefined): readonly number[] {
    try {
      if (command === PAD.inventory) return this.#inventory(cursor, fault);
      const uid = cursor.take(UID_BYTES, 'UID');
      const tag = tagOf(this.#field(0), uidText(uid));
      // The pad cannot say that answers collided: it takes the tag as absent.
      if (!tag || fault === 'noTag' || fault === 'collision') return [ERROR.notThere, ...uid];
      if (command === PAD.checkEas && !tag.easArmed) return [ERROR.notThere, ...uid];
      const told = ofTag(command, tag, cursor, fault);
      return told ? [ERROR.ok, ...uid, ...told] : [BAD_REQUEST, ...uid];
    } catch (error) {
      if (error instanceof WireError) return [BAD_REQUEST];
      throw error;
    }
  }

  #inventory(cursor: Cursor, fault: OwnFault | undefined): number[] {
    const asked = [cursor.u8('AFI'), cursor.u8('options')];
    const tags = fault === 'noTag' || fault === 'collision' ? [] : this.#field(0);
    return [ERROR.ok, ...asked, tags.length, ...tags.flatMap(({ uid }) => [...uidBytes(uid)])];
  }
}

/** What follows the UID in a good answer; `undefined`: the request cannot be done. */
function ofTag(
  command: number,
  tag: SimTag,
  cursor: Cursor,
  fault: OwnFault | undefined,
): number[] | undefined {
  if (command === PAD.readBlocks) return read(tag, cursor.u8('first'), cursor.u8('count'), fault);
  if (command === PAD.writeBlocks) return write(tag, cursor, fault);
  if (command === PAD.readAfi) return [tag.afi];
  if (command === PAD.writeAfi) tag.afi = cursor.u8('AFI');
  else if (command === PAD.setEas) tag.easArmed = cursor.u8('EAS') === 1;
  else if (command !== PAD.checkEas) return undefined;
  return [];
}

function read(tag: SimTag, first: number, count: number, fault: OwnFault | undefined): number[] | undefined {
  const blocks = Array.from({ length: count }, (_, at) => blockOf(tag, first + at));
  if (blocks.includes(undefined)) return undefined;
  const kept = blocks.slice(0, fault === 'halfBlock' ? count >> 1 : count);
  return [kept.length, ...kept.flatMap((block, at) => [first + at, 0, ...(block ?? [])])];
}

function write(tag: SimTag, cursor: Cursor, fault: OwnFault | undefined): number[] | undefined {
  const first = cursor.u8('first');
  const count = cursor.u8('count');
  cursor.u8('zero');
  for (let at = 0; at < count; at += 1) {
    const block = blockOf(tag, first + at);
    if (!block) return undefined;
    // It tells up to where it came.
    const left = fault === 'halfBlock' && at >= count / 2;
    if (left || tag.locked.has(first + at)) return [first + at];
    block.set(cursor.take(block.length, 'block'));
  }
  return [first + count];
}
