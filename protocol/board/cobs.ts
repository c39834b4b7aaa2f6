/**
 * Consistent Overhead Byte Stuffing (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999),
 * limited to blocks under 254 bytes, which is all a 64-byte frame needs. The delimiter 0x00 is not included.
 */
export function cobsEncode(data: Uint8Array): Uint8Array {
  if (data.length > 253) throw new RangeError(`cobsEncode: ${data.length} bytes, at most 253`);
  const out = new Uint8Array(data.length + 1);
  let codeAt = 0;
  let at = 1;
  for (const byte of data) {
    if (byte === 0) {
      out[codeAt] = at - codeAt;
      codeAt = at;
    } else {
      out[at] = byte;
    }
    at += 1;
  }
  out[codeAt] = at - codeAt;
  return out;
}

/** The data of one stuffed block, or `undefined` where the block is not valid COBS. */
export function cobsDecode(block: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(Math.max(0, block.length - 1));
  let length = 0;
  let at = 0;
  while (at < block.length) {
    const code = block[at] ?? 0;
    const end = at + code;
    if (code === 0 || end > block.length) return undefined;
    for (at += 1; at < end; at += 1) {
      const byte = block[at] ?? 0;
      if (byte === 0) return undefined;
      out[length] = byte;
      length += 1;
    }
    if (end < block.length) {
      out[length] = 0;
      length += 1;
    }
  }
  return block.length === 0 ? undefined : out.subarray(0, length);
}
