/** A 3M pad's frame in words. An answer differs from a request only in its error byte and its lengths. */
import { byteText, type Cursor, type FieldSeen } from '../../wire/cursor.ts';
import {
  explain,
  hexBrief,
  hexWords,
  joinWords,
  known,
  nothing,
  tagsText,
  type Unfolding,
  unfold,
} from '../explain.ts';
import { readUid } from '../uid.ts';
import { decodePad, type PadFrame, START_PROBE } from './frame.ts';
import { BLOCK_BYTES, readBlocksSent, readInventory, readVersion, VERSION_ASKED } from './payload.ts';
import { COMMANDS, ERROR, ERRORS, PAD } from './words.ts';

export const explainPad = (frame: Uint8Array, trail?: FieldSeen[]): string =>
  explain(
    frame,
    [
      { as: 'answer', read: (bytes, fields) => told(decodePad(bytes, fields), fields, answerWays) },
      { as: 'request', read: (bytes, fields) => told(decodePad(bytes, fields), fields, requestWays) },
    ],
    trail,
  );

function told(
  { start, command }: PadFrame,
  trail: FieldSeen[],
  ways: (start: number, command: number) => readonly Unfolding[],
): string {
  const name = start === START_PROBE ? 'version probe' : (COMMANDS.get(command) ?? byteText(command));
  return joinWords(name, unfold(trail, 'data', ways(start, command)));
}

function requestWays(start: number, command: number): readonly Unfolding[] {
  if (start === START_PROBE)
    return [(cursor) => cursor.take(VERSION_ASKED.length, 'what is asked', hexWords) && ''];
  const way = REQUESTS.get(command);
  return way ? [way] : [];
}

const range = (cursor: Cursor, id: string): string => {
  const first = cursor.u8('first block');
  return `${id}, ${cursor.u8('blocks')} blocks from ${first}`;
};
const ofTag =
  (more: (cursor: Cursor, id: string) => string = (_, id) => id): Unfolding =>
  (cursor) =>
    more(cursor, readUid(cursor));
const afiOf = ofTag((cursor, id) => `${id}, AFI ${byteText(cursor.u8('AFI', byteText))}`);
const armed = (value: number) => (value === 1 ? 'armed' : 'disarmed');

const REQUESTS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [PAD.readBlocks, ofTag(range)],
  [PAD.checkEas, ofTag()],
  [
    PAD.writeBlocks,
    ofTag((cursor, id) => {
      const first = cursor.u8('first block');
      const count = cursor.u8('blocks');
      cursor.u8('zero');
      for (let block = 0; block < count; block += 1) cursor.take(BLOCK_BYTES, 'block', hexWords);
      return `${id}, ${count} blocks from ${first}`;
    }),
  ],
  [PAD.writeAfi, afiOf],
  [PAD.readAfi, ofTag()],
  [PAD.setEas, ofTag((cursor, id) => `${id}, ${armed(cursor.u8('EAS', armed))}`)],
  [0x0d, ofTag()],
  [0x11, nothing],
  [
    PAD.inventory,
    (cursor) => {
      cursor.u8('AFI', (value) => (value === 0 ? 'any' : byteText(value)));
      cursor.u8('options', (value) => (value === 0x05 ? 'with UID' : byteText(value)));
      return '';
    },
  ],
]);

function answerWays(start: number, command: number): readonly Unfolding[] {
  if (start === START_PROBE) return [readVersion];
  return [(cursor) => answer(cursor, command)];
}

function answer(cursor: Cursor, command: number): string {
  const error = cursor.u8('error', (value) => ERRORS.get(value) ?? 'unknown');
  const words = known(error, ERRORS, 'error');
  if (error !== ERROR.ok) return joinWords(words, cursor.left > 0 ? readUid(cursor) : '');
  const way = ANSWERS.get(command);
  return joinWords(words, way ? way(cursor) : hexBrief(cursor.rest('data', hexWords)));
}

const ANSWERS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [PAD.readBlocks, ofTag((cursor, id) => `${id}, ${readBlocksSent(cursor).length} blocks`)],
  [PAD.checkEas, ofTag((_, id) => `${id}, armed`)],
  [PAD.writeBlocks, ofTag((cursor, id) => `${id}, up to block ${cursor.u8('next block')}`)],
  [PAD.writeAfi, ofTag()],
  [PAD.readAfi, afiOf],
  [PAD.setEas, ofTag()],
  [0x0d, ofTag((cursor, id) => `${id}, ${hexBrief(cursor.rest('information', hexWords))}`)],
  [PAD.inventory, (cursor) => tagsText(readInventory(cursor))],
]);
