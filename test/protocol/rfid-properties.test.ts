/** Whatever bytes come: values or a WireError, in bounded memory, and noise costs only the frames that it touches. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RFID_DRIVER_NAMES, RFID_DRIVERS, type RfidDriverName } from '../../protocol/rfid/drivers.ts';
import type { ReaderDriver } from '../../protocol/rfid/reader.ts';
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { hex } from '../../protocol/wire/hex.ts';
import type { Talk } from '../../protocol/wire/talk.ts';
import { bytesOf, CODECS } from './rfid-readers.ts';

/** Longer than any frame of any reader, so that the splitter's limit is what bounds it. */
const LONGEST = 2_048;
/** A talk that asks more often goes round in circles. */
const QUESTIONS_MAX = 300;

const byte = fc.integer({ min: 0, max: 255 });
const payload = fc.uint8Array({ maxLength: 120 });

function tryDecode(name: RfidDriverName, frame: Uint8Array): void {
  const trail: FieldSeen[] = [];
  try {
    expect(typeof RFID_DRIVERS[name].decode(frame, trail)).toBe('string');
    expect(hex(Uint8Array.from(trail.flatMap(({ bytes }) => [...bytes])))).toBe(hex(frame));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

const answersOf = (name: RfidDriverName) =>
  CODECS[name].frames.filter(({ dir, refused }) => dir === 'rx' && refused === undefined).map(bytesOf);

/** What a host's splitter makes of parts; the line is quiet behind the last. */
function split(name: RfidDriverName, parts: readonly Uint8Array[]): string[] {
  const splitter = RFID_DRIVERS[name].create().wire.splitter(() => {});
  return [...parts.flatMap((part) => splitter.push(part)), ...splitter.quiet()].map(text);
}
const text = (frame: unknown): string =>
  JSON.stringify(frame, (_, value: unknown) => (value instanceof Uint8Array ? hex(value) : value));

const WAKE_UP_SIGN = text({ kind: 'wake' });

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((from, n) => bytes.subarray(from, cuts[n] ?? bytes.length));
}

describe.each(RFID_DRIVER_NAMES)('%s', (name) => {
  const codec = CODECS[name];

  test('explains any bytes, or refuses them', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => tryDecode(name, bytes)));
  });

  test('explains a right frame around anything, or refuses it', () => {
    fc.assert(
      fc.property(byte, byte, payload, fc.boolean(), (number, status, data, asks) =>
        tryDecode(name, codec.around(number, status, data, asks)),
      ),
      { numRuns: 500 },
    );
  });

  test('explains golden frames whose payload was changed and sealed again, or refuses them', () => {
    const golden = fc.constantFrom(...codec.frames.filter(({ refused }) => refused === undefined));
    fc.assert(
      fc.property(golden, payload, byte, (frame, data, status) => {
        if (frame.dir === 'tx') tryDecode(name, codec.answering(bytesOf(frame), status & 1, data));
        tryDecode(name, bytesOf(frame).subarray(0, data.length));
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same frames however the stream is cut', () => {
    const stream = fc
      .array(fc.oneof(fc.constantFrom(...answersOf(name)), fc.uint8Array({ maxLength: 6 })), { maxLength: 8 })
      .map(joined);
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        expect(split(name, cutAt(bytes, places))).toEqual(split(name, [bytes]));
      }),
    );
  });

  test('loses only the frame that noise touches', () => {
    const frames = fc.array(fc.constantFrom(...answersOf(name)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(frames, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (some, which, where, by) => {
        const hurt = which % some.length;
        const others = some.flatMap((frame, at) => (at === hurt ? [] : split(name, [frame])));
        const damaged = some.map((frame, at) => {
          if (at !== hurt) return frame;
          const turned = Uint8Array.from(frame);
          turned[where % turned.length] = (turned[where % turned.length] ?? 0) ^ by;
          return turned;
        });
        const told = split(name, [joined(damaged)]);
        for (const frame of others) expect(told).toContain(frame);
        // A byte that noise makes is at most a wake-up of the PN532, which says nothing.
        expect(told.filter((frame) => frame !== WAKE_UP_SIGN).length).toBeLessThanOrEqual(some.length);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps no more bytes than its longest frame has', () => {
    const [good] = answersOf(name);
    if (!good) throw new Error('no golden answer');
    // Anything, and what begins like a frame and says that it is long.
    const start = fc
      .uint8Array({ minLength: 2, maxLength: 3 })
      .map((size) => joined([good.subarray(0, 3), size]));
    const long = fc.constant(joined([good.subarray(0, 3), Uint8Array.from([0xff, 0xff])]));
    const patterns = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), start, long);
    fc.assert(
      fc.property(patterns, (pattern) => {
        const splitter = RFID_DRIVERS[name].create().wire.splitter(() => {});
        const noise = Uint8Array.from({ length: 4_000 }, (_, at) => pattern[at % pattern.length] ?? 0);
        splitter.push(noise);
        // No silence: only the limit of what is kept lets a good frame through.
        const repeats = Math.ceil(LONGEST / good.length) + 1;
        const told = splitter.push(joined(Array.from({ length: repeats }, () => good)));
        expect(told.length).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  test('ends each talk with a value or a WireError, whatever is answered', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(byte, payload), { minLength: 1, maxLength: 6 }), (answers) => {
        for (const talk of talksOf(RFID_DRIVERS[name].create())) converse(name, talk, answers);
      }),
      { numRuns: 200 },
    );
  });
});

function talksOf(driver: ReaderDriver): Talk<unknown, unknown>[] {
  const id = driver.can.tags === 'epc' ? 'E284361100001000094944AA' : 'E00401003123AA26';
  const blockBytes = driver.can.tags === 'epc' ? 2 : 4;
  return [
    driver.identify(),
    driver.inventory(0),
    driver.memory?.(id),
    driver.readBlocks?.(id, 0, 20),
    driver.writeBlocks?.(id, 0, new Uint8Array(80), blockBytes),
    driver.readAfi?.(id),
    driver.writeAfi?.(id, 7),
    driver.readEas?.(id),
    driver.writeEas?.(id, true),
  ].filter((talk) => talk !== undefined);
}

/** Answers in turn with what was drawn; a frame that the talk does not take for an answer is silence. */
function converse(
  name: RfidDriverName,
  talk: Talk<unknown, unknown>,
  answers: readonly (readonly [number, Uint8Array])[],
): void {
  const { wire } = RFID_DRIVERS[name].create();
  let request = new Uint8Array();
  try {
    let next = talk.next();
    for (let asked = 0; !next.done; asked += 1) {
      expect(asked).toBeLessThan(QUESTIONS_MAX);
      const { bytes, answers: isAnswer, optional } = next.value;
      if (bytes.length > 0) request = Uint8Array.from(bytes);
      const [status, data] = answers[asked % answers.length] ?? [0, new Uint8Array()];
      // Mostly success, which is what leads on.
      const reply = CODECS[name].answering(request, status < 128 ? 0 : status, data);
      const [frame] = wire.splitter(() => {}).push(reply);
      const taken = frame !== undefined && isAnswer?.(frame);
      if (!taken && isAnswer && !optional) return;
      next = talk.next(taken ? frame : undefined);
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}
