/**
 * Conflicts: what was told does not agree with what was known. Each is settled at once by a written rule
 * (docs/conflicts.md), so that nobody waits; each is kept until a person has looked and said so.
 */
import { Refusal } from './refusal.ts';
import type { Store, Writer } from './store.ts';
import { type Origin, toldOf } from './told.ts';

/** What the rule did about it. */
export const OUTCOMES = ['loanStands', 'newestLoanStands', 'noLoan', 'nobodyOwes', 'recordStands'] as const;
export const LOOKERS = ['operator', 'library', 'security', 'purchasing'] as const;

export interface Rule {
  readonly outcome: (typeof OUTCOMES)[number];
  /** Who must look. */
  readonly look: (typeof LOOKERS)[number];
}

export const RULES = {
  itemOnLoan: { outcome: 'newestLoanStands', look: 'operator' },
  returnOrLoanFirst: { outcome: 'loanStands', look: 'operator' },
  holdLentTwice: { outcome: 'noLoan', look: 'operator' },
  holdElsewhere: { outcome: 'noLoan', look: 'operator' },
  holdWithdrawn: { outcome: 'loanStands', look: 'operator' },
  heldForAnother: { outcome: 'loanStands', look: 'operator' },
  itemRecalled: { outcome: 'loanStands', look: 'operator' },
  disputedAndGone: { outcome: 'nobodyOwes', look: 'operator' },
  patronOverLimit: { outcome: 'loanStands', look: 'operator' },
  passUnknown: { outcome: 'loanStands', look: 'security' },
  passOfAnother: { outcome: 'loanStands', look: 'security' },
  passRevoked: { outcome: 'loanStands', look: 'security' },
  passExpired: { outcome: 'loanStands', look: 'security' },
  passOverLimit: { outcome: 'loanStands', look: 'security' },
  purchaseUngranted: { outcome: 'loanStands', look: 'purchasing' },
  libraryRefused: { outcome: 'recordStands', look: 'library' },
} as const satisfies Readonly<Record<string, Rule>>;
export type RuleName = keyof typeof RULES;

export interface About {
  readonly item?: string;
  readonly hold?: string | null | undefined;
  readonly patron?: string;
  readonly pass?: string | undefined;
  /** The number of a loan. */
  readonly loan?: number;
  readonly detail?: string;
}

export function conflict(writer: Writer, origin: Origin, rule: RuleName, about: About): Promise<void> {
  const { terminal, journal, sequence } = toldOf(origin);
  const { item, hold, patron, pass, loan, detail } = about;
  return writer.run(
    `INSERT INTO conflict (rule, terminal, journal, sequence, item, hold, patron, pass, loan, detail, since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ...[rule, terminal, journal, sequence, item ?? null, hold ?? null, patron ?? null, pass ?? null],
    ...[loan ?? null, detail ?? null, new Date().toISOString()],
  );
}

/** Something that was told late has made it plain: nobody need look any more, and it is kept all the same. */
export const explain = (writer: Writer, rule: RuleName, loan: number, why: string): Promise<void> =>
  writer.run(
    'UPDATE conflict SET explained = ? WHERE rule = ? AND loan = ? AND explained IS NULL',
    why,
    rule,
    loan,
  );

interface ConflictRow {
  readonly number: number;
  readonly rule: RuleName;
  readonly terminal: string | null;
  readonly item: string | null;
  readonly hold: string | null;
  readonly patron: string | null;
  readonly pass: string | null;
  readonly detail: string | null;
  readonly since: string;
  readonly explained: string | null;
  readonly seen: string | null;
  readonly word: string | null;
  readonly title: string | null;
}

export const OPEN_CONFLICT = 'explained IS NULL AND seen IS NULL';
/** Of those that are settled, the newest. */
const TOLD_MAX = 200;

/** Open ones, the oldest first; `all` tells the others as well, the newest first. */
export async function listConflicts(store: Store, all: boolean): Promise<object[]> {
  const rows = await store.all<ConflictRow>(
    `SELECT number, rule, terminal, item, hold, patron, pass, detail, since, explained, seen, word,
       coalesce((SELECT title FROM hold WHERE hold.item = conflict.item ORDER BY rowid DESC LIMIT 1),
         (SELECT title FROM stock WHERE stock.item = conflict.item ORDER BY updated DESC LIMIT 1)) AS title
     FROM conflict ${all ? `ORDER BY number DESC LIMIT ${TOLD_MAX}` : `WHERE ${OPEN_CONFLICT} ORDER BY number`}`,
  );
  return rows.map((row) => ({ ...present(row), ...RULES[row.rule] }));
}

const present = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

/** A person has looked, and says what they found. */
export async function seen(store: Store, number: number, word: string): Promise<object> {
  return store.transaction(async (writer) => {
    const [known] = await writer.all<{ seen: string | null }>(
      'SELECT seen FROM conflict WHERE number = ?',
      number,
    );
    if (!known) throw new Refusal(404, `no conflict ${number}`);
    if (known.seen !== null) throw new Refusal(409, `conflict ${number} has been looked at`);
    const now = new Date().toISOString();
    await writer.run('UPDATE conflict SET seen = ?, word = ? WHERE number = ?', now, word, number);
    return { number, seen: now, word };
  });
}
