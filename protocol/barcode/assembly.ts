/** What every scanner's reports and bytes become: whole codes, garbage that is told, halves that are told. */

/** A version-40 QR code holds 4,296 alphanumeric characters; no code of a library comes near. */
export const ASSEMBLED_CHARS_MAX = 4096;

export type GarbageWhy =
  /** Over `ASSEMBLED_CHARS_MAX`; skipped up to the report that ends the code. */
  | 'tooLong'
  /** A report of another id, size or layout. */
  | 'notThisReport'
  /** The report claims more data than it has room for. */
  | 'length'
  /** Another symbology in the middle of a code: two codes were mixed up. */
  | 'mixed'
  /** A key that types no character of a code, such as F1 or an arrow. */
  | 'unknownKey'
  /** A key together with Ctrl, Alt or GUI: a control character that a scanner types, or a person's short cut. */
  | 'chord';

/** `detail` says which byte or key, in words, and never a character of the code. */
export interface Garbage {
  readonly kind: 'garbage';
  readonly why: GarbageWhy;
  readonly detail: string;
}

/** The rest did not come in time. Tells its length and never its content. */
export interface Half {
  readonly kind: 'half';
  readonly length: number;
}

/** One code in the making, bounded. After a failure everything up to the code's end is skipped in silence. */
export class Assembly {
  #text = '';
  #skipping = false;

  /** Whether an end is awaited, and `expire` must follow when it does not come in time. */
  get waiting(): boolean {
    return this.#skipping || this.#text !== '';
  }

  /** What does not fit spoils the whole code: a code cut off could be another, valid one. */
  add(text: string): Garbage | undefined {
    if (this.#skipping) return undefined;
    if (this.#text.length + text.length <= ASSEMBLED_CHARS_MAX) {
      this.#text += text;
      return undefined;
    }
    return this.fail('tooLong', `over ${ASSEMBLED_CHARS_MAX} characters`);
  }

  fail(why: GarbageWhy, detail: string): Garbage | undefined {
    if (this.#skipping) return undefined;
    this.#text = '';
    this.#skipping = true;
    return { kind: 'garbage', why, detail };
  }

  /** The code up to here, or nothing where it was spoiled. */
  end(): string | undefined {
    const text = this.#skipping ? undefined : this.#text;
    this.#text = '';
    this.#skipping = false;
    return text;
  }

  /** No end for too long. What was being skipped ends here too, or it would cost the next good code. */
  expire(): Half | undefined {
    const length = this.#text.length;
    this.end();
    return length > 0 ? { kind: 'half', length } : undefined;
  }
}
