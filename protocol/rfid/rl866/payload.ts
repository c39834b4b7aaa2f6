/** What an RL866 sends behind the status. */
import { byteText, type Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { hexWords } from '../explain.ts';
import type { TagMemory, TagSeen } from '../reader.ts';
import { readUidReversed, reversed, UID_BYTES, uidText } from '../uid.ts';
import { ACCESSES, statusText } from './words.ts';

export const AIR_ISO15693 = 0x01;
const ACCESSED = 0x01;

/** `complete`: it stopped by itself and reported every tag it found. */
export function readInventory(cursor: Cursor): { tags: TagSeen[]; complete: boolean } {
  const stopped = cursor.u8('why it stopped', (value) => (value === 0 ? 'done' : byteText(value)));
  const found = cursor.u16le('tags found');
  const reports = cursor.u8('reports');
  const tags: TagSeen[] = [];
  for (let at = 0; at < reports; at += 1) {
    const tag = readReport(cursor);
    if (tag) tags.push(tag);
  }
  return { tags, complete: stopped === 0 && found <= reports };
}

/** Each flag says which field follows. */
function readReport(cursor: Cursor): TagSeen | undefined {
  const flags = cursor.u8('which fields follow', byteText);
  if (flags & 0xf0) throw new WireError('wire.value', `fields ${byteText(flags)} were not asked for`);
  if (flags & 0x01) cursor.u8('antenna');
  const air = flags & 0x02 ? cursor.u8('air protocol', airWords) : AIR_ISO15693;
  if (flags & 0x04) cursor.u8('tag type');
  const length = flags & 0x08 ? cursor.u8('length of the serial number') : 0;
  // Eight bytes, least significant first, and the DSFID.
  const serial = cursor.take(length, 'serial number, lowest byte first', hexWords);
  if (air !== AIR_ISO15693) return undefined;
  const id = uidText(reversed(serial.subarray(0, UID_BYTES)));
  const dsfid = serial[UID_BYTES];
  return { kind: 'iso15693', id, ...(dsfid === undefined ? {} : { dsfid }) };
}

export const airWords = (value: number): string => (value === AIR_ISO15693 ? 'ISO 15693' : byteText(value));

/** The head of an access' answer. @throws WireError `wire.refused` where the access failed */
export function readAccessHead(cursor: Cursor): number {
  const length = cursor.u8('length');
  if (length !== cursor.left) throw new WireError('wire.length', `${cursor.left} bytes, not ${length}`);
  return cursor.u16le('access code', (value) => ACCESSES.get(value) ?? 'unknown');
}

/** `undefined`: it worked, and what was read follows. */
export function readAccessError(cursor: Cursor): number | undefined {
  const worked = cursor.u8('access status', (value) => (value === ACCESSED ? 'ok' : 'failed')) === ACCESSED;
  return worked ? undefined : cursor.u16le('error', statusText);
}

/** The flags say which fields the tag told; the reader sends all of them in any case. */
export function readSystemInformation(cursor: Cursor): TagMemory {
  const flags = cursor.u8('which fields are told', byteText);
  readUidReversed(cursor);
  const [dsfid, afi] = [cursor.u8('DSFID', byteText), cursor.u8('AFI', byteText)];
  const blocks = cursor.u8('blocks less one') + 1;
  const blockBytes = cursor.u8('block size less one') + 1;
  cursor.rest('IC reference', hexWords);
  const sized = (flags & 0x04) !== 0;
  return {
    dsfid: flags & 0x01 ? dsfid : undefined,
    afi: flags & 0x02 ? afi : undefined,
    blocks: sized ? blocks : undefined,
    blockBytes: sized ? blockBytes : undefined,
  };
}

/** Blocks of one size, whose security was not asked for. */
export function readBlocksSent(cursor: Cursor): { count: number; data: Uint8Array } {
  const count = cursor.u16le('blocks');
  if (count === 0 || cursor.left === 0 || cursor.left % count !== 0)
    throw new WireError('wire.length', `${cursor.left} bytes are not ${count} blocks`);
  return { count, data: cursor.rest('blocks, lowest byte first', hexWords) };
}
