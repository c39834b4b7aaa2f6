/** What each credit tier may have, and what the library buys at a bookshop's cabinet. */

export interface Tier {
  /** On loan at the same time, at all terminals together. */
  readonly itemsMax: number;
  readonly loanDays: number;
  readonly renewalsMax: number;
  /** Whether the library buys a new book for such a patron. */
  readonly buys: boolean;
}

const TIERS: readonly Tier[] = [
  // Known to a local library, and not to us: the platform supplements, carefully.
  { itemsMax: 2, loanDays: 14, renewalsMax: 0, buys: false },
  { itemsMax: 3, loanDays: 20, renewalsMax: 1, buys: false },
  { itemsMax: 6, loanDays: 30, renewalsMax: 1, buys: true },
  { itemsMax: 12, loanDays: 45, renewalsMax: 2, buys: true },
];
export const TIER_MAX = TIERS.length - 1;
export const GUEST = 0;

export function tierOf(tier: number): Tier {
  return TIERS[tier] ?? (TIERS[GUEST] as Tier);
}

/** A dearer book is a matter for a librarian. */
export const PRICE_FEN_MAX = 20_000;
/** Of one ISBN in the province; more readers share them. */
export const COPIES_MAX = 20;
/** For all bookshops together in thirty days. */
export const BUDGET_FEN = 5_000_000;
export const BUDGET_DAYS = 30;
