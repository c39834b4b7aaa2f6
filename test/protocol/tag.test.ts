import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reverseBlocks } from '../../protocol/tag/blocks-reversed.ts';
import { bytesNeeded } from '../../protocol/tag/bytes-needed.ts';
import type { TagModel } from '../../protocol/tag/content.ts';
import { SAFE_RULES } from '../../protocol/tag/leniency.ts';
import { AFI_3M, AFI_DANISH, AFI_STANDARD, afiSays, dsfidHint } from '../../protocol/tag/marks.ts';
import { explainTag, readTag, writeTag } from '../../protocol/tag/tag.ts';
import golden from '../../protocol/vectors/tag.json' with { type: 'json' };
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { fromHex } from '../../protocol/wire/hex.ts';
import { anyBarcode, anyMemory, anyOwner, anyPart, itemTag } from './tag-world.ts';

const ALL_RULES = Object.fromEntries(Object.keys(SAFE_RULES).map((rule) => [rule, true]));
const anyOptions = fc.record({
  dsfid: fc.constantFrom(undefined, 0, 0x06, 0x3e),
  models: fc.constantFrom<readonly TagModel[] | undefined>(
    undefined,
    ['iso28560-2'],
    ['rfid501'],
    ['danish'],
    [],
  ),
  rules: fc.constantFrom({}, ALL_RULES),
  partial: fc.boolean(),
});
const MODELS = ['iso28560-3', 'danish', 'iso28560-2', 'rfid501'] as const;

describe('any bytes', () => {
  test('are a value, never a throw, whatever the options', () => {
    const run = fc.property(anyMemory, anyOptions, (memory, options) => {
      const trail: FieldSeen[] = [];
      const content = explainTag(memory, trail, options);
      expect(content).toEqual(readTag(memory, options));
      if (content.model !== 'unknown' && content.model !== 'blank') expect(content.item.trim()).not.toBe('');
      if (memory.length > 0) expect(trail.length).toBeGreaterThan(0);
    });
    fc.assert(run, { numRuns: 3000 });
  });

  test('ask for so many more bytes that reading comes to an end', () => {
    const run = fc.property(anyMemory, (memory) => {
      let front = memory.subarray(0, 0);
      let asked = 0;
      while (bytesNeeded(front) > front.length && front.length < memory.length) {
        asked += 1;
        expect(asked).toBeLessThan(200);
        front = memory.subarray(0, bytesNeeded(front));
      }
    });
    fc.assert(run, { numRuns: 3000 });
  });

  test('of a megabyte are read as well', () => {
    for (const front of ['9100ffff7f', '91', '1101013130', '80', '5555', 'd100ffff7f', 'b100ffff7f']) {
      const memory = new Uint8Array(1 << 20).fill(0x41);
      memory.set(fromHex(front));
      expect(readTag(memory).model).toBe('unknown');
      expect(readTag(memory, { dsfid: 6, partial: true }).model).toMatch(/unknown|iso28560-2/);
    }
  });
});

describe('a tag with nothing on it', () => {
  test.each([
    ['zeros', '00'.repeat(112)],
    ['as 3M ships it', `${'55'.repeat(24)}00000000`],
    ['the front of one', '55'.repeat(8)],
  ])('is blank: %s', (_, text) => {
    expect(readTag(fromHex(text))).toEqual({ model: 'blank' });
  });

  test.each([
    ['no bytes at all', ''],
    ['erased to ones', 'ff'.repeat(32)],
    ['zeros, then something', `${'00'.repeat(31)}01`],
    ['another company blank', `${'55'.repeat(23)}5400000000`],
  ])('is unknown, with a reason, where it is not blank: %s', (_, text) => {
    const content = readTag(fromHex(text));
    expect(content.model).toBe('unknown');
    expect(content.model === 'unknown' && content.why).toBeTruthy();
  });
});

