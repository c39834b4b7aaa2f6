import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rfid501Content, TagToWrite } from '../../protocol/tag/content.ts';
import { type EpcRule, itemOfEpc } from '../../protocol/tag/epc.ts';
import { readGs1 } from '../../protocol/tag/gs1.ts';
import { readTag, writeTag } from '../../protocol/tag/tag.ts';
import golden from '../../protocol/vectors/tag.json' with { type: 'json' };
import { fromHex, hex } from '../../protocol/wire/hex.ts';
import { itemTag } from './tag-world.ts';

function rfid501(memory: Uint8Array): Rfid501Content {
  const content = itemTag(readTag(memory));
  if (content.model !== 'rfid501') throw new Error(content.model);
  return content;
}

describe('RFID 501', () => {
  test('golden: 08_3m_rfid501_200901010123', () => {
    const dump = golden.dumps.find(({ id }) => id === '08_3m_rfid501_200901010123');
    const found = rfid501(fromHex(dump?.user_memory_hex ?? ''));
    const [number, of] = [1, 1];
    expect(found).toEqual({
      model: 'rfid501',
      item: dump?.expected.content,
      part: { number, of },
      usage: expect.objectContaining({ kind: 'notSaid', forbidsIssueOffline: false }),
      protection: 'none',
      leniencies: [],
      itemType: dump?.expected.item_type,
      branchNumber: dump?.expected.branch,
      libraryNumber: dump?.expected.library,
      custom: dump?.expected.custom,
    });
    expect(hex(writeTag('rfid501', { ...found, usage: {} }, 32))).toBe(dump?.user_memory_hex);
  });

  test.each(golden.rfid501)('golden: $name', ({ user_memory_hex, expected }) => {
    expect(rfid501(fromHex(user_memory_hex))).toMatchObject(expected);
  });

  test('written and read again', () => {
    const part = fc
      .integer({ min: 1, max: 15 })
      .chain((of) => fc.record({ of: fc.constant(of), number: fc.integer({ min: 1, max: of }) }));
    const anyContent = fc.record(
      {
        item: fc.stringMatching(/^[!-~][ -~]{0,15}$/),
        part,
        itemType: fc.integer({ min: 0, max: 31 }),
        branchNumber: fc.integer({ min: 0, max: 4095 }),
        libraryNumber: fc.integer({ min: 0, max: 1048575 }),
        custom: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      },
      { requiredKeys: ['item'] },
    );
    const run = fc.property(anyContent, fc.constantFrom(28, 32, 112), (content, sizeBytes) => {
      expect(rfid501(writeTag('rfid501', content, sizeBytes))).toMatchObject(content);
    });
    fc.assert(run, { numRuns: 1000 });
  });

  test.each<[string, TagToWrite]>([
    ['an owner', { item: '1', owner: 'DE-705' }],
    ['a usage', { item: '1', usage: { byte: 0x13 } }],
    ['a title', { item: '1', texts: [{ oid: 17, text: 'A' }] }],
    ['17 characters', { item: '12345678901234567' }],
    ['another script', { item: '图书' }],
    ['16 parts', { item: '1', part: { number: 1, of: 16 } }],
    ['a branch too high', { item: '1', branchNumber: 4096 }],
    ['half a custom', { item: '1', custom: 0.5 }],
  ])('%s is refused', (_, content) => {
    expect(() => writeTag('rfid501', content, 32)).toThrow(RangeError);
  });

  const tag = writeTag('rfid501', { item: '200901010123', part: { number: 1, of: 1 } }, 32);
  test.each<[string, number, number]>([
    ['another mark', 0, 0x05],
    ['part 2 of 1', 1, 0x21],
    ['part 0 of 1', 1, 0x01],
    ['a third byte', 2, 0x01],
    ['a character for a kind', 3, 0x31],
    ['an identifier that goes on', 19, 0x31],
    ['an identifier of Latin 1', 4, 0xe4],
    ['an identifier of a control character', 4, 0x07],
  ])('with %s it is unknown', (_, at, byte) => {
    const other = tag.slice();
    other[at] = byte;
    expect(readTag(other).model).toBe('unknown');
  });

  test('cut off it is unknown', () => {
    expect(readTag(tag.subarray(0, 27)).model).toBe('unknown');
  });
});

describe('GS1 numbers', () => {
  test.each(golden.gs1)('golden: $epc', ({ epc, scheme, companyPrefix, reference, serial }) => {
    expect(readGs1(fromHex(epc))).toEqual({ scheme, companyPrefix, reference, serial });
  });

  test.each([
    ['another scheme', '3174257BF7194E4000001A85'],
    ['partition 7', '307C257BF7194E4000001A85'],
    ['a company of too many digits', '3077FFFFF7194E4000001A85'],
    ['too short', '3074257BF7194E4000001A'],
    ['too long', '3074257BF7194E4000001A8500'],
    ['nothing', ''],
  ])('%s is none', (_, epc) => expect(readGs1(fromHex(epc))).toBeUndefined());
});

