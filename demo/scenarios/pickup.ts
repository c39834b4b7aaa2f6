/** The whole path once: ordered, loaded, collected, posted, acknowledged. */
import { collect, everythingUp, factsOf, lentAndAcknowledged, load, placeOrder } from '../story.ts';
import type { Scenario } from './scenario.ts';

export const pickup: Scenario = {
  about: 'an order is loaded by the courier and collected by the patron',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    say('everything is up');
    const order = await load(stack, await placeOrder(stack));
    say('the item is loaded');
    await collect(stack, order);
    await lentAndAcknowledged(stack, order);
    const facts = await factsOf(stack);
    const ok =
      facts.loans === 1 && facts.acknowledged === true && facts.coilPulses === 2 && facts.chain === 'whole';
    return { ok, facts };
  },
};
