/** A patron's credit pass on a telephone: made while the platform can be reached, kept, and not always an honest one. */

import { type IssuedPass, issuePass, revoke } from '../../../platform/passes.ts';
import { putPatron } from '../../../platform/patrons.ts';
import { base45, fromBase45 } from '../../../protocol/barcode/base45.ts';
import { PASS_MARK } from '../../../protocol/platform/credit-pass.ts';
import type { Random } from '../virtual/random.ts';
import type { World } from '../world/world.ts';

export interface Shown {
  readonly text: string;
  /** Signed by the platform, and the newest that this patron has. */
  readonly honest: boolean;
}

export class Wallet {
  readonly patron: string;
  readonly #world: World;
  readonly #tier: number;
  #passes: readonly IssuedPass[] = [];

  constructor(world: World, patron: string, tier: number) {
    this.#world = world;
    this.patron = patron;
    this.#tier = tier;
  }

  /** A new pass, or the same one renewed; the old one is all there is while the platform is away. */
  async renew(random: Random): Promise<void> {
    const { patron } = this;
    const wanted = { patron, hours: random.pick([12, 24, 72]), itemsMax: random.pick([1, 2, 3]) };
    const issued = await this.#world.platform
      .ask(async ({ store, keys }) => {
        await putPatron(store, patron, { tier: this.#tier });
        return store.transaction((writer) => issuePass(writer, keys, wanted));
      })
      .catch(() => undefined);
    if (!issued) return;
    this.#passes = [...this.#passes, issued].slice(-4);
    const { pass, itemsMax, until } = issued;
    const before = this.#world.passes.get(pass);
    this.#world.passes.set(pass, {
      itemsMax: Math.max(itemsMax, before?.itemsMax ?? 0),
      untilMs: Math.max(Date.parse(until), before?.untilMs ?? 0),
    });
  }

  /** What is held to the scanner; nothing where there never was one. */
  show(random: Random): Shown | undefined {
    const newest = this.#passes.at(-1);
    if (!newest) return undefined;
    if (random.chance(0.06)) return { text: forged(newest.text, random), honest: false };
    if (random.chance(0.15)) return { text: random.pick(this.#passes).text, honest: false };
    return { text: newest.text, honest: true };
  }

  /** The telephone is lost, and the library told. */
  async lose(): Promise<void> {
    const pass = this.#passes.at(-1)?.pass;
    if (pass === undefined) return;
    this.#world.note(`the pass ${pass} is revoked`);
    await this.#world.platform
      .ask(async ({ store, terminals }) => {
        const told = await store.transaction((writer) => revoke(writer, { passes: [pass] }));
        for (const terminal of told) terminals.sendCommands(terminal);
      })
      .catch(() => {});
  }
}

/** One bit of it is another, somewhere in what is signed or in the signature. */
function forged(text: string, random: Random): string {
  const bytes = Buffer.from(fromBase45(text.slice(PASS_MARK.length)) ?? []);
  // Behind version, key and name: a pass of another patron, another time, another limit, or a signature of nothing.
  const at = random.whole(10, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return PASS_MARK + base45(bytes);
}
