/** Base45 (RFC 9285): bytes in the 45 characters that a QR code packs most densely. */

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const BASE = 45;

export function base45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let value = pair ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number) : (bytes[at] as number);
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
      text += ALPHABET[value % BASE];
      value = Math.floor(value / BASE);
    }
  }
  return text;
}

/** `undefined` where the text is none; only what `base45` writes is one. */
export function fromBase45(text: string): Uint8Array | undefined {
  const digits = [...text].map((char) => ALPHABET.indexOf(char));
  if (digits.includes(-1) || digits.length % 3 === 1) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += 3) {
    const [low = 0, middle = 0, high] = digits.slice(at, at + 3);
    const value = low + middle * BASE + (high ?? 0) * BASE * BASE;
    if (value > (high === undefined ? 0xff : 0xffff)) return undefined;
    if (high === undefined) bytes.push(value);
    else bytes.push(value >> 8, value & 0xff);
  }
  return Uint8Array.from(bytes);
}
