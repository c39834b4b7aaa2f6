import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crcPadded, crcUnpadded } from '../../protocol/tag/basic-block.ts';
import { reverseBlocks } from '../../protocol/tag/blocks-reversed.ts';
import type { FixedContent, TagToWrite } from '../../protocol/tag/content.ts';
import { writeExtensionBlock } from '../../protocol/tag/extension-block.ts';
import type { Rules } from '../../protocol/tag/leniency.ts';
import { readTag, type TagOptions, writeTag } from '../../protocol/tag/tag.ts';
import golden from '../../protocol/vectors/tag.json' with { type: 'json' };
import { crc16Forward } from '../../protocol/wire/crc16.ts';
import { fromHex, hex } from '../../protocol/wire/hex.ts';
import { anyBarcode, anyOwner, anyPart, anyText, flipped, itemTag } from './tag-world.ts';

function fixed(memory: Uint8Array, options?: TagOptions): FixedContent {
  const content = itemTag(readTag(memory, options));
  if (content.model !== 'iso28560-3' && content.model !== 'danish') throw new Error(content.model);
  return content;
}

function dump(id: string): Uint8Array {
  return fromHex(golden.dumps.find((one) => one.id === id)?.user_memory_hex ?? '');
}

const withCrc = (memory: Uint8Array, crc: number): Uint8Array => {
  const other = memory.slice();
  other.set([crc & 0xff, crc >> 8], 19);
  return other;
};
const changed = (memory: Uint8Array, bytes: Record<number, number>): Uint8Array => {
  const other = memory.slice();
  for (const [at, byte] of Object.entries(bytes)) other[Number(at)] = byte;
  return withCrc(other, crcPadded(other));
};
const only = (rule: keyof Rules, on: boolean) => ({ rules: { [rule]: on } });

const B1 = '01_iso28560-3_annexB1';
const B2 = '02_iso28560-3_annexB2';
const MAMK = '03_iso28560-3_FI-Mamk-M';
const DE705 = '04_danish_DE-705';
const REVERSED = '05_danish_DE-705_blockreversed';

describe('golden tags of ISO 28560-3 and the Danish model', () => {
  const fixedDumps = golden.dumps.filter(({ id }) => [B1, B2, MAMK, DE705, REVERSED].includes(id));

  test('are all five here', () => expect(fixedDumps).toHaveLength(5));

  test.each(fixedDumps)('$id', ({ user_memory_hex, dsfid, expected }) => {
    const danish = dsfid === null;
    const options = danish ? { models: ['danish' as const] } : { dsfid: Number.parseInt(dsfid, 16) };
    const found = fixed(fromHex(user_memory_hex), options);
    expect(found.model).toBe(danish ? 'danish' : 'iso28560-3');
    expect(found.item).toBe(expected.primary_item_identifier);
    expect(found.part).toEqual({ number: 1, of: 1 });
    expect(found.usage).toMatchObject({ kind: 'circulating', byte: 0x10, forbidsIssueOffline: false });
    expect(found.contentParameter).toBe(1);
    expect(found.protection).toBe('crc');
    expect(found.owner).toBe(expected.owner_isil ?? `${expected.country}-${expected.owner}`);
    expect(found.country).toBe(expected.country);
    if (expected.crc_value) expect(found.crc).toBe(Number.parseInt(expected.crc_value, 16));
    expect(found.blocks.map(({ id }) => id)).toEqual((expected.extensions ?? []).map(({ id }) => id));
    // The same without any hint.
    expect(fixed(fromHex(user_memory_hex))).toMatchObject({ item: found.item, owner: found.owner });
  });

  test('the fields of the extension blocks of B.2', () => {
    const [library, acquisition] = fixed(dump(B2)).blocks;
    expect(library).toMatchObject({ name: 'library', fields: [{ oid: 19, text: '1' }] });
    expect(acquisition).toMatchObject({
      name: 'acquisition',
      fields: [
        { oid: 9, text: 'Bogvognen' },
        { oid: 18, text: '1234567890' },
        { oid: 21, text: 'a789656c' },
      ],
    });
  });

  test('a local block is kept as bytes', () => {
    expect(fixed(dump(MAMK)).blocks).toEqual([
      { id: 101, name: 'local 101', payload: fromHex('7461'), fields: [] },
    ]);
  });

  test.each([B1, B2, MAMK, DE705])('%s is written again byte for byte', (id) => {
    const memory = dump(id);
    const { item, owner, part, usage, blocks } = fixed(memory);
    const texts = blocks.flatMap(({ fields }) => fields);
    const localBlocks = blocks.filter(({ id: block }) => block > 100);
    expect(hex(writeTag('iso28560-3', { item, owner, part, usage, texts, localBlocks }, memory.length))).toBe(
      hex(memory),
    );
  });
});

