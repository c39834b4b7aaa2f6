/** What a board keeps without power: as an earlier run left it, or new with its serial number. */
import { EEPROMMemoryBackend } from 'avr8js';
import { crc16 } from '../../protocol/board/crc16.ts';

/** The layout of firmware/src/settings.h: a record of version, sequence, serial number, settings and CRC. */
const SETTINGS_AT = 16;
const SERIAL_NUMBER_AT = 2;
const SERIAL_NUMBER_BYTES = 8;
const RECORD_BYTES = 19;
const CRC_BYTES = 2;
const HOST_SILENT_MS = 3_000;
const OPEN_WAIT_MS = 2_000;
const DEBOUNCE_MS = 20;

export class Eeprom extends EEPROMMemoryBackend {
  constructor(bytes: number, serialNumber: string, kept?: Uint8Array) {
    super(bytes);
    if (kept) this.bytes.set(kept.subarray(0, bytes));
    else this.bytes.set(record(serialNumber), SETTINGS_AT);
  }

  get bytes(): Uint8Array {
    return (this as unknown as { readonly memory: Uint8Array }).memory;
  }
}

function record(serialNumber: string): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  const levels = { contact: 1, tamper: 1 };
  bytes.set([1, 1]);
  new TextEncoder().encodeInto(
    serialNumber,
    bytes.subarray(SERIAL_NUMBER_AT, SERIAL_NUMBER_AT + SERIAL_NUMBER_BYTES),
  );
  view.setUint16(10, HOST_SILENT_MS, true);
  view.setUint16(12, OPEN_WAIT_MS, true);
  bytes.set([DEBOUNCE_MS, levels.contact, levels.tamper], 14);
  view.setUint16(RECORD_BYTES - CRC_BYTES, crc16(bytes.subarray(0, RECORD_BYTES - CRC_BYTES)), true);
  return bytes;
}
