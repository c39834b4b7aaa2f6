/**
 * The keys that sign credit passes. A new key is told to every terminal before it signs; the one before stays known
 * until the last pass that it signed has ended. So no terminal ever refuses an honest pass because keys change.
 *
 *   coming     made and told; some terminal has not answered yet
 *   signing    the newest that every terminal has answered for
 *   ending     signs no more; its passes still hold
 */
import type { KeyObject } from 'node:crypto';
import { enqueueToAll } from './commands.ts';
import { SKEW_MS } from './conflict-rules.ts';
import type { KeyFiles } from './key-files.ts';
import { Refusal } from './refusal.ts';
import type { Store, Writer } from './store.ts';

/** On the wire a key's number is one byte, and a terminal is told of no more than eight. */
const NUMBERS = 256;
const KEYS_MAX = 8;

export interface PassKey {
  readonly key: number;
  readonly publicKey: string;
  readonly made: string;
  readonly signsFrom: string | null;
  readonly passesUntil: string | null;
}

export const passKeysOf = (reader: Pick<Writer, 'all'>): Promise<PassKey[]> =>
  reader.all<PassKey>(
    `SELECT key, public_key AS publicKey, made, signs_from AS signsFrom, passes_until AS passesUntil
     FROM pass_key ORDER BY made, rowid`,
  );

export const setPassKeys = (keys: readonly PassKey[]) => ({
  kind: 'setPassKeys' as const,
  keys: keys.map(({ key, publicKey }) => ({ key, publicKey })),
});

export function signingKey(keys: readonly PassKey[]): PassKey | undefined {
  return keys
    .filter(({ signsFrom }) => signsFrom !== null)
    .reduce<PassKey | undefined>(
      (newest, key) => (newest && (newest.signsFrom ?? '') > (key.signsFrom ?? '') ? newest : key),
      undefined,
    );
}

export type KeyState = 'coming' | 'signing' | 'ending';

export function stateOf(keys: readonly PassKey[], { key, signsFrom }: PassKey): KeyState {
  if (signsFrom === null) return 'coming';
  return signingKey(keys)?.key === key ? 'signing' : 'ending';
}

/** Terminals that have not answered yet, though they were told of this key. */
const AWAITED = `SELECT count(DISTINCT terminal) AS count FROM command WHERE outcome IS NULL
  AND json_extract(body, '$.action.kind') = 'setPassKeys' AND EXISTS (
    SELECT 1 FROM json_each(body, '$.action.keys') WHERE json_extract(value, '$.key') = ?)`;

export async function awaited(reader: Pick<Writer, 'all'>, key: number): Promise<number> {
  const [row] = await reader.all<{ count: number }>(AWAITED, key);
  return row?.count ?? 0;
}

export class PassKeys {
  readonly #store: Store;
  readonly #files: KeyFiles;

  constructor(store: Store, files: KeyFiles) {
    this.#store = store;
    this.#files = files;
  }

  /** Makes the first key, and a new one where the file of the one that signs is lost. */
  async ready(): Promise<string[]> {
    const signing = signingKey(await passKeysOf(this.#store));
    if (signing && (await this.#files.read(signing.key))) return this.tend();
    return this.#add(new Date().toISOString());
  }

  /** The terminals that are told. */
  async rotate(): Promise<string[]> {
    await this.tend();
    const keys = await passKeysOf(this.#store);
    const coming = keys.find((key) => stateOf(keys, key) === 'coming');
    if (coming)
      throw new Refusal(
        409,
        `key ${coming.key} is on its way: ${await awaited(this.#store, coming.key)} terminals have not answered yet`,
      );
    if (keys.length >= KEYS_MAX - 1)
      throw new Refusal(409, 'passes of six older keys still hold: wait until the first has ended');
    return this.#add(null);
  }

  async #add(signsFrom: string | null): Promise<string[]> {
    const before = await passKeysOf(this.#store);
    const key = ((before.at(-1)?.key ?? 0) + 1) % NUMBERS;
    const publicKey = await this.#files.make(key);
    return this.#store.transaction(async (writer) => {
      const made = new Date().toISOString();
      await writer.run(
        'INSERT INTO pass_key (key, public_key, made, signs_from) VALUES (?, ?, ?, ?)',
        ...[key, publicKey, made, signsFrom],
      );
      return enqueueToAll(writer, setPassKeys(await passKeysOf(writer)));
    });
  }

  /** A key that every terminal knows begins to sign; one whose passes have ended is taken back. Who is told. */
  async tend(): Promise<string[]> {
    const told = await this.#store.transaction(async (writer) => {
      await this.#begin(writer);
      return this.#takeBack(writer);
    });
    const keys = await passKeysOf(this.#store);
    const may = keys.filter((key) => stateOf(keys, key) !== 'ending');
    await this.#files.keepOnly(may.map(({ key }) => key));
    return told;
  }

  async #begin(writer: Writer): Promise<void> {
    for (const { key, signsFrom } of await passKeysOf(writer)) {
      if (signsFrom !== null) continue;
      // Its file is lost, and it has signed nothing: it never will.
      if (!(await this.#files.read(key))) await writer.run('DELETE FROM pass_key WHERE key = ?', key);
      else if ((await awaited(writer, key)) === 0)
        await writer.run('UPDATE pass_key SET signs_from = ? WHERE key = ?', new Date().toISOString(), key);
    }
  }

  async #takeBack(writer: Writer): Promise<string[]> {
    const keys = await passKeysOf(writer);
    const over = keys.filter(
      (key) =>
        stateOf(keys, key) === 'ending' && Date.parse(key.passesUntil ?? key.made) + SKEW_MS < Date.now(),
    );
    if (over.length === 0) return [];
    for (const { key } of over) await writer.run('DELETE FROM pass_key WHERE key = ?', key);
    return enqueueToAll(writer, setPassKeys(await passKeysOf(writer)));
  }

  /** What signs now, and until when its passes hold is remembered. */
  async sign(writer: Writer, until: string): Promise<{ key: number; privateKey: KeyObject }> {
    const signing = signingKey(await passKeysOf(writer));
    const privateKey = signing && (await this.#files.read(signing.key));
    if (!signing || !privateKey) throw new Refusal(503, 'no key signs passes yet');
    await writer.run(
      'UPDATE pass_key SET passes_until = max(coalesce(passes_until, ?1), ?1) WHERE key = ?2',
      until,
      signing.key,
    );
    return { key: signing.key, privateKey };
  }
}
