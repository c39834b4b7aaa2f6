/** Somebody announces one book, puts in another, and takes a second one that lay there: the tags tell. */
import { entryAfter, HANDS, screenIs, told } from '../patron.ts';
import type { Stack } from '../stack.ts';
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
  settled,
} from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario, Stage } from './scenario.ts';

const SHELF = [{ name: 'shelf', driver: 'feig', antennas: 16 }] as const;
/** A book of another library, which nobody here knows. */
const OTHER = '99000000000017';
const LIMIT_MS = 20_000;

export const wrongItem: Scenario = {
  about: 'a patron returns another book than announced and takes a second one: both are found out',
  async run(stage) {
    const { facts } = await foundOut(stage);
    const { detected, loansRight } = facts;
    return { ok: detected.anotherBook && detected.secondTaken && loansRight, facts };
  },
};

export const returnWrongItem: Scenario = {
  about:
    'the same, and how it ends: a courier takes the stray book out, the operator settles the missing one',
  async run(stage) {
    const { stack, facts: before, first } = await foundOut(stage);
    const from = await told(stack);
    await stack.cabinet.people({ takes: true, ...HANDS });
    await stack.cabinet.scan(COURIER_BADGE);
    await screenIs(stack, 'courier');
    await stack.kiosk.choose(OTHER);
    await entryAfter(stack, from, 'the stray to be out', ({ kind }) => kind === 'itemUnloaded');
    await stack.cabinet.scan(COURIER_BADGE);
    await settled(stack);
    await stack.platform.settle(first);
    await entryAfter(stack, from, 'the missing book to be settled', ({ kind }) => kind === 'itemForgotten');
    await waitFor('no doubt to be left', LIMIT_MS, async () => (await stack.platform.doubts()).length === 0);
    const facts = {
      ...before,
      doubtsBefore: before.waysOut.length,
      doubtsLeft: 0,
      ...(await factsOf(stack)),
    };
    const { detected, loansRight } = before;
    return { ok: detected.anotherBook && loansRight && facts.itemsLeftInside === 0, facts };
  },
};

async function foundOut({ start, say }: Stage) {
  const stack = await start({ readers: SHELF });
  await everythingUp(stack);
  const first = await lend(stack, 'Journey to the West');
  const second = await lend(stack, 'Water Margin');
  say('two books are lent, each with its tag as a witness');
  await bringBack(stack, first, { puts: first });
  say('the first is back, and its loan ended');
  await bringBack(stack, second, { puts: OTHER, takes: [first] });
  await waitFor('the journal to be acknowledged', LIMIT_MS, () => allAcknowledged(stack));
  const facts = { ...(await whatIsKnown(stack, first, second)), ...(await factsOf(stack)) };
  return { stack, facts, first };
}

async function lend(stack: Stack, title: string): Promise<string> {
  const order = await load(stack, await placeOrder(stack, title));
  await collect(stack, order);
  await lentAndAcknowledged(stack, order);
  return order.item;
}

/** What the platform knows afterwards, from the journal and from its loans. */
async function whatIsKnown({ platform }: Stack, first: string, second: string) {
  const journal = (await platform.journal()).map(({ data }) => data);
  const doubt = (item: string, reason: string) =>
    journal.find((entry) => entry.kind === 'inDoubt' && entry.item === item && entry.reason === reason);
  const loans = await platform.loans();
  const open = loans.filter(({ returned }) => !returned).map(({ item }) => item);
  const voided = journal.some((entry) => entry.kind === 'returnVoided' && entry.item === second);
  return {
    detected: {
      anotherBook: doubt(OTHER, 'itemUnexpected') !== undefined && voided,
      secondTaken: doubt(first, 'itemMissing') !== undefined,
    },
    /** The announced book is still on loan; the one that was brought back properly is not, whoever has it now. */
    loansRight: open.length === 1 && open[0] === second,
    openLoans: open.length,
    waysOut: journal.flatMap((entry) =>
      entry.kind === 'inDoubt' ? [`${entry.reason}: ${entry.wayOut}`] : [],
    ),
    evidence: journal.flatMap((entry) => (entry.kind === 'loanPosted' ? [entry.evidence] : [])),
  };
}
