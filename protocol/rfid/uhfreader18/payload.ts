/** What readers of the UHFReader18 family send behind a status. */
import { byteText, type Cursor } from '../../wire/cursor.ts';
import { WireError } from '../../wire/error.ts';
import { hexWords } from '../explain.ts';
import type { TagSeen } from '../reader.ts';

/**
 * `classic`: number of tags, then length and EPC of each. `antenna`: the antenna before the number, the signal strength
 * behind each EPC. Nothing in the frame says which.
 */
export type UhfLayout = 'classic' | 'antenna';

/**
 * By the type that Get Reader Information tells. The types 09h, 0Ch, 0Fh and 10h are those of the open-source package
 * chafon-rfid, 3Dh is an E310 module, 86h told a classic answer in a capture; any other is taken as classic, which an
 * exact check of the lengths contradicts where it is wrong.
 */
export const TYPES: ReadonlyMap<number, { readonly model: string; readonly layout: UhfLayout }> = new Map([
  [0x09, { model: 'UHFReader18', layout: 'classic' }],
  [0x0c, { model: 'UHFReader288M', layout: 'antenna' }],
  [0x0f, { model: 'UHFReader86', layout: 'antenna' }],
  [0x10, { model: 'UHFReader86', layout: 'antenna' }],
  [0x3d, { model: 'E310', layout: 'antenna' }],
  [0x86, { model: 'UHFReader18 family', layout: 'classic' }],
]);

export function readInformation(cursor: Cursor) {
  const version = `${cursor.u8('version, major')}.${cursor.u8('version, minor')}`;
  const type = cursor.u8('type', (value) => TYPES.get(value)?.model ?? byteText(value));
  cursor.u8('air protocols', (value) => (value & 0x02 ? 'ISO 18000-6C' : byteText(value)));
  cursor.take(2, 'band, highest and lowest frequency', hexWords);
  const powerDbm = cursor.u8('power', (value) => `${value} dBm`);
  const scanTime100ms = cursor.u8('scan time, 100 ms');
  // Newer ones tell antennas, beep and whether antennas are checked; in which order differs.
  cursor.rest('more', hexWords);
  return { version, type, powerDbm, scanTime100ms };
}

/** The tags of one inventory frame, which must end behind the last. @throws WireError */
export function readTags(cursor: Cursor, layout: UhfLayout): TagSeen[] {
  const withAntenna = layout === 'antenna';
  if (withAntenna) cursor.u8('antenna', antennaWords);
  const tags: TagSeen[] = [];
  for (let count = cursor.u8('tags'); count > 0; count -= 1) {
    const epc = cursor.take(cursor.u8('EPC length'), 'EPC', hexWords);
    if (epc.length === 0) throw new WireError('wire.length', 'an EPC has no bytes');
    tags.push({ kind: 'epc', id: hexWords(epc), ...(withAntenna ? { rssi: cursor.u8('RSSI') } : {}) });
  }
  cursor.end();
  return tags;
}

/** One bit for each. */
const antennaWords = (bits: number): string =>
  Number.isInteger(Math.log2(bits)) ? `antenna ${Math.log2(bits) + 1}` : byteText(bits);
