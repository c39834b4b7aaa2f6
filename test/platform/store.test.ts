/** Transactions of the platform's database: all or nothing, also where a single write needs no BEGIN. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enqueue } from '../../platform/commands.ts';
import { Store } from '../../platform/store.ts';

const ROUNDS = 10;
const ASKERS = 8;
const TERMINAL = 'INSERT INTO terminal (id, name) VALUES (?, ?)';

describe('the store', () => {
  let folder: string;
  let store: Store;
  const terminals = async () =>
    (await store.all<{ id: string }>('SELECT id FROM terminal ORDER BY id')).map(({ id }) => id);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'store-'));
    store = await Store.open(join(folder, 'platform.db'));
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a single write is stored, and one that is refused hinders nothing after it', async () => {
    await store.transaction((writer) => writer.run(TERMINAL, 'a', 'a'));
    await expect(store.transaction((writer) => writer.run(TERMINAL, 'a', 'again'))).rejects.toThrow('UNIQUE');
    await store.transaction((writer) => writer.run(TERMINAL, 'b', 'b'));
    expect(await terminals()).toEqual(['a', 'b']);
  });

  test('a write that is refused takes those before it back', async () => {
    const two = store.transaction(async (writer) => {
      await writer.run(TERMINAL, 'a', 'a');
      await writer.run(TERMINAL, 'b', 'b');
      await writer.run(TERMINAL, 'a', 'again');
    });
    await expect(two).rejects.toThrow('UNIQUE');
    expect(await terminals()).toEqual([]);
  });

  test('a single write is not carried out where what follows it fails', async () => {
    const failed = store.transaction(async (writer) => {
      await writer.run(TERMINAL, 'a', 'a');
      throw new Error('thought better of it');
    });
    await expect(failed).rejects.toThrow('better');
    expect(await terminals()).toEqual([]);
  });

  test('a transaction reads what it has written', async () => {
    const read = await store.transaction(async (writer) => {
      await writer.run(TERMINAL, 'a', 'a');
      return writer.all('SELECT id FROM terminal');
    });
    expect(read).toEqual([{ id: 'a' }]);
  });

  test('a command is told of once it is committed, and not where it was taken back', async () => {
    const told: string[] = [];
    store.commanded = (terminal) => told.push(terminal);
    const give = async (fails: boolean) =>
      store.transaction(async (writer) => {
        await enqueue(writer, 'a', { kind: 'withdrawHold', hold: 'h1' });
        expect(told).toEqual([]);
        if (fails) throw new Error('taken back');
      });
    await expect(give(true)).rejects.toThrow('taken back');
    await give(false);
    expect(told).toEqual(['a']);
  });

  test('what comes while it closes is refused', async () => {
    const other = await Store.open(join(folder, 'other.db'));
    const closing = other.close();
    await expect(other.all('SELECT 1')).rejects.toThrow('being closed');
    await expect(other.write('DELETE FROM hold')).rejects.toThrow('being closed');
    await closing;
  });

  test('it closes whoever asks: what has begun is answered, what comes later refused', async () => {
    const asks = async (other: Store) => {
      for (;;) await other.all('SELECT count(*) FROM terminal');
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const other = await Store.open(join(folder, `${round}.db`));
      const ended = Promise.allSettled(Array.from({ length: ASKERS }, () => asks(other)));
      await new Promise((resolve) => setTimeout(resolve, round));
      await other.close();
      for (const one of await ended) expect(String(Object(one).reason)).toContain('being closed');
    }
  });
});
