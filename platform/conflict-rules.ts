/** Which of the written rules a loan that has happened touches; pure, from what was known when it was told. */
import type { RuleName } from './conflicts.ts';

/** Telephones and cabinets are not quite of one mind about the time; the terminal allows the same. */
export const SKEW_MS = 5 * 60_000;
const CLOCK_UNSET = 'the clock was not set: perhaps';

export interface LoanFacts {
  /** When it happened; empty where the clock decided nothing. */
  readonly at: string | null;
  readonly nowMs: number;
  readonly grantedBy: 'hold' | 'library' | 'platform' | 'pass';
  readonly patron: string;
  /** The status of its hold before. */
  readonly hold: string | undefined;
  /** Who else waits for the item. */
  readonly heldFor: string | undefined;
  readonly recalledAt: string | undefined;
  /** `undefined`: the loan names none. */
  readonly pass: PassFacts | 'unknown' | undefined;
  readonly patronRevokedAt: string | undefined;
  /** What the patron has on loan, this one as well. */
  readonly openLoans: number;
  /** `undefined`: no patron of ours. */
  readonly itemsMax: number | undefined;
  /** `undefined`: the loan is no purchase. */
  readonly purchaseGranted: boolean | undefined;
}

export interface PassFacts {
  readonly patron: string;
  readonly until: string;
  readonly itemsMax: number;
  readonly revokedAt: string | undefined;
  /** Loans on it at all terminals, this one as well. */
  readonly used: number;
}

export interface Touched {
  readonly rule: RuleName;
  readonly detail?: string;
}

export function touchedBy(facts: LoanFacts): Touched[] {
  const { hold, heldFor, purchaseGranted, recalledAt, at } = facts;
  return [
    ...(hold === 'withdrawn' ? [{ rule: 'holdWithdrawn' as const }] : []),
    ...(heldFor === undefined ? [] : [{ rule: 'heldForAnother' as const, detail: heldFor }]),
    ...after('itemRecalled', recalledAt, at),
    ...(purchaseGranted === false ? [{ rule: 'purchaseUngranted' as const }] : []),
    ...ofPass(facts),
  ];
}

function ofPass(facts: LoanFacts): Touched[] {
  const { pass, patron, at, patronRevokedAt, grantedBy, openLoans, itemsMax } = facts;
  if (pass === undefined) return [];
  if (pass === 'unknown') return [{ rule: 'passUnknown' }];
  if (pass.patron !== patron) return [{ rule: 'passOfAnother', detail: pass.patron }];
  const overPass = pass.used > pass.itemsMax;
  const overTier = grantedBy === 'pass' && itemsMax !== undefined && openLoans > itemsMax;
  return [
    ...after('passRevoked', earlier(pass.revokedAt, patronRevokedAt), at),
    ...over(pass.until, facts),
    ...(overPass ? [{ rule: 'passOverLimit' as const, detail: `${pass.used} of ${pass.itemsMax}` }] : []),
    ...(overTier && !overPass
      ? [{ rule: 'patronOverLimit' as const, detail: `${openLoans} of ${itemsMax}` }]
      : []),
  ];
}

/** Whether the loan came after something that should have prevented it. */
function after(rule: RuleName, since: string | undefined, at: string | null): Touched[] {
  if (since === undefined) return [];
  if (at === null) return [{ rule, detail: CLOCK_UNSET }];
  return Date.parse(since) <= Date.parse(at) ? [{ rule }] : [];
}

/** A pass that still holds when its loan is told held when the book was lent. */
function over(until: string, { at, nowMs }: LoanFacts): Touched[] {
  const endMs = Date.parse(until) + SKEW_MS;
  if (at !== null) return Date.parse(at) > endMs ? [{ rule: 'passExpired' }] : [];
  return nowMs > endMs ? [{ rule: 'passExpired', detail: CLOCK_UNSET }] : [];
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}
