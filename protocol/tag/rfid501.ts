/** 3M's own model, RFID 501, older than the standards and still on many tags. Known from tags only: no check sum.
 *
 *     0  04h      1  part | parts    2  00h    3  kind of item
 *     4..19  item identifier, padded with zeros
 *     20..23  branch (12 bits), library (20 bits)      24..27  custom, signed
 */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import type { Rfid501Content, TagToWrite } from './content.ts';
import { checkedPart, type Part } from './part.ts';
import { plain, plainBytes, zeroPadded } from './text.ts';
import { USAGE_NOT_SAID } from './usage.ts';

const MARK = 0x04;
const ITEM_BYTES_MAX = 16;
export const RFID501_BYTES = 28;
/** The kinds that are known end at 13. A character here means that the bytes are another model's. */
const ITEM_TYPE_MAX = 0x1f;
const PARTS_MAX = 15;

const ITEM_TYPES: Readonly<Record<number, string>> = {
  0: 'other',
  1: 'book',
  2: 'magazine',
  3: 'bound journal',
  4: 'audio tape',
  5: 'video',
  6: 'CD',
  7: 'diskette',
  8: 'book with diskette',
  9: 'book with CD',
  13: 'book with audio tape',
};

export const isRfid501Mark = (memory: Uint8Array): boolean => memory[0] === MARK && memory[2] === 0;

/** @throws WireError where these bytes are no such tag. */
export function readRfid501(memory: Uint8Array, trail: FieldSeen[] | undefined): Rfid501Content {
  const cursor = new Cursor(memory, trail);
  cursor.marker(MARK, 'mark');
  const part = partOf(cursor.u8('part of parts', (byte) => `${byte >> 4} of ${byte & 15}`));
  cursor.marker(0, 'zero');
  const itemType = cursor.u8('kind of item', (byte) => ITEM_TYPES[byte]);
  if (itemType > ITEM_TYPE_MAX) throw new WireError('wire.value', `kind of item ${itemType} is unheard of`);
  const item = asciiOf(
    cursor.take(ITEM_BYTES_MAX, 'item identifier', (bytes) => String.fromCharCode(...bytes)),
  );
  const place = (cursor.u16be('branch and library, high') << 16) | cursor.u16be('branch and library, low');
  const custom = (cursor.u16be('custom, high') << 16) | cursor.u16be('custom, low');
  return {
    model: 'rfid501',
    item,
    ...(part ? { part } : {}),
    usage: USAGE_NOT_SAID,
    protection: 'none',
    leniencies: [],
    itemType,
    branchNumber: place >>> 20,
    libraryNumber: place & 0xfffff,
    custom,
  };
}

function partOf(byte: number): Part | undefined {
  if (byte === 0) return undefined;
  const number = byte >> 4;
  const of = byte & 0x0f;
  if (number < 1 || number > of) throw new WireError('wire.value', `part ${number} of ${of}`);
  return { number, of };
}

function asciiOf(bytes: Uint8Array): string {
  const text = zeroPadded(bytes, 'the item identifier');
  if (text.some((byte) => byte > 0x7e)) throw new WireError('wire.value', 'the item identifier is not ASCII');
  return plain(String.fromCharCode(...text), 'the item identifier');
}

/** @throws RangeError where the model has no place for something. */
export function writeRfid501(content: TagToWrite, sizeBytes: number): Uint8Array {
  refuseTheHomeless(content);
  const { part, itemType = 1, branchNumber = 0, libraryNumber = 0, custom = 0 } = content;
  const item = plainBytes(content.item, 'the item identifier');
  if (item.length > ITEM_BYTES_MAX || item.some((byte) => byte > 0x7e))
    throw new RangeError(`"${content.item}" is not ASCII of at most ${ITEM_BYTES_MAX} characters`);
  if (part && checkedPart(part).of > PARTS_MAX)
    throw new RangeError(`${part.of} parts are more than ${PARTS_MAX}`);
  const memory = new Uint8Array(sizeBytes);
  if (sizeBytes < RFID501_BYTES) throw new RangeError(`a tag of ${sizeBytes} bytes is too small`);
  memory.set([
    MARK,
    part ? (part.number << 4) | part.of : 0,
    0,
    bounded('kind of item', itemType, ITEM_TYPE_MAX),
  ]);
  memory.set(item, 4);
  const view = new DataView(memory.buffer);
  const branch = bounded('branch', branchNumber, 0xfff) << 20;
  view.setUint32(20, (branch | bounded('library', libraryNumber, 0xfffff)) >>> 0);
  if (!Number.isInteger(custom) || custom !== (custom | 0))
    throw new RangeError(`custom ${custom} has no 32 bits`);
  view.setInt32(24, custom);
  return memory;
}

function refuseTheHomeless({ owner, usage, texts = [], localBlocks = [] }: TagToWrite): void {
  const says = owner !== undefined || usage?.byte !== undefined || texts.length > 0 || localBlocks.length > 0;
  if (says) throw new RangeError('RFID 501 has no place for an owner, a usage or further texts');
}

function bounded(name: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new RangeError(`${name} ${value} is not 0 to ${max}`);
  return value;
}
