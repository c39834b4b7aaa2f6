/** The extension blocks of ISO 28560-3, 7.4: length of the whole block, identifier (low byte first), a byte that makes
 * the exclusive or of all bytes zero, then fields in a fixed order. A length of zero ends them. The order of the fields
 * is that of a public implementation of the standard; B.2 proves library and acquisition. */
import type { Cursor } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { hex } from '../wire/hex.ts';
import { OID, oidName } from './oid.ts';
import { plainBytes, utf8Text } from './text.ts';

export interface TextField {
  readonly oid: number;
  readonly text: string;
}

export interface ExtensionBlock {
  readonly id: number;
  readonly name: string;
  readonly payload: Uint8Array;
  /** The fields with something in them. Empty for local blocks, whose bytes only their library knows. */
  readonly fields: readonly TextField[];
}

interface Layout {
  readonly name: string;
  readonly oids: readonly number[];
}

export const LIBRARY_BLOCK = 1;

const LAYOUTS: Readonly<Record<number, Layout>> = {
  // Its second field is the primary item identifier where the basic block sends there for it.
  [LIBRARY_BLOCK]: { name: 'library', oids: [OID.media, OID.alternativeItem, OID.alternativeOwner] },
  2: {
    name: 'acquisition',
    oids: [OID.supplier, OID.product, OID.order, OID.invoice, OID.gs1, OID.stage],
  },
  3: { name: 'library supplement', oids: [OID.shelf, OID.marc, OID.onix, OID.subsidiary] },
  4: { name: 'title', oids: [OID.title] },
  5: { name: 'ILL', oids: [OID.illLibrary, OID.illTransaction, OID.alternativeIllLibrary] },
};

/** One byte, a number; the others are texts that a zero byte ends (ISO 28560-1 clarification, 4.2.19 and 4.2.20). */
const NUMBERS: ReadonlySet<number> = new Set<number>([OID.media, OID.stage]);

/** Structured blocks beyond these are reserved up to here; from 101 on they are local. */
export const RESERVED_ID_MAX = 100;
const HEAD_BYTES = 4;
const BLOCK_BYTES_MAX = 255;

/** One after another, so that those before a damaged one are not lost. With `partial`, a block that is cut off ends them.
 * @throws WireError where a block is damaged. */
export function* readExtensionBlocks(cursor: Cursor, partial: boolean): Generator<ExtensionBlock> {
  while (cursor.left > 0) {
    const length = cursor.bytes[cursor.at] as number;
    if (partial && length > cursor.left) return;
    if (cursor.u8('block length', (value) => (value === 0 ? 'the end' : `${value} bytes`)) === 0) return;
    if (length < HEAD_BYTES) throw new WireError('wire.length', `an extension block of ${length} bytes`);
    const at = cursor.at - 1;
    const id = cursor.u16le('block identifier', blockName);
    cursor.u8('block check');
    const payload = cursor.take(length - HEAD_BYTES, blockName(id), (bytes) => payloadWords(id, bytes));
    const xor = cursor.bytes.subarray(at, at + length).reduce((sum, byte) => sum ^ byte, 0);
    if (xor !== 0) throw new WireError('wire.checksum', `the ${blockName(id)} block is damaged`);
    yield { id, name: blockName(id), payload, fields: fieldsOf(id, payload) };
  }
}

const blockName = (id: number): string =>
  LAYOUTS[id]?.name ?? (id > RESERVED_ID_MAX ? `local ${id}` : `reserved ${id}`);

function payloadWords(id: number, payload: Uint8Array): string {
  const fields = fieldsOf(id, payload).map(({ oid, text }) => `${oidName(oid)} ${text}`);
  return fields.length > 0 ? fields.join(', ') : `bytes ${hex(payload)}`;
}

/** Fields at the end may be missing; a text that is none is left out. */
function fieldsOf(id: number, payload: Uint8Array): readonly TextField[] {
  const fields: TextField[] = [];
  let at = 0;
  for (const oid of LAYOUTS[id]?.oids ?? []) {
    if (at >= payload.length) break;
    const isNumber = NUMBERS.has(oid);
    const zero = payload.indexOf(0, at);
    const end = isNumber ? at + 1 : zero < 0 ? payload.length : zero;
    const text = isNumber ? String(payload[at] || '') : textOrNothing(payload.subarray(at, end));
    if (text !== '') fields.push({ oid, text });
    at = isNumber ? end : end + 1;
  }
  return fields;
}

function textOrNothing(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes, 'a field');
  } catch (error) {
    if (error instanceof WireError) return '';
    throw error;
  }
}

/** The blocks that these fields need, in the order of their identifiers.
 * @throws RangeError where ISO 28560-3 has no place for one. */
export function blocksOf(fields: readonly TextField[]): Uint8Array[] {
  const homeless = new Set(fields);
  const blocks: Uint8Array[] = [];
  for (const [id, { oids }] of Object.entries(LAYOUTS)) {
    const own = fields.filter(({ oid }) => oids.includes(oid));
    for (const field of own) homeless.delete(field);
    if (own.length > 0) blocks.push(writeExtensionBlock(Number(id), payloadOf(oids, own)));
  }
  for (const { oid } of homeless) throw new RangeError(`ISO 28560-3 has no place for ${oidName(oid)}`);
  return blocks;
}

function payloadOf(oids: readonly number[], fields: readonly TextField[]): Uint8Array {
  const last = Math.max(...fields.map(({ oid }) => oids.indexOf(oid)));
  const bytes = oids.slice(0, last + 1).flatMap((oid, place) => {
    const mine = fields.filter((field) => field.oid === oid);
    if (mine.length > 1) throw new RangeError(`${oidName(oid)} is there twice`);
    const text = mine[0]?.text;
    if (NUMBERS.has(oid)) return [numberByte(oid, text)];
    const characters = text === undefined ? [] : [...plainBytes(text, oidName(oid))];
    return place < last || oid === OID.alternativeItem ? [...characters, 0] : characters;
  });
  return Uint8Array.from(bytes);
}

function numberByte(oid: number, text: string | undefined): number {
  const value = Number(text ?? 0);
  if (text !== undefined && !(/^\d+$/.test(text) && value >= 1 && value <= 0xff))
    throw new RangeError(`${oidName(oid)} is a number from 1 to 255, not "${text}"`);
  return value;
}

/** @throws RangeError where it is too long for its length byte. */
export function writeExtensionBlock(id: number, payload: Uint8Array): Uint8Array {
  const length = HEAD_BYTES + payload.length;
  if (length > BLOCK_BYTES_MAX)
    throw new RangeError(`an extension block of ${length} bytes cannot be written`);
  const block = Uint8Array.from([length, id & 0xff, id >> 8, 0, ...payload]);
  block[3] = block.reduce((sum, byte) => sum ^ byte, 0);
  return block;
}
