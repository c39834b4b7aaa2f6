/** The two 16-bit cyclic redundancy checks of readers and tags, by table: 256 entries each, made once. */

const reflected = table((crc) => (crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1), 0);
const forward = table((crc) => (crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff), 8);

function table(shift: (crc: number) => number, up: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << up;
    for (let bit = 0; bit < 8; bit += 1) crc = shift(crc);
    return crc;
  });
}

/** CRC-16/MCRF4XX: polynomial 0x8408 reflected, initial value 0xFFFF. FEIG ISO-Host, RL866 and UHFReader18, low byte first. */
export function crc16Reflected(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let at = from; at < to; at += 1)
    crc = (crc >>> 8) ^ (reflected[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return crc;
}

/** CRC-16 with polynomial 0x1021, initial value 0xFFFF, not reflected, no final inversion. ISO 28560-3; inverted: EPC and 3M. */
export function crc16Forward(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let at = from; at < to; at += 1)
    crc = ((crc << 8) & 0xffff) ^ (forward[(crc >>> 8) ^ (bytes[at] as number)] as number);
  return crc;
}
