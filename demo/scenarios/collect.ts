/** Holds are collected: a part of them, all of them with the network down, not mine, behind a jammed door, and left open. */
import { entries, entryAfter, HANDS, leave, screenIs, showPass, told } from '../patron.ts';
import type { Stack } from '../stack.ts';
import {
  allAcknowledged,
  COURIER_BADGE,
  collect,
  everythingUp,
  factsOf,
  lentAndAcknowledged,
  load,
  placeOrder,
  type ReadyOrder,
  settled,
  showCode,
} from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const LIMIT_MS = 30_000;
const SHELF = [{ name: 'shelf', driver: 'feig', antennas: 16 }] as const;
const PATRON = 'patron-demo';

async function loadMany(stack: Stack, count: number): Promise<ReadyOrder[]> {
  const orders: ReadyOrder[] = [];
  for (let number = 1; number <= count; number += 1)
    orders.push(await load(stack, await placeOrder(stack, `Volume ${number}`)));
  return orders;
}

const acknowledged = (stack: Stack) =>
  waitFor('the journal to be acknowledged', LIMIT_MS, () => allAcknowledged(stack));

const count = async (stack: Stack, kind: string): Promise<number> =>
  (await entries(stack)).filter((entry) => entry.kind === kind).length;

export const collectPartial: Scenario = {
  about: 'a patron with two holds takes one of them: one loan, the other stays on hold',
  async run({ start, say }) {
    const stack = await start({ readers: SHELF });
    await everythingUp(stack);
    const [first, second] = await loadMany(stack, 2);
    if (!first || !second) throw new Error('an item was not loaded');
    say('two holds are behind two doors');
    await stack.cabinet.people({ takes: [first.item], ...HANDS });
    await showPass(stack, (await stack.platform.pass(PATRON)).text);
    const from = await told(stack);
    await stack.kiosk.press('collectAll');
    const left = await entryAfter(
      stack,
      from,
      'the second book to stay',
      ({ kind }) => kind === 'loanVoided',
    );
    await leave(stack);
    await acknowledged(stack);
    const after = await stack.platform.orderOf(second.hold);
    const facts = {
      taken: first.item,
      leftInside: left.item,
      leftReason: left.reason,
      secondStill: after.status,
      ...(await factsOf(stack)),
    };
    const ok = facts.loans === 1 && left.item === second.item && after.status === 'ready';
    return { ok: ok && facts.itemsLeftInside === 1, facts };
  },
};

export const collectAllOffline: Scenario = {
  about: 'three holds are collected by a credit pass with the network down, and told once when it returns',
  async run({ start, say, cutNetwork, mendNetwork }) {
    const stack = await start({});
    await everythingUp(stack);
    await loadMany(stack, 3);
    const pass = await stack.platform.pass(PATRON);
    await waitFor(
      'the keys of passes',
      LIMIT_MS,
      async () => (await stack.platform.terminal()).unansweredCommands === 0,
    );
    await cutNetwork();
    await waitFor(
      'the link to be down',
      LIMIT_MS,
      async () => (await stack.kiosk.health()).platformLink === 'down',
    );
    say('the network is gone');
    await stack.cabinet.people({ takes: true, ...HANDS });
    await showPass(stack, pass.text);
    await stack.kiosk.press('collectAll');
    await waitFor('all doors to be done', LIMIT_MS, async () => {
      const { compartments } = await stack.cabinet.state();
      return compartments.every(({ items, door }) => items.length === 0 && door === 'closed');
    });
    await leave(stack);
    const { journal } = await stack.kiosk.health();
    const unacknowledgedWhileCut = journal.head - journal.acknowledged;
    say('everything is collected');
    await mendNetwork();
    await acknowledged(stack);
    const facts = { unacknowledgedWhileCut, ...(await factsOf(stack)) };
    return { ok: facts.loans === 3 && facts.doubled === 0 && unacknowledgedWhileCut > 0, facts };
  },
};

