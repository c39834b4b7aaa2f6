/** Promise 4, of renewals: only by somebody's word, and the local library renews once for each wish. */
import type { Session } from '../../../controller/lending/state.ts';
import type { EntryOf } from '../../../protocol/platform/entries.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';
import { Granted } from './granted.ts';

const PROMISE = '4 loan';

export function renewals({ seen }: World): Check {
  const fail = (what: string) => seen.fail(PROMISE, what);
  const granted = new Granted('renewal');
  /** By the local library, and not yet entered. */
  const renewed = new Map<string, number>();
  /** How often the library may renew an item still. */
  const wishes = new Map<string, number>();
  const wished = new Set<string>();
  const add = (to: Map<string, number>, item: string, count: number) => {
    const now = (to.get(item) ?? 0) + count;
    to.set(item, now);
    return now;
  };
  const wishesFor = ({ id, asking }: Session) => {
    const { about, item = '', requestId } = asking ?? {};
    const wish = `${id}/${requestId}`;
    if (about !== 'renewal' || wished.has(wish)) return;
    wished.add(wish);
    add(wishes, item, 1);
  };
  const entered = ({ item, grantedBy }: EntryOf<'loanRenewed'>) => {
    seen.count(`renewedBy:${grantedBy}`);
    const ok =
      grantedBy === 'library' ? add(renewed, item, -1) >= 0 : granted.use((one) => one.item === item);
    if (!ok) fail(`${item} is renewed by the ${grantedBy}'s word, and it gave none`);
  };
  return {
    batch: ({ entries, changed }) => {
      for (const { event } of entries) if (event.data.kind === 'loanRenewed') entered(event.data);
      for (const { collection, body } of changed)
        if (collection === 'sessions' && body !== undefined) wishesFor(body as Session);
    },
    library: (_request, _answer, effects) => {
      for (const effect of effects) {
        const [what, item = ''] = effect.split(' ');
        if (what !== 'renew') continue;
        add(renewed, item, 1);
        if (add(wishes, item, -1) < 0) fail(`the library renews ${item}, and nobody has wished it`);
      }
    },
    published: (topic, payload) => granted.published(topic, payload),
  };
}
