/** A courier's round, and a recall. */
import { entries, entryAfter, HANDS, leave, noticeIs, screenIs, showPass, told } from '../patron.ts';
import type { Stack } from '../stack.ts';
import {
  allAcknowledged,
  bringBack,
  COURIER_BADGE,
  everythingUp,
  factsOf,
  load,
  placeOrder,
  settled,
} from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const LIMIT_MS = 30_000;
const SHELF = [{ name: 'shelf', driver: 'feig', antennas: 16 }] as const;
const BOOK = '33001000000011';
const BROUGHT_BACK = '33001000000029';
const STRAY = '99000000000017';

const acknowledged = (stack: Stack) =>
  waitFor('the journal to be acknowledged', LIMIT_MS, () => allAcknowledged(stack));

/** The courier takes one item from the list on the screen. */
async function takesOut(stack: Stack, item: string): Promise<void> {
  const from = await told(stack);
  await stack.cabinet.people({ takes: true, ...HANDS });
  await screenIs(stack, 'courier');
  await stack.kiosk.choose(item);
  await entryAfter(
    stack,
    from,
    `${item} to be out`,
    (entry) => entry.kind === 'itemUnloaded' && entry.item === item,
  );
}

async function putsIn(stack: Stack, item: string): Promise<void> {
  const from = await told(stack);
  await stack.cabinet.people({ puts: item, ...HANDS });
  await screenIs(stack, 'courier');
  await stack.cabinet.scan(item);
  await entryAfter(
    stack,
    from,
    `${item} to be in`,
    (entry) => entry.kind === 'itemLoaded' && entry.item === item,
  );
}

export const courierRound: Scenario = {
  about:
    'a courier takes out what was brought back, withdrawn and strayed, puts in a hold and stock, and counts',
  async run({ start, say }) {
    const stack = await start({ readers: SHELF });
    await everythingUp(stack);
    const withdrawn = await load(stack, await placeOrder(stack, 'Withdrawn'));
    await stack.platform.withdraw(withdrawn.hold);
    await bringBack(stack, BROUGHT_BACK, { puts: BROUGHT_BACK });
    await bringBack(stack, '33001000000037', { puts: STRAY });
    const order = await placeOrder(stack, 'To be brought');
    await stack.platform.stock({ item: BOOK, title: 'Fortress Besieged', size: 'small' });
    await everythingUp(stack);
    say('there is something of everything to do');
    const from = await told(stack);
    await stack.cabinet.scan(COURIER_BADGE);
    for (const item of [withdrawn.item, BROUGHT_BACK, STRAY]) await takesOut(stack, item);
    for (const item of [order.item, BOOK]) await putsIn(stack, item);
    const counting = await told(stack);
    await screenIs(stack, 'courier');
    await stack.kiosk.press('count');
    await waitFor('every compartment to be counted', LIMIT_MS, async () => {
      const checks = (await entries(stack)).slice(counting).filter(({ kind }) => kind === 'contentChecked');
      return checks.length >= 16;
    });
    await stack.cabinet.scan(COURIER_BADGE);
    await settled(stack);
    await acknowledged(stack);
    const since = (await entries(stack)).slice(from);
    const verdicts = (await entries(stack))
      .slice(counting)
      .flatMap((entry) => (entry.kind === 'contentChecked' ? [entry.verdict] : []));
    const facts = {
      takenOut: since.flatMap((entry) => (entry.kind === 'itemUnloaded' ? [entry.why] : [])),
      putIn: since.filter(({ kind }) => kind === 'itemLoaded').length,
      counted: verdicts.length,
      allConfirmed: verdicts.every((verdict) => verdict === 'confirmed'),
      doubtsLeft: (await stack.platform.doubts()).length,
      ...(await factsOf(stack)),
    };
    const whys = [...facts.takenOut].sort().join();
    const ok = whys === 'returned,stray,withdrawn' && facts.putIn === 2 && facts.allConfirmed;
    return { ok: ok && facts.doubtsLeft === 0 && facts.itemsLeftInside === 2, facts };
  },
};

export const recall: Scenario = {
  about: 'a book is recalled: it is lent no more from that moment, and a courier takes it out',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    await stack.platform.stock({ item: BOOK, title: 'Fortress Besieged', size: 'small' });
    await everythingUp(stack);
    await stack.cabinet.scan(COURIER_BADGE);
    await putsIn(stack, BOOK);
    await stack.cabinet.scan(COURIER_BADGE);
    await settled(stack);
    await stack.platform.recall(BOOK);
    await entryAfter(stack, 0, 'the recall', ({ kind }) => kind === 'itemRecalled');
    say('recalled');
    await showPass(stack, (await stack.platform.pass('patron-demo')).text);
    await stack.kiosk.choose(BOOK);
    await noticeIs(stack, 'itemRecalled');
    await leave(stack);
    await stack.cabinet.scan(COURIER_BADGE);
    await takesOut(stack, BOOK);
    await stack.cabinet.scan(COURIER_BADGE);
    await settled(stack);
    await acknowledged(stack);
    const out = (await entries(stack)).find(({ kind }) => kind === 'itemUnloaded');
    const facts = { refusedToPatron: 'itemRecalled', takenOutWhy: out?.why, ...(await factsOf(stack)) };
    return { ok: out?.why === 'recalled' && facts.loans === 0 && facts.itemsLeftInside === 0, facts };
  },
};
