/**
 * An item that is back ends every loan of it that is older, whichever terminal lent it. Terminals that were away tell
 * late, so a return may be told before its loan, or after a newer one: the order is what their clocks say, not what
 * came first here.
 */
import type { EntryOf } from '../protocol/platform/entries.ts';
import type { JournalEvent } from '../protocol/platform/journal-event.ts';
import type { Store, Writer } from './store.ts';

/** Where and when something was entered; `at` is empty where the clock decided nothing. */
interface Told {
  readonly terminal: string;
  readonly journal: string | null;
  readonly sequence: number;
  readonly at: string | null;
}

export interface Origin {
  readonly terminal: string;
  readonly event: JournalEvent;
}

export function toldOf({ terminal, event }: Origin): Told {
  const { journal, sequence, clock, time } = event;
  return { terminal, journal, sequence, at: clock === 'trusted' && time ? time : null };
}

/** How the first came to be beside the second. */
function order(first: Told, second: Told): 'before' | 'after' | 'unknown' {
  if (first.terminal === second.terminal && first.journal === second.journal)
    return first.sequence < second.sequence ? 'before' : 'after';
  if (first.at === null || second.at === null) return 'unknown';
  return Date.parse(first.at) <= Date.parse(second.at) ? 'before' : 'after';
}

/** Where no clock tells, a loan that was told before is taken to be older: it ends. */
export async function returned(
  writer: Writer,
  origin: Origin,
  { item, compartment }: EntryOf<'itemReturned'>,
): Promise<void> {
  const back = toldOf(origin);
  const { terminal, journal, sequence, at } = back;
  const open = await writer.all<Told & { hold: string }>(
    'SELECT hold, terminal, journal, sequence, at FROM loan WHERE item = ? AND returned_at IS NULL',
    item,
  );
  const over = open.filter((loan) => order(loan, back) !== 'after');
  const received = new Date().toISOString();
  await writer.run(
    `INSERT INTO item_return (terminal, journal, sequence, item, compartment, at, received, loans)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[terminal, journal, sequence, item, compartment, at, received, over.length],
  );
  for (const { hold } of over) await end(writer, hold, { ...back, received });
}

const end = (
  writer: Writer,
  hold: string,
  { terminal, sequence, at, received }: Told & { received: string },
) =>
  writer.run(
    'UPDATE loan SET returned_at = ?, returned_terminal = ?, returned_sequence = ? WHERE hold = ?',
    at ?? received,
    terminal,
    sequence,
    hold,
  );

/**
 * A loan that is told only now: ended by a return that is known to be later. `unknown`: a return without a loan was
 * told since the hold was ordered, and no clock says which came first.
 */
export async function returnedSince(
  writer: Writer,
  origin: Origin,
  { hold, item }: EntryOf<'loanPosted'>,
): Promise<'no' | 'yes' | 'unknown'> {
  const loan = toldOf(origin);
  const returns = await writer.all<Told & { received: string; loans: number; since: number }>(
    `SELECT terminal, journal, sequence, at, received, loans,
       received >= coalesce((SELECT ordered FROM hold WHERE id = ?), '') AS since
     FROM item_return WHERE item = ? ORDER BY rowid`,
    hold,
    item,
  );
  const later = returns.find((back) => order(loan, back) === 'before');
  if (later) {
    await end(writer, hold, later);
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
    `SELECT item, terminal, sequence, compartment, coalesce(at, received) AS at, loans,
       (SELECT title FROM hold WHERE hold.item = item_return.item ORDER BY rowid DESC LIMIT 1) AS title
     FROM item_return ORDER BY rowid DESC LIMIT ?`,
    limit,
  );
}

interface LoanRow {
  readonly hold: string;
  readonly returned_at: string | null;
  readonly returned_terminal: string | null;
  readonly returned_sequence: number | null;
}

export const LOAN_RETURNED = 'loan.returned_at, loan.returned_terminal, loan.returned_sequence';

/** The end of a loan as the web API tells it. */
export function returnOf(row: Omit<LoanRow, 'hold'>) {
  const { returned_at: at, returned_terminal: terminal, returned_sequence: sequence } = row;
  return at ? { returned: { at, terminal, sequence } } : {};
}

export async function listLoans(store: Store): Promise<object[]> {
  const rows = await store.all<LoanRow>(
    `SELECT hold, item, terminal, sequence, due, ${LOAN_RETURNED} FROM loan ORDER BY rowid DESC`,
  );
  return rows.map(({ returned_at, returned_terminal, returned_sequence, ...loan }) => ({
    ...loan,
    ...returnOf({ returned_at, returned_terminal, returned_sequence }),
  }));
}
