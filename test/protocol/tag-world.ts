/** Items and tags for the tests of tags. */
import fc from 'fast-check';
import type { ItemTag, TagContent } from '../../protocol/tag/content.ts';
import { fromHex } from '../../protocol/wire/hex.ts';

/** Any text a person could read, also of four-byte characters, with every separator; at most so many bytes of UTF-8. */
export const anyText = (bytesMax: number) =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'|;/-: 0ß書𠀀'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: bytesMax,
    })
    .filter((text) => text.trim() !== '' && !/[\p{Control}\p{Surrogate}]/u.test(text))
    .filter((text) => Buffer.byteLength(text) <= bytesMax);

/** What libraries really write. */
export const anyBarcode = fc.stringMatching(/^[0-9A-Z][0-9A-Z-]{3,13}$/);

const unit = (max: number) => fc.stringMatching(new RegExp(`^[A-Za-z0-9][A-Za-z0-9/:-]{0,${max - 1}}$`));
const country = fc.stringMatching(/^[A-Z]{2}$/);
export const anyOwner = (unitMax: number) => fc.tuple(country, unit(unitMax)).map((parts) => parts.join('-'));

export const anyPart = fc
  .tuple(fc.integer({ min: 1, max: 255 }), fc.nat())
  .map(([of, seed]) => ({ of, number: (seed % of) + 1 }));

export const anyMemory = fc.oneof(
  fc.uint8Array({ maxLength: 160 }),
  // Near enough to be taken for something.
  fc
    .tuple(
      fc.constantFrom(
        '11010131',
        '31010111',
        '9101046091ce4380',
        '1101',
        '04110000',
        '5555',
        '91',
        'd1',
        '81',
      ),
      fc.uint8Array({ maxLength: 120 }),
    )
    .map(([front, rest]) => Uint8Array.from([...fromHex(front), ...rest])),
);

export function itemTag(content: TagContent): ItemTag {
  if (content.model === 'blank' || content.model === 'unknown') throw new Error(JSON.stringify(content));
  return content;
}

export function flipped(memory: Uint8Array, bit: number): Uint8Array {
  const other = memory.slice();
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return other;
}
