/** The symbology prefix of ISO/IEC 15424: `]`, a letter for the symbology, a modifier, such as `]C1`. */

const PREFIX = /^\][A-Za-z][0-9A-Za-z]/;

/** The code without the prefix that scanners can be set to add. No code of ours starts with `]`. */
export function withoutAimIdentifier(text: string): string {
  return text.replace(PREFIX, '');
}
