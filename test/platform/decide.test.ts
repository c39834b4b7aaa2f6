/** What the platform answers to a question, by table. */
import { describe, expect, test } from 'vitest';
import {
  type Borrower,
  decideLoan,
  decidePatron,
  decidePurchase,
  decideRenewal,
  type LoanQuestion,
  type PatronQuestion,
  type PurchaseQuestion,
  type RenewalQuestion,
} from '../../platform/decide.ts';
import { pinWaitMs } from '../../platform/pin.ts';
import { BUDGET_FEN, COPIES_MAX, PRICE_FEN_MAX, tierOf } from '../../platform/tiers.ts';
import type { Refusal } from '../../protocol/platform/questions.ts';

const GOOD: Borrower = { standing: 'good', tier: tierOf(2), has: 0 };
const FREE = { recalled: false, lentToAnother: false, heldForAnother: false };
const PASS = { ofThisPatron: true, revoked: false, ended: false, used: 0, itemsMax: 2 };
type Table<Q> = readonly [what: string, change: Partial<Q>, answer: Refusal | undefined][];

describe('a loan is', () => {
  const full = { ...GOOD, has: GOOD.tier.itemsMax };
  const table: Table<LoanQuestion> = [
    ['granted to a good patron', {}, undefined],
    ['granted on a good pass', { pass: PASS }, undefined],
    ['refused to nobody we know', { borrower: { ...GOOD, standing: 'unknown' } }, 'unknownPatron'],
    ['refused to a blocked patron', { borrower: { ...GOOD, standing: 'blocked' } }, 'blocked'],
    ['granted up to the tier’s limit', { borrower: { ...GOOD, has: GOOD.tier.itemsMax - 1 } }, undefined],
    ['refused beyond the tier’s limit', { borrower: full }, 'limit'],
    ['refused of a recalled item', { item: { ...FREE, recalled: true } }, 'recalled'],
    ['refused of what somebody else has', { item: { ...FREE, lentToAnother: true } }, 'notLoanable'],
    ['refused of what somebody else waits for', { item: { ...FREE, heldForAnother: true } }, 'notLoanable'],
    ['refused on a pass that nobody made', { pass: 'unknown' }, 'unknownPatron'],
    ['refused on another patron’s pass', { pass: { ...PASS, ofThisPatron: false } }, 'unknownPatron'],
    ['refused on a revoked pass', { pass: { ...PASS, revoked: true } }, 'blocked'],
    ['refused on a pass that has ended', { pass: { ...PASS, ended: true } }, 'blocked'],
    ['granted for the last item of a pass', { pass: { ...PASS, used: 1 } }, undefined],
    ['refused on a pass that is used up', { pass: { ...PASS, used: 2 } }, 'limit'],
  ];
  test.each(table)('%s', (_what, change, answer) => {
    expect(decideLoan({ borrower: GOOD, item: FREE, pass: undefined, ...change })).toBe(answer);
  });
});

describe('a purchase is', () => {
  const plain = { ...GOOD, tier: tierOf(1) };
  const table: Table<PurchaseQuestion> = [
    ['granted at the price limit', { priceFen: PRICE_FEN_MAX }, undefined],
    ['refused above it', { priceFen: PRICE_FEN_MAX + 1 }, 'tooExpensive'],
    ['granted to the last fen of the budget', { priceFen: 100, spentFen: BUDGET_FEN - 100 }, undefined],
    ['refused beyond the budget', { priceFen: 101, spentFen: BUDGET_FEN - 100 }, 'tooExpensive'],
    ['granted for one copy more', { copies: COPIES_MAX - 1 }, undefined],
    ['refused of what there is enough of', { copies: COPIES_MAX }, 'enoughCopies'],
    ['refused to a tier that the library does not buy for', { borrower: plain }, 'notLoanable'],
    ['refused to a blocked patron', { borrower: { ...GOOD, standing: 'blocked' } }, 'blocked'],
    ['refused to nobody we know', { borrower: { ...GOOD, standing: 'unknown' } }, 'unknownPatron'],
    ['refused beyond the tier’s limit', { borrower: { ...GOOD, has: 99 } }, 'limit'],
    ['refused of a recalled item', { item: { ...FREE, recalled: true } }, 'recalled'],
  ];
  test.each(table)('%s', (_what, change, answer) => {
    const question = { borrower: GOOD, item: FREE, priceFen: 5_980, copies: 0, spentFen: 0, ...change };
    expect(decidePurchase(question)).toBe(answer);
  });
});

describe('a renewal is', () => {
  const table: Table<RenewalQuestion> = [
    ['granted once', {}, undefined],
    ['refused a second time', { renewals: 1 }, 'noRenewal'],
    ['refused of what nobody has', { onLoan: false, borrower: undefined }, 'notOnLoan'],
    ['refused of what somebody waits for', { held: true }, 'noRenewal'],
    ['refused of a recalled item', { recalled: true }, 'recalled'],
    ['refused to a blocked patron', { borrower: { ...GOOD, standing: 'blocked' } }, 'blocked'],
    ['granted to a patron of a library, never', { borrower: { ...GOOD, tier: tierOf(0) } }, 'noRenewal'],
  ];
  test.each(table)('%s', (_what, change, answer) => {
    const question = { onLoan: true, borrower: GOOD, recalled: false, held: false, renewals: 0, ...change };
    expect(decideRenewal(question)).toBe(answer);
  });
});

describe('a patron is', () => {
  const table: Table<PatronQuestion> = [
    ['known by card and PIN', {}, undefined],
    ['unknown without such a card', { known: false }, 'unknownPatron'],
    ['refused with a wrong PIN', { pinRight: false }, 'wrongPin'],
    ['refused while the card waits, even with the right PIN', { waiting: true }, 'blocked'],
    ['blocked only where the PIN is right', { blocked: true }, 'blocked'],
    ['told nothing of their standing by a wrong PIN', { blocked: true, pinRight: false }, 'wrongPin'],
  ];
  test.each(table)('%s', (_what, change, answer) => {
    expect(decidePatron({ known: true, waiting: false, pinRight: true, blocked: false, ...change })).toBe(
      answer,
    );
  });
});

test('a card waits from the fifth wrong PIN on, longer each time, a day at the most', () => {
  expect([1, 4, 5, 6, 7].map(pinWaitMs)).toEqual([0, 0, 60_000, 120_000, 240_000]);
  expect(pinWaitMs(50)).toBe(24 * 3_600_000);
  const aYear = 365 * 24 * 3_600_000;
  let [tries, spentMs] = [0, 0];
  while (spentMs < aYear) spentMs += pinWaitMs(++tries);
  expect(tries / 10_000).toBeLessThan(0.04);
});
