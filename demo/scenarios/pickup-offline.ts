/** The network is cut from before the code is scanned until after the door is closed. */
import { collect, everythingUp, factsOf, lentAndAcknowledged, load, placeOrder } from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const CUT_MS_MAX = 10_000;
const RETURN_MS_MAX = 60_000;

export const pickupOffline: Scenario = {
  about: 'the pickup with the broker gone; the loan arrives when it returns',
  async run({ start, cutNetwork, mendNetwork, say }) {
    const stack = await start({});
    await everythingUp(stack);
    const order = await load(stack, await placeOrder(stack));
    await cutNetwork();
    await waitFor(
      'the terminal to notice',
      CUT_MS_MAX,
      async () => (await stack.kiosk.health()).platformLink === 'down',
    );
    say('the network is cut');
    await collect(stack, order);
    const { journal } = await stack.kiosk.health();
    const loansWhileCut = (await stack.platform.counts()).loans;
    say('collected while cut');
    await mendNetwork();
    await lentAndAcknowledged(stack, order, RETURN_MS_MAX);
    const facts = {
      ...(await factsOf(stack)),
      loansWhileCut,
      unacknowledgedWhileCut: journal.head - journal.acknowledged,
    };
    const ok = facts.loans === 1 && facts.acknowledged === true && loansWhileCut === 0;
    return { ok, facts };
  },
};
