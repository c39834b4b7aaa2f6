/** The one queue: what is shown and told is what is durable, however far the decisions are ahead. */
import { expect, test } from 'vitest';
import { Decisions } from '../../controller/decisions.ts';
import { restore } from '../../controller/lending/restore.ts';
import type { LendingState } from '../../controller/lending/state.ts';
import { PLAN, TIMES } from './lending-world.ts';

/** A disk whose writes end when they are told to. */
class SlowLedger {
  head = 0;
  readonly boot = 1;
  readonly #writes: (() => void)[] = [];

  commit(entries: readonly object[]): Promise<void> {
    this.head += entries.length;
    return new Promise((resolve) => this.#writes.push(resolve));
  }

  async write(): Promise<void> {
    this.#writes.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('whoever is told of a change is told of no later one that is not durable yet', async () => {
  const ledger = new SlowLedger();
  const told: LendingState[] = [];
  const decisions = new Decisions({
    state: restore({}, PLAN, 0, TIMES),
    ledger,
    clock: { nowMs: () => 1, wallMs: () => Date.UTC(2026, 10, 24), trust: () => 'trusted' },
    times: TIMES,
    version: 'test',
    library: false,
    effect: () => {},
    changed: (state) => told.push(state),
    fatal: (error) => {
      throw error;
    },
  });
  const recall = (item: string) =>
    decisions.take({
      kind: 'command',
      command: { id: item, expires: '2027-01-01T00:00:00Z', action: { kind: 'recallItem', item } },
    });
  void recall('item-1');
  void recall('item-2');
  await ledger.write();
  expect(told.map(({ recalls }) => Object.keys(recalls))).toEqual([['item-1']]);
  await ledger.write();
  expect(Object.keys(told.at(-1)?.recalls ?? {})).toEqual(['item-1', 'item-2']);
  await decisions.stop();
});
