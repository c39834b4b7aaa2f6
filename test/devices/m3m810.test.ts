import { expect, test } from 'vitest';
import { describeReader, libraryTag, refusal } from './reader-story.ts';

describeReader(
  {
    name: 'm3m810',
    identity: { model: '3M 810', version: '10.5.0.2' },
    can: ['readBlocks', 'writeBlocks', 'readAfi', 'writeAfi', 'readEas', 'writeEas'],
    tag: libraryTag,
    idOf: ({ uid }) => uid,
    counts: [0, 1, 4, 5, 19],
    blockBytes: 4,
    collisionsTold: false,
  },
  (desk) => {
    test('asks again for a tag that the pad does not find at once', () => {
      const { uid } = libraryTag(1);
      const on = desk(libraryTag(1));
      on.bench.device.fail('noTag', 9);
      expect(on.run(on.driver.readAfi?.(uid))).toBe(0x07);
      on.bench.device.fail('noTag', 10);
      expect(refusal(() => on.run(on.driver.readAfi?.(uid)))).toBe('no such tag');
    });

    test('writes blocks of 4 bytes only', () => {
      const on = desk(libraryTag(1));
      const write = () => on.run(on.driver.writeBlocks?.(libraryTag(1).uid, 0, new Uint8Array(8), 8));
      expect(refusal(write)).toMatch(/4 bytes/);
    });
  },
);
