/** A frame of the UHFReader18 family in words. */
import { byteText, type Cursor, type FieldSeen } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { BANKS, GEN2_ERRORS, WORD_BYTES } from '../epc.ts';
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
import { ADDRESS_ANY, COMMANDS, decodeUhf, decodeUhfRequest, STATUS, STATUSES, UHF } from './frame.ts';
import { readInformation, readTags, TYPES } from './payload.ts';

const SINGLE_INVENTORY = 0x0f;
const PASSWORD_BYTES = 4;
const MASK_BYTES = 4;

export const explainUhf = (frame: Uint8Array, trail?: FieldSeen[]): string =>
  explain(
    frame,
    [
      { as: 'answer', read: answer },
      { as: 'request', read: request },
    ],
    trail,
  );

function request(frame: Uint8Array, trail: FieldSeen[]): string {
  const { command } = decodeUhfRequest(frame, trail);
  return joinWords(
    COMMANDS.get(command) ?? byteText(command),
    unfold(trail, 'data', REQUESTS.get(command) ?? []),
  );
}

const number = (name: string, words: (value: number) => string): readonly Unfolding[] => [
  (cursor) => words(cursor.u8(name, words)),
];

const REQUESTS: ReadonlyMap<number, readonly Unfolding[]> = new Map([
  [UHF.inventory, [inventoryRequest]],
  [UHF.read, [readRequest]],
  [UHF.write, [writeRequest]],
  [UHF.setEas, [easRequest]],
  [UHF.checkEas, [nothing]],
  [SINGLE_INVENTORY, [nothing]],
  [UHF.information, [nothing]],
  [0x22, [(cursor: Cursor) => hexBrief(cursor.take(2, 'band, highest and lowest frequency', hexWords))]],
  [0x24, number('address', byteText)],
  [0x25, number('scan time, 100 ms', (value) => `${value / 10} s`)],
  [0x28, number('baud rate', (value) => BAUDS.get(value) ?? byteText(value))],
  [0x2f, number('power', (value) => `${value} dBm`)],
  [0x33, [(cursor: Cursor) => hexBrief(cursor.take(3, 'on, off, times', hexWords))]],
  [0x35, [workMode]],
  [0x36, [nothing]],
  [0x76, number('mode', byteText)],
  [0x93, [nothing]],
]);
const BAUDS: ReadonlyMap<number, string> = new Map([
  [0, '9600'],
  [1, '19200'],
  [2, '38400'],
  [5, '57600'],
  [6, '115200'],
]);

/** Nothing; Q and session; with target, antenna and scan time; or with a mask before these. */
function inventoryRequest(cursor: Cursor): string {
  if (cursor.left === 0) return '';
  const q = cursor.u8('Q', (value) => `2 to the ${value & 0x0f} slots`) & 0x0f;
  const session = cursor.u8('session');
  if (cursor.left === 0) return `Q ${q}, session ${session}`;
  if (cursor.left > 3) cursor.take(MASK_BYTES, 'mask: bank, address, length', hexWords);
  cursor.u8('target', (value) => (value === 0 ? 'A' : 'B'));
  const antenna = (cursor.u8('antenna', (value) => `antenna ${(value & 0x7f) + 1}`) & 0x7f) + 1;
  cursor.u8('scan time, 100 ms', (value) => `${value / 10} s`);
  return `Q ${q}, session ${session}, antenna ${antenna}`;
}

const epcNamed = (cursor: Cursor): string =>
  hexBrief(cursor.take(cursor.u8('EPC words') * WORD_BYTES, 'EPC', hexWords));
const bankNamed = (cursor: Cursor): string =>
  known(
    cursor.u8('bank', (value) => BANKS.get(value) ?? 'unknown'),
    BANKS,
    'bank',
  );
const passwordGiven = (cursor: Cursor) => cursor.take(PASSWORD_BYTES, 'password', () => 'not shown');

function readRequest(cursor: Cursor): string {
  const epc = epcNamed(cursor);
  const bank = bankNamed(cursor);
  const first = cursor.u8('first word');
  const count = cursor.u8('words');
  passwordGiven(cursor);
  return `${epc}: ${bank}, ${count} words from ${first}`;
}

function writeRequest(cursor: Cursor): string {
  const count = cursor.u8('words');
  const epc = epcNamed(cursor);
  const bank = bankNamed(cursor);
  const first = cursor.u8('first word');
  cursor.take(count * WORD_BYTES, 'data', hexWords);
  passwordGiven(cursor);
  return `${epc}: ${bank}, ${count} words from ${first}`;
}

function easRequest(cursor: Cursor): string {
  const epc = epcNamed(cursor);
  passwordGiven(cursor);
  const eas = cursor.u8('EAS', (value) => (value === 1 ? 'armed' : 'disarmed'));
  return `${epc}: ${eas === 1 ? 'armed' : 'disarmed'}`;
}

function workMode(cursor: Cursor): string {
  const mode = cursor.u8('read mode', modeWords);
  cursor.take(5, 'state, bank, first word, words, tag time', hexWords);
  return modeWords(mode);
}
const modeWords = (mode: number) => (mode === 0 ? 'answers only' : `scans by itself, mode ${mode}`);

function answer(frame: Uint8Array, trail: FieldSeen[]): string {
  const { address, command, status } = decodeUhf(frame, trail);
  if (address === ADDRESS_ANY) throw new WireError('wire.value', 'no reader answers with the address of all');
  const told = unfold(trail, 'data', answerWays(command, status));
  return joinWords(COMMANDS.get(command) ?? byteText(command), known(status, STATUSES, 'status'), told);
}

function answerWays(command: number, status: number): readonly Unfolding[] {
  if (status === STATUS.tagError) return [tagError];
  const tells = command === UHF.inventory || command === SINGLE_INVENTORY;
  if (tells && status >= STATUS.done && status <= STATUS.overflow)
    return [
      (cursor) => tagsText(readTags(cursor, 'classic')),
      (cursor) => `${tagsText(readTags(cursor, 'antenna'))}, with antenna`,
    ];
  if (status !== STATUS.ok) return [nothing];
  return ANSWERS.get(command) ?? [];
}

const tagError: Unfolding = (cursor) => {
  const error = cursor.u8('error of the tag', (value) => GEN2_ERRORS.get(value) ?? 'unknown');
  return GEN2_ERRORS.get(error) ?? byteText(error);
};

const ANSWERS: ReadonlyMap<number, readonly Unfolding[]> = new Map([
  [
    UHF.information,
    [
      (cursor: Cursor) => {
        const { version, type, powerDbm } = readInformation(cursor);
        return `${TYPES.get(type)?.model ?? `type ${byteText(type)}`}, version ${version}, ${powerDbm} dBm`;
      },
    ],
  ],
  [UHF.read, [(cursor: Cursor) => hexBrief(cursor.rest('words', hexWords))]],
  [
    0x36,
    [
      (cursor: Cursor) => {
        cursor.take(4, 'Wiegand: mode, interval, pulse width, pulse interval', hexWords);
        const words = workMode(cursor);
        cursor.take(2, 'accuracy, offset', hexWords);
        return words;
      },
    ],
  ],
  ...[
    UHF.write,
    0x04,
    0x06,
    UHF.setEas,
    UHF.checkEas,
    0x10,
    0x22,
    0x24,
    0x25,
    0x28,
    0x2f,
    0x33,
    0x35,
    0x76,
    0x93,
  ].map((command): [number, readonly Unfolding[]] => [command, [nothing]]),
]);
