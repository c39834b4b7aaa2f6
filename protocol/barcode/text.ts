/** Bytes of a code as text, one character for one byte: what a code means beyond ASCII its library knows, not we. */

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** For a person: control characters by their hexadecimal value. */
export function visible(text: string): string {
  let shown = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    const printable = code >= 0x20 && code <= 0x7e;
    shown += printable ? char : `<${code.toString(16).toUpperCase().padStart(2, '0')}>`;
  }
  return shown;
}

export const dataWords = (bytes: Uint8Array): string => `"${visible(latin1(bytes))}"`;