export const notMyBook: Scenario = {
  about: 'another book lies behind the door: the patron says so, owes nothing, and a courier puts it right',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    const order = await load(stack, await placeOrder(stack));
    const from = await told(stack);
    await showCode(stack, order, { takes: false, afterMs: 60, closeAfterMs: 2_000 });
    await screenIs(stack, 'takeItem');
    await stack.kiosk.press('notMine');
    const doubt = await entryAfter(stack, from, 'the doubt', ({ kind }) => kind === 'inDoubt');
    await settled(stack);
    const loansAfterClaim = await count(stack, 'loanPosted');
    say('the patron owes nothing');
    await stack.cabinet.people({ ...HANDS });
    await stack.cabinet.scan(COURIER_BADGE);
    await screenIs(stack, 'courier');
    await stack.kiosk.choose(order.item);
    await entryAfter(stack, from, 'the courier to put it right', ({ kind }) => kind === 'itemLoaded');
    await stack.cabinet.scan(COURIER_BADGE);
    await settled(stack);
    const again = await waitFor('a new code', LIMIT_MS, async () => {
      const now = await stack.platform.orderOf(order.hold);
      return now.status === 'ready' && now.code ? { ...now, code: now.code } : undefined;
    });
    await collect(stack, again);
    await lentAndAcknowledged(stack, again);
    const facts = { reason: doubt.reason, wayOut: doubt.wayOut, loansAfterClaim, ...(await factsOf(stack)) };
    return { ok: doubt.reason === 'disputed' && loansAfterClaim === 0 && facts.loans === 1, facts };
  },
};

export const doorJammed: Scenario = {
  about: 'a door jams: two pulses, nobody owes, others are served; mended, the same code opens it',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    const [jammed, other] = await loadMany(stack, 2);
    if (!jammed || !other) throw new Error('an item was not loaded');
    const { compartments } = await stack.cabinet.state();
    const place = compartments.findIndex(({ items }) => items.includes(jammed.item));
    await stack.cabinet.jam(place, true);
    const from = await told(stack);
    await showCode(stack, jammed);
    const voided = await entryAfter(
      stack,
      from,
      'the loan to be voided',
      ({ kind }) => kind === 'loanVoided',
    );
    await settled(stack);
    const pulses = (await entries(stack)).slice(from).filter(({ kind }) => kind === 'unlockRequested').length;
    say('the door did not open, twice');
    await collect(stack, other);
    await lentAndAcknowledged(stack, other);
    await stack.cabinet.jam(place, false);
    await collect(stack, jammed);
    await lentAndAcknowledged(stack, jammed);
    const back = await count(stack, 'compartmentBack');
    const facts = {
      voided: voided.reason,
      pulses,
      servedMeanwhile: true,
      compartmentBack: back,
      ...(await factsOf(stack)),
    };
    return {
      ok: voided.reason === 'doorNotOpened' && pulses === 2 && back === 1 && facts.loans === 2,
      facts,
    };
  },
};

const LEFT_OPEN_MS = 10_000;

export const leftOpen: Scenario = {
  about: 'a patron walks away from an open door: in doubt with a way out, others are served, shut it is lent',
  async run({ start, say }) {
    const stack = await start({ config: { times: { leftOpenMs: LEFT_OPEN_MS } } });
    await everythingUp(stack);
    const [left, other] = await loadMany(stack, 2);
    if (!left || !other) throw new Error('an item was not loaded');
    const from = await told(stack);
    await showCode(stack, left, { afterMs: 60, closeAfterMs: LEFT_OPEN_MS + 8_000 });
    const doubt = await entryAfter(stack, from, 'the doubt', ({ kind }) => kind === 'inDoubt');
    const lamp = await waitFor('its lamp to blink', LIMIT_MS, async () => {
      const { compartments } = await stack.cabinet.state();
      return compartments.some((one) => one.door === 'open' && one.lamp > 0);
    });
    say('the door was left open');
    await collect(stack, other);
    await lentAndAcknowledged(stack, other);
    say('another patron was served meanwhile');
    await lentAndAcknowledged(stack, left);
    const facts = { reason: doubt.reason, wayOut: doubt.wayOut, lampOn: lamp, ...(await factsOf(stack)) };
    return { ok: doubt.wayOut === 'closeTheDoor' && facts.loans === 2, facts };
  },
};
