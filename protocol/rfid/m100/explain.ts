/** A frame of an M100 module in words. Its type tells who speaks. */
import { byteText, type Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { BANKS, WORD_BYTES } from '../epc.ts';
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
import { decodeM100, TYPE, TYPES } from './frame.ts';
import { INFORMATION, readInformation, readPowerDbm, readTag, readWhom } from './payload.ts';
import { COMMANDS, failureText, M100, REGIONS } from './words.ts';

const PASSWORD_BYTES = 4;

export function explainM100(frame: Uint8Array, trail?: FieldSeen[]): string {
  const as = TYPES.get(frame[1] ?? TYPE.answer) ?? 'answer';
  return explain(frame, [{ as, read }], trail);
}

function read(frame: Uint8Array, trail: FieldSeen[]): string {
  const { type, command } = decodeM100(frame, trail);
  const told = unfold(trail, 'parameters', ways(type, command));
  return joinWords(COMMANDS.get(command) ?? byteText(command), told);
}

function ways(type: number, command: number): readonly Unfolding[] {
  if (type === TYPE.notification) return [(cursor) => tagsText([readTag(cursor)])];
  const way = (type === TYPE.request ? REQUESTS : ANSWERS).get(command);
  return way ? [way] : [];
}

const passwordGiven = (cursor: Cursor) => cursor.take(PASSWORD_BYTES, 'access password', () => 'not shown');

/** Bank, first word and number of words. */
function rangeNamed(cursor: Cursor): { count: number; words: string } {
  passwordGiven(cursor);
  const bank = known(
    cursor.u8('bank', (value) => BANKS.get(value) ?? 'unknown'),
    BANKS,
    'bank',
  );
  const first = cursor.u16be('first word');
  const count = cursor.u16be('words');
  return { count, words: `${bank}, ${count} words from ${first}` };
}

function selection(cursor: Cursor): string {
  cursor.u8('target, action and bank', byteText);
  cursor.take(4, 'first bit', hexWords);
  cursor.u8('bits');
  cursor.u8('truncated', (value) => (value === 0 ? 'no' : 'yes'));
  return hexBrief(cursor.rest('mask', hexWords));
}

const region: Unfolding = (cursor) =>
  known(
    cursor.u8('region', (value) => REGIONS.get(value) ?? 'unknown'),
    REGIONS,
    'region',
  );
const power: Unfolding = (cursor) => `${readPowerDbm(cursor)} dBm`;
const eas = (value: number) => (value === 1 ? 'armed' : 'disarmed');

const REQUESTS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [
    M100.information,
    (cursor) => {
      const which = cursor.u8('which', (value) => INFORMATION.get(value) ?? 'unknown');
      return known(which, INFORMATION, 'information');
    },
  ],
  [0x07, region],
  [0x08, nothing],
  [0x0b, nothing],
  [M100.select, selection],
  [0x12, (cursor) => `mode ${cursor.u8('mode')}`],
  [M100.poll, nothing],
  [
    M100.pollMany,
    (cursor) => {
      cursor.u8('reserved', byteText);
      return `${cursor.u16be('times')} times`;
    },
  ],
  [M100.stop, nothing],
  [M100.read, (cursor) => rangeNamed(cursor).words],
  [
    M100.write,
    (cursor) => {
      const { count, words } = rangeNamed(cursor);
      return joinWords(words, hexBrief(cursor.take(count * WORD_BYTES, 'data', hexWords)));
    },
  ],
  [M100.setPower, power],
  [M100.getPower, nothing],
  [
    M100.changeEas,
    (cursor) => {
      passwordGiven(cursor);
      return eas(cursor.u8('PSF', eas));
    },
  ],
  [0xe4, nothing],
]);

const resultWords = (value: number) => (value === 0 ? 'ok' : byteText(value));
const done: Unfolding = (cursor) => resultWords(cursor.u8('result', resultWords));
const doneTo: Unfolding = (cursor) => joinWords(readWhom(cursor), done(cursor));

const ANSWERS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [M100.information, readInformation],
  [0x07, done],
  [0x08, region],
  [0x0b, selection],
  [M100.select, done],
  [0x0e, done],
  [0x12, done],
  [M100.stop, done],
  [M100.read, (cursor) => joinWords(readWhom(cursor), hexBrief(cursor.rest('words', hexWords)))],
  [M100.write, doneTo],
  [0x65, doneTo],
  [0x82, doneTo],
  [0xad, done],
  [M100.setPower, done],
  [M100.getPower, power],
  [M100.changeEas, doneTo],
  [0xe4, (cursor) => hexBrief(cursor.take(8, 'alarm', hexWords))],
  [
    M100.failed,
    (cursor) => {
      const code = cursor.u8('why', failureText);
      return joinWords(failureText(code), cursor.left > 0 ? readWhom(cursor) : '');
    },
  ],
]);
