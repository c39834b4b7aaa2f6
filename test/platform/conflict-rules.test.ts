/** Which written rules a loan touches, by table; and that the document names every one. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type LoanFacts, SKEW_MS, touchedBy } from '../../platform/conflict-rules.ts';
import { RULES } from '../../platform/conflicts.ts';

const AT = '2026-11-24T10:00:00.000Z';
const AT_MS = Date.parse(AT);
const iso = (afterMs: number) => new Date(AT_MS + afterMs).toISOString();
const HOUR = 3_600_000;
const PASS = { patron: 'p1', until: iso(HOUR), itemsMax: 2, revokedAt: undefined, used: 1 };
const PLAIN: LoanFacts = {
  at: AT,
  nowMs: AT_MS + 24 * HOUR,
  grantedBy: 'pass',
  patron: 'p1',
  hold: undefined,
  heldFor: undefined,
  recalledAt: undefined,
  pass: PASS,
  patronRevokedAt: undefined,
  openLoans: 1,
  itemsMax: 3,
  purchaseGranted: undefined,
};
const unset = { at: null };

describe('a loan', () => {
  test.each<[string, Partial<LoanFacts>, readonly string[]]>([
    ['as it should be touches none', {}, []],
    ['of a hold that is ready touches none', { hold: 'ready', grantedBy: 'hold', pass: undefined }, []],
    ['of a withdrawn hold', { hold: 'withdrawn' }, ['holdWithdrawn']],
    ['of what another waits for', { heldFor: 'p2' }, ['heldForAnother']],
    ['after a recall', { recalledAt: iso(-HOUR) }, ['itemRecalled']],
    ['before a recall touches none', { recalledAt: iso(HOUR) }, []],
    [
      'of a recalled item, the clock unset',
      { ...unset, recalledAt: iso(-HOUR), nowMs: AT_MS },
      ['itemRecalled'],
    ],
    ['on no pass of ours', { pass: 'unknown' }, ['passUnknown']],
    ['on another patron’s pass', { pass: { ...PASS, patron: 'p2' } }, ['passOfAnother']],
    ['after its pass was revoked', { pass: { ...PASS, revokedAt: iso(-1) } }, ['passRevoked']],
    ['before its pass was revoked touches none', { pass: { ...PASS, revokedAt: iso(1) } }, []],
    ['after its patron was revoked', { patronRevokedAt: iso(-1) }, ['passRevoked']],
    [
      'after the earlier of both',
      { pass: { ...PASS, revokedAt: iso(1) }, patronRevokedAt: iso(-1) },
      ['passRevoked'],
    ],
    ['at the last moment of its pass touches none', { pass: { ...PASS, until: iso(-SKEW_MS) } }, []],
    ['after its pass had ended', { pass: { ...PASS, until: iso(-SKEW_MS - 1) } }, ['passExpired']],
    ['with no clock, told while the pass holds, touches none', { ...unset, nowMs: AT_MS }, []],
    ['with no clock, told when the pass is over', unset, ['passExpired']],
    ['the last that its pass allows touches none', { pass: { ...PASS, used: 2 } }, []],
    ['beyond its pass', { pass: { ...PASS, used: 3 } }, ['passOverLimit']],
    ['beyond the tier, on a pass', { openLoans: 4 }, ['patronOverLimit']],
    ['beyond the tier, granted by the platform, touches none', { openLoans: 4, grantedBy: 'platform' }, []],
    ['beyond both is told once', { openLoans: 4, pass: { ...PASS, used: 3 } }, ['passOverLimit']],
    ['that buys what nobody agreed to', { purchaseGranted: false }, ['purchaseUngranted']],
    ['that buys what was agreed to touches none', { purchaseGranted: true }, []],
    ['may touch several', { hold: 'withdrawn', recalledAt: iso(-1) }, ['holdWithdrawn', 'itemRecalled']],
  ])('%s', (_what, change, rules) => {
    expect(touchedBy({ ...PLAIN, ...change }).map(({ rule }) => rule)).toEqual(rules);
  });
});

test('docs/conflicts.md names every rule, what it does and who looks, and no other', async () => {
  const text = await readFile('docs/conflicts.md', 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \|.*\| `(\w+)` \| (\w+) \|$/gm)].map(([, ...cells]) => cells);
  expect(rows.sort()).toEqual(
    Object.entries(RULES)
      .map(([rule, { outcome, look }]) => [rule, outcome, look])
      .sort(),
  );
});
