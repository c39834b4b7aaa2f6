/** A FEIG frame in words. Answers to command B0h do not say which ISO command they answer: their shape does. */
import { byteText, type Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
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
import { ADDRESS_ANY, decodeFeig, decodeFeigRequest } from './frame.ts';
import { readBlocksSent, readDataSets, readSystemInformation, readVersion } from './payload.ts';
import { COMMANDS, EAS_COMMANDS, ISO_COMMANDS, MODES, STATUS, STATUSES, TAG_ERRORS } from './words.ts';

const CONFIGURATION_BYTES = 14;
const NOTIFY = 0x40;
const ADDRESSED = 0x01;

export const explainFeig = (frame: Uint8Array, trail?: FieldSeen[]): string =>
  explain(
    frame,
    [
      { as: 'answer', read: answer },
      { as: 'request', read: request },
    ],
    trail,
  );

function request(frame: Uint8Array, trail: FieldSeen[]): string {
  const { command } = decodeFeigRequest(frame, trail);
  const asked = REQUESTS.get(command);
  return joinWords(COMMANDS.get(command) ?? byteText(command), unfold(trail, 'data', asked ? [asked] : []));
}

const REQUESTS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [0x52, nothing],
  [0x63, nothing],
  [0x65, nothing],
  [0x66, (cursor) => `mode ${cursor.u8('mode')}`],
  [0x69, nothing],
  [0x6a, (cursor) => antennaWords(cursor.u8('RF output', antennaWords))],
  [0x80, (cursor) => `block ${cursor.u8('configuration block')}`],
  [
    0x81,
    (cursor) => {
      const block = cursor.u8('configuration block');
      return `block ${block}: ${hexBrief(cursor.take(CONFIGURATION_BYTES, 'configuration', hexWords))}`;
    },
  ],
  [0xb0, isoRequest],
  [0xb1, customRequest],
]);

const antennaWords = (value: number) => (value === 0 ? 'off' : `antenna ${value} on`);

function isoRequest(cursor: Cursor): string {
  const iso = cursor.u8('ISO command', (value) => ISO_COMMANDS.get(value) ?? 'unknown');
  const name = known(iso, ISO_COMMANDS, 'ISO command');
  if (iso === 0x01) return joinWords(name, inventoryMode(cursor));
  const whom = addressee(cursor);
  const more = ISO_PARAMETERS.get(iso)?.(cursor) ?? '';
  return joinWords(name, whom, more);
}

function inventoryMode(cursor: Cursor): string {
  const mode = cursor.u8('mode', (value) =>
    value & 0x80 ? 'more of the same inventory' : 'a new inventory',
  );
  const words = mode & 0x80 ? 'more of the same' : '';
  if (!(mode & NOTIFY)) return words;
  const waits = cursor.u8('time, 100 ms', (value) => `${value / 10} s`);
  return `answered as soon as there is a tag, or after ${waits / 10} s`;
}

function addressee(cursor: Cursor): string {
  const mode = cursor.u8('mode', (value) => MODES.get(value) ?? 'unknown');
  return mode === ADDRESSED ? readUid(cursor) : known(mode, MODES, 'mode');
}

const ISO_PARAMETERS: ReadonlyMap<number, Unfolding> = new Map<number, Unfolding>([
  [0x22, blockRange],
  [0x23, blockRange],
  [
    0x24,
    (cursor) => {
      const first = cursor.u8('first block');
      const count = cursor.u8('blocks');
      const size = cursor.u8('block size');
      for (let block = 0; block < count; block += 1) cursor.take(size, 'block, highest byte first', hexWords);
      return rangeWords(first, count);
    },
  ],
  [0x27, (cursor) => byteText(cursor.u8('AFI', byteText))],
  [0x29, (cursor) => byteText(cursor.u8('DSFID', byteText))],
]);

function blockRange(cursor: Cursor): string {
  const first = cursor.u8('first block');
  return rangeWords(first, cursor.u8('blocks'));
}
const rangeWords = (first: number, count: number) => `${count} blocks from ${first}`;

function customRequest(cursor: Cursor): string {
  cursor.u8('manufacturer', (value) => (value === 0x04 ? 'NXP' : byteText(value)));
  const command = cursor.u8('command', (value) => EAS_COMMANDS.get(value) ?? 'unknown');
  return joinWords(known(command, EAS_COMMANDS, 'command'), addressee(cursor));
}

function answer(frame: Uint8Array, trail: FieldSeen[]): string {
  const { address, command, status } = decodeFeig(frame, trail);
  if (address === ADDRESS_ANY) throw new WireError('wire.value', 'no reader answers with the address of all');
  const words = known(status, STATUSES, 'status');
  const told = unfold(trail, 'data', answerWays(command, status));
  return joinWords(COMMANDS.get(command) ?? byteText(command), words, told);
}

function answerWays(command: number, status: number): readonly Unfolding[] {
  if (status === STATUS.iso15693) return [tagError];
  if (status === STATUS.writeError) return [nothing, failedBlock];
  if (status !== STATUS.ok && status !== STATUS.moreData && status !== STATUS.bufferOverflow)
    return command === 0xb0 ? [nothing, blocks] : [nothing];
  return ANSWERS.get(command) ?? [];
}

const tagError: Unfolding = (cursor) => {
  const error = cursor.u8('error of the tag', (value) => TAG_ERRORS.get(value) ?? 'of its maker');
  return TAG_ERRORS.get(error) ?? `error ${byteText(error)}`;
};
const failedBlock: Unfolding = (cursor) => `block ${cursor.u8('first block that failed')}`;
const blocks: Unfolding = (cursor) => `${readBlocksSent(cursor).length} blocks`;
const dataSets: Unfolding = (cursor) => tagsText(readDataSets(cursor).tags);
const systemInformation: Unfolding = (cursor) => {
  const { blocks: count, blockBytes, afi } = readSystemInformation(cursor);
  return `${count} blocks of ${blockBytes} bytes, AFI ${byteText(afi ?? 0)}`;
};

const ANSWERS: ReadonlyMap<number, readonly Unfolding[]> = new Map<number, readonly Unfolding[]>([
  [0x52, [nothing]],
  [0x63, [nothing]],
  [
    0x65,
    [
      (cursor) => {
        const { model, version } = readVersion(cursor);
        return `${model}, version ${version}`;
      },
    ],
  ],
  [0x69, [nothing]],
  [0x6a, [nothing]],
  [0x71, [nothing]],
  [0x80, [(cursor) => hexBrief(cursor.take(CONFIGURATION_BYTES, 'configuration', hexWords))]],
  [0x81, [nothing]],
  [0xb0, [nothing, systemInformation, blocks, dataSets]],
  [0xb1, [nothing, (cursor) => hexBrief(cursor.rest('EAS sequence', hexWords))]],
]);
