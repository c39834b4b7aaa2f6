/** The platform's file, opened and closed while others still ask it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../../platform/store.ts';

const ROUNDS = 20;
const ASKERS = 8;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Until it is refused. */
async function asks(store: Store): Promise<void> {
  for (;;) await store.all('SELECT count(*) FROM terminal');
}

async function writes(store: Store): Promise<void> {
  for (;;) await store.transaction((writer) => writer.run('DELETE FROM terminal'));
}

test('it closes whoever asks: what has begun is answered, what comes later refused', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = await Store.open(join(folder, `${round}.db`));
    const busy = [...Array.from({ length: ASKERS }, () => asks(store)), writes(store)];
    const ended = Promise.allSettled(busy);
    await new Promise((resolve) => setTimeout(resolve, round));
    await store.close();
    for (const one of await ended)
      expect(one).toMatchObject({ reason: expect.objectContaining({ message: 'the store is closed' }) });
  }
});
