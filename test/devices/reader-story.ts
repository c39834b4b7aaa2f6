/** What holds for every RFID reader: one table of cases, the same story for each against its simulated device. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ReaderOptions, RFID_DRIVERS, type RfidDriverName } from '../../protocol/rfid/drivers.ts';
import type { ReaderDriver, ReaderIdentity } from '../../protocol/rfid/reader.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { hex } from '../../protocol/wire/hex.ts';
import type { Talk } from '../../protocol/wire/talk.ts';
import { type SimTag, simTag } from '../../simulator/devices/field.ts';
import { SIMULATED_READERS } from '../../simulator/devices/readers.ts';
import { Bench, NoAnswer } from './converse.ts';

export const TAG_FUNCTIONS = [
  'memory',
  'readBlocks',
  'writeBlocks',
  'readAfi',
  'writeAfi',
  'readEas',
  'writeEas',
] as const;
export type TagFunction = (typeof TAG_FUNCTIONS)[number];

export interface ReaderCase {
  readonly name: RfidDriverName;
  /** Told beside the name where a reader is tried in several ways. */
  readonly how?: string;
  readonly options?: ReaderOptions;
  readonly identity: Partial<ReaderIdentity>;
  /** The only functions it has. */
  readonly can: readonly TagFunction[];
  readonly tag: (number: number) => SimTag;
  readonly idOf: (tag: SimTag) => string;
  /** So many at once are told apart. */
  readonly counts: readonly number[];
  /** Of what it reads and writes. */
  readonly blockBytes: number;
  /** Whether it can say that answers collided; the others tell as if no tag were there. */
  readonly collisionsTold: boolean;
}

export const libraryTag = (number: number): SimTag =>
  simTag({ uid: `E0040100000000${number.toString(16).padStart(2, '0')}`.toUpperCase() });
export const uhfTag = (number: number): SimTag =>
  simTag({ uid: `E2801100200074${number.toString(16).padStart(2, '0')}0000AAAA`.toUpperCase() });

/** What happens on the line itself, whatever the reader had to say. */
const LINE_FAULTS = ['halfFrame', 'badChecksum', 'silent', 'late', 'powerDip'] as const;
const LONG_MS = 10_000;

/** A reader, its driver, and the tags on its antennas, which may be moved meanwhile. */
export class Desk {
  readonly driver: ReaderDriver;
  readonly bench: Bench<unknown, unknown>;
  readonly antennas: SimTag[][];

  constructor({ name, options }: Pick<ReaderCase, 'name' | 'options'>, antennas: SimTag[][]) {
    this.antennas = antennas;
    this.driver = RFID_DRIVERS[name].create(options);
    this.bench = new Bench(
      this.driver.wire,
      SIMULATED_READERS[name]((at) => this.antennas[at] ?? [], options),
    );
  }

  run<T>(talk: Talk<T, unknown> | undefined): T {
    if (!talk) throw new Error('the reader has no such function');
    return this.bench.run(talk);
  }

  inventory(antenna = 0) {
    const { tags, complete } = this.run(this.driver.inventory(antenna));
    return { ids: tags.map(({ id }) => id), complete };
  }
}

