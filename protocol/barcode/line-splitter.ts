/** Bytes of a serial scanner to codes. A code is printable ASCII and ends with CR, LF or CRLF. */

/** The longest code here is a credit pass of 190 characters. */
export const CODE_CHARS_MAX = 256;

export type ScanPart =
  | { readonly kind: 'code'; readonly text: string }
  /** Discarded up to the next terminator. */
  | { readonly kind: 'garbage'; readonly why: 'tooLong' | 'notPrintable' }
  /** The rest did not come in time. */
  | { readonly kind: 'half'; readonly length: number };

const LF = 0x0a;
const CR = 0x0d;
/** ENQ, ACK, NAK: how scanners answer a command (Newland NLS-HR42 guide, "Responses"; Honeywell's menu commands). */
const ANSWERS: ReadonlySet<number> = new Set([0x05, 0x06, 0x15]);

/** Any cut of the stream gives the same parts; at most one code is kept in memory. */
export class LineSplitter {
  #chars = '';
  #skipping = false;

  /** Whether a terminator is awaited, and `expire` must follow when none comes in time. */
  get waiting(): boolean {
    return this.#skipping || this.#chars !== '';
  }

  push(bytes: Uint8Array): ScanPart[] {
    const parts: ScanPart[] = [];
    for (const byte of bytes) {
      const part = this.#take(byte);
      if (part) parts.push(part);
    }
    return parts;
  }

  /** No byte for too long. Noise that was being skipped ends here too, or it would cost the next good code. */
  expire(): ScanPart | undefined {
    const length = this.#chars.length;
    this.#chars = '';
    this.#skipping = false;
    return length > 0 ? { kind: 'half', length } : undefined;
  }

  #take(byte: number): ScanPart | undefined {
    if (byte === CR || byte === LF) {
      const text = this.#chars;
      this.#chars = '';
      this.#skipping = false;
      // The LF of a CRLF ends an empty line, which is no code.
      return text === '' ? undefined : { kind: 'code', text };
    }
    if (this.#skipping) return undefined;
    // In front of a code only: it must not cost the code that follows. Within one it is noise.
    if (this.#chars === '' && ANSWERS.has(byte)) return undefined;
    const printable = byte >= 0x20 && byte <= 0x7e;
    if (printable && this.#chars.length < CODE_CHARS_MAX) {
      this.#chars += String.fromCharCode(byte);
      return undefined;
    }
    this.#chars = '';
    this.#skipping = true;
    return { kind: 'garbage', why: printable ? 'tooLong' : 'notPrintable' };
  }
}
