import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compact, expand } from '../../protocol/tag/compaction.ts';
import type { ObjectContent, TagToWrite } from '../../protocol/tag/content.ts';
import { isIsil, readIsilCode, writeIsilCode } from '../../protocol/tag/isil.ts';
import { type TagObject, writeObjects } from '../../protocol/tag/objects.ts';
import { contentParameterOf, oidName, oidsOfContentParameter } from '../../protocol/tag/oid.ts';
import { readTag, type TagOptions, writeTag } from '../../protocol/tag/tag.ts';
import golden from '../../protocol/vectors/tag.json' with { type: 'json' };
import { WireError } from '../../protocol/wire/error.ts';
import { fromHex, hex } from '../../protocol/wire/hex.ts';
import { anyOwner, anyPart, anyText, flipped, itemTag } from './tag-world.ts';

function objects(memory: Uint8Array, options?: TagOptions): ObjectContent {
  const content = itemTag(readTag(memory, options));
  if (content.model !== 'iso28560-2') throw new Error(content.model);
  return content;
}
const SURE = { dsfid: 0x06 };

describe('golden tags of ISO 28560-2', () => {
  const [real, annexD] = golden.objects;

  test('the real tag says what it is known to say, with a hint and without', () => {
    for (const options of [SURE, {}, { dsfid: 0 }]) {
      const found = objects(fromHex(real?.user_memory_hex ?? ''), options);
      expect(found).toMatchObject({
        item: '1620168259',
        owner: 'FI-Mamk-M',
        leniencies: [],
        protection: 'none',
      });
      expect(found.usage).toMatchObject({ kind: 'circulating', byte: 0x10 });
      expect(found.objects.map(({ oid }) => oid)).toEqual([1, 2, 5, 7, 3]);
      expect(oidsOfContentParameter(found.objects[1]?.data ?? new Uint8Array())).toEqual([3, 5, 7]);
      expect(found.objects[3]).toMatchObject({ oid: 7, compaction: 6, text: 'BA' });
    }
  });

  test('the real tag is written again byte for byte', () => {
    const memory = fromHex(real?.user_memory_hex ?? '');
    const again = objects(memory).objects.map((object) => written(object));
    expect(hex(writeObjects(again, memory.length))).toBe(hex(memory));
  });

  /** As a writer would: the text and the identifier decide about compaction and data. */
  function written({ oid, text, data, padBytes, compaction }: TagObject): Omit<TagObject, 'text'> {
    const padding = padBytes === undefined ? {} : { padBytes };
    if (text === undefined) return { oid, compaction, data, ...padding };
    return oid === 3
      ? { oid, compaction: 0, data: writeIsilCode(text) }
      : { oid, ...compact(text), ...padding };
  }

  test("the standard's example of a set", () => {
    expect(objects(fromHex(annexD?.user_memory_hex ?? ''), SURE)).toMatchObject({
      item: '123456789012',
      part: { number: 3, of: 12 },
    });
    const again = writeTag('iso28560-2', { item: '123456789012', part: { number: 3, of: 12 } }, 32);
    expect(hex(again)).toMatch(/^9100051cbe991a140201.0140204b3/);
  });

  test('the first three objects of Annex P of ISO/IEC 15962', () => {
    const dump = golden.dumps.find(({ id }) => id === '07_iso15962_annexP_partial');
    const found = objects(fromHex(dump?.user_memory_hex ?? ''), SURE);
    const first = found.objects
      .slice(0, 3)
      .map(({ oid, compaction, text }) => ({ oid, compaction, value: text }));
    expect(first).toEqual(dump?.expected.objects);
    expect(found.item).toBe('12345678912345678');
  });
});

describe('golden compactions', () => {
  test.each(golden.compactions)(
    '$compaction: $text',
    ({ compaction, text, hex: data, compacts_otherwise }) => {
      expect(expand(compaction, fromHex(data))).toBe(text);
      const ours = compact(text);
      if (compacts_otherwise) expect(ours.data.length).toBeLessThanOrEqual(data.length / 2);
      else expect({ ...ours, data: hex(ours.data) }).toEqual({ compaction, data });
    },
  );

  test.each(golden.isil_codes)('the code of $isil', ({ isil, hex: data }) => {
    expect(readIsilCode(fromHex(data))).toBe(isil);
    expect(hex(writeIsilCode(isil))).toBe(data);
  });
});

