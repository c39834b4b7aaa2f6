/** Patrons, passes, keys and revocations as the web API knows them. */
import { join } from 'node:path';
import { toString as qrCode } from 'qrcode';
import { KeyFiles } from './key-files.ts';
import { awaited, PassKeys, passKeysOf, stateOf } from './pass-keys.ts';
import { issuePass, listPasses, type NewPass, type Revocation, revoke } from './passes.ts';
import { listPatrons, type NewPatron, putPatron } from './patrons.ts';
import type { Store } from './store.ts';
import type { Terminals } from './terminals.ts';

/** How often keys are looked after, besides whenever a pass is made. */
const TEND_MS = 60_000;

export class Credit {
  readonly #store: Store;
  readonly #terminals: Terminals;
  readonly #keys: PassKeys;
  #tending: NodeJS.Timeout | undefined;

  private constructor(store: Store, terminals: Terminals, keys: PassKeys) {
    this.#store = store;
    this.#terminals = terminals;
    this.#keys = keys;
  }

  /** Private keys live in a folder of their own beside the database. */
  static async open(store: Store, terminals: Terminals, data: string): Promise<Credit> {
    const keys = new PassKeys(store, new KeyFiles(join(data, 'pass-keys')));
    const credit = new Credit(store, terminals, keys);
    credit.#tell(await keys.ready());
    return credit;
  }

  start(trouble: (why: string) => void): void {
    const tend = () => this.#tend().catch((error: unknown) => trouble(String(error)));
    this.#tending = setInterval(() => void tend(), TEND_MS);
  }

  stop(): void {
    clearInterval(this.#tending);
  }

  async #tend(): Promise<void> {
    this.#tell(await this.#keys.tend());
  }

  #tell(terminals: readonly string[]): void {
    for (const terminal of terminals) this.#terminals.sendCommands(terminal);
  }

  patrons(): Promise<object[]> {
    return listPatrons(this.#store);
  }

  putPatron(patron: string, about: NewPatron): Promise<object> {
    return putPatron(this.#store, patron, about);
  }

  passes(): Promise<object[]> {
    return listPasses(this.#store);
  }

  /** The text is shown and not kept: whoever has it can borrow. */
  async issue(wanted: NewPass): Promise<object> {
    await this.#tend();
    const issued = await this.#store.transaction((writer) => issuePass(writer, this.#keys, wanted));
    return { ...issued, qr: await qrCode(issued.text, { type: 'svg', margin: 2 }) };
  }

  async revoke(what: Revocation): Promise<object> {
    const told = await this.#store.transaction((writer) => revoke(writer, what));
    this.#tell(told);
    return { terminals: told.length };
  }

  async keys(): Promise<object[]> {
    const keys = await passKeysOf(this.#store);
    return Promise.all(
      keys.map(async (key) => ({
        key: key.key,
        publicKey: key.publicKey,
        state: stateOf(keys, key),
        made: key.made,
        ...(key.passesUntil ? { passesUntil: key.passesUntil } : {}),
        awaited: await awaited(this.#store, key.key),
      })),
    );
  }

  async rotate(): Promise<object[]> {
    this.#tell(await this.#keys.rotate());
    return this.keys();
  }
}
