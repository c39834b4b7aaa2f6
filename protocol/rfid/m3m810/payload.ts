/** What 3M pads send behind the error byte. */
import type { Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { hexWords } from '../explain.ts';
import type { TagSeen } from '../reader.ts';
import { readUid } from '../uid.ts';

export const BLOCK_BYTES = 4;

/** The first two bytes repeat what was asked: AFI and options. */
export function readInventory(cursor: Cursor): TagSeen[] {
  cursor.take(2, 'AFI and options that were asked', hexWords);
  const tags: TagSeen[] = [];
  for (let count = cursor.u8('tags'); count > 0; count -= 1)
    tags.push({ kind: 'iso15693', id: readUid(cursor) });
  return tags;
}

/** Behind the UID: each block leads with its number and its lock. */
export function readBlocksSent(cursor: Cursor, first?: number): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  const count = cursor.u8('blocks');
  for (let at = 0; at < count; at += 1) {
    const number = cursor.u8('block number');
    if (first !== undefined && number !== first + at)
      throw new WireError('wire.unexpected', `block ${number} instead of ${first + at}`);
    cursor.u8('lock');
    blocks.push(cursor.take(BLOCK_BYTES, 'block', hexWords));
  }
  return blocks;
}

export const VERSION_ASKED = [0x00, 0x11] as const;
/** The answer to the version probe repeats the question. */
export function readVersion(cursor: Cursor): string {
  cursor.take(VERSION_ASKED.length, 'what was asked', hexWords);
  return [...cursor.take(4, 'version', (bytes) => [...bytes].join('.'))].join('.');
}