describe('a text', () => {
  const upper = fc.stringMatching(/^[A-Z[\\\]^_]{1,20}$/);
  const six = fc.stringMatching(/^[ -_]{1,20}$/);
  const seven = fc.stringMatching(/^[ -~]{1,30}$/);
  const digits = fc.stringMatching(/^\d{1,25}$/);
  const latin = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  });

  test('is the same after compacting and expanding', () => {
    const used = new Set<number>();
    const run = fc.property(fc.oneof(digits, upper, six, seven, latin, anyText(60)), (text) => {
      const { compaction, data } = compact(text);
      used.add(compaction);
      expect(expand(compaction, data)).toBe(text);
    });
    fc.assert(run, { numRuns: 5000 });
    expect([...used].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('keeps the zeros in front, and whatever pads', () => {
    const texts = [
      '0012',
      '00',
      '10',
      '9999999999999999999',
      '99999999999999999999',
      'ABC ',
      'ABCD    ',
      '@@@@',
      'AAA@',
      '\x7f'.repeat(8),
      'A'.repeat(8),
    ];
    for (const text of texts) {
      const { compaction, data } = compact(text);
      expect(expand(compaction, data)).toBe(text);
    }
    expect(compact('9999999999999999999').compaction).toBe(1);
    expect(compact('ABCD    ').compaction).not.toBe(4);
  });

  test('bytes are one text or none: what expands is never two codes for one', () => {
    const run = fc.property(
      fc.integer({ min: 3, max: 5 }),
      fc.uint8Array({ minLength: 1, maxLength: 12 }),
      (compaction, data) => {
        let text: string;
        try {
          text = expand(compaction, data);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        for (let bit = 0; bit < data.length * 8; bit += 1) {
          const other = flipped(data, bit);
          try {
            expect(expand(compaction, other)).not.toBe(text);
          } catch (error) {
            if (!(error instanceof WireError)) throw error;
          }
        }
      },
    );
    fc.assert(run, { numRuns: 1000 });
  });

  test.each<[number, string, string]>([
    [1, '01', 'an integer below ten'],
    [1, '8ac7230489e80000', 'an integer of twenty digits'],
    [1, '00112233445566778899', 'an integer of ten bytes'],
    [2, 'a1', 'a numeric string with a letter'],
    [2, '1f2f', 'a numeric string filled in the middle'],
    [3, '0000', 'a 5-bit text that is all padding'],
    [3, '541d', 'a 5-bit text with odd padding'],
    [4, '042c726190', 'a 6-bit text with odd padding'],
    [5, 'ffff', 'a 7-bit text that is all padding'],
    [7, 'c328', 'no UTF-8'],
    [0, '41', "the application's own"],
    [8, '41', 'a compaction that is none'],
    [6, '', 'nothing'],
  ])('compaction %s of %s does not expand: %s', (compaction, data) => {
    expect(() => expand(compaction, fromHex(data))).toThrow(WireError);
  });

  test('any bytes expand or are a WireError', () => {
    const run = fc.property(
      fc.integer({ min: 0, max: 7 }),
      fc.uint8Array({ maxLength: 40 }),
      (compaction, data) => {
        try {
          expand(compaction, data);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      },
    );
    fc.assert(run, { numRuns: 3000 });
  });
});

describe('a library identifier', () => {
  test('is the same after its code, in every mixture of letters and digits', () => {
    const run = fc.property(anyOwner(12), (isil) => {
      expect(readIsilCode(writeIsilCode(isil))).toBe(isil);
    });
    fc.assert(run, { numRuns: 3000 });
  });

  test('has no code with another character, or with nothing', () => {
    for (const text of ['', 'DE 705', 'DE-Zürich', 'DE_705'])
      expect(() => writeIsilCode(text)).toThrow(RangeError);
  });

  test('any bytes are one, or a WireError', () => {
    const run = fc.property(fc.uint8Array({ maxLength: 12 }), (data) => {
      try {
        readIsilCode(data);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    });
    fc.assert(run, { numRuns: 3000 });
    expect(() => readIsilCode(fromHex('3240de05ab075a'))).toThrow(/odd padding/);
  });

  test.each([
    ['DK-718500', true],
    ['ZDB-1', true],
    ['O-1', true],
    ['dk-718500', false],
    ['DK718500', false],
    ['DK-', false],
    ['DK-12345678901234', false],
  ])('%s is one: %s', (text, is) => expect(isIsil(text)).toBe(is));
});

describe('written and read again', () => {
  const usage = fc.integer({ min: 0, max: 255 }).map((byte) => ({ byte }));
  const texts = fc.uniqueArray(fc.record({ oid: fc.integer({ min: 6, max: 142 }), text: anyText(200) }), {
    selector: ({ oid }) => oid,
    maxLength: 5,
  });
  const anyContent = fc.record({ item: anyText(150), owner: anyOwner(13), part: anyPart, usage, texts });

  test('any text of any length, usage with its qualifier, and further objects', () => {
    const run = fc.property(anyContent, fc.constantFrom(6, undefined), (content, dsfid) => {
      const found = objects(writeTag('iso28560-2', content, 2048), { dsfid });
      const { texts: asked, ...rest } = content;
      expect(found).toMatchObject({ ...rest, leniencies: [] });
      const further = found.objects.filter(({ oid }) => oid > 5).map(({ oid, text }) => ({ oid, text }));
      expect(further).toEqual([...asked].sort((a, b) => a.oid - b.oid));
    });
    fc.assert(run, { numRuns: 500 });
  });

  test('objects of more than 127 bytes', () => {
    for (const length of [127, 128, 129, 300, 1000]) {
      const content = { item: '图'.repeat(length), texts: [{ oid: 17, text: 'ü'.repeat(length) }] };
      const found = objects(writeTag('iso28560-2', content, 8192));
      expect(found.item).toBe(content.item);
      expect(found.objects.at(-1)?.text).toBe(content.texts[0]?.text);
    }
    expect(() => writeTag('iso28560-2', { item: '图'.repeat(6000) }, 8192)).toThrow(RangeError);
  });

  test('the identifier ends where a block ends, so that it can be locked', () => {
    for (const item of ['1', '12', '1234567', '图书0001', 'A-1']) {
      const first = objects(writeTag('iso28560-2', { item }, 64)).objects[0];
      expect((3 + (first?.data.length ?? 0) + (first?.padBytes ?? 0)) % 4).toBe(0);
    }
  });

  test('a tag that is full to its last byte needs no end', () => {
    const memory = writeTag('iso28560-2', { item: '1620168259' }, 14);
    expect(objects(memory).item).toBe('1620168259');
    expect(() => writeTag('iso28560-2', { item: '1620168259' }, 13)).toThrow(/do not fit/);
  });

  test('a library of another field is in the code too, or as text where it has none', () => {
    const content = {
      item: '1620168259',
      texts: [
        { oid: 11, text: 'FI-Hki' },
        { oid: 23, text: '温州市图书馆' },
      ],
    };
    const found = objects(writeTag('iso28560-2', content, 64)).objects;
    expect(found.filter(({ oid }) => oid > 5)).toMatchObject([
      { oid: 11, compaction: 0, text: 'FI-Hki' },
      { oid: 23, compaction: 7, text: '温州市图书馆' },
    ]);
  });

  test.each<[string, TagToWrite]>([
    ['an owner that is no ISIL', { item: '12', owner: '浙江图书馆' }],
    ['part 0 of 1', { item: '12', part: { number: 0, of: 1 } }],
    ['a usage twice', { item: '12', texts: [{ oid: 5, text: 'A' }] }],
    ['an identifier twice', { item: '12', texts: [{ oid: 1, text: 'A' }] }],
    ['an object beyond 142', { item: '12', texts: [{ oid: 143, text: 'A' }] }],
    ['an empty text', { item: '12', texts: [{ oid: 17, text: '' }] }],
    ['half a character', { item: '12', texts: [{ oid: 17, text: '\ud840' }] }],
    ['a block of the other standard', { item: '12', localBlocks: [{ id: 101, payload: Uint8Array.of(1) }] }],
  ])('%s is refused', (_, content) => {
    expect(() => writeTag('iso28560-2', content, 112)).toThrow(RangeError);
  });
});

describe('what a tag forbids while the link is down', () => {
  const usageOf = (byte: number) =>
    objects(writeTag('iso28560-2', { item: '12345', usage: { byte } }, 32)).usage;

  test.each([
    [0x10, false, false, 'circulating'],
    [0x11, false, false, 'circulating, for automatic sorting'],
    [0x13, true, false, 'circulating, not for issue while offline'],
    [0x14, false, true, 'circulating, not for return while offline'],
    [0x15, true, true, 'circulating, neither for issue nor for return while offline'],
    [0x16, false, false, 'circulating, qualifier 6'],
    [0x03, false, false, 'acquisition item, qualifier 3'],
  ])('usage %s', (byte, forbidsIssueOffline, forbidsReturnOffline, words) => {
    expect(usageOf(byte)).toEqual({
      kind: byte >> 4 ? 'circulating' : 'acquisition',
      byte,
      words,
      forbidsIssue: false,
      forbidsIssueOffline,
      forbidsReturnOffline,
    });
  });

  test('nothing, where the tag does not say', () => {
    const found = objects(writeTag('iso28560-2', { item: '12345', usage: {}, owner: 'DE-705' }, 32));
    expect(found.usage).toMatchObject({
      kind: 'notSaid',
      forbidsIssueOffline: false,
      forbidsReturnOffline: false,
    });
  });

  test('all of it, where it says so in bytes that were not read', () => {
    const front = fromHex(golden.objects[0]?.user_memory_hex ?? '').subarray(0, 12);
    const found = objects(front, { ...SURE, partial: true });
    expect(found).toMatchObject({
      item: '1620168259',
      usage: { kind: 'notRead', forbidsIssueOffline: true },
    });
    expect(objects(fromHex('9101046091ce4380'), { ...SURE, partial: true }).usage.kind).toBe('notRead');
    // The content parameter promises it, and the tag ends.
    expect(objects(fromHex('9101046091ce43800201a800'), SURE).usage.kind).toBe('notRead');
  });
});

describe('objects that are not what they look like', () => {
  test.each([
    ['no identifier first', '020180030205d1'],
    ['the identifier twice', '9101046091ce438091010460 91ce4480'],
    ['a usage of two bytes', '9101046091ce438005021010'],
    ['a usage in letters', '9101046091ce438065014100'],
    ['a content parameter in letters', '9101046091ce438062014100'],
    ['an object without a number', '9101046091ce43801001'],
    ['an identifier of a control character', '9100026141 0a'],
    ['an identifier cut off', '9101046091ce'],
    ['an object cut off', '9101046091ce43800201a8050110670242'],
    ['a length without an end', '91018080808080'],
    ['an object identifier beyond 142', '9101046091ce43800f800100'],
    ['an identifier in the application’s own way', '8101046091ce4380'],
  ])('%s: unknown, even where the DSFID says ISO 28560-2', (_, text) => {
    expect(readTag(fromHex(text), SURE).model).toBe('unknown');
  });

  test('without a hint, a content parameter must name exactly what is there', () => {
    const bare = fromHex('9101046091ce438000');
    expect(readTag(bare).model).toBe('unknown');
    expect(objects(bare, SURE).item).toBe('1620168259');
    expect(objects(bare, { models: ['iso28560-2', 'rfid501'] }).item).toBe('1620168259');
    expect(readTag(fromHex('9101046091ce4380020100'), {}).model).toBe('unknown');
    expect(objects(fromHex('9101046091ce43800201200501100000')).item).toBe('1620168259');
    expect(readTag(fromHex('9101046091ce43800201a00501100000')).model).toBe('unknown');
    expect(readTag(fromHex('9101046091ce43800201800501100000')).model).toBe('unknown');
  });

  test('objectOdd: a title that does not expand costs the title, not the item', () => {
    const odd = fromHex('9101046091ce4380 7f0202c328 00');
    expect(objects(odd, SURE)).toMatchObject({ item: '1620168259', leniencies: ['objectOdd'] });
    expect(objects(odd, SURE).objects[1]).not.toHaveProperty('text');
    expect(readTag(odd, { ...SURE, rules: { objectOdd: false } }).model).toBe('unknown');
    expect(readTag(fromHex('9101046091ce4380 02020002 7f0202c328 00')).model).toBe('unknown');
  });

  test.each([
    ['32', { number: 2, of: 3 }],
    ['1203', { number: 3, of: 12 }],
    ['120007', { number: 7, of: 120 }],
    ['23', { number: 2, of: 3 }],
    ['321', undefined],
    ['10', undefined],
    ['AB12', undefined],
  ])('set information %s', (digits, part) => {
    const memory = writeObjects(
      [
        { oid: 1, ...compact('1620168259') },
        { oid: 4, ...compact(digits) },
      ],
      32,
    );
    expect(objects(memory, SURE).part).toEqual(part);
    expect(objects(memory, SURE).leniencies).toEqual(digits === '23' ? ['partsSwapped'] : []);
  });

  test('the OIDs have names up to 26', () => {
    expect([1, 5, 17, 26, 27].map(oidName)).toEqual([
      'primary item identifier',
      'type of usage',
      'title',
      'local data C',
      'object 27',
    ]);
  });

  test('a content parameter names any objects from 3 on', () => {
    const run = fc.property(fc.uniqueArray(fc.integer({ min: 3, max: 142 })), (oids) => {
      expect(oidsOfContentParameter(contentParameterOf(oids))).toEqual([...oids].sort((a, b) => a - b));
    });
    fc.assert(run);
  });
});
