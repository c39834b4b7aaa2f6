import { expect, test } from 'vitest';
import { describeReader, uhfTag } from './reader-story.ts';

describeReader(
  {
    name: 'm100',
    identity: { model: 'M100 26dBm V1.0', version: 'V2.3.5', told: ['power 20 dBm'] },
    can: ['readBlocks', 'writeBlocks', 'writeEas'],
    tag: uhfTag,
    idOf: ({ uid }) => uid,
    counts: [0, 1, 4, 5, 19],
    blockBytes: 2,
    collisionsTold: false,
  },
  (desk) => {
    test('tells how near a tag is', () => {
      const on = desk(uhfTag(1));
      const { tags } = on.run(on.driver.inventory(0));
      expect(tags).toEqual([{ kind: 'epc', id: uhfTag(1).uid, rssi: -60 }]);
    });

    test('whose poll tells a tag with a spoilt CRC says that one may be missing', () => {
      const on = desk(uhfTag(1), uhfTag(2));
      on.bench.cut = (bytes) => {
        const turned = Uint8Array.from(bytes);
        // One bit of the first EPC, and the sum of its frame set right again.
        if (turned[1] === 0x02) {
          turned[10] = (turned[10] ?? 0) ^ 0x01;
          const sum = turned.subarray(1, 22).reduce((all, byte) => all + byte, 0);
          turned[22] = sum & 0xff;
        }
        return [turned];
      };
      expect(on.inventory()).toEqual({ ids: [uhfTag(2).uid], complete: false });
    });
  },
);
