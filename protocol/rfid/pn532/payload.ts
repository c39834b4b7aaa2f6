/** What a PN532 tells of itself and of cards (user manual UM0701-02, 7.2.2, 7.2.3 and 7.3.5). */
import { byteText, type Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { hexWords } from '../explain.ts';
import type { TagSeen } from '../reader.ts';

const STANDARDS: readonly [number, string][] = [
  [0x01, 'ISO 14443 type A'],
  [0x02, 'ISO 14443 type B'],
  [0x04, 'ISO 18092'],
];

export function readFirmware(cursor: Cursor) {
  const chip = cursor.u8('IC', (value) => (value === 0x32 ? 'PN532' : byteText(value)));
  const version = `${cursor.u8('version')}.${cursor.u8('revision')}`;
  const support = cursor.u8('supports', standardsText);
  return {
    model: chip === 0x32 ? 'NXP PN532' : `NXP chip ${byteText(chip)}`,
    version,
    standards: standardsText(support),
  };
}
const standardsText = (bits: number): string =>
  STANDARDS.filter(([bit]) => bits & bit)
    .map(([, name]) => name)
    .join(', ');

export interface Card extends TagSeen {
  readonly number: number;
  readonly atqa: number;
  readonly sak: number;
}

/** SEL_RES: the card speaks ISO 14443-4 and its answer to select follows. */
const SAK_ISO14443_4 = 0x20;
const UID_LENGTHS: ReadonlySet<number> = new Set([4, 7, 10]);

/** Cards of type A at 106 kbit/s, as InListPassiveTarget tells them. @throws WireError */
export function readCards(cursor: Cursor): Card[] {
  const cards: Card[] = [];
  for (let count = cursor.u8('cards'); count > 0; count -= 1) cards.push(readCard(cursor));
  return cards;
}

function readCard(cursor: Cursor): Card {
  const number = cursor.u8('number');
  const atqa = cursor.u16be('SENS_RES', (value) => value.toString(16).padStart(4, '0'));
  const sak = cursor.u8('SEL_RES', byteText);
  const length = cursor.u8('length of the UID');
  if (!UID_LENGTHS.has(length)) throw new WireError('wire.length', `a UID of ${length} bytes`);
  const uid = cursor.take(length, 'UID', uidWords);
  if (sak & SAK_ISO14443_4 && cursor.left > 0) {
    const bytes = cursor.u8('length of the ATS');
    cursor.take(bytes - 1, 'ATS', hexWords);
  }
  return { kind: 'iso14443a', id: hexWords(uid), number, atqa, sak };
}

/** ISO/IEC 14443-3, 6.5.4: a single-size UID that begins with 08h is drawn anew each time. */
export const isRandomUid = (uid: Uint8Array): boolean => uid.length === 4 && uid[0] === 0x08;
const uidWords = (uid: Uint8Array): string =>
  isRandomUid(uid) ? `${hexWords(uid)}, random: another each time` : hexWords(uid);