describe('golden check sums', () => {
  const [standard, zeros32, zeros34, b1] = golden.crc.vectors;

  test('of the standard', () => {
    expect(crc16Forward(new TextEncoder().encode(standard?.ascii))).toBe(
      Number.parseInt(standard?.crc ?? '', 16),
    );
  });

  test('of 32 zero bytes without padding, of 34 zero bytes, low byte first', () => {
    const stored = (crc: number) => hex(Uint8Array.of(crc & 0xff, crc >> 8)).toUpperCase();
    expect(stored(crcUnpadded(new Uint8Array(32)))).toBe(zeros32?.crc_bytes_stored);
    expect(stored(crcPadded(new Uint8Array(34)))).toBe(zeros34?.crc_bytes_stored);
  });

  test('of B.1 on 32 bytes, padded and not', () => {
    const memory = dump(B1).subarray(0, 32);
    expect(crcPadded(memory)).toBe(Number.parseInt(b1?.padded_calc ?? '', 16));
    expect(crcUnpadded(memory)).toBe(Number.parseInt(b1?.unpadded_calc ?? '', 16));
    expect(fixed(memory).item).toBe('1000000056');
  });

  test('are written padded', () => {
    expect(
      hex(writeTag('danish', { item: '1000000056', owner: 'DK-718500', part: { number: 1, of: 1 } }, 32)),
    ).toBe(hex(dump(B1).subarray(0, 32)));
  });
});