describe('what one model wrote', () => {
  const anyItem = fc.record({ item: anyBarcode, owner: anyOwner(9), part: anyPart });

  test('no other model reads', () => {
    const run = fc.property(
      fc.constantFrom(...MODELS),
      anyItem,
      fc.constantFrom(0, undefined),
      (model, some, dsfid) => {
        const content = model === 'rfid501' ? { item: some.item } : some;
        const found = itemTag(readTag(writeTag(model, content, 112), { dsfid }));
        expect(found.model).toBe(model === 'danish' ? 'iso28560-3' : model);
        expect(found.item).toBe(some.item);
        expect(found.leniencies).toEqual([]);
      },
    );
    fc.assert(run, { numRuns: 1000 });
  });

  test('a library that does not use the model does not read', () => {
    const others: Record<string, TagModel[]> = {
      'iso28560-3': ['iso28560-2', 'rfid501'],
      'iso28560-2': ['danish', 'rfid501'],
      rfid501: ['iso28560-3', 'iso28560-2'],
    };
    for (const [model, models] of Object.entries(others)) {
      const memory = writeTag(model as TagModel, { item: '1620168259' }, 112);
      expect(readTag(memory, { models }).model).toBe('unknown');
    }
  });

  test('is read from its front as from the whole, with what a loan asks', () => {
    const texts = [{ oid: 17, text: 'Water Margin, third volume' }];
    const run = fc.property(
      fc.constantFrom(...MODELS),
      anyItem,
      fc.constantFrom(6, undefined),
      (model, some, dsfid) => {
        const content = model === 'rfid501' ? { item: some.item } : { ...some, texts, usage: { byte: 0x10 } };
        const memory = writeTag(model, content, 112);
        let front = memory.subarray(0, 4);
        for (let asked = 0; bytesNeeded(front) > front.length; asked += 1) {
          expect(asked).toBeLessThan(20);
          front = memory.subarray(0, bytesNeeded(front));
        }
        const hint = model === 'iso28560-2' ? dsfid : undefined;
        const read = itemTag(readTag(front, { dsfid: hint, partial: true }));
        const whole = itemTag(readTag(memory, { dsfid: hint }));
        expect(front.length).toBeLessThanOrEqual(64);
        const loanOf = ({ item, owner, part, usage }: typeof whole) => ({ item, owner, part, usage });
        expect(loanOf(read)).toEqual(loanOf(whole));
      },
    );
    fc.assert(run, { numRuns: 1000 });
  });

  test('is not read against a DSFID of the other standard', () => {
    const memory = writeTag('iso28560-2', { item: '1620168259', owner: 'DE-705' }, 112);
    expect(readTag(memory, { dsfid: 0x3e }).model).toBe('unknown');
    // But a right check sum counts for more than a DSFID.
    expect(readTag(writeTag('danish', { item: '1620168259' }, 32), { dsfid: 0x06 }).model).toBe('iso28560-3');
  });

  test('is asked for up to the end of the extension blocks where the identifier is in one', () => {
    const content = { item: 'urn:cn:zhejiang:0000000012345678', texts: [{ oid: 17, text: 'A title' }] };
    const memory = writeTag('iso28560-3', content, 112);
    let front = memory.subarray(0, 4);
    while (bytesNeeded(front) > front.length) front = memory.subarray(0, bytesNeeded(front));
    expect(front.length).toBe(Buffer.from(memory).indexOf('A title') + 'A title'.length + 1);
    expect(itemTag(readTag(front, { partial: true })).item).toBe(content.item);
    expect(bytesNeeded(reverseBlocks(memory))).toBe(bytesNeeded(memory));
  });

  test('never needs more of a small tag than it has', () => {
    expect(bytesNeeded(writeTag('iso28560-3', { item: '1000000056' }, 32))).toBe(36);
    expect(readTag(writeTag('iso28560-3', { item: '1000000056' }, 32), { partial: true }).model).toBe(
      'iso28560-3',
    );
  });

  test('and what does not fit is refused, not cut off', () => {
    for (const model of MODELS) {
      for (const sizeBytes of [0, -1, 1.5, Number.NaN, 7, 100_000])
        expect(() => writeTag(model, { item: '1000000056' }, sizeBytes)).toThrow(RangeError);
      for (const item of ['', ' ', 'a\nb', '\ud800', '\0'])
        expect(() => writeTag(model, { item }, 112)).toThrow(RangeError);
    }
  });
});

describe('the words of a tag', () => {
  test('tell every field of a basic block and its extension blocks', () => {
    const trail: FieldSeen[] = [];
    explainTag(fromHex(golden.dumps[1]?.user_memory_hex ?? ''), trail);
    const told = trail.map(({ at, name, words }) => `${at} ${name}: ${words}`);
    expect(told).toContain('0 version and usage: version 1, circulating');
    expect(told).toContain('3 primary item identifier: 1000000136');
    expect(told).toContain('19 check sum: 1536h');
    expect(told).toContain('21 owner: DK718500');
    expect(told).toContain('38 library: media format (other) 1');
    expect(told).toContain('73 block length: the end');
    // Every byte is explained, and none twice.
    const explained = trail.flatMap(({ at, bytes }) => Array.from(bytes, (_, more) => at + more));
    expect(explained).toEqual(Array.from({ length: 74 }, (_, at) => at));
  });

  test('tell the objects, and only those of the model that fits', () => {
    const trail: FieldSeen[] = [];
    explainTag(fromHex(golden.objects[0]?.user_memory_hex ?? ''), trail);
    const told = trail.map(({ at, name, words }) => `${at} ${name}: ${words}`);
    expect(told.slice(0, 4)).toEqual([
      '0 precursor: primary item identifier, integer, padded',
      '1 pad length: 1 bytes',
      '2 length: 4 bytes',
      '3 primary item identifier: 1620168259',
    ]);
    expect(told).toContain('10 content parameter: objects 3, 5, 7');
    expect(told).toContain('20 owner institution: FI-Mamk-M');
  });

  test('say why a tag is unknown, one reason a model', () => {
    const trail: FieldSeen[] = [];
    const content = explainTag(fromHex(`11${'22'.repeat(40)}`), trail);
    expect(content).toEqual({ model: 'unknown', why: trail[0]?.words });
    expect(trail[0]?.words).toMatch(/check sum.*iso28560-2.*rfid501/);
  });
});

describe('the bytes beside the memory', () => {
  test.each([
    [0x07, AFI_STANDARD, 'inStock'],
    [0xc2, AFI_STANDARD, 'onLoan'],
    [0xd7, AFI_3M, 'inStock'],
    [0xda, AFI_3M, 'onLoan'],
    [0x21, AFI_DANISH, 'onLoan'],
    [0x21, AFI_STANDARD, 'unknown'],
    [0x00, AFI_STANDARD, 'unknown'],
    [undefined, AFI_STANDARD, 'unknown'],
  ])('AFI %s', (afi, pair, says) => {
    expect(afiSays(afi, pair)).toBe(says);
  });

  test('a DSFID is a hint, and most say nothing', () => {
    expect([0x06, 0x3e, 0x00, undefined].map(dsfidHint)).toEqual([
      'iso28560-2',
      'iso28560-3',
      undefined,
      undefined,
    ]);
  });
});
