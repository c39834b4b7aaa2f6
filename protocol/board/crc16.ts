/**
 * CRC-16/MCRF4XX over the bytes of a board frame: polynomial 0x1021 reflected (0x8408), initial value
 * 0xFFFF, no final inversion; check value of "123456789" is 0x6F91. Chosen because avr-libc offers it as
 * `_crc_ccitt_update` (util/crc16.h) in a dozen instructions without a table.
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}
