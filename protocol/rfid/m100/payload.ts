/** What M100 modules tell of tags. */
import { crc16Forward } from '../../wire/crc16.ts';
import type { Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { WORD_BYTES } from '../epc.ts';
import { hexWords } from '../explain.ts';
import type { TagSeen } from '../reader.ts';

const PC_BYTES = 2;
const CRC_BYTES = 2;

/** How the tag's own words are counted: bits 15 to 11 of its protocol control word (EPC Gen2, 6.3.2.1.2.2). */
export const epcLengthOf = (pc: number): number => (pc >>> 11) * WORD_BYTES;
export const pcOf = (epc: Uint8Array): number => (epc.length / WORD_BYTES) << 11;

/** The CRC that a tag sends behind its PC and EPC (EPC Gen2, annex F). */
export const tagCrc = (pcAndEpc: Uint8Array): number => crc16Forward(pcAndEpc) ^ 0xffff;

/**
 * A notification: signal strength, PC, EPC, and the tag's own CRC, which says more than the sum of the frame.
 * @throws WireError
 */
export function readTag(cursor: Cursor): TagSeen {
  const rssi = signed(cursor.u8('RSSI', (value) => `${signed(value)} dBm`));
  const from = cursor.at;
  const pc = cursor.u16be('PC', (value) => `${epcLengthOf(value)} bytes of EPC`);
  const length = cursor.left - CRC_BYTES;
  const epc = cursor.take(length, 'EPC', hexWords);
  if (length === 0 || length !== epcLengthOf(pc))
    throw new WireError('wire.length', `${length} bytes of EPC instead of ${epcLengthOf(pc)}`);
  const computed = tagCrc(cursor.bytes.subarray(from, cursor.at));
  const crc = cursor.u16be('CRC of the tag', (value) => (value === computed ? 'right' : 'wrong'));
  if (crc !== computed) throw new WireError('wire.checksum', 'the CRC of the tag is wrong');
  return { kind: 'epc', id: hexWords(epc), rssi };
}

const signed = (byte: number): number => (byte << 24) >> 24;

/** Leads the answer to what was done to one tag: a length, PC and EPC. Returns the EPC. @throws WireError */
export function readWhom(cursor: Cursor): string {
  const length = cursor.u8('length of PC and EPC');
  cursor.take(PC_BYTES, 'PC', hexWords);
  return hexWords(cursor.take(length - PC_BYTES, 'EPC', hexWords));
}

export const INFORMATION: ReadonlyMap<number, string> = new Map([
  [0x00, 'hardware'],
  [0x01, 'firmware'],
  [0x02, 'maker'],
]);

/** Text of the module: printable ASCII, anything else shown as a question mark. */
export function readInformation(cursor: Cursor): string {
  cursor.u8('which', (value) => INFORMATION.get(value) ?? 'unknown');
  return asciiOf(cursor.rest('text', asciiOf)).trim();
}
const asciiOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join('');

export const readPowerDbm = (cursor: Cursor): number =>
  cursor.u16be('power, 0.01 dBm', (value) => `${value / 100} dBm`) / 100;