export function describeReader(reader: ReaderCase, more?: (desk: (...tags: SimTag[]) => Desk) => void): void {
  const desk = (...tags: SimTag[]) => new Desk(reader, [tags]);
  const lying = (count: number) => Array.from({ length: count }, (_, n) => reader.tag(n));
  const ids = (tags: readonly SimTag[]) => tags.map(reader.idOf);
  const { name, how } = reader;

  describe(how ? `${name}, ${how}` : name, () => {
    test('says who it is', () => {
      const on = desk();
      expect(on.run(on.driver.identify())).toMatchObject(reader.identity);
    });

    test('has the functions that its wire allows, and no other', () => {
      const { driver } = desk();
      expect(TAG_FUNCTIONS.filter((one) => driver[one] !== undefined)).toEqual(reader.can);
    });

    test.each(reader.counts)('tells each of %i tags', (count) => {
      const tags = lying(count);
      expect(desk(...tags).inventory()).toEqual({ ids: ids(tags), complete: count < 2 || name !== 'pn532' });
    });

    test('does not see tags of another kind', () => {
      const other = simTag({ uid: name === 'pn532' ? 'E004010000000001' : '0439BEEF' });
      expect(desk(other, reader.tag(1)).inventory().ids).toEqual(ids([reader.tag(1)]));
    });

    test('takes what collides for missing', () => {
      const on = desk(...lying(2));
      on.bench.device.fail('collision', 99);
      expect(on.inventory().complete).toBe(!reader.collisionsTold);
      on.bench.device.fail('collision', 0);
      expect(on.inventory().ids).toEqual(ids(lying(2)));
    });

    test('that finds none finds them the next time', () => {
      const on = desk(...lying(2));
      on.bench.device.fail('noTag', 99);
      expect(on.inventory()).toEqual({ ids: [], complete: true });
      on.bench.device.fail('noTag', 0);
      expect(on.inventory().ids).toHaveLength(2);
    });

    test.each(LINE_FAULTS)('asked with %s, answers nothing, and is understood the next time', (fault) => {
      const on = desk(reader.tag(1));
      on.bench.device.fail(fault);
      expect(() => on.inventory()).toThrow(NoAnswer);
      on.bench.rest(LONG_MS);
      expect(on.inventory().ids).toEqual(ids([reader.tag(1)]));
    });

    test.each(LINE_FAULTS)('survives %s at any step of anything that it can', (fault) => {
      for (const act of acts(reader)) {
        for (let step = 0, armed = true; armed; step += 1) {
          const on = desk(reader.tag(1));
          const expected = on.run(act(on));
          armed = false;
          const arm = () => {
            on.bench.device.fail(fault);
            armed = true;
          };
          expectAnswerOrFailure(() => on.run(armedAt(act(on), step, arm)), expected);
          on.bench.device.fail(fault, 0);
          on.bench.rest(LONG_MS);
          expect(on.run(act(on))).toEqual(expected);
        }
      }
    });

    test('is understood however its bytes are cut, and through noise', () => {
      const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
      const tags = lying(Math.min(7, Math.max(...reader.counts)));
      fc.assert(
        fc.property(sizes, fc.uint8Array({ maxLength: 8 }), (some, noise) => {
          const on = desk(...tags);
          on.bench.cut = (bytes) => [noise, ...cut(bytes, some)];
          expect(on.inventory().ids).toEqual(ids(tags));
        }),
      );
    });

    if (reader.can.includes('readBlocks')) describeMemory(reader, desk);
    more?.(desk);
  });
}

/** Blocks, AFI and EAS of one tag. */
function describeMemory(reader: ReaderCase, desk: (...tags: SimTag[]) => Desk): void {
  const { blockBytes, idOf, can } = reader;
  const data = Uint8Array.from({ length: 80 }, (_, at) => at + 1);

  test('reads and writes memory', () => {
    const tag = reader.tag(1);
    const on = desk(reader.tag(0), tag);
    on.inventory();
    on.run(on.driver.writeBlocks?.(idOf(tag), 0, data, blockBytes));
    expect(hex(tag.memory)).toBe(hex(data).padEnd(224, '0'));
    const all = on.run(on.driver.readBlocks?.(idOf(tag), 0, tag.memory.length / blockBytes));
    expect(hex(all)).toBe(hex(tag.memory));
    const part = Uint8Array.from([9, 8, 7, 6]);
    on.run(on.driver.writeBlocks?.(idOf(tag), 3, part, blockBytes));
    expect(hex(on.run(on.driver.readBlocks?.(idOf(tag), 3, 4 / blockBytes)))).toBe('09080706');
    expect(on.antennas[0]?.[0]?.memory.every((byte) => byte === 0)).toBe(true);
  });

  test('writes whole blocks only', () => {
    const tag = reader.tag(1);
    const on = desk(tag);
    const write = (bytes: Uint8Array) => on.run(on.driver.writeBlocks?.(idOf(tag), 0, bytes, blockBytes));
    expect(() => write(new Uint8Array(blockBytes + 1))).toThrow(WireError);
    expect(() => write(new Uint8Array())).toThrow(WireError);
  });

  test('says in words why it refused', () => {
    const tag = reader.tag(1);
    const on = desk({ ...tag, locked: new Set([2]) });
    const { driver } = on;
    const locked = () => on.run(driver.writeBlocks?.(idOf(tag), 0, data, blockBytes));
    expect(refusal(locked)).toMatch(/locked|only written up to/);
    const beyond = () => on.run(driver.readBlocks?.(idOf(tag), tag.memory.length / blockBytes - 1, 4));
    expect(refusal(beyond)).toMatch(/no such (block|memory)|error 11h/);
    const absent = reader.tag(9);
    expect(refusal(() => on.run(driver.readBlocks?.(idOf(absent), 0, 1)))).toMatch(/no (such )?tag/);
  });

  test('gives no half memory, and writes whole what was half written', () => {
    const tag = reader.tag(1);
    const on = desk(tag);
    const read = () => on.run(on.driver.readBlocks?.(idOf(tag), 0, 8));
    const write = () => on.run(on.driver.writeBlocks?.(idOf(tag), 0, data, blockBytes));
    write();
    on.bench.device.fail('halfBlock', 99);
    expect(read).toThrow(WireError);
    tag.memory.fill(0);
    expect(write).toThrow(WireError);
    on.bench.device.fail('halfBlock', 0);
    write();
    expect(hex(read())).toBe(hex(data.subarray(0, 8 * blockBytes)));
  });

  test('arms and disarms', () => {
    const tag = reader.tag(1);
    const on = desk(tag, reader.tag(2));
    on.run(on.driver.writeEas?.(idOf(tag), true));
    expect([tag.easArmed, on.antennas[0]?.[1]?.easArmed]).toEqual([true, false]);
    on.run(on.driver.writeEas?.(idOf(tag), false));
    expect(tag.easArmed).toBe(false);
  });

  if (can.includes('writeAfi'))
    test('reads and writes the AFI', () => {
      const tag = reader.tag(1);
      const on = desk(tag);
      expect(on.run(on.driver.readAfi?.(idOf(tag)))).toBe(0x07);
      on.run(on.driver.writeAfi?.(idOf(tag), 0xc2));
      expect(tag.afi).toBe(0xc2);
      expect(on.run(on.driver.readAfi?.(idOf(tag)))).toBe(0xc2);
      expect(refusal(() => on.run(on.driver.writeAfi?.(idOf(reader.tag(9)), 1)))).toMatch(/no (such )?tag/);
    });

  if (can.includes('readEas'))
    test('tells armed, disarmed and absent apart', () => {
      const tag = reader.tag(1);
      const on = desk(tag);
      const armed = () => on.run(on.driver.readEas?.(idOf(tag)));
      expect(armed()).toBe(false);
      tag.easArmed = true;
      expect(armed()).toBe(true);
      on.antennas[0] = [];
      expect(refusal(armed)).toMatch(/no (such )?tag/);
    });

  if (can.includes('memory'))
    test('tells the size of the memory', () => {
      const tag = { ...reader.tag(1), dsfid: 6 };
      const on = desk(tag);
      const memory = on.run(on.driver.memory?.(idOf(tag)));
      expect(memory).toEqual({ blocks: 28, blockBytes: 4, afi: 0x07, dsfid: 6 });
    });
}

