import { describe, expect, test } from 'vitest';
import type { UhfRequest } from '../../protocol/rfid/uhfreader18/frame.ts';
import { SIMULATED_READERS } from '../../simulator/devices/readers.ts';
import { UhfReader } from '../../simulator/devices/uhfreader18.ts';
import { Bench } from './converse.ts';
import { Desk, describeReader, type ReaderCase, refusal, uhfTag } from './reader-story.ts';

const UHF: ReaderCase = {
  name: 'uhfreader18',
  identity: {
    model: 'UHFReader18',
    version: '5.2',
    told: ['power 26 dBm', 'scan time 2 s', 'layout classic'],
  },
  can: ['readBlocks', 'writeBlocks', 'writeEas'],
  tag: uhfTag,
  idOf: ({ uid }) => uid,
  counts: [0, 1, 12, 13, 30],
  blockBytes: 2,
  collisionsTold: true,
};

describeReader({ ...UHF, how: 'classic', options: { layout: 'classic' } });
describeReader({
  ...UHF,
  how: 'with antenna and RSSI',
  options: { layout: 'antenna', antennas: 4 },
  identity: { model: 'UHFReader288M' },
});
describeReader({ ...UHF, how: 'by its type' }, (desk) => {
  test('refuses blocks that are no words', () => {
    const on = desk(uhfTag(1));
    const write = () => on.run(on.driver.writeBlocks?.(uhfTag(1).uid, 0, new Uint8Array(8), 4));
    expect(refusal(write)).toMatch(/words/);
  });
});

const ASKED = { classic: [], antenna: [4, 0, 0, 0x80, 10] } as const;

describe('the layout of uhfreader18', () => {
  test('is the one that the type of the reader says', () => {
    const on = new Desk({ name: 'uhfreader18' }, [[uhfTag(1)]]);
    const bench = new Bench(
      on.driver.wire,
      SIMULATED_READERS.uhfreader18(() => [uhfTag(1)], { layout: 'antenna' }),
    );
    expect(bench.run(on.driver.inventory(0)).tags).toEqual([{ kind: 'epc', id: uhfTag(1).uid, rssi: 0x4b }]);
  });

  test.each([
    ['classic', 'antenna'],
    ['antenna', 'classic'],
  ] as const)('%s never makes tags of an answer in the layout %s', (taken, sent) => {
    for (const count of [1, 2, 5, 11, 12]) {
      const tags = Array.from({ length: count }, (_, n) => uhfTag(n));
      const { driver } = new Desk({ name: 'uhfreader18', options: { layout: taken } }, []);
      const reader = new UhfReader(() => tags, sent);
      const bench = new Bench(driver.wire, {
        baud: reader.baud,
        bitsPerByte: reader.bitsPerByte,
        splitter: (bad) => reader.splitter(bad),
        // Asked as the sender understands it, so that what it tells is tags.
        answer: (request: UhfRequest) =>
          reader.answer({ ...request, data: Uint8Array.from(ASKED[sent]) }, undefined),
      });
      expect(() => bench.run(driver.inventory(0))).toThrow(/bytes/);
    }
  });

  test('tells antennas apart', () => {
    const options = { layout: 'antenna', antennas: 2 } as const;
    const on = new Desk({ name: 'uhfreader18', options }, [[uhfTag(1)], [uhfTag(2), uhfTag(3)]]);
    expect(on.driver.can.antennasMax).toBe(2);
    expect([0, 1].map((antenna) => on.inventory(antenna).ids.length)).toEqual([1, 2]);
    expect(on.run(on.driver.readBlocks?.(uhfTag(3).uid, 0, 2))).toHaveLength(4);
  });
});
