/** Promise 4, of a bookshop's new books: bought only where the platform has agreed, at the price that it was asked. */
import type { EntryOf } from '../../../protocol/platform/entries.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';
import { Granted } from './granted.ts';

const PROMISE = '4 loan';
/** Dearer books are a librarian's to buy (platform/tiers.ts). */
const PRICE_FEN_MAX = 20_000;

export function purchases({ seen, prices }: World): Check {
  const fail = (what: string) => seen.fail(PROMISE, what);
  const granted = new Granted('purchase');
  const sold = new Set<string>();
  const posted = ({ item, patron, purchase }: EntryOf<'loanPosted'>) => {
    const price = prices.get(item);
    if (purchase === undefined) {
      if (price !== undefined && !sold.has(item)) fail(`the new book ${item} is lent, and not bought`);
      return;
    }
    seen.count('bought');
    sold.add(item);
    const { priceFen } = purchase;
    const grant = granted.use((one) => one.item === item && one.patron === patron);
    if (!grant) fail(`${item} is bought for ${patron}, and nobody has agreed`);
    else if (priceFen !== grant.priceFen || priceFen !== price)
      fail(`${item} is bought for ${priceFen} fen, agreed were ${grant.priceFen}, it costs ${price}`);
    if (priceFen > PRICE_FEN_MAX) fail(`${item} is bought for ${priceFen} fen`);
  };
  return {
    batch: ({ entries }) => {
      for (const { event } of entries) if (event.data.kind === 'loanPosted') posted(event.data);
    },
    published: (topic, payload) => granted.published(topic, payload),
  };
}
