/** The objects of ISO/IEC 15962, no-directory access (ISO 28560-2, 7), one after another:
 *
 *     precursor: offset 1, compaction 3, OID 4     80h nothing, 00h the end
 *     [OID - 15]       where the precursor's OID bits are all ones
 *     [pad length]     where the offset bit is set
 *     length           seven bits a byte, the high bit says that more follow
 *     data             compacted
 *     [pad]            so that the object ends where a block ends, and can be locked
 */
import { byteText, type Cursor } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { hex } from '../wire/hex.ts';
import { COMPACTIONS, expand } from './compaction.ts';
import { isIsil, readIsilCode } from './isil.ts';
import { OID, oidName, oidsOfContentParameter } from './oid.ts';

export interface TagObject {
  readonly oid: number;
  /** Index of `COMPACTIONS`. */
  readonly compaction: number;
  readonly data: Uint8Array;
  /** Missing where the object is no text, or does not expand. */
  readonly text?: string;
  /** Missing where the object has no offset byte. */
  readonly padBytes?: number;
}

export const TERMINATOR = 0x00;
export const NULL_BYTE = 0x80;
const OFFSET_BIT = 0x80;
const OID_MORE = 0x0f;
/** 21 bits: more than any tag holds. */
export const LENGTH_BYTES_MAX = 3;

/** Reads up to the terminator or the end. With `partial` an object that is cut off ends the list as well. */
export function readObjects(cursor: Cursor, partial: boolean): { objects: TagObject[]; ended: boolean } {
  const objects: TagObject[] = [];
  const seen = new Set<number>();
  while (cursor.left > 0) {
    const precursor = cursor.u8('precursor', precursorWords);
    if (precursor === TERMINATOR) return { objects, ended: true };
    if (precursor === NULL_BYTE) continue;
    const object = partial ? wholeOrNothing(cursor, precursor) : readObject(cursor, precursor);
    if (!object) return { objects, ended: false };
    if (seen.has(object.oid)) throw new WireError('wire.value', `${oidName(object.oid)} is there twice`);
    seen.add(object.oid);
    objects.push(object);
  }
  return { objects, ended: !partial };
}

function wholeOrNothing(cursor: Cursor, precursor: number): TagObject | undefined {
  try {
    return readObject(cursor, precursor);
  } catch (error) {
    if (error instanceof WireError && error.code === 'wire.short') return undefined;
    throw error;
  }
}

function readObject(cursor: Cursor, precursor: number): TagObject {
  const compaction = (precursor >> 4) & 7;
  const low = precursor & OID_MORE;
  const oid = low < OID_MORE ? low : OID_MORE + readOidMore(cursor);
  if (oid === 0) throw new WireError('wire.value', `precursor ${byteText(precursor)} names no object`);
  const padBytes =
    precursor & OFFSET_BIT ? cursor.u8('pad length', (length) => `${length} bytes`) : undefined;
  const length = readLength(cursor);
  let text: string | undefined;
  const data = cursor.take(length, oidName(oid), (bytes) => {
    text = textOf(oid, compaction, bytes);
    return text ?? bytesWords(oid, bytes);
  });
  text = textOf(oid, compaction, data);
  if (padBytes) cursor.take(padBytes, 'padding', () => 'up to the end of a block');
  return {
    oid,
    compaction,
    data,
    ...(text === undefined ? {} : { text }),
    ...(padBytes === undefined ? {} : { padBytes }),
  };
}

function readOidMore(cursor: Cursor): number {
  const more = cursor.u8('more of the object identifier', (value) => `${OID_MORE} + ${value}`);
  if (more > 0x7f) throw new WireError('wire.value', 'an object identifier above 142');
  return more;
}

function readLength(cursor: Cursor): number {
  let length = 0;
  for (let at = 0; at < LENGTH_BYTES_MAX; at += 1) {
    const byte = cursor.u8('length', (value) => `${value & 0x7f} bytes`);
    length = (length << 7) | (byte & 0x7f);
    if (byte < 0x80) return length;
  }
  throw new WireError('wire.length', `a length of more than ${LENGTH_BYTES_MAX} bytes`);
}

const LIBRARIES: ReadonlySet<number> = new Set<number>([
  OID.owner,
  OID.illLibrary,
  OID.alternativeOwner,
  OID.alternativeIllLibrary,
]);

/** Whether the application's own compaction is the latch-and-shift code of library identifiers here. */
export const isLibraryCode = (oid: number, text: string): boolean => LIBRARIES.has(oid) && isIsil(text);

function textOf(oid: number, compaction: number, data: Uint8Array): string | undefined {
  try {
    if (compaction !== 0) return expand(compaction, data);
    return LIBRARIES.has(oid) ? readIsilCode(data) : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** No text where one should be: the compaction says text, or the object is a library in its own code. */
export const isOdd = (object: TagObject): boolean =>
  object.text === undefined && (object.compaction !== 0 || LIBRARIES.has(object.oid));

function precursorWords(precursor: number): string {
  if (precursor === TERMINATOR) return 'the end';
  if (precursor === NULL_BYTE) return 'nothing';
  const low = precursor & OID_MORE;
  const name = low === OID_MORE ? 'an object of 15 or more' : oidName(low);
  return `${name}, ${COMPACTIONS[(precursor >> 4) & 7]}${precursor & OFFSET_BIT ? ', padded' : ''}`;
}

function bytesWords(oid: number, data: Uint8Array): string {
  if (oid === OID.contentParameter) return `objects ${oidsOfContentParameter(data).join(', ')}`;
  return `bytes ${hex(data)}`;
}

/** @throws RangeError where an identifier or a length does not fit its field. */
export function writeObject(object: Omit<TagObject, 'text'>): Uint8Array {
  const { oid, compaction, data, padBytes } = object;
  if (oid < 1 || oid > OID_MORE + 0x7f) throw new RangeError(`object ${oid} cannot be written`);
  const head = [
    (padBytes === undefined ? 0 : OFFSET_BIT) | (compaction << 4) | Math.min(oid, OID_MORE),
    ...(oid >= OID_MORE ? [oid - OID_MORE] : []),
    ...(padBytes === undefined ? [] : [padBytes]),
    ...lengthBytes(data.length),
  ];
  return Uint8Array.from([...head, ...data, ...new Array<number>(padBytes ?? 0).fill(NULL_BYTE)]);
}

function lengthBytes(length: number): number[] {
  if (length >= 1 << 14) throw new RangeError(`an object of ${length} bytes cannot be written`);
  return length < 0x80 ? [length] : [0x80 | (length >> 7), length & 0x7f];
}

/** One object after another, then the terminator where there is room for one.
 * @throws RangeError where they do not fit. */
export function writeObjects(objects: readonly Omit<TagObject, 'text'>[], sizeBytes: number): Uint8Array {
  const bytes = objects.flatMap((object) => [...writeObject(object)]);
  if (bytes.length > sizeBytes)
    throw new RangeError(`${bytes.length} bytes do not fit a tag of ${sizeBytes}`);
  const memory = new Uint8Array(sizeBytes).fill(TERMINATOR);
  memory.set(bytes);
  return memory;
}
