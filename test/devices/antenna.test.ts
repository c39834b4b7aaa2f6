/** What lies at an antenna: tags to items, through every driver's own bytes, and whatever goes wrong on the way. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAntenna } from '../../controller/sensing/antenna.ts';
import { readingOf } from '../../controller/sensing/reading.ts';
import { type TagConfig, tagRules } from '../../controller/sensing/tag-rules.ts';
import { RFID_DRIVERS, type RfidDriverName } from '../../protocol/rfid/drivers.ts';
import type { TagModel } from '../../protocol/tag/content.ts';
import { writeTag } from '../../protocol/tag/tag.ts';
import { type SimTag, simTag } from '../../simulator/devices/field.ts';
import { SIMULATED_READERS } from '../../simulator/devices/readers.ts';
import { Bench } from './converse.ts';

const UIDS = ['E004010000000001', 'E004010000000002', 'E004010000000003'] as const;
const tag = (item: string, uid: string = UIDS[0], model: TagModel = 'iso28560-3', bytes = 112) =>
  simTag({ uid, memory: writeTag(model, { item, owner: 'CN-330000' }, bytes) });
const part = (number: number, of: number, uid: string) =>
  simTag({ uid, memory: writeTag('iso28560-3', { item: 'SET-1', part: { number, of } }, 112) });

function lookAt(tags: readonly SimTag[], driverName: RfidDriverName = 'feig', config: TagConfig = {}) {
  const driver = RFID_DRIVERS[driverName].create();
  const bench = new Bench(
    driver.wire,
    SIMULATED_READERS[driverName](() => tags),
  );
  const read = () => readingOf(bench.run(readAntenna(driver, 0, tagRules(config))));
  return { bench, read };
}

describe('a compartment’s tags', () => {
  test.each(['feig', 'm3m810', 'rl866'] as const)('name their items through %s', (driver) => {
    const { read } = lookAt([tag('item-1'), tag('item-2', UIDS[1])], driver);
    expect(read()).toEqual({
      items: ['item-1', 'item-2'],
      partly: [],
      onlineOnly: [],
      unknownTags: 0,
      complete: true,
    });
  });

  test.each(['uhfreader18', 'm100'] as const)(
    'are named by their EPC through %s, where a rule says how',
    (driver) => {
      const epc = Buffer.from('3300000000017').toString('hex').toUpperCase().padEnd(28, '0');
      const tags = [simTag({ uid: 'E28011000000', kind: 'epc', epc })];
      const rule = { form: 'ascii' } as const;
      expect(lookAt(tags, driver, { epc: rule }).read().items).toEqual(['3300000000017']);
      expect(lookAt(tags, driver).read()).toMatchObject({ items: [], unknownTags: 1 });
    },
  );

  test.each(['iso28560-3', 'iso28560-2', 'rfid501'] as const)('are read as %s', (model) => {
    const written = simTag({ uid: UIDS[0], memory: writeTag(model, { item: '3300000000017' }, 112) });
    expect(lookAt([written]).read().items).toEqual(['3300000000017']);
  });

  test('of 32 bytes are read as well as large ones', () => {
    expect(lookAt([tag('item-1', UIDS[0], 'iso28560-3', 32)]).read().items).toEqual(['item-1']);
  });

  test('that say nothing that is understood are counted, and no item is guessed', () => {
    const odd = simTag({
      uid: UIDS[1],
      memory: Uint8Array.from({ length: 112 }, (_, at) => (at * 37) & 0xff),
    });
    const { items, unknownTags } = lookAt([tag('item-1'), odd, simTag({ uid: UIDS[2] })]).read();
    expect([items, unknownTags]).toEqual([['item-1'], 2]);
  });

  test('of a set make an item only when all of them are there', () => {
    const [one, two, three] = [part(1, 3, UIDS[0]), part(2, 3, UIDS[1]), part(3, 3, UIDS[2])];
    expect(lookAt([one, three]).read()).toMatchObject({ items: [], partly: ['SET-1'] });
    expect(lookAt([one, two, three]).read()).toMatchObject({ items: ['SET-1'], partly: [] });
  });

  test.each([
    [0x13, ['item-1']],
    [0x15, ['item-1']],
    [0x14, []],
    [0x10, []],
    // Not for circulation at all: certainly not while nobody can be asked.
    [0x20, ['item-1']],
  ])('with usage %i forbid that an item is lent offline: %o', (byte, onlineOnly) => {
    const memory = writeTag('iso28560-2', { item: 'item-1', usage: { byte } }, 112);
    expect(lookAt([simTag({ uid: UIDS[0], memory })]).read()).toMatchObject({
      items: ['item-1'],
      onlineOnly,
    });
  });

  test('that collide once are read in the next round', () => {
    const { bench, read } = lookAt([tag('item-1'), tag('item-2', UIDS[1])]);
    bench.device.fail('collision');
    expect(read()).toMatchObject({ items: ['item-1', 'item-2'], complete: true });
  });

  test('that collide again and again are not said to be complete', () => {
    const { bench, read } = lookAt([tag('item-1')]);
    bench.device.fail('collision', 20);
    expect(read()).toMatchObject({ items: [], complete: false });
  });

  test('one that the reader does not see for a moment is not gone', () => {
    const { bench, read } = lookAt([tag('item-1')]);
    bench.device.fail('noTag', 1);
    expect(read()).toMatchObject({ items: ['item-1'], complete: true });
  });

  test('one that leaves while it is read is asked again', () => {
    const { bench, read } = lookAt([tag('item-1')]);
    // Inventories have no blocks to lose: the first reading that is cut is the third question.
    bench.device.fail('halfBlock', 4);
    expect(read().items).toEqual(['item-1']);
  });

  test('a damaged bit is never another item', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 34 * 8 - 1 }), (bit) => {
        const damaged = tag('3300000000017');
        damaged.memory[bit >> 3] = (damaged.memory[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { items, partly } = lookAt([damaged]).read();
        expect([...items, ...partly].filter((item) => item !== '3300000000017')).toEqual([]);
      }),
    );
  });
});
