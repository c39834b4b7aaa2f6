/** How much of a tag must be read for a loan: the item identifier, and what decides with it: part, usage, owner. A tag
 * of 112 bytes takes some 28 blocks over the air; most say all of this in the first 36 bytes. */
import { BASIC_BYTES, hasRightCrc, sendsToLibraryBlock } from './basic-block.ts';
import { BLOCK_BYTES, reverseBlocks } from './blocks-reversed.ts';
import type { TagModel } from './content.ts';
import { LENGTH_BYTES_MAX, NULL_BYTE, TERMINATOR } from './objects.ts';
import { OID, oidsOfContentParameter } from './oid.ts';
import { isRfid501Mark, RFID501_BYTES } from './rfid501.ts';

/** Enough to see which model it may be. */
export const FIRST_READ_BYTES = 4;

/** The basic block, up to the end of the block it ends in: reversed blocks must be whole to be turned round. */
const BASIC_BLOCKS_BYTES = Math.ceil(BASIC_BYTES / BLOCK_BYTES) * BLOCK_BYTES;

/** Not more than what is there: enough. More: read up to there, or to the end of the tag if that comes first, and ask
 * again. Grows with each question, so it comes to an end. Then `readTag(front, { partial: true })`. */
export function bytesNeeded(front: Uint8Array, models?: readonly TagModel[]): number {
  if (front.length < FIRST_READ_BYTES) return FIRST_READ_BYTES;
  const may = (model: TagModel) => !models || models.includes(model);
  const first = front[0] as number;
  if ((may('iso28560-3') || may('danish')) && (mayBeUsage(first) || mayBeUsage(front[3] as number))) {
    if (front.length < BASIC_BLOCKS_BYTES) return BASIC_BLOCKS_BYTES;
    const turned = reverseBlocks(front);
    if (hasRightCrc(front)) return fixedNeeds(front);
    if (hasRightCrc(turned)) return fixedNeeds(turned);
  }
  if (may('iso28560-2') && (first & 0x0f) === OID.item) return objectsNeed(front);
  const isRfid501 = may('rfid501') && isRfid501Mark(front);
  return isRfid501 || isBlankSoFar(front) ? RFID501_BYTES : 0;
}

/** Byte 0, or byte 3 where the blocks are reversed: version 1 in one half and a class in the other. Not 91h, equipment
 * with its halves swapped: so begin the tags of ISO 28560-2. */
const mayBeUsage = (byte: number): boolean =>
  (byte >> 4 === 1 && (byte & 15) <= 9) || ((byte & 15) === 1 && byte >> 4 <= 8);

const isBlankSoFar = (front: Uint8Array): boolean => front.every((byte) => byte === front[0]);

const fixedNeeds = (front: Uint8Array): number =>
  sendsToLibraryBlock(front) ? chainEnd(front) : BASIC_BLOCKS_BYTES;

/** The end of the extension blocks: an identifier in one of them is trusted only if all of them are right. */
function chainEnd(front: Uint8Array): number {
  let at = BASIC_BYTES;
  while (at < front.length) {
    const length = front[at] as number;
    if (length === 0) return at + 1;
    at += length;
  }
  return at + 1;
}

/** What a loan asks besides the identifier. */
const WANTED: readonly number[] = [OID.owner, OID.setInformation, OID.usage];

function objectsNeed(front: Uint8Array): number {
  let named: readonly number[] | undefined;
  const seen = new Set<number>();
  let at = 0;
  while (at < front.length) {
    const precursor = front[at] as number;
    if (precursor === TERMINATOR) return at + 1;
    if (precursor === NULL_BYTE) {
      at += 1;
      continue;
    }
    const object = spanOf(front, at);
    if (object.end > front.length) return object.end;
    seen.add(object.oid);
    if (object.oid === OID.contentParameter)
      named = oidsOfContentParameter(front.subarray(object.from, object.to));
    at = object.end;
    if (named && WANTED.every((oid) => seen.has(oid) || !named?.includes(oid))) return at;
  }
  return at + 1;
}

/** Where the object that begins at `at` has its data and its end; a cut-off head ends behind what is there. */
function spanOf(front: Uint8Array, at: number): { oid: number; from: number; to: number; end: number } {
  const precursor = front[at] as number;
  let next = at + 1;
  let oid = precursor & 0x0f;
  if (oid === 0x0f) oid += front[next++] ?? 0;
  const pad = precursor & 0x80 ? (front[next++] ?? 0) : 0;
  let length = 0;
  for (let count = 0; count < LENGTH_BYTES_MAX; count += 1) {
    const byte = front[next++];
    if (byte === undefined) return { oid, from: next, to: next, end: next };
    length = (length << 7) | (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return { oid, from: next, to: next + length, end: next + length + pad };
}
