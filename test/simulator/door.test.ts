import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  CLOSED_DOOR,
  coilChanged,
  contact,
  DOOR_TIMES,
  push,
} from '../../simulator/cabinet/door.ts';

const STEP_MS = 0.25;
const END_MS = 1_500;

interface Act {
  readonly atMs: number;
  readonly act: 'on' | 'off' | 'push' | 'jam' | 'free';
}

/** Runs a door through its acts; returns what it did: when it moved and each change of its contact. */
function run(acts: readonly Act[], random: () => number) {
  let door = CLOSED_DOOR;
  let reads = false;
  const moves: { atMs: number; open: boolean }[] = [];
  const edges: { atMs: number; open: boolean }[] = [];
  for (let nowMs = 0; nowMs < END_MS; nowMs += STEP_MS) {
    for (const { act } of acts.filter(({ atMs }) => atMs >= nowMs && atMs < nowMs + STEP_MS)) {
      if (act === 'on' || act === 'off') door = coilChanged(door, act === 'on', nowMs);
      else if (act === 'push') door = push(door, nowMs);
      else door = { ...door, jammed: act === 'jam' };
    }
    const was = door.open;
    door = advance(door, nowMs, random);
    if (door.open !== was) moves.push({ atMs: nowMs, open: door.open });
    const seen = contact(door, nowMs, reads);
    door = seen.door;
    if (seen.reads !== reads) edges.push({ atMs: nowMs, open: seen.reads });
    reads = seen.reads;
  }
  return { door, reads, moves, edges };
}

const randomNumbers = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));
const half = () => 0.5;
const pulse = (fromMs: number, ms: number): Act[] => [
  { atMs: fromMs, act: 'on' },
  { atMs: fromMs + ms, act: 'off' },
];

describe('a door', () => {
  test('springs open when the coil has held the latch back long enough, and not before', () => {
    expect(run(pulse(10, DOOR_TIMES.releaseMs - 1), half).moves).toEqual([]);
    const [move, ...more] = run(pulse(10, 100), half).moves;
    expect(more).toEqual([]);
    expect(move).toEqual({ atMs: 10 + DOOR_TIMES.releaseMs + DOOR_TIMES.springMs, open: true });
  });

  test('that is jammed stays shut', () => {
    expect(run([{ atMs: 0, act: 'jam' }, ...pulse(10, 200)], half).moves).toEqual([]);
  });

  test('is shut by a hand however soon it pushes, also while the coil still holds the latch', () => {
    for (let pushMs = 60; pushMs < 400; pushMs += 7) {
      const { moves, reads } = run([...pulse(0, 200), { atMs: pushMs, act: 'push' }], half);
      expect(moves.map(({ open }) => open)).toEqual([true, false]);
      expect(reads).toBe(false);
    }
  });

  test('moves only in turns, and its contact, after bouncing, agrees', () => {
    const act = fc.record({
      atMs: fc.double({ min: 0, max: END_MS - 500, noNaN: true }),
      act: fc.constantFrom('on', 'off', 'push', 'jam', 'free'),
    }) as fc.Arbitrary<Act>;
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), randomNumbers, (acts, numbers) => {
        const still = [...acts, { atMs: END_MS - 400, act: 'off' as const }];
        const { door, reads, moves, edges } = run(still, () => numbers.next().value);
        moves.forEach(({ open }, index) => {
          expect(open).toBe(index % 2 === 0);
        });
        expect(reads).toBe(door.open);
        for (const edge of edges) {
          const cause = moves.findLast(({ atMs }) => atMs <= edge.atMs);
          expect(edge.atMs - (cause?.atMs ?? Number.NEGATIVE_INFINITY)).toBeLessThanOrEqual(
            DOOR_TIMES.bounceMs + STEP_MS,
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});
