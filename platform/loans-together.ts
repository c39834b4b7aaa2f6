/**
 * Loans that are told one after another. A terminal that was away tells hundreds, and nearly all of them touch no
 * written rule: these are stored together, by one statement instead of a dozen each. Any other goes through `posted`
 * alone, so what is plain here is what `posted` would store without a word.
 */
import type { EntryOf } from '../protocol/platform/entries.ts';
import { ENDED_HOLD } from './holds.ts';
import { posted } from './lending.ts';
import { loanRow } from './loans.ts';
import type { Writer } from './store.ts';
import { type Origin, toldOf } from './told.ts';

export interface ToldLoan {
  readonly origin: Origin;
  readonly entry: EntryOf<'loanPosted'>;
}

export type LoanRow = ReturnType<typeof loanRow>;

/** Each loan has its item and its hold to itself: none can change what is known of another. */
export class LoansTogether {
  readonly #writer: Writer;
  readonly #touched = new Set<string>();
  #loans: ToldLoan[] = [];

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  async add(loan: ToldLoan): Promise<void> {
    const touches = touchedBy(loan);
    if (touches.some((name) => this.#touched.has(name))) await this.store();
    for (const name of touches) this.#touched.add(name);
    this.#loans.push(loan);
  }

  /** Before anything else is. */
  async store(): Promise<void> {
    const loans = this.#loans;
    this.#loans = [];
    this.#touched.clear();
    const plain = loans.length > 1 ? await plainOf(this.#writer, loans) : new Set();
    let together: ToldLoan[] = [];
    for (const loan of loans) {
      if (plain.has(loan)) {
        together.push(loan);
        continue;
      }
      await storePlain(this.#writer, together);
      together = [];
      await posted(this.#writer, loan.origin, loan.entry);
    }
    await storePlain(this.#writer, together);
  }
}

/** What no other loan that is told together with it may touch. */
const touchedBy = ({ entry: { item, hold } }: ToldLoan) => [
  `item ${item}`,
  ...(hold ? [`hold ${hold}`] : []),
];

/** Where each is plain and has its item and hold to itself. One alone goes through `posted`. */
export async function plainRows(writer: Writer, loans: readonly ToldLoan[]): Promise<LoanRow[] | undefined> {
  if (loans.length === 0) return [];
  const touched = loans.flatMap(touchedBy);
  if (loans.length === 1 || new Set(touched).size < touched.length) return undefined;
  const plain = await plainOf(writer, loans);
  return plain.size === loans.length ? loans.map(({ origin, entry }) => loanRow(origin, entry)) : undefined;
}

/** `now` as `loan`: hold, item, patron, terminal, journal, sequence, at. Times are compared by their seconds. */
const PLAIN = `
  WITH now AS MATERIALIZED (SELECT key, value ->> 0 AS hold, value ->> 1 AS item, value ->> 2 AS patron,
    value ->> 3 AS terminal, value ->> 4 AS journal, value ->> 5 AS sequence, value ->> 6 AS at FROM json_each(?))
  SELECT key FROM now
  WHERE NOT EXISTS (SELECT 1 FROM loan WHERE loan.hold = now.hold)
    AND NOT EXISTS (SELECT 1 FROM loan WHERE loan.item = now.item AND ended_by IS NULL)
    AND NOT EXISTS (SELECT 1 FROM recall WHERE recall.item = now.item)
    AND NOT EXISTS (SELECT 1 FROM hold WHERE id = now.hold AND (hold.terminal <> now.terminal OR ${ENDED_HOLD}))
    AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.item = now.item AND id IS NOT now.hold AND NOT ${ENDED_HOLD})
    AND NOT EXISTS (SELECT 1 FROM item_return AS back WHERE back.item = now.item
      AND NOT (back.terminal = now.terminal AND back.journal = now.journal AND back.sequence < now.sequence)
      AND (back.at IS NULL OR now.at IS NULL OR substr(back.at, 1, 19) >= substr(now.at, 1, 19)))`;

async function plainOf(writer: Writer, loans: readonly ToldLoan[]): Promise<ReadonlySet<unknown>> {
  const asked = loans.filter(({ entry }) => entry.pass === undefined && entry.purchase === undefined);
  const rows = asked.map(({ origin, entry: { hold, item, patron } }) => {
    const { terminal, journal, sequence, at } = toldOf(origin);
    return [hold ?? null, item, patron, terminal, journal, sequence, at];
  });
  const plain = await writer.all<{ key: number }>(PLAIN, JSON.stringify(rows));
  return new Set(plain.map(({ key }) => asked[key]));
}

async function storePlain(writer: Writer, loans: readonly ToldLoan[]): Promise<void> {
  if (loans.length === 0) return;
  const rows = loans.map(({ origin, entry }) => loanRow(origin, entry));
  await writer.run('INSERT INTO lend VALUES (?, ?)', JSON.stringify(rows), new Date().toISOString());
}
