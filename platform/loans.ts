/**
 * Loans. Of one item the newest loan is the only one that is open: whoever had it before has it no more. Whoever owes
 * what is told here and nowhere else.
 */
import type { EntryOf } from '../protocol/platform/entries.ts';
import { conflict } from './conflicts.ts';
import type { Store, Writer } from './store.ts';
import { type Origin, order, type Told, toldOf } from './told.ts';

export const DAY_MS = 24 * 3_600_000;
/** Where nobody said when. */
const LOAN_DAYS = 30;

/** `found`: in a courier's hands, or seen in a cabinet. `lentAgain`: somebody else has it. `givenUp`: an operator says so. */
export type Ending = 'return' | 'found' | 'lentAgain' | 'givenUp';

export interface Loan extends Told {
  readonly number: number;
  readonly patron: string;
  readonly disputed: string | null;
  readonly renewals: number;
  readonly endedBy: Ending | null;
  readonly endedAt: string | null;
}

const COLUMNS = `number, patron, terminal, journal, sequence, at, disputed, renewals, ended_by AS endedBy, ended_at AS endedAt`;

export const loansOf = (writer: Writer, item: string): Promise<Loan[]> =>
  writer.all<Loan>(`SELECT ${COLUMNS} FROM loan WHERE item = ? ORDER BY number`, item);

export const openLoansOf = async (writer: Writer, item: string): Promise<Loan[]> =>
  (await loansOf(writer, item)).filter(({ endedBy }) => endedBy === null);

export const endLoan = (writer: Writer, number: number, by: Ending, at: Told & { received?: string }) =>
  writer.run(
    'UPDATE loan SET ended_by = ?, ended_at = ?, ended_terminal = ?, ended_sequence = ? WHERE number = ?',
    by,
    at.at ?? at.received ?? new Date().toISOString(),
    at.terminal,
    at.sequence,
    number,
  );

/** As the table has it up to `granted_by`. */
export function loanRow(origin: Origin, entry: EntryOf<'loanPosted'>): (string | number | null)[] {
  const { hold, item, patron, grantedBy } = entry;
  const { terminal, journal, sequence, at } = toldOf(origin);
  const due = entry.due ?? daysAfter(at, LOAN_DAYS);
  const received = new Date().toISOString();
  return [hold ?? null, item, patron, terminal, journal, sequence, at, received, due, grantedBy];
}

/** Its number. */
export async function insertLoan(
  writer: Writer,
  origin: Origin,
  entry: EntryOf<'loanPosted'>,
): Promise<number> {
  const { pass, purchase } = entry;
  await writer.run(
    `INSERT INTO loan (hold, item, patron, terminal, journal, sequence, at, received, due, granted_by, pass, isbn,
       price_fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...loanRow(origin, entry),
    ...[pass ?? null, purchase?.isbn ?? null, purchase?.priceFen ?? null],
  );
  const [made] = await writer.all<{ number: number }>('SELECT max(number) AS number FROM loan');
  return made?.number ?? 0;
}

export const daysAfter = (at: string | null, days: number): string =>
  new Date((at ? Date.parse(at) : Date.now()) + days * DAY_MS).toISOString();

/**
 * Whoever had the item before cannot have it now. Where no clock tells, the loan that was told before is taken to be
 * older. A loan that its patron denied has waited for this.
 */
export async function onlyNewest(writer: Writer, origin: Origin, item: string, made: number): Promise<void> {
  const open = await openLoansOf(writer, item);
  const own = open.find(({ number }) => number === made);
  if (!own) return;
  const newer = open.find((loan) => loan !== own && order(own, loan) === 'before');
  const over = newer ? [own] : open.filter((loan) => loan !== own);
  for (const loan of over) {
    await endLoan(writer, loan.number, 'lentAgain', newer ?? own);
    if (loan.disputed === null)
      await conflict(writer, origin, 'itemOnLoan', { item, patron: loan.patron, loan: loan.number });
  }
}

/** In the hands of a courier, or seen in the cabinet: nobody has it on loan any more. */
export async function isHere(writer: Writer, origin: Origin, item: string): Promise<void> {
  const here = toldOf(origin);
  for (const loan of await openLoansOf(writer, item))
    if (order(loan, here) === 'before') await endLoan(writer, loan.number, 'found', here);
}

/** The patron denies it: nobody owes the item until it is found, or given up. */
export const disputed = (writer: Writer, origin: Origin, { item, claim }: EntryOf<'loanDisputed'>) =>
  writer.run(
    `UPDATE loan SET disputed = ? WHERE number = (SELECT max(number) FROM loan WHERE item = ? AND terminal = ?
       AND journal = ? AND ended_by IS NULL)`,
    claim,
    item,
    origin.terminal,
    origin.event.journal,
  );

/** Nobody looks for it any more. Its patron said they never had it: nobody can prove that they did. */
export async function givenUp(writer: Writer, origin: Origin, item: string): Promise<void> {
  for (const { number, patron, disputed: claim } of await openLoansOf(writer, item)) {
    if (claim === null) continue;
    await endLoan(writer, number, 'givenUp', toldOf(origin));
    await conflict(writer, origin, 'disputedAndGone', { item, patron, loan: number, detail: claim });
  }
}

export async function renewed(writer: Writer, origin: Origin, { item, due }: EntryOf<'loanRenewed'>) {
  const here = toldOf(origin);
  for (const loan of await openLoansOf(writer, item))
    if (order(loan, here) !== 'after')
      await writer.run(
        'UPDATE loan SET due = ?, renewals = renewals + 1 WHERE number = ?',
        due ?? daysAfter(here.at, LOAN_DAYS),
        loan.number,
      );
}

interface LoanRow {
  readonly ended_by: Ending | null;
  readonly ended_at: string | null;
  readonly ended_terminal: string | null;
  readonly ended_sequence: number | null;
}

export const LOAN_ENDED = 'loan.ended_by, loan.ended_at, loan.ended_terminal, loan.ended_sequence';

/** The end of a loan as the web API tells it. */
export function endOf({
  ended_by,
  ended_at: at,
  ended_terminal: terminal,
  ended_sequence: sequence,
}: LoanRow) {
  if (ended_by === null) return {};
  if (ended_by === 'return') return { returned: { at, terminal, sequence } };
  return { ended: { by: ended_by, at, terminal, sequence } };
}

/** The newest first. */
export async function listLoans(store: Store, patron?: string): Promise<object[]> {
  const rows = await store.all<LoanRow>(
    `SELECT hold, item, patron, terminal, sequence, due, granted_by AS grantedBy, pass, isbn, price_fen AS priceFen,
       renewals, disputed, ${LOAN_ENDED}, coalesce((SELECT title FROM hold WHERE hold.id = loan.hold),
       (SELECT title FROM stock WHERE stock.item = loan.item AND stock.terminal = loan.terminal)) AS title
     FROM loan ${patron === undefined ? '' : 'WHERE patron = ?'} ORDER BY number DESC`,
    ...(patron === undefined ? [] : [patron]),
  );
  return rows.map(({ ended_by, ended_at, ended_terminal, ended_sequence, ...loan }) => ({
    ...Object.fromEntries(Object.entries(loan).filter(([, value]) => value !== null)),
    ...endOf({ ended_by, ended_at, ended_terminal, ended_sequence }),
  }));
}
