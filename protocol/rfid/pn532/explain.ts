/** A PN532 frame in words. Its TFI tells who speaks. */
import { byteText, type Cursor, type FieldSeen } from '../../wire/cursor.ts';
import {
  hexBrief,
  hexWords,
  joinWords,
  known,
  nothing,
  tagsText,
  type Unfolding,
  unfold,
} from '../explain.ts';
import { decodePn532, type Pn532Frame } from './frame.ts';
import { readCards, readFirmware } from './payload.ts';
import { COMMANDS, ERRORS, MODULATIONS, PN532, TYPE_A_106 } from './words.ts';

export function explainPn532(frame: Uint8Array, trail: FieldSeen[] = []): string {
  const fields: FieldSeen[] = [];
  try {
    return sentence(decodePn532(frame, fields), fields);
  } finally {
    trail.push(...fields);
  }
}

function sentence(frame: Pn532Frame, trail: FieldSeen[]): string {
  switch (frame.kind) {
    case 'ack':
      return 'ACK: the frame arrived; from the host it also ends what the chip is doing';
    case 'nack':
      return 'NACK: the host asks for the answer once more';
    case 'error':
      return 'answer: error: the chip does not understand the request';
    case 'wake':
      return 'request: wake up';
    default: {
      const name = COMMANDS.get(frame.command) ?? byteText(frame.command);
      const way = (frame.kind === 'request' ? REQUESTS : ANSWERS).get(frame.command);
      return joinWords(frame.kind, name, unfold(trail, 'data', way ?? []));
    }
  }
}

const samModes: ReadonlyMap<number, string> = new Map([
  [0x01, 'no security module'],
  [0x02, 'virtual card'],
  [0x03, 'wired card'],
  [0x04, 'dual card'],
]);
const samWords = (value: number) => samModes.get(value) ?? byteText(value);

function samRequest(cursor: Cursor): string {
  const mode = cursor.u8('mode', samWords);
  if (cursor.left > 0) cursor.u8('time-out, 50 ms');
  if (cursor.left > 0) cursor.u8('IRQ', (value) => (value === 0 ? 'not driven' : 'driven'));
  return samWords(mode);
}

function listRequest(cursor: Cursor): string {
  const most = cursor.u8('cards at most');
  const modulation = cursor.u8('modulation', (value) => MODULATIONS.get(value) ?? 'unknown');
  const words = `${known(modulation, MODULATIONS, 'modulation')}, at most ${most}`;
  return joinWords(words, hexBrief(cursor.rest('initiator data', hexWords)));
}

const target: Unfolding = (cursor) => {
  const number = cursor.u8('card', (value) => (value === 0 ? 'all' : String(value)));
  return number === 0 ? 'all cards' : `card ${number}`;
};
const raw =
  (name: string): Unfolding =>
  (cursor) =>
    hexBrief(cursor.rest(name, hexWords));

const REQUESTS: ReadonlyMap<number, readonly Unfolding[]> = new Map<number, readonly Unfolding[]>([
  [PN532.diagnose, [(cursor) => joinWords(`test ${cursor.u8('test')}`, raw('parameters')(cursor))]],
  [PN532.firmware, [nothing]],
  [PN532.generalStatus, [nothing]],
  [PN532.setParameters, [(cursor) => byteText(cursor.u8('flags', byteText))]],
  [PN532.samConfiguration, [samRequest]],
  [
    PN532.rfConfiguration,
    [
      (cursor) => {
        const item = cursor.u8('item', itemWords);
        return joinWords(itemWords(item), raw('settings')(cursor));
      },
    ],
  ],
  [PN532.deselect, [target]],
  [PN532.listPassiveTarget, [listRequest]],
  [PN532.release, [target]],
]);

const ITEMS: ReadonlyMap<number, string> = new Map([
  [0x01, 'RF field'],
  [0x02, 'timings'],
  [0x04, 'retries of exchanges'],
  [0x05, 'retries of activation'],
]);
const itemWords = (item: number) => ITEMS.get(item) ?? `item ${item}`;

const errorWords = (value: number) => ERRORS.get(value & 0x3f) ?? byteText(value);
const status: Unfolding = (cursor) => errorWords(cursor.u8('status', errorWords));

const ANSWERS: ReadonlyMap<number, readonly Unfolding[]> = new Map<number, readonly Unfolding[]>([
  [PN532.diagnose, [raw('result')]],
  [
    PN532.firmware,
    [
      (cursor) => {
        const { model, version, standards } = readFirmware(cursor);
        return `${model}, version ${version}: ${standards}`;
      },
    ],
  ],
  [PN532.writeRegister, [nothing]],
  [PN532.setParameters, [nothing]],
  [PN532.samConfiguration, [nothing]],
  [PN532.rfConfiguration, [nothing]],
  [PN532.deselect, [status]],
  // The answer does not repeat the modulation: what are no cards of type A is told as it is.
  [PN532.listPassiveTarget, [(cursor) => tagsText(readCards(cursor)), otherTargets]],
  [PN532.release, [status]],
]);

function otherTargets(cursor: Cursor): string {
  const count = cursor.u8('cards');
  cursor.rest(`cards of another kind than ${MODULATIONS.get(TYPE_A_106)}`, hexWords);
  return `${count} of another kind`;
}
