/** Reads bytes from front to back, field by field. With a trail it also tells each field in words, so that what
 * decodes is what explains. */
import { WireError } from './error.ts';

/** One field of decoded bytes: where it is, what it is called, what it says. */
export interface FieldSeen {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly words: string;
}

/** `undefined` from a `words` function: the plain value says enough. */
type Words<T> = (value: T) => string | undefined;

export class Cursor {
  readonly bytes: Uint8Array;
  readonly #trail: FieldSeen[] | undefined;
  readonly #origin: number;
  #at = 0;

  /** `origin`: where these bytes begin in what is explained. */
  constructor(bytes: Uint8Array, trail?: FieldSeen[], origin = 0) {
    this.bytes = bytes;
    this.#trail = trail;
    this.#origin = origin;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  u8(name: string, words?: Words<number>): number {
    const value = this.bytes[this.#need(1, name)] as number;
    return this.#seen(1, name, value, words);
  }

  /** Most significant byte first. */
  u16be(name: string, words?: Words<number>): number {
    const at = this.#need(2, name);
    const value = ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number);
    return this.#seen(2, name, value, words);
  }

  u16le(name: string, words?: Words<number>): number {
    const at = this.#need(2, name);
    const value = ((this.bytes[at + 1] as number) << 8) | (this.bytes[at] as number);
    return this.#seen(2, name, value, words);
  }

  /** A view of the next bytes, not a copy. */
  take(length: number, name: string, words?: Words<Uint8Array>): Uint8Array {
    const at = this.#need(length, name);
    const value = this.bytes.subarray(at, at + length);
    this.#trail?.push({ at: this.#origin + at, bytes: value, name, words: words?.(value) ?? '' });
    return value;
  }

  rest(name: string, words?: Words<Uint8Array>): Uint8Array {
    return this.take(this.left, name, words);
  }

  /** @throws WireError `wire.marker` where the byte is another one. */
  marker(value: number, name: string): void {
    const found = this.u8(name);
    if (found !== value)
      throw new WireError('wire.marker', `${name} is ${byteText(found)}, not ${byteText(value)}`);
  }

  /** @throws WireError `wire.long` where bytes are left. */
  end(): void {
    if (this.left > 0) throw new WireError('wire.long', `${this.left} bytes too many after byte ${this.#at}`);
  }

  #need(length: number, name: string): number {
    const at = this.#at;
    // Also refuses a negative length, which a subtraction of lengths from the wire can give.
    if (!(length >= 0 && length <= this.left))
      throw new WireError('wire.short', `${name} needs ${length} bytes, ${this.left} are left`);
    this.#at = at + length;
    return at;
  }

  #seen(length: number, name: string, value: number, words: Words<number> | undefined): number {
    if (this.#trail) {
      const at = this.#at - length;
      const bytes = this.bytes.subarray(at, at + length);
      this.#trail.push({ at: this.#origin + at, bytes, name, words: words?.(value) ?? String(value) });
    }
    return value;
  }
}

/** As data sheets write a byte: `8Ah`. */
export const byteText = (value: number): string => `${value.toString(16).toUpperCase().padStart(2, '0')}h`;
