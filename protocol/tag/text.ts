/** Text on tags: strict both ways, because a code that changed a little is the code of another item. */
import { WireError } from '../wire/error.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** @throws WireError `wire.value` where the bytes are not UTF-8. */
export function utf8Text(bytes: Uint8Array, name: string): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new WireError('wire.value', `${name} is not UTF-8`);
  }
}

/** @throws RangeError where the text holds half a character: the encoder would write another one in its place. */
export function utf8Bytes(text: string, name: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw new RangeError(`${name} holds half a character`);
  return encoder.encode(text);
}

/** Something a person could read aloud: not empty, not only blanks, no control character. */
const isPlain = (text: string): boolean => text.trim() !== '' && !/[\p{Control}\p{Surrogate}]/u.test(text);

/** @throws WireError `wire.value` where a field says nothing, or says it with control characters. */
export function plain(text: string, name: string): string {
  if (!isPlain(text)) throw new WireError('wire.value', `${name} is no readable text`);
  return text;
}

/** @throws RangeError where the text could not be read back. */
export function plainBytes(text: string, name: string): Uint8Array {
  if (!isPlain(text)) throw new RangeError(`${name} is no readable text`);
  return utf8Bytes(text, name);
}

/** @throws WireError `wire.value` where something follows the first zero: then it is no padded text. */
export function zeroPadded(bytes: Uint8Array, name: string): Uint8Array {
  const end = bytes.indexOf(0);
  if (end < 0) return bytes;
  if (bytes.subarray(end).some((byte) => byte !== 0))
    throw new WireError('wire.value', `${name} goes on after its padding`);
  return bytes.subarray(0, end);
}
