/** Bit groups of any width, most significant bit first, packed into bytes: what the compactions of tags are made of. */

export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  /** The caller has looked at `left`; 16 bits are the most. */
  take(width: number): number {
    let value = 0;
    for (let bit = 0; bit < width; bit += 1) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = (value << 1) | ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }
}

export class BitWriter {
  readonly #bits: number[] = [];

  put(value: number, width: number): void {
    for (let bit = width - 1; bit >= 0; bit -= 1) this.#bits.push((value >> bit) & 1);
  }

  /** Bits that are missing to whole bytes: 0 to 7. */
  get missing(): number {
    return -this.#bits.length & 7;
  }

  /** Whole bytes; the caller has filled what was missing. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#bits.length >> 3);
    this.#bits.forEach((bit, at) => {
      bytes[at >> 3] = ((bytes[at >> 3] as number) << 1) | bit;
    });
    return bytes;
  }
}