describe('an item identifier from an EPC', () => {
  test.each<[string, EpcRule, string, string | undefined]>([
    ['hex', { form: 'hex' }, 'E2801160AB', 'E2801160AB'],
    ['hex behind a prefix', { form: 'hex', prefixHex: 'e280' }, 'E2801160AB', '1160AB'],
    ['another prefix', { form: 'hex', prefixHex: 'E281' }, 'E2801160AB', undefined],
    ['ASCII, filled up', { form: 'ascii', prefixHex: '19EA' }, '19EA33303233000000', '3023'],
    ['ASCII that goes on', { form: 'ascii', prefixHex: '19EA' }, '19EA33003233', undefined],
    ['ASCII that is none', { form: 'ascii' }, 'C3A4', undefined],
    ['ASCII of so many characters', { form: 'ascii', digits: 4 }, '33303233', '3023'],
    ['ASCII of fewer', { form: 'ascii', digits: 5 }, '33303233', undefined],
    ['BCD', { form: 'bcd', offsetBytes: 2, lengthBytes: 4 }, 'FFFF01234567FFFF', '01234567'],
    ['BCD, filled up', { form: 'bcd' }, '01234FFF', '01234'],
    ['BCD with a letter', { form: 'bcd' }, '0123A5', undefined],
    ['BCD filled in the middle', { form: 'bcd' }, '01F3', undefined],
    ['a number', { form: 'decimal' }, '0000012C', '300'],
    ['a number of so many digits', { form: 'decimal', digits: 10 }, '0000012C', '0000000300'],
    ['a number of more', { form: 'decimal', digits: 2 }, '0000012C', undefined],
    [
      'too short for its rule',
      { form: 'bcd', offsetBytes: 4, lengthBytes: 9 },
      '000000000000000000000000',
      undefined,
    ],
    ['nothing behind the prefix', { form: 'hex', prefixHex: '30' }, '30', undefined],
    ['no EPC', { form: 'hex' }, '', undefined],
    ['SGTIN', { form: 'sgtin-96', companyPrefix: '0614141' }, '3074257BF7194E4000001A85', '6789'],
    [
      'SGTIN, filled up',
      { form: 'sgtin-96', companyPrefix: '0614141', digits: 8 },
      '3074257BF7194E4000001A85',
      '00006789',
    ],
    [
      'SGTIN of its reference',
      { form: 'sgtin-96', companyPrefix: '0614141', reference: '812345' },
      '3074257BF7194E4000001A85',
      '6789',
    ],
    [
      'SGTIN of another',
      { form: 'sgtin-96', companyPrefix: '0614141', reference: '812346' },
      '3074257BF7194E4000001A85',
      undefined,
    ],
    [
      'SGTIN of another company',
      { form: 'sgtin-96', companyPrefix: '0614142' },
      '3074257BF7194E4000001A85',
      undefined,
    ],
    ['GRAI', { form: 'grai-96', companyPrefix: '9521141' }, '3376451FD40C0E400000162E', '5678'],
    [
      'GRAI where SGTIN is',
      { form: 'grai-96', companyPrefix: '0614141' },
      '3074257BF7194E4000001A85',
      undefined,
    ],
  ])('%s', (_, rule, epc, item) => {
    const found = itemOfEpc(fromHex(epc), rule);
    expect(found.item).toBe(item);
    if (found.item === undefined) expect(found.why).toBeTruthy();
  });

  test('is none where the company prefix was left out of the configuration', () => {
    const rule = JSON.parse('{ "form": "sgtin-96" }') as EpcRule;
    expect(itemOfEpc(fromHex('3074257BF7194E4000001A85'), rule).item).toBeUndefined();
  });

  test('any EPC is an item or unknown, and two EPCs of a library are never one item', () => {
    const rules: EpcRule[] = [
      { form: 'decimal', digits: 29 },
      { form: 'hex' },
      { form: 'bcd' },
      { form: 'ascii' },
    ];
    const anyEpc = fc.uint8Array({ minLength: 12, maxLength: 12 });
    const run = fc.property(anyEpc, anyEpc, fc.constantFrom(...rules), (one, other, rule) => {
      const [item, another] = [itemOfEpc(one, rule).item, itemOfEpc(other, rule).item];
      if (hex(one) !== hex(other) && item !== undefined) expect(another).not.toBe(item);
    });
    fc.assert(run, { numRuns: 2000 });
    expect(itemOfEpc(new Uint8Array(63), { form: 'hex' }).item).toBeUndefined();
  });
});
