import { expect, test } from 'vitest';
import { describeReader, libraryTag, TAG_FUNCTIONS } from './reader-story.ts';

describeReader(
  {
    name: 'rl866',
    identity: { model: 'RL866' },
    can: TAG_FUNCTIONS,
    tag: libraryTag,
    idOf: ({ uid }) => uid,
    counts: [0, 1, 4, 5, 15],
    blockBytes: 4,
    collisionsTold: true,
  },
  (desk) => {
    test('lets go of each tag, also of one that refused', () => {
      const on = desk(libraryTag(1));
      // More than the reader has handles.
      for (let at = 0; at < 20; at += 1)
        expect(() => on.run(on.driver.readBlocks?.(libraryTag(1).uid, 27, 2))).toThrow(/no such block/);
      expect(on.run(on.driver.readBlocks?.(libraryTag(1).uid, 26, 2))).toHaveLength(8);
    });
  },
);
