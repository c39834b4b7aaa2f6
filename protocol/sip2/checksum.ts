/**
 * SIP2's error detection: the two's complement of a 16-bit sum, in four hexadecimal digits (3M SIP 2.00, "Error
 * Handling"). The sum is over the bytes as sent, up to and including `AZ`, so it depends on the encoding.
 */

export function sip2Checksum(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return digits(sum);
}

/**
 * The rule of dp2, a Chinese library system: over the UTF-16 code units of the text without `|AYnAZ`. From transcripts
 * that it publishes (DigitalPlatform/dp2 #765), all of which fit.
 */
export function dp2Checksum(text: string): string {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at);
  return digits(sum);
}

const digits = (sum: number): string => (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0');
