/** What FEIG readers send behind a status (manual H20800-16e-ID-B, sections 5 to 7). */
import { byteText, type Cursor } from '../../wire/cursor.ts';
import { hexWords } from '../explain.ts';
import type { TagMemory, TagSeen } from '../reader.ts';
import { readUid, reversed } from '../uid.ts';
import { MODELS } from './words.ts';

const TR_TYPE_ISO15693 = 0x03;

/** Of Get Software Version. */
export function readVersion(cursor: Cursor) {
  const version = `${cursor.u8('SW-REV, major')}.${cursor.u8('SW-REV, minor')}`;
  cursor.u8('D-REV');
  const hardware = cursor.u8('hardware', byteText);
  const type = cursor.u8('SW-TYPE', (value) => MODELS.get(value) ?? byteText(value));
  const tagTypes = cursor.u16be('TR-TYPE', (value) => value.toString(16));
  return { version, hardware, model: MODELS.get(type) ?? `type ${type}`, tagTypes };
}

/**
 * Of an inventory: the tags, and whether all data sets were of a kind whose layout is known here. Behind another kind
 * nothing can be told apart.
 */
export function readDataSets(cursor: Cursor): { tags: TagSeen[]; allKnown: boolean } {
  const tags: TagSeen[] = [];
  for (let sets = cursor.u8('data sets'); sets > 0; sets -= 1) {
    const type = cursor.u8('TR-TYPE', (value) => (value === TR_TYPE_ISO15693 ? 'ISO 15693' : 'another kind'));
    if (type !== TR_TYPE_ISO15693) {
      cursor.rest('data sets of unknown layout', hexWords);
      return { tags, allKnown: false };
    }
    const dsfid = cursor.u8('DSFID', byteText);
    tags.push({ kind: 'iso15693', id: readUid(cursor), dsfid });
  }
  return { tags, allKnown: true };
}

/** Of Read Multiple Blocks. The reader sends the highest byte of a block first, the air and ISO 28560 the lowest. */
export function readBlocksSent(cursor: Cursor): Uint8Array[] {
  const count = cursor.u8('blocks');
  const size = cursor.u8('block size');
  const blocks: Uint8Array[] = [];
  for (let block = 0; block < count; block += 1) {
    cursor.u8('security status', (value) => (value & 1 ? 'locked' : 'free'));
    blocks.push(reversed(cursor.take(size, 'block, highest byte first', hexWords)));
  }
  return blocks;
}

/** MEM-SIZE: block size less one, then number of blocks less one, in this order because FEIG sends high bytes first. */
export function readSystemInformation(cursor: Cursor): TagMemory {
  const dsfid = cursor.u8('DSFID', byteText);
  readUid(cursor);
  const afi = cursor.u8('AFI', byteText);
  const blockBytes = (cursor.u8('block size less one') & 0x1f) + 1;
  const blocks = cursor.u8('blocks less one') + 1;
  cursor.u8('IC reference', byteText);
  return { blocks, blockBytes, afi, dsfid };
}
