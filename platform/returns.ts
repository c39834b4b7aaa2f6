/**
 * An item that is back ends every loan of it that is older, whichever terminal lent it. Terminals that were away tell
 * late, so a return may be told before its loan, or after a newer one.
 */
import type { EntryOf } from '../protocol/platform/entries.ts';
import { explain } from './conflicts.ts';
import { endLoan, type Loan, loansOf } from './loans.ts';
import type { Store, Writer } from './store.ts';
import { type Origin, order, type Told, toldOf } from './told.ts';

/** Where no clock tells, a loan that was told before is taken to be older: it ends. */
export async function returned(
  writer: Writer,
  origin: Origin,
  { item, compartment }: EntryOf<'itemReturned'>,
): Promise<void> {
  const back = toldOf(origin);
  const { terminal, journal, sequence, at } = back;
  const over = (await loansOf(writer, item)).filter((loan) => isOver(loan, back));
  const received = new Date().toISOString();
  await writer.run(
    `INSERT INTO item_return (terminal, journal, sequence, item, compartment, at, received, loans)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[terminal, journal, sequence, item, compartment, at, received, over.length],
  );
  for (const { number } of over) {
    await endLoan(writer, number, 'return', { ...back, received });
    await explain(writer, 'itemOnLoan', number, 'returned in between, told late');
  }
}

/** A loan that was ended for want of this return ended with it, where the clocks say that it came in between. */
function isOver(loan: Loan, back: Told): boolean {
  if (loan.endedBy === null) return order(loan, back) !== 'after';
  if (loan.endedBy === 'return' || loan.endedAt === null || back.at === null) return false;
  return order(loan, back) === 'before' && Date.parse(back.at) <= Date.parse(loan.endedAt);
}

/**
 * A loan that is told only now: ended by a return that is known to be later. `unknown`: a return without a loan was
 * told since the item was ordered here, and no clock says which came first.
 */
export async function returnedSince(
  writer: Writer,
  origin: Origin,
  { hold, item }: EntryOf<'loanPosted'>,
  made: number,
): Promise<'no' | 'yes' | 'unknown'> {
  const loan = toldOf(origin);
  const returns = await writer.all<Told & { received: string; loans: number; since: number }>(
    `SELECT terminal, journal, sequence, at, received, loans, received >= coalesce(
       (SELECT ordered FROM hold WHERE id = ?), (SELECT ordered FROM stock WHERE terminal = ? AND item = ?), '') AS since
     FROM item_return WHERE item = ? ORDER BY rowid`,
    hold ?? null,
    origin.terminal,
    item,
    item,
  );
  const later = returns.find((back) => order(loan, back) === 'before');
  if (later) {
    await endLoan(writer, made, 'return', later);
    await writer.run(
      'UPDATE item_return SET loans = loans + 1 WHERE terminal = ? AND journal = ? AND sequence = ?',
      later.terminal,
      later.journal,
      later.sequence,
    );
    return 'yes';
  }
  const perhaps = returns.some(
    (back) => back.loans === 0 && back.since === 1 && order(loan, back) === 'unknown',
  );
  return perhaps ? 'unknown' : 'no';
}

/** The newest first; `loans` is how many it ended, 0 where nobody had the item on loan. */
export function listReturns(store: Store, limit: number): Promise<object[]> {
  return store.all(
    `SELECT item, terminal, sequence, compartment, coalesce(at, received) AS at, loans, coalesce(
       (SELECT title FROM hold WHERE hold.item = item_return.item ORDER BY rowid DESC LIMIT 1),
       (SELECT title FROM stock WHERE stock.item = item_return.item ORDER BY updated DESC LIMIT 1)) AS title
     FROM item_return ORDER BY rowid DESC LIMIT ?`,
    limit,
  );
}
