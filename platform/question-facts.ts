/** What is known of a patron and an item when a terminal asks. */
import { SKEW_MS } from './conflict-rules.ts';
import type { Borrower, ItemFacts, ShownPass } from './decide.ts';
import { pendingOf, pendingSince } from './grants.ts';
import { ENDED_HOLD } from './holds.ts';
import { DAY_MS } from './loans.ts';
import type { Writer } from './store.ts';
import { BUDGET_DAYS, GUEST, tierOf } from './tiers.ts';

/** References that a terminal makes of a local library's card (two-level guarantee): we supplement for them. */
const LIBRARY_PATRON = 'library:';

export async function borrowerOf(writer: Writer, patron: string, item: string): Promise<Borrower> {
  const [row] = await writer.all<{
    tier: number | null;
    standing: string | null;
    open: number;
    revoked: number;
  }>(
    `SELECT (SELECT tier FROM patron WHERE patron = ?1) AS tier, (SELECT standing FROM patron WHERE patron = ?1)
       AS standing, EXISTS (SELECT 1 FROM revoked WHERE id = ?1) AS revoked,
       (SELECT count(*) FROM loan WHERE patron = ?1 AND item <> ?2 AND ended_by IS NULL AND disputed IS NULL) AS open`,
    patron,
    item,
  );
  const tier = tierOf(row?.tier ?? GUEST);
  const has = (row?.open ?? 0) + (await pendingOf(writer, patron, item));
  const known = row?.standing ?? (patron.startsWith(LIBRARY_PATRON) ? 'good' : 'unknown');
  if (known === 'unknown') return { standing: 'unknown', tier, has };
  return { standing: known === 'good' && row?.revoked === 0 ? 'good' : 'blocked', tier, has };
}

export async function itemFacts(writer: Writer, item: string, patron: string): Promise<ItemFacts> {
  const [row] = await writer.all<Record<'recalled' | 'lent' | 'held', number>>(
    `SELECT EXISTS (SELECT 1 FROM recall WHERE item = ?1) AS recalled,
       EXISTS (SELECT 1 FROM loan WHERE item = ?1 AND patron <> ?2 AND ended_by IS NULL AND disputed IS NULL) AS lent,
       EXISTS (SELECT 1 FROM hold WHERE item = ?1 AND patron <> ?2 AND NOT ${ENDED_HOLD}) AS held`,
    item,
    patron,
  );
  return { recalled: row?.recalled === 1, lentToAnother: row?.lent === 1, heldForAnother: row?.held === 1 };
}

export async function shownPass(
  writer: Writer,
  pass: string,
  patron: string,
): Promise<ShownPass | 'unknown'> {
  const [row] = await writer.all<{
    patron: string;
    itemsMax: number;
    until: string;
    used: number;
    revoked: number;
  }>(
    `SELECT patron, items_max AS itemsMax, until, (SELECT count(*) FROM loan WHERE loan.pass = pass.pass) AS used,
       EXISTS (SELECT 1 FROM revoked WHERE id IN (pass.pass, pass.patron)) AS revoked FROM pass WHERE pass = ?`,
    pass,
  );
  if (!row) return 'unknown';
  const { itemsMax, until, used, revoked } = row;
  const ended = Date.parse(until) + SKEW_MS < Date.now();
  return { ofThisPatron: row.patron === patron, revoked: revoked === 1, ended, used, itemsMax };
}

/** Copies in the province, and what bookshops were paid lately; what was granted a moment ago counts. */
export async function boughtSoFar(
  writer: Writer,
  isbn: string,
  item: string,
): Promise<{ copies: number; spentFen: number }> {
  const since = new Date(Date.now() - BUDGET_DAYS * DAY_MS).toISOString();
  const pending = "kind = 'purchase' AND pending = 1 AND at > ?3 AND item <> ?2";
  const [row] = await writer.all<{ copies: number; spentFen: number }>(
    `SELECT coalesce((SELECT copies FROM holding WHERE isbn = ?1), 0) + (SELECT count(*) FROM loan WHERE isbn = ?1)
       + (SELECT count(DISTINCT item) FROM question WHERE isbn = ?1 AND ${pending}) AS copies,
       (SELECT coalesce(sum(price_fen), 0) FROM loan WHERE isbn IS NOT NULL AND received > ?4)
       + (SELECT coalesce(sum(price), 0) FROM (SELECT max(price_fen) AS price FROM question WHERE ${pending}
         GROUP BY item)) AS spentFen`,
    isbn,
    item,
    pendingSince(),
    since,
  );
  return row ?? { copies: 0, spentFen: 0 };
}
