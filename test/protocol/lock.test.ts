/** Frames of commercial lock boards: every one that was found, by name; and any bytes at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode8a, encode8a, FRAMING_8A } from '../../protocol/lock/bcc8a/frame.ts';
import { decodeCu16, encodeCu16, FRAMING_CU16 } from '../../protocol/lock/cu16/frame.ts';
import { decodeCu48, encodeCu48, encodeCu48Answer } from '../../protocol/lock/cu48/frame.ts';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import { contactsOf, type LockFrame, levelBytes } from '../../protocol/lock/lock.ts';
import { QuietSplitter } from '../../protocol/lock/quiet.ts';
import { decodeWkly, encodeWkly } from '../../protocol/lock/wkly/frame.ts';
import golden from '../../protocol/vectors/lock.json' with { type: 'json' };
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { fromHex, hex } from '../../protocol/wire/hex.ts';

const DECODERS: Readonly<Record<LockDriverName, (frame: Uint8Array, trail?: FieldSeen[]) => LockFrame>> = {
  '8a': decode8a,
  wkly: decodeWkly,
  cu16: decodeCu16,
  cu48: decodeCu48,
};
/** Made again from what was read of it. */
const AGAIN: Readonly<Record<LockDriverName, (frame: Uint8Array) => Uint8Array>> = {
  '8a': ([head = 0, address = 0, ...rest]) => encode8a(head, address, ...rest.slice(0, -1)),
  wkly: ([, , , , , address = 0, command = 0, ...rest]) => encodeWkly(address, command, ...rest.slice(0, -1)),
  cu16: ([, address = 0, command = 0, ...rest]) => encodeCu16(address, command, ...rest.slice(0, -2)),
  cu48: ([, address = 0, lock = 0, code = 0, ...rest]) =>
    code === 0x75
      ? encodeCu48Answer(address, lock, code, rest.slice(1, -1))
      : encodeCu48(address, lock, code),
};
/** The vectors have both Kerong boards in one list. */
const driverOf = (family: string, note: string): LockDriverName =>
  family === 'kerong' ? (note.startsWith('CU48') ? 'cu48' : 'cu16') : (family as LockDriverName);
const frames = Object.entries(golden.boards).flatMap(([family, { frames: some }]) =>
  some.map((frame) => ({ ...frame, driver: driverOf(family, frame.note) })),
);
const isScu = ({ note }: { note: string }) => note.startsWith('SCU');

describe('golden frames', () => {
  test.each(frames.filter((frame) => !isScu(frame)))(
    '$driver $dir: $note ($hex)',
    ({ driver, dir, hex: text }) => {
      const bytes = fromHex(text);
      const { says } = DECODERS[driver](bytes);
      const answers: readonly LockFrame['says'][] = ['done', 'failed', 'doors', 'door', 'moved', 'time'];
      // "Other" frames are those that no driver uses, in both directions.
      if (says !== 'other') expect(answers.includes(says)).toBe(dir === 'rx');
      expect(hex(AGAIN[driver](bytes))).toBe(text.toLowerCase());
      for (let at = 0; at < bytes.length; at += 1) {
        const turned = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 0x40 : byte));
        expect(() => DECODERS[driver](turned)).toThrow(WireError);
      }
    },
  );

  test.each(frames.filter(isScu))('of a board without a driver is refused: $note', ({ hex: text }) => {
    for (const name of LOCK_DRIVER_NAMES) expect(() => DECODERS[name](fromHex(text))).toThrow(WireError);
  });

  test('say what they are', () => {
    const told = (driver: LockDriverName, text: string) => LOCK_DRIVERS[driver].decode(fromHex(text));
    expect(told('8a', '8a0101008a')).toBe('Board 1 did as told with lock 1; its contact reads 0.');
    expect(told('8a', '8a0101119b')).toMatch(/told to unlock lock 1; or answers that its contact reads 1/);
    expect(told('8a', '8101011190')).toMatch(/unasked that the door of lock 1 moved; its contact reads 1/);
    expect(told('8a', '800100000233b0')).toMatch(/contacts: 3 bytes/);
    expect(told('wkly', '574B4C590A0085010186')).toMatch(/lock 1 moved; its contact reads 1/);
    expect(told('cu16', '0200310336')).toMatch(/Board 0 is told to unlock lock 1/);
    expect(told('cu48', '020000600365')).toMatch(/asked for all contacts/);
  });

  test('are explained field by field, and no byte is left out', () => {
    for (const { driver, hex: text } of frames.filter((frame) => !isScu(frame))) {
      const trail: FieldSeen[] = [];
      LOCK_DRIVERS[driver].decode(fromHex(text), trail);
      expect(trail.map(({ bytes }) => hex(bytes)).join('')).toBe(text.toLowerCase());
    }
  });
});

