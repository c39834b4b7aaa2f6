/** The 64-bit identifier of an ISO/IEC 15693 tag as text and bytes: most significant byte (E0h) first in both. */
import type { Cursor } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { fromHex, hex } from '../wire/hex.ts';

export const UID_BYTES = 8;

/** @throws WireError `wire.value` where the bytes are no UID: its first is E0h (ISO/IEC 15693-3, 4.1). */
export function uidText(bytes: Uint8Array): string {
  if (bytes.length !== UID_BYTES || bytes[0] !== 0xe0)
    throw new WireError('wire.value', `${hex(bytes)} is not the identifier of an ISO 15693 tag`);
  return hex(bytes).toUpperCase();
}

/** @throws WireError `wire.value` */
export function uidBytes(text: string): Uint8Array {
  if (!/^E0[0-9A-F]{14}$/i.test(text))
    throw new WireError('wire.value', `"${text}" is not the identifier of an ISO 15693 tag`);
  return fromHex(text);
}

/** The next eight bytes, most significant first. @throws WireError */
export const readUid = (cursor: Cursor): string =>
  uidText(cursor.take(UID_BYTES, 'UID', (bytes) => hex(bytes).toUpperCase()));

/** The same, least significant byte first. @throws WireError */
export const readUidReversed = (cursor: Cursor): string =>
  uidText(reversed(cursor.take(UID_BYTES, 'UID', (bytes) => hex(reversed(bytes)).toUpperCase())));

/** The same bytes in the opposite order: some readers send the least significant byte first. */
export const reversed = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).reverse();
