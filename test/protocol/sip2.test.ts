/** SIP2 on the wire: golden messages, every message there and back with any text, cut streams, noise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dp2Checksum, sip2Checksum } from '../../protocol/sip2/checksum.ts';
import { readDate, writeDate } from '../../protocol/sip2/date.ts';
import { decodeSip2, explainSip2, isWhole } from '../../protocol/sip2/decode.ts';
import { encodeSip2 } from '../../protocol/sip2/encode.ts';
import { decodeText, encodeText, type Sip2Encoding, UNREADABLE } from '../../protocol/sip2/encoding.ts';
import type { Sip2Message } from '../../protocol/sip2/messages.ts';
import { FRAME_BYTES_MAX, SIP2_OPTIONS, type Sip2Options } from '../../protocol/sip2/options.ts';
import { Sip2Splitter } from '../../protocol/sip2/splitter.ts';
import golden from '../../protocol/vectors/sip2.json' with { type: 'json' };
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { anyMessage } from './sip2-messages.ts';

const ENCODINGS: readonly Sip2Encoding[] = ['utf-8', 'latin1', 'gb18030'];
const options = (changed: Partial<Sip2Options> = {}): Sip2Options => ({ ...SIP2_OPTIONS, ...changed });
const utf8 = (text: string) => encodeText(text, 'utf-8');
const anyOptions = fc.record<Sip2Options>({
  checksum: fc.constantFrom('strict', 'lenient', 'off', 'utf16'),
  encoding: fc.constantFrom(...ENCODINGS),
  escape: fc.constantFrom('entity', 'none'),
});

const vectors = golden.messages.flatMap(({ message, source, encodings }) =>
  encodings.map((encoding) => ({ message, source, encoding: encoding as Sip2Encoding })),
);

describe('golden messages', () => {
  test('are 43, and most are known in two encodings', () => {
    expect(golden.messages).toHaveLength(43);
    expect(vectors.length).toBeGreaterThan(60);
  });

  test.each(vectors)('$message in $encoding ($source)', ({ message, encoding }) => {
    const bytes = encodeText(message, encoding);
    expect(sip2Checksum(bytes.subarray(0, -4))).toBe(message.slice(-4));
    const { message: told, check } = decodeSip2(bytes, options({ encoding }));
    expect(check).toBe('good');
    // Written anew it says the same, and has the empty fields that these terminals left out.
    const again = encodeSip2(told, options({ encoding }));
    expect(decodeSip2(again, options({ encoding })).message).toMatchObject(told);
    // Any one byte that is another one is noticed.
    for (const at of [2, bytes.length - 12, bytes.length - 1]) {
      const turned = Uint8Array.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 1;
      expect(() => decodeSip2(turned, options({ encoding }))).toThrow(WireError);
    }
  });

  test.each(golden.worked)('worked checksum $checksum of $open', ({ open, checksum }) => {
    expect(sip2Checksum(utf8(open))).toBe(checksum);
    expect(decodeSip2(utf8(`${open}${checksum}`)).check).toBe('good');
  });

  test.each(golden.dp2)('dp2 counts otherwise: $message', ({ message }) => {
    expect(dp2Checksum(message.replace(/\|AY.*/, ''))).toBe(message.slice(-4));
    expect(decodeSip2(utf8(message), options({ checksum: 'utf16' })).check).toBe('good');
    expect(decodeSip2(utf8(message), options({ checksum: 'lenient' })).check).toBe('wrong');
    expect(() => decodeSip2(utf8(message))).toThrow(/checksum is wrong/);
  });

  test.each(golden.wrong)('a checksum that its text does not have is refused: $message', ({ message }) => {
    expect(() => decodeSip2(utf8(message))).toThrow(/checksum is wrong/);
    expect(decodeSip2(utf8(message), options({ checksum: 'off' })).check).toBe('wrong');
  });
});

