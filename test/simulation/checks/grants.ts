/** Promise 4, of renewals and of new books: only what was granted, once for each asking, at the price that was asked. */
import type { Entry, EntryOf } from '../../../protocol/platform/entries.ts';
import type { PlatformQuestion } from '../../../protocol/platform/questions.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '4 loan';
/** Dearer books are a librarian's to buy (platform/tiers.ts). */
const PRICE_FEN_MAX = 20_000;

type Question = Extract<PlatformQuestion, { kind: 'renewal' | 'purchase' }>;

export function grants(world: World): Check {
  const { seen } = world;
  const fail = (what: string) => seen.fail(PROMISE, what);
  const asked = new Map<string, Question>();
  /** By the id of the question. */
  const granted = new Map<string, Question>();
  const answered = new Set<string>();
  /** Items that the local library has renewed since its renewals were last entered. */
  const renewed = new Map<string, number>();
  const useOf = (fits: (question: Question) => boolean): Question | undefined => {
    const [id, question] = [...granted].find(([, one]) => fits(one)) ?? [];
    if (id !== undefined) granted.delete(id);
    return question;
  };
  const renewal = ({ item, grantedBy }: EntryOf<'loanRenewed'>) => {
    seen.count(`renewedBy:${grantedBy}`);
    const left = renewed.get(item) ?? 0;
    const ok =
      grantedBy === 'library' ? left > 0 : useOf((one) => one.kind === 'renewal' && one.item === item);
    if (grantedBy === 'library') renewed.set(item, left - 1);
    if (!ok) fail(`${item} is renewed by the ${grantedBy}'s word, and it gave none`);
  };
  const purchase = ({ item, patron, purchase: bought }: EntryOf<'loanPosted'>) => {
    if (bought === undefined) {
      if (world.prices.has(item) && !world.sold.has(item))
        fail(`the new book ${item} is lent, and not bought`);
      return;
    }
    seen.count('bought');
    world.sold.add(item);
    const { priceFen } = bought;
    const grant = useOf((one) => one.kind === 'purchase' && one.item === item && one.patron === patron);
    if (grant?.kind !== 'purchase') fail(`${item} is bought for ${patron}, and nobody has agreed`);
    else if (priceFen !== grant.priceFen || priceFen !== world.prices.get(item))
      fail(
        `${item} is bought for ${priceFen} fen, agreed were ${grant.priceFen}, it costs ${world.prices.get(item)}`,
      );
    if (priceFen > PRICE_FEN_MAX) fail(`${item} is bought for ${priceFen} fen`);
  };
  const heard = (entry: Entry) => {
    if (entry.kind === 'loanRenewed') renewal(entry);
    else if (entry.kind === 'loanPosted') purchase(entry);
  };
  return {
    batch: ({ entries }) => {
      for (const { event } of entries) heard(event.data);
    },
    library: (_request, _answer, effects) => {
      for (const effect of effects) {
        const [what, item = ''] = effect.split(' ');
        if (what === 'renew') renewed.set(item, (renewed.get(item) ?? 0) + 1);
      }
    },
    published: (topic, payload) => {
      if (topic.endsWith('/ask')) {
        const { id, question } = JSON.parse(payload) as { id: string; question: PlatformQuestion };
        if (question.kind === 'renewal' || question.kind === 'purchase') asked.set(id, question);
      } else if (topic.endsWith('/answer')) {
        const { id, outcome } = JSON.parse(payload) as { id: string; outcome: string };
        const question = asked.get(id);
        if (outcome !== 'granted' || !question || answered.has(id)) return;
        answered.add(id);
        granted.set(id, question);
      }
    },
  };
}