describe('written and read again', () => {
  const anyBlocks = fc.record(
    {
      texts: fc.uniqueArray(
        fc.oneof(
          fc.record({
            oid: fc.constantFrom(9, 18, 10, 21, 13, 6, 8, 7, 24, 17, 11, 12, 25, 23),
            text: anyText(20),
          }),
          fc.record({ oid: fc.constantFrom(19, 20), text: fc.integer({ min: 1, max: 255 }).map(String) }),
        ),
        { selector: ({ oid }) => oid, maxLength: 6 },
      ),
      localBlocks: fc.array(
        fc.record({ id: fc.integer({ min: 101, max: 0xffff }), payload: fc.uint8Array({ maxLength: 30 }) }),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
  const usage = fc.integer({ min: 0, max: 15 }).map((code) => ({ byte: code << 4 }));

  test('any text of 16 bytes, owner, part and usage, on 32 bytes', () => {
    const anyContent = fc.record({ item: anyText(16), owner: anyOwner(9), part: anyPart, usage });
    const run = fc.property(anyContent, (content) => {
      const found = fixed(writeTag('danish', content, 32), { models: ['danish'] });
      expect(found).toMatchObject({ ...content, leniencies: [], protection: 'crc' });
      expect(found.country).toBe(content.owner.slice(0, 2));
    });
    fc.assert(run, { numRuns: 1000 });
  });

  test('any text, also a long one, with extension blocks', () => {
    const anyContent = fc.record({ item: anyText(60), owner: anyOwner(11), part: anyPart, usage });
    const run = fc.property(anyContent, anyBlocks, (basic, more) => {
      const found = fixed(writeTag('iso28560-3', { ...basic, ...more }, 512));
      expect(found).toMatchObject({ ...basic, leniencies: [] });
      const byOid = (fields: readonly { oid: number; text: string }[]) =>
        [...fields].sort((a, b) => a.oid - b.oid);
      const fields = found.blocks.flatMap((block) => block.fields).filter(({ oid }) => oid !== 1);
      expect(byOid(fields)).toEqual(byOid(more.texts ?? []));
      const local = found.blocks.filter(({ id }) => id > 100).map(({ id, payload }) => ({ id, payload }));
      expect(local).toEqual(more.localBlocks ?? []);
    });
    fc.assert(run, { numRuns: 1000 });
  });

  test('a long identifier is in the library block, and says that only its exclusive or protects it', () => {
    const item = 'urn:cn:zhejiang:0000000012345678';
    expect(fixed(writeTag('iso28560-3', { item }, 112))).toMatchObject({ item, protection: 'xor' });
    expect(() => writeTag('danish', { item }, 112)).toThrow(/longer than 16/);
    expect(() => writeTag('iso28560-3', { item }, 64)).toThrow(/do not fit/);
  });

  test.each<[string, TagToWrite, number]>([
    ['a qualifier, which alone forbids offline loans', { item: '1', usage: { byte: 0x13 } }, 112],
    ['an owner that is no ISIL', { item: '1', owner: 'Hangzhou' }, 112],
    ['an owner whose hyphen could not be put back', { item: '1', owner: 'ZDB-718500' }, 112],
    ['an owner too long for a 32-byte tag', { item: '1', owner: 'FI-1234567890' }, 32],
    ['part 3 of 2', { item: '1', part: { number: 3, of: 2 } }, 112],
    ['part 1 of 256', { item: '1', part: { number: 1, of: 256 } }, 112],
    ['a text without a place', { item: '1', texts: [{ oid: 16, text: 'local' }] }, 112],
    ['a media format that is no number', { item: '1', texts: [{ oid: 19, text: 'book' }] }, 112],
    ['a block where there is no room', { item: '1', texts: [{ oid: 17, text: 'title' }] }, 40],
    ['a block on a 32-byte tag', { item: '1', texts: [{ oid: 17, text: 'title' }] }, 32],
    [
      'a local block of a reserved number',
      { item: '1', localBlocks: [{ id: 6, payload: Uint8Array.of(1) }] },
      112,
    ],
    ['a text that would end its field', { item: '1', texts: [{ oid: 17, text: 'a\0b' }] }, 112],
    ['a second identifier', { item: '12345678901234567', texts: [{ oid: 22, text: 'x' }] }, 112],
  ])('%s is refused', (_, content, sizeBytes) => {
    expect(() => writeTag('iso28560-3', content, sizeBytes)).toThrow(RangeError);
  });
});

describe('a damaged basic block', () => {
  const never = (memory: Uint8Array, item: string, options?: TagOptions) => {
    for (let bit = 0; bit < Math.min(memory.length, 34) * 8; bit += 1) {
      const content = readTag(flipped(memory, bit), options);
      if (content.model !== 'unknown') expect({ bit, item: itemTag(content).item }).toEqual({ bit, item });
    }
  };
  const anyContent = fc.record(
    {
      item: fc.oneof(anyBarcode, anyText(16)),
      owner: anyOwner(9),
      part: anyPart,
      usage: fc.integer({ min: 0, max: 9 }).map((code) => ({ byte: code << 4 })),
    },
    { requiredKeys: ['item'] },
  );

  test.each([32, 34, 112])('is never another item, whichever bit is flipped: %s bytes', (sizeBytes) => {
    const run = fc.property(anyContent, fc.constantFrom(undefined, 0, 0x3e), (content, dsfid) => {
      never(writeTag('iso28560-3', content, sizeBytes), content.item, { dsfid });
    });
    fc.assert(run, { numRuns: 60 });
  });

  test('is never another item where the blocks are reversed', () => {
    const run = fc.property(anyContent, (content) => {
      never(reverseBlocks(writeTag('iso28560-3', content, 112)), content.item);
    });
    fc.assert(run, { numRuns: 60 });
  });

  test('is never another item where the identifier is in the library block', () => {
    const run = fc.property(fc.stringMatching(/^[0-9A-Z]{17,40}$/), (item) => {
      const memory = writeTag('iso28560-3', { item, texts: [{ oid: 17, text: 'A title' }] }, 112);
      for (let bit = 0; bit < 100 * 8; bit += 1) {
        const content = readTag(flipped(memory, bit));
        if (content.model !== 'unknown') expect({ bit, item: itemTag(content).item }).toEqual({ bit, item });
      }
    });
    // Eight bits of check only, so chance finds a pair now and then; this seed does not change.
    fc.assert(run, { numRuns: 30, seed: 28560 });
  });

  test('keeps its item when only an extension block is damaged', () => {
    const memory = dump(B2);
    expect(fixed(flipped(memory, 60 * 8))).toMatchObject({
      item: '1000000136',
      blocks: [{ id: 1 }],
      blocksDamaged: true,
    });
    expect(fixed(memory).blocksDamaged).toBe(false);
  });

  test('loses an item that is in a block when any block is damaged', () => {
    const item = 'urn:cn:zhejiang:0000000012345678';
    const memory = writeTag('iso28560-3', { item, texts: [{ oid: 17, text: 'A title' }] }, 112);
    const title = Buffer.from(memory).indexOf('A title');
    expect(fixed(memory)).toMatchObject({
      item,
      blocks: [{ id: 1, fields: [{ oid: 1, text: item }] }, { id: 4 }],
    });
    expect(readTag(flipped(memory, title * 8)).model).toBe('unknown');
  });

  test('has no item in a block that belongs into the basic block: it was cut off', () => {
    const memory = new Uint8Array(112);
    const elsewhere = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [3 + at, at ? 0 : 1]));
    memory.set(changed(dump(B1), elsewhere).subarray(0, 34));
    memory.set(writeExtensionBlock(1, fromHex('0031323334353600')), 34);
    expect(readTag(memory).model).toBe('unknown');
  });

  test.each([
    ['not UTF-8', { 3: 0xff }],
    ['empty', Object.fromEntries(Array.from({ length: 16 }, (_, at) => [3 + at, 0]))],
    ['blanks', Object.fromEntries(Array.from({ length: 16 }, (_, at) => [3 + at, 0x20]))],
    ['going on after its padding', { 18: 0x31 }],
    ['with a control character', { 4: 0x0a }],
    [
      'elsewhere, and not there',
      Object.fromEntries(Array.from({ length: 16 }, (_, at) => [3 + at, at ? 0 : 1])),
    ],
  ])('an identifier %s is none, though the check sum is right', (_, bytes) => {
    expect(readTag(changed(dump(B1), bytes)).model).toBe('unknown');
  });
});

describe('leniencies, each by its name', () => {
  test('blocksReversed', () => {
    const memory = dump(REVERSED);
    expect(fixed(memory).leniencies).toEqual(['blocksReversed']);
    expect(readTag(memory, only('blocksReversed', false)).model).toBe('unknown');
    expect(fixed(reverseBlocks(dump(MAMK))).owner).toBe('FI-Mamk-M');
  });

  test('crcUnpadded, on 32 bytes only', () => {
    const memory = withCrc(dump(B1).subarray(0, 32), 0xdafb);
    expect(fixed(memory)).toMatchObject({ item: '1000000056', leniencies: ['crcUnpadded'] });
    expect(fixed(reverseBlocks(memory)).leniencies).toEqual(['blocksReversed', 'crcUnpadded']);
    expect(readTag(memory, only('crcUnpadded', false)).model).toBe('unknown');
    expect(readTag(withCrc(dump(B1), 0xdafb)).model).toBe('unknown');
  });

  test('crcUnpadded takes no tag of the standard with one damaged bit for an odd one', () => {
    for (let n = 0; n < 500; n += 1) {
      const memory = writeTag('danish', { item: `3023${n * 7919}`, owner: 'DE-705' }, 32);
      for (let bit = 0; bit < 256; bit += 1) expect(readTag(flipped(memory, bit)).model).toBe('unknown');
    }
  });

  test.each([
    [0x21, 'notForCirculation'],
    [0x71, 'discarded'],
  ])('nibblesSwapped: %s', (byte, kind) => {
    const memory = changed(dump(B1), { 0: byte });
    expect(fixed(memory)).toMatchObject({
      usage: { kind, forbidsIssue: true },
      contentParameter: 1,
      leniencies: ['nibblesSwapped'],
    });
    expect(fixed(memory, only('nibblesSwapped', false))).toMatchObject({
      usage: { kind: 'circulating' },
      leniencies: [],
    });
    for (const standard of [0x11, 0x22, 0x28])
      expect(fixed(changed(dump(B1), { 0: standard })).leniencies).toEqual([]);
  });

  test('partsSwapped', () => {
    const standard = changed(dump(B1), { 1: 3, 2: 2 });
    expect(fixed(standard)).toMatchObject({ part: { number: 2, of: 3 }, leniencies: [] });
    const swapped = changed(dump(B1), { 1: 2, 2: 3 });
    expect(fixed(swapped)).toMatchObject({ part: { number: 2, of: 3 }, leniencies: ['partsSwapped'] });
    expect(fixed(swapped, only('partsSwapped', false)).part).toBeUndefined();
    expect(fixed(changed(dump(B1), { 1: 0, 2: 0 })).part).toBeUndefined();
  });

  test('ownerHyphen', () => {
    const owner = Object.fromEntries([...'DE-705\0\0'].map((char, at) => [21 + at, char.charCodeAt(0)]));
    expect(fixed(changed(dump(B1), owner))).toMatchObject({ owner: 'DE-705', leniencies: ['ownerHyphen'] });
    expect(fixed(changed(dump(B1), owner), only('ownerHyphen', false)).owner).toBeUndefined();
  });

  test('crcWrongOwnerOdd, which must be switched on', () => {
    const wrong = withCrc(dump(B1), 0x1234);
    expect(readTag(wrong).model).toBe('unknown');
    expect(fixed(wrong, only('crcWrongOwnerOdd', true))).toMatchObject({
      item: '1000000056',
      protection: 'none',
      leniencies: ['crcWrongOwnerOdd'],
    });
    const five = Object.fromEntries([...'DK71850\0'].map((char, at) => [21 + at, char.charCodeAt(0)]));
    expect(readTag(withCrc(changed(wrong, five), 0x1234), only('crcWrongOwnerOdd', true)).model).toBe(
      'unknown',
    );
    expect(fixed(reverseBlocks(wrong), only('crcWrongOwnerOdd', true)).item).toBe('1000000056');
  });

  test('an owner field without a country is told as it stands, not turned into a library', () => {
    const odd = Object.fromEntries([...'718500\0\0'].map((char, at) => [21 + at, char.charCodeAt(0)]));
    expect(fixed(changed(dump(B1), odd))).toMatchObject({ ownerText: '718500' });
    expect(fixed(changed(dump(B1), odd)).owner).toBeUndefined();
  });
});

describe('usage of half a byte', () => {
  test('13h is local use here, and forbids nothing', () => {
    expect(fixed(changed(dump(B1), { 0: 0x13 })).usage).toMatchObject({
      kind: 'local',
      forbidsIssueOffline: false,
    });
  });

  test.each([
    [0x10, 'acquisition', false],
    [0x12, 'notForCirculation', true],
    [0x16, 'noInformation', false],
    [0x17, 'discarded', true],
    [0x18, 'patronCard', true],
    [0x19, 'equipment', false],
    [0x1a, 'reserved', false],
  ])('byte 0 %s', (byte, kind, forbidsIssue) => {
    expect(fixed(changed(dump(B1), { 0: byte })).usage).toMatchObject({ kind, forbidsIssue });
  });
});