describe('messages', () => {
  test('the worked login is written to the byte', () => {
    const login: Sip2Message = {
      name: 'login',
      userIdAlgorithm: '0',
      passwordAlgorithm: '0',
      loginUserId: 'LoginUserID',
      loginPassword: 'LoginPassword',
      locationCode: 'LocationCode',
      sequence: 5,
    };
    expect(decodeText(encodeSip2(login), 'utf-8')).toBe(
      '9300CNLoginUserID|COLoginPassword|CPLocationCode|AY5AZEC7B\r',
    );
    expect(decodeText(encodeSip2(login, options({ checksum: 'off' })), 'utf-8')).not.toMatch(/AY|AZ/);
  });

  test('an answer is told in SIP2’s words', () => {
    const text =
      '64Y   Y         01920260304   Z100506000100020003    00000012AOprovince|AA0042|AE王小明|BLY|CQN|BZ0005|' +
      'ASone&#124;1|AStwo|BV1.50|AFwelcome|XXextra|AEtwice|';
    const { message, check } = decodeSip2(utf8(text), options({ checksum: 'lenient' }));
    expect(check).toBe('missing');
    expect(message).toEqual({
      name: 'patronInformationResponse',
      patronStatus: ['chargePrivilegesDenied', 'cardReportedLost'],
      language: '019',
      transactionDate: '2026-03-04T10:05:06Z',
      holdItemsCount: 1,
      overdueItemsCount: 2,
      chargedItemsCount: 3,
      fineItemsCount: undefined,
      recallItemsCount: 0,
      unavailableHoldsCount: 12,
      institutionId: 'province',
      patronId: '0042',
      personalName: '王小明',
      validPatron: true,
      validPatronPassword: false,
      holdItemsLimit: 5,
      holdItems: ['one|1', 'two'],
      feeAmount: '1.50',
      screenMessages: ['welcome'],
      others: [
        ['XX', 'extra'],
        ['AE', 'twice'],
      ],
    });
  });

  test('AC and AD are sent also when they are empty', () => {
    const message: Sip2Message = {
      name: 'patronStatusRequest',
      language: '000',
      transactionDate: undefined,
      patronId: '1',
    };
    expect(decodeText(encodeSip2(message, options({ checksum: 'off' })), 'utf-8')).toMatch(
      /AO\|AA1\|AC\|AD\|\r$/,
    );
  });

  test('only Y is a right PIN: an empty or odd answer is none', () => {
    const pin = (value: string) => {
      const { message } = decodeSip2(utf8(`24${' '.repeat(35)}AA1|${value}`), options({ checksum: 'off' }));
      return message.name === 'patronStatusResponse' && message.validPatronPassword;
    };
    expect(['CQY|', 'CQN|', 'CQ|', 'CQ1|', 'CQy|', ''].map(pin)).toEqual([
      ...[true, false, false, false, false],
      undefined,
    ]);
  });

  test('a | before the first field is skipped, as some terminals write it', () => {
    const { message } = decodeSip2(utf8(`23019${' '.repeat(18)}|AOx|AA1|`), options({ checksum: 'off' }));
    expect(message).toMatchObject({ institutionId: 'x', patronId: '1' });
  });

  test('a value cannot pass itself off as a checksum', () => {
    const message: Sip2Message = { name: 'itemInformation', transactionDate: undefined, itemId: 'AY1AZ1234' };
    const bytes = encodeSip2(message, options({ checksum: 'off' }));
    expect(decodeSip2(bytes, options({ checksum: 'off' }))).toMatchObject({
      check: 'missing',
      message: { itemId: 'AY1AZ1234' },
    });
    const unended = utf8(`17${' '.repeat(18)}AO|ABbookAY1AZ1234`);
    expect(decodeSip2(unended, options({ checksum: 'off' })).message).toMatchObject({
      itemId: 'bookAY1AZ1234',
    });
  });

  test('a value longer than SIP2 allows is refused, and the error does not tell it', () => {
    const message: Sip2Message = {
      name: 'patronStatusRequest',
      language: '000',
      patronPassword: '9'.repeat(256),
    };
    expect(() => encodeSip2(message)).toThrow('AD is longer than 255 characters');
    expect(() => encodeSip2({ ...message, patronPassword: '𠀀'.repeat(255) })).not.toThrow();
  });

  test('every message comes back as it was, with any text', () => {
    fc.assert(
      fc.property(anyMessage, anyOptions, (message, how) => {
        const bytes = encodeSip2(message, how);
        expect(bytes.indexOf(0x0d)).toBe(bytes.length - 1);
        const { message: back, check } = decodeSip2(bytes, how);
        expect(check).toBe(how.checksum === 'off' ? 'missing' : 'good');
        expect(back).toEqual(asCarried(message, how));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** What a peer can be told of values: no control characters, and what its encoding has. */
function asCarried(message: Sip2Message, how: Sip2Options): object {
  const carry = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(carry);
    if (typeof value !== 'string') return value;
    const cleaned = value.replace(/\p{Cc}/gu, ' ').replaceAll('|', how.escape === 'none' ? ' ' : '&#124;');
    const sent = decodeText(encodeText(cleaned, how.encoding), how.encoding);
    return how.escape === 'entity' ? sent.replaceAll('&#124;', '|') : sent;
  };
  const carried: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) carried[name] = carry(value);
  if (how.checksum === 'off') delete carried.sequence;
  return carried;
}

describe('any bytes', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    // Good messages, hurt: far deeper into the decoder than noise comes.
    fc
      .tuple(anyMessage, anyOptions, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
      .map(([message, how, hurt, cut]) => {
        const bytes = encodeSip2(message, how);
        for (const [at, byte] of hurt) bytes[at % bytes.length] = byte;
        return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
      }),
  );

  test('are a message or a WireError', () => {
    fc.assert(
      fc.property(anyBytes, anyOptions, (bytes, how) => {
        try {
          decodeSip2(bytes, how);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
        isWhole(bytes, how);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a fixed field that decides and says neither yes nor no is no answer', () => {
    for (const text of ['94', '94 ', '94X', '12?NUN', '98ynnnnn'])
      expect(() => decodeSip2(utf8(text), options({ checksum: 'off' }))).toThrow(WireError);
  });
});

describe('the byte stream', () => {
  const whole = (bytes: Uint8Array) => isWhole(bytes);
  const splitter = (lfEnds = false, bad: WireError[] = []) =>
    new Sip2Splitter({ whole, bad: (error) => bad.push(error), lfEnds });
  const texts = (frames: readonly Uint8Array[]) => frames.map((frame) => decodeText(frame, 'utf-8'));

  test('any cut of it gives the same frames', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 4 }),
        fc.constantFrom('\r', '\r\n'),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (messages, end, sizes) => {
          const frames = messages.map((message) => encodeSip2(message).subarray(0, -1));
          const stream = Buffer.concat(frames.flatMap((frame) => [frame, utf8(end)]));
          const got: Uint8Array[] = [];
          const on = splitter();
          for (let at = 0, n = 0; at < stream.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            got.push(...on.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(texts(got)).toEqual(texts(frames));
          expect(on.waiting).toBe(false);
        },
      ),
    );
  });

  test('noise costs only the frames it touches, and memory is bounded', () => {
    const bad: WireError[] = [];
    const on = splitter(false, bad);
    for (let i = 0; i < 40; i += 1) expect(on.push(new Uint8Array(10_000).fill(0x41))).toEqual([]);
    expect(bad).toHaveLength(1);
    expect(texts(on.push(utf8('\r941AY1AZFDFC\r')))).toEqual(['941AY1AZFDFC']);
    expect(bad).toHaveLength(1);
    expect(on.push(new Uint8Array(FRAME_BYTES_MAX).fill(0x41))).toEqual([]);
    expect(on.push(utf8('\r'))[0]).toHaveLength(FRAME_BYTES_MAX);
  });

  test('an LF is part of a value, except where the peer ends with it', () => {
    expect(texts(splitter().push(utf8('\n96\r\n\r\n94\n1\r')))).toEqual(['96', '94\n1']);
    expect(texts(splitter(true).push(utf8('96\n\n941\r\n')))).toEqual(['96', '941']);
  });

  test('an answer without CR is taken when the line is quiet, if it is whole', () => {
    const on = splitter();
    const bytes = utf8('941AY0AZFDFD');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(on.push(bytes.subarray(cut - 1, cut))).toEqual([]);
      expect(on.quiet()).toEqual([]);
    }
    on.push(bytes.subarray(-1));
    expect(texts(on.quiet())).toEqual(['941AY0AZFDFD']);
    expect(on.push(utf8('\r'))).toEqual([]);
  });

  test('without checksums an answer is whole when the fields that are always there are', () => {
    const off = options({ checksum: 'off' });
    const text = `121NUN${' '.repeat(18)}AOx|AA1|AB2|AJtitle|AHsoon|`;
    expect(isWhole(utf8(text), off)).toBe(true);
    expect(isWhole(utf8(text.slice(0, -1)), off)).toBe(false);
    expect(isWhole(utf8(text.replace('AHsoon|', '')), off)).toBe(false);
    expect(isWhole(utf8('96'), off)).toBe(true);
  });
});

describe('dates', () => {
  test('local and UTC go both ways', () => {
    expect(writeDate('2026-03-04T10:05:06')).toBe('20260304    100506');
    expect(writeDate('2026-03-04T10:05:06Z')).toBe('20260304   Z100506');
    expect(readDate('20260304    100506')).toBe('2026-03-04T10:05:06');
    expect(readDate('20260304   Z100506')).toBe('2026-03-04T10:05:06Z');
    expect(writeDate(undefined)).toBe(' '.repeat(18));
  });

  test.each([
    ' '.repeat(18),
    '20260631    100506',
    '20261304    100506',
    '20260304    250506',
    '2026030410050600',
  ])('"%s" is no date', (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  test('what is no ISO date is the programmer’s error', () => {
    for (const text of ['', '2026-03-04', '2026-02-30T00:00:00'])
      expect(() => writeDate(text)).toThrow(RangeError);
  });
});

describe('encodings', () => {
  test('GB 18030 has every character but 19 of private use, those of four bytes too', () => {
    const missing: string[] = [];
    for (let first = 0; first <= 0x10_ffff; first += 0x100) {
      if (first >= 0xd800 && first <= 0xdfff) continue;
      const text = String.fromCodePoint(...Array.from({ length: 0x100 }, (_, at) => first + at));
      const back = [...decodeText(encodeText(text, 'gb18030'), 'gb18030')];
      for (const [at, character] of [...text].entries())
        if (back[at] !== character && character !== UNREADABLE) missing.push(character);
    }
    expect(missing).toHaveLength(19);
    expect(missing.join('')).toMatch(/^[\ue000-\uf8ff]+$/);
    expect([...encodeText('中𠀀|', 'gb18030')]).toEqual([0xd6, 0xd0, 0x95, 0x32, 0x82, 0x36, 0x7c]);
  });

  test('the byte of | within a character of GB 18030 ends no field', () => {
    const [character] = [...decodeText(Uint8Array.of(0x81, 0x7c), 'gb18030')];
    const message: Sip2Message = { name: 'itemInformation', itemId: `${character}7` };
    const how = options({ encoding: 'gb18030' });
    expect(decodeSip2(encodeSip2(message, how), how).message).toMatchObject({ itemId: `${character}7` });
  });

  test('what latin1 does not have is a question mark', () => {
    expect(decodeText(encodeText('é中𠀀\u0080', 'latin1'), 'latin1')).toBe('é??\u0080');
  });
});

describe('in words', () => {
  test('each field is told, by the place where it is, and no password', () => {
    const trail: FieldSeen[] = [];
    const bytes = utf8('\n63019                  Y         AOx|AA0042|AC|AD1234|KQext|AY3AZ0000\r');
    expect(explainSip2(bytes, SIP2_OPTIONS, trail)).toBe(
      '63 patron information, sequence number 3, checksum wrong',
    );
    const told = trail
      .filter(({ name }) => name !== 'end of field')
      .map(({ name, words }) => `${name}: ${words}`);
    expect(told).toEqual([
      'message: patron information',
      'language: Chinese',
      'transactionDate: no date',
      'summary: holdItems',
      'AO institution id: x',
      'AA patron identifier: 0042',
      'AC terminal password: empty',
      'AD patron password: not shown',
      'KQ (not in the standard): ext',
      'AY sequence number: 3',
      expect.stringMatching(/^AZ checksum: wrong: these bytes have [0-9A-F]{4}$/),
    ]);
    for (const { at, bytes: part } of trail)
      expect([...bytes.subarray(at, at + part.length)]).toEqual([...part]);
    expect(trail.reduce((sum, { bytes: part }) => sum + part.length, 0)).toBe(bytes.length - 2);
  });

  test('any bytes are explained or a WireError', () => {
    fc.assert(
      fc.property(anyMessage, anyOptions, (message, how) => {
        const trail: FieldSeen[] = [];
        explainSip2(encodeSip2(message, how), how, trail);
        expect(trail.every(({ words }) => typeof words === 'string')).toBe(true);
      }),
    );
  });
});
