/** What the platform answers to a question, and why; pure, from facts that were gathered. */
import type { Refusal } from '../protocol/platform/questions.ts';
import { BUDGET_FEN, COPIES_MAX, PRICE_FEN_MAX, type Tier } from './tiers.ts';

export interface Borrower {
  readonly standing: 'unknown' | 'blocked' | 'good';
  readonly tier: Tier;
  /** On loan, and granted a moment ago, at all terminals. */
  readonly has: number;
}

export interface ItemFacts {
  readonly recalled: boolean;
  readonly lentToAnother: boolean;
  readonly heldForAnother: boolean;
}

export interface ShownPass {
  readonly ofThisPatron: boolean;
  readonly revoked: boolean;
  readonly ended: boolean;
  readonly used: number;
  readonly itemsMax: number;
}

export interface LoanQuestion {
  readonly borrower: Borrower;
  readonly item: ItemFacts;
  /** `undefined`: none was shown. */
  readonly pass: ShownPass | 'unknown' | undefined;
}

/** `undefined`: granted. */
export function decideLoan({ borrower, item, pass }: LoanQuestion): Refusal | undefined {
  return whyNoCredit(borrower) ?? whyNotItem(item) ?? whyNotPass(pass) ?? whyTooMany(borrower);
}

const whyNoCredit = ({ standing }: Borrower): Refusal | undefined => {
  if (standing === 'unknown') return 'unknownPatron';
  return standing === 'blocked' ? 'blocked' : undefined;
};

const whyTooMany = ({ has, tier }: Borrower): Refusal | undefined =>
  has >= tier.itemsMax ? 'limit' : undefined;

function whyNotItem({ recalled, lentToAnother, heldForAnother }: ItemFacts): Refusal | undefined {
  if (recalled) return 'recalled';
  return lentToAnother || heldForAnother ? 'notLoanable' : undefined;
}

function whyNotPass(pass: LoanQuestion['pass']): Refusal | undefined {
  if (pass === undefined) return undefined;
  if (pass === 'unknown' || !pass.ofThisPatron) return 'unknownPatron';
  if (pass.revoked || pass.ended) return 'blocked';
  return pass.used >= pass.itemsMax ? 'limit' : undefined;
}

export interface PurchaseQuestion {
  readonly borrower: Borrower;
  readonly item: ItemFacts;
  readonly priceFen: number;
  /** Of this ISBN, bought ones as well. */
  readonly copies: number;
  /** For all bookshops, lately. */
  readonly spentFen: number;
}

export function decidePurchase(question: PurchaseQuestion): Refusal | undefined {
  const { borrower, item, priceFen, copies, spentFen } = question;
  return (
    whyNoCredit(borrower) ??
    (borrower.tier.buys ? undefined : 'notLoanable') ??
    whyNotItem(item) ??
    whyTooMany(borrower) ??
    (priceFen > PRICE_FEN_MAX || spentFen + priceFen > BUDGET_FEN ? 'tooExpensive' : undefined) ??
    (copies >= COPIES_MAX ? 'enoughCopies' : undefined)
  );
}

export interface RenewalQuestion {
  readonly onLoan: boolean;
  readonly borrower: Borrower | undefined;
  readonly recalled: boolean;
  readonly held: boolean;
  readonly renewals: number;
}

export function decideRenewal(question: RenewalQuestion): Refusal | undefined {
  const { onLoan, borrower, recalled, held, renewals } = question;
  if (!onLoan || !borrower) return 'notOnLoan';
  if (recalled) return 'recalled';
  if (borrower.standing === 'blocked') return 'blocked';
  return held || renewals >= borrower.tier.renewalsMax ? 'noRenewal' : undefined;
}

export interface PatronQuestion {
  readonly known: boolean;
  /** Too many wrong PINs: not even the right one counts now. */
  readonly waiting: boolean;
  readonly pinRight: boolean;
  readonly blocked: boolean;
}

export function decidePatron({ known, waiting, pinRight, blocked }: PatronQuestion): Refusal | undefined {
  if (!known) return 'unknownPatron';
  if (waiting) return 'blocked';
  if (!pinRight) return 'wrongPin';
  return blocked ? 'blocked' : undefined;
}
