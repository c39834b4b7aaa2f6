/** A book that one terminal has lent is brought back at another: its loan ends, whichever tells first. */
import { entries } from '../patron.ts';
import {
  allAcknowledged,
  bringBack,
  COURIER_BADGE,
  collect,
  everythingUp,
  factsOf,
  lentAndAcknowledged,
  load,
  placeOrder,
} from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const LIMIT_MS = 30_000;
const SHELF = [{ name: 'shelf', driver: 'feig', antennas: 16 }] as const;
const SECOND = 'demo-two';

export const returnAnywhere: Scenario = {
  about: 'lent at one terminal, brought back at another: the loan ends there',
  async run({ start, say }) {
    const first = await start({});
    await everythingUp(first);
    const couriers = [{ courier: 'courier-1', badge: COURIER_BADGE }];
    await first.platform.register(SECOND, couriers);
    const second = await start({ terminal: SECOND, beside: first, readers: SHELF });
    await everythingUp(second);
    say('two terminals are up');
    const order = await load(first, await placeOrder(first));
    await collect(first, order);
    await lentAndAcknowledged(first, order);
    const openBefore = (await first.platform.loans()).filter(({ returned }) => !returned).length;
    await bringBack(second, order.item, { puts: order.item });
    await waitFor('the journal to be acknowledged', LIMIT_MS, () => allAcknowledged(second));
    const loans = await first.platform.loans();
    const returned = (await entries(second)).find(({ kind }) => kind === 'itemReturned');
    const facts = {
      lentAt: 'demo',
      returnedAt: SECOND,
      openBefore,
      openAfter: loans.filter((loan) => !loan.returned).length,
      evidence: returned?.evidence,
      ...(await factsOf(first)),
    };
    const ok = facts.openBefore === 1 && facts.openAfter === 0 && returned?.item === order.item;
    return { ok, facts };
  },
};
