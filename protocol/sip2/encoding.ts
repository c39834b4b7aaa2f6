/** The character sets that libraries' servers speak; an account on the server has one, and nothing tells which. */

export type Sip2Encoding = 'utf-8' | 'latin1' | 'gb18030';

/** What a byte sequence that is no character reads as. */
export const UNREADABLE = '\ufffd';
/** Sent for a character that the encoding does not have. */
const MISSING = 0x3f;
const LINE_FEED = 0x0a;

const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

export function decodeText(bytes: Uint8Array, encoding: Sip2Encoding): string {
  if (encoding === 'utf-8') return utf8Decoder.decode(bytes);
  if (encoding === 'gb18030') return new TextDecoder('gb18030', { ignoreBOM: true }).decode(bytes);
  // The "latin1" of TextDecoder is Windows-1252; ISO 8859-1 is the code point itself.
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function encodeText(text: string, encoding: Sip2Encoding): Uint8Array {
  if (encoding === 'utf-8') return utf8Encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) as number;
    if (encoding === 'gb18030') pushGb18030(point, bytes);
    else bytes.push(point <= 0xff ? point : MISSING);
  }
  return Uint8Array.from(bytes);
}

/**
 * The end of the value that begins at `from`: the next `|`. In GB 18030 the byte of `|` may also be the second byte of
 * a character, so characters are walked over.
 */
export function valueEnd(bytes: Uint8Array, from: number, delimiter: number, encoding: Sip2Encoding): number {
  if (encoding !== 'gb18030') {
    const found = bytes.indexOf(delimiter, from);
    return found < 0 ? bytes.length : found;
  }
  let at = from;
  while (at < bytes.length && bytes[at] !== delimiter) at += gb18030Length(bytes, at);
  return Math.min(at, bytes.length);
}

/** Two bytes where the second may be a `|`. The digits in a sequence of four end nothing, so its halves are singles. */
function gb18030Length(bytes: Uint8Array, at: number): 1 | 2 {
  const lead = bytes[at] as number;
  const second = bytes[at + 1] ?? 0;
  const pair = lead >= 0x81 && lead !== 0xff && second >= 0x40 && second !== 0x7f && second !== 0xff;
  return pair ? 2 : 1;
}

/** The last four-byte sequence, counted from 81 30 81 30, that is a character of the Basic Multilingual Plane. */
const GB_BMP_LAST = 39_419;
/** U+10000 is 90 30 81 30; from there on the two counts run in step. */
const GB_SUPPLEMENTARY_FIRST = 189_000;

/** The bytes of each character up to U+FFFF as one number, from the decoder itself; made when it is first needed. */
let gbOfPoint: Uint32Array | undefined;

/** Decoded in one go, a line each: the doors wait meanwhile. */
function gb18030Table(): Uint32Array {
  const sequences: number[] = [];
  // Two bytes come first: where both forms decode to a character, the short one is what others write.
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let second = 0x40; second <= 0xfe; second += 1)
      if (second !== 0x7f) sequences.push(lead * 0x100 + second);
  for (let count = 0; count <= GB_BMP_LAST; count += 1) sequences.push(fourBytes(count));
  const lines: number[] = [];
  for (const sequence of sequences) {
    pushBytes(sequence, lines);
    lines.push(LINE_FEED);
  }
  const table = new Uint32Array(0x1_0000);
  for (const [at, text] of decodeText(Uint8Array.from(lines), 'gb18030').split('\n').entries()) {
    const point = text.charCodeAt(0);
    if (text.length === 1 && point >= 0x80 && text !== UNREADABLE && table[point] === 0)
      table[point] = sequences[at] ?? 0;
  }
  return table;
}

function fourBytes(count: number): number {
  const third = Math.floor(count / 10);
  const second = Math.floor(third / 126);
  const first = Math.floor(second / 10);
  const high = (0x81 + first) * 0x100 + 0x30 + (second % 10);
  return (high * 0x100 + 0x81 + (third % 126)) * 0x100 + 0x30 + (count % 10);
}

/** Two bytes or four. */
function pushBytes(sequence: number, bytes: number[]): void {
  if (sequence > 0xffff) bytes.push((sequence >>> 24) & 0xff, (sequence >>> 16) & 0xff);
  bytes.push((sequence >>> 8) & 0xff, sequence & 0xff);
}

function pushGb18030(point: number, bytes: number[]): void {
  if (point < 0x80) bytes.push(point);
  else if (point > 0xffff) pushBytes(fourBytes(GB_SUPPLEMENTARY_FIRST + point - 0x1_0000), bytes);
  else {
    gbOfPoint ??= gb18030Table();
    const known = gbOfPoint[point] ?? 0;
    if (known === 0) bytes.push(MISSING);
    else pushBytes(known, bytes);
  }
}