/** Everything that a driver can be asked, each with an answer that does not change by asking. */
function acts({ can, idOf, tag, blockBytes }: ReaderCase): ((on: Desk) => Talk<unknown, unknown>)[] {
  const id = idOf(tag(1));
  const data = Uint8Array.from({ length: 16 }, (_, at) => at);
  const some = (talk: Talk<unknown, unknown> | undefined) => talk ?? expect.fail('no such function');
  const ofTag: Readonly<Record<TagFunction, (on: Desk) => Talk<unknown, unknown>>> = {
    memory: ({ driver }) => some(driver.memory?.(id)),
    readBlocks: ({ driver }) => some(driver.readBlocks?.(id, 0, 4)),
    writeBlocks: ({ driver }) => some(driver.writeBlocks?.(id, 0, data, blockBytes)),
    readAfi: ({ driver }) => some(driver.readAfi?.(id)),
    writeAfi: ({ driver }) => some(driver.writeAfi?.(id, 0x07)),
    readEas: ({ driver }) => some(driver.readEas?.(id)),
    writeEas: ({ driver }) => some(driver.writeEas?.(id, true)),
  };
  return [
    ({ driver }) => driver.identify(),
    ({ driver }) => driver.inventory(0),
    ...can.map((one) => ofTag[one]),
  ];
}

/** The same talk; `arm` is called before its n-th question, counted from 0. */
function* armedAt(talk: Talk<unknown, unknown>, step: number, arm: () => void): Talk<unknown, unknown> {
  let next = talk.next();
  for (let at = 0; !next.done; at += 1) {
    if (at === step) arm();
    next = talk.next(yield next.value);
  }
  return next.value;
}

/** A fault may cost the answer; it may never make another one of it. An inventory may miss tags, and then says so. */
function expectAnswerOrFailure(run: () => unknown, expected: unknown): void {
  let answer: unknown;
  try {
    answer = run();
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof WireError) return;
    throw error;
  }
  if (!(typeof answer === 'object' && answer && 'complete' in answer && !answer.complete))
    expect(answer).toEqual(expected);
}

/** @returns the words of a refusal. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError && error.code === 'wire.refused') return error.message;
    throw error;
  }
  return expect.fail('it was not refused');
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}
