import { describe, expect, test } from 'vitest';
import { feig } from '../../protocol/rfid/feig/driver.ts';
import { encodeFeigReply } from '../../protocol/rfid/feig/frame.ts';
import { STATUS } from '../../protocol/rfid/feig/words.ts';
import { sameBytes } from '../../protocol/wire/hex.ts';
import { FeigReader } from '../../simulator/devices/feig.ts';
import { Bench } from './converse.ts';
import { Desk, describeReader, libraryTag, type ReaderCase, refusal, TAG_FUNCTIONS } from './reader-story.ts';

const FEIG: ReaderCase = {
  name: 'feig',
  identity: { model: 'FEIG ID CPR40', version: '3.3', told: ['hardware 44h', 'tag types 0d30h'] },
  can: TAG_FUNCTIONS,
  tag: libraryTag,
  idOf: ({ uid }) => uid,
  counts: [0, 1, 4, 5, 19],
  blockBytes: 4,
  collisionsTold: true,
};

describeReader(FEIG);
describeReader({ ...FEIG, how: 'in advanced frames', options: { advanced: true } });

describe('feig with several antennas', () => {
  const desk = () =>
    new Desk({ name: 'feig', options: { antennas: 3 } }, [
      [libraryTag(0)],
      [],
      [libraryTag(1), libraryTag(2)],
    ]);

  test('tells them apart', () => {
    const on = desk();
    expect([0, 1, 2].map((antenna) => on.inventory(antenna).ids.length)).toEqual([1, 0, 2]);
  });

  test('reaches a tag through the antenna that saw it last', () => {
    const on = desk();
    for (const antenna of [0, 1, 2]) on.inventory(antenna);
    const { uid } = libraryTag(0);
    expect(on.run(on.driver.readBlocks?.(uid, 0, 2))).toHaveLength(8);
    on.antennas.reverse();
    expect(refusal(() => on.run(on.driver.readBlocks?.(uid, 0, 2)))).toMatch(/no tag/);
    for (const antenna of [0, 1, 2]) on.inventory(antenna);
    expect(on.run(on.driver.readBlocks?.(uid, 0, 2))).toHaveLength(8);
  });
});

/** A reader whose inventory answers are made up; the other commands are the simulated reader's. */
function telling(answers: readonly { status: number; data: readonly number[] }[]) {
  const inner = new FeigReader(() => []);
  let round = 0;
  const driver = feig();
  const bench = new Bench(driver.wire, {
    baud: inner.baud,
    bitsPerByte: inner.bitsPerByte,
    splitter: (bad) => inner.splitter(bad),
    answer: ({ advanced, command }) => {
      const answer = answers[Math.min(round, answers.length - 1)] ?? expect.fail();
      round += 1;
      return { bytes: encodeAnswer(command, answer, advanced) };
    },
  });
  return () => bench.run(driver.inventory(0));
}
const encodeAnswer = (
  command: number,
  { status, data }: { status: number; data: readonly number[] },
  advanced: boolean,
) => encodeFeigReply({ address: 0, command, status, data: Uint8Array.from(data) }, advanced);

describe('an inventory of feig', () => {
  const set = (n: number) => [0x03, 0x00, 0xe0, 0x04, 0x01, 0, 0, 0, 0, n];

  test('that never ends is taken as incomplete', () => {
    const told = telling([{ status: STATUS.moreData, data: [1, ...set(1)] }])();
    expect(told).toMatchObject({ complete: false, tags: [{ id: 'E004010000000001' }] });
  });

  test('stays incomplete when a later answer is whole', () => {
    const told = telling([
      { status: STATUS.moreData, data: [2, ...set(1), 0x04, 1, 2, 3] },
      { status: STATUS.ok, data: [1, ...set(2)] },
    ])();
    expect(told.complete).toBe(false);
    expect(told.tags).toHaveLength(2);
  });

  test('for which the reader has no room is incomplete', () => {
    expect(telling([{ status: STATUS.bufferOverflow, data: [1, ...set(1)] }])().complete).toBe(false);
  });
});

test('feig asks in advanced frames where it is set so', () => {
  const asked = feig({ advanced: true }).identify().next().value;
  const advanced = Uint8Array.from([0x02, 0x00, 0x07, 0xff, 0x65, 0x6e, 0x61]);
  expect(asked && 'bytes' in asked && sameBytes(asked.bytes, advanced)).toBe(true);
});