describe('all contacts at once', () => {
  test('low channels first or last, 1 as closed or as open', () => {
    const { data } = decode8a(fromHex('800100000233b0'));
    const open = (contacts: readonly string[]) =>
      contacts.flatMap((one, at) => (one === 'open' ? [at + 1] : []));
    expect(open(contactsOf(data, 'oneIsOpen', 'lowLast'))).toEqual([2]);
    expect(open(contactsOf(data, 'oneIsOpen', 'lowFirst'))).toEqual([18]);
    expect(open(contactsOf(data, 'oneIsClosed', 'lowLast'))).toHaveLength(23);
  });

  test('as a board with 50 locks tells them: seven bytes', () => {
    const frame = encode8a(0x80, 3, 1, 0, 0, 0, 0, 0, 2, 0x33);
    const contacts = contactsOf(decode8a(frame).data, 'oneIsOpen');
    expect(contacts.flatMap((one, at) => (one === 'open' ? [at + 1] : []))).toEqual([1, 50]);
  });

  test('are what was sent, whatever the order', () => {
    const level = fc.constantFrom<(0 | 1)[]>(0, 1);
    fc.assert(
      fc.property(
        fc.array(level, { maxLength: 24 }),
        fc.constantFrom('lowFirst', 'lowLast'),
        (levels, order) => {
          const told = contactsOf(Uint8Array.from(levelBytes(levels, 3, order)), 'oneIsClosed', order);
          expect(told.slice(0, levels.length)).toEqual(levels.map((one) => (one ? 'closed' : 'open')));
        },
      ),
    );
  });

  test('the echo of the question is not an answer of one byte', () => {
    expect(decode8a(fromHex('80010033b2')).says).toBe('askAll');
    expect(() => decode8a(encode8a(0x80, 1, 0, 0, 0x33))).toThrow(WireError);
  });
});

describe('any bytes', () => {
  test.each(LOCK_DRIVER_NAMES)('%s: a frame or a WireError, and the sentence with it', (name) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(LOCK_DRIVERS[name].decode(bytes, [])).toMatch(/^Board \d+ .*\.$/);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });

  test.each(LOCK_DRIVER_NAMES)('%s: noise on the wire is dropped, told, and not kept', (name) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 6 }), (parts) => {
        let bad = 0;
        const splitter = LOCK_DRIVERS[name].create().wire.splitter(() => {
          bad += 1;
        });
        const found = parts.flatMap((part) => splitter.push(part));
        found.push(...splitter.quiet());
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        const taken = found.reduce((sum, { bytes }) => sum + bytes.length, 0);
        expect(taken).toBeLessThanOrEqual(length);
        if (taken < length) expect(bad).toBeGreaterThan(0);
        expect(splitter.quiet()).toEqual([]);
      }),
    );
  });
});

/** Good frames of wires that end by a silence; 03 is Kerong's end of a frame, and may be data. */
const QUIET = {
  '8a': { framing: FRAMING_8A, texts: ['8a0101008a', '800100000233b0', '8101011190', '8001010080'] },
  cu16: {
    framing: FRAMING_CU16,
    texts: [encodeCu16(0, 0x35, 3, 3, 0, 3), encodeCu16(0x1f, 0x38, 0, 3), encodeCu16(0, 0x31)].map(hex),
  },
};

describe('a frame that ends by a silence', () => {
  const split = (name: keyof typeof QUIET) => {
    const bad: WireError[] = [];
    const splitter = new QuietSplitter<LockFrame>(QUIET[name].framing, (error) => bad.push(error));
    return { bad, splitter };
  };

  test('is not one before the silence', () => {
    const { splitter } = split('8a');
    expect(splitter.push(fromHex('8a0101008a'))).toEqual([]);
    expect(splitter.quiet().map(({ says }) => says)).toEqual(['done']);
  });

  test.each(['8a', 'cu16'] as const)('%s: however its bytes are cut, and with noise in front', (name) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...QUIET[name].texts),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
        fc.array(fc.constantFrom(0x00, 0xff, 0x55), { maxLength: 9 }),
        (text, sizes, noise) => {
          const { splitter, bad } = split(name);
          const bytes = Uint8Array.from([...noise, ...fromHex(text)]);
          for (let at = 0, n = 0; at < bytes.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            expect(splitter.push(bytes.subarray(at, at + size))).toEqual([]);
            at += size;
          }
          expect(splitter.quiet().map((frame) => hex(frame.bytes))).toEqual([text]);
          expect(bad).toHaveLength(noise.length > 0 ? 1 : 0);
        },
      ),
    );
  });

  test('is found behind the echo of the question, and before a door that moved', () => {
    const { splitter, bad } = split('8a');
    splitter.push(fromHex('80010033b2 800100000233b0 8101011190'));
    expect(splitter.quiet().map(({ says }) => says)).toEqual(['askAll', 'doors', 'moved']);
    expect(bad).toEqual([]);
  });

  test('half of one is dropped at the silence, and the next one is whole', () => {
    const { splitter, bad } = split('8a');
    splitter.push(fromHex('8a0101'));
    expect(splitter.quiet()).toEqual([]);
    expect(bad).toHaveLength(1);
    splitter.push(fromHex('8a01020089'));
    expect(splitter.quiet()).toHaveLength(1);
  });

  test('a line that is never quiet costs no memory, and its frames are found all the same', () => {
    const { splitter } = split('8a');
    const found = Array.from({ length: 2_000 }, () => splitter.push(fromHex('8a0101008a'))).flat();
    expect(found.length).toBeGreaterThan(1_900);
    expect(splitter.quiet().length).toBeLessThan(60);
  });
});
