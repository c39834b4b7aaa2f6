/** A loan that has happened: kept, with all that it ends, and every written rule that it touches. */
import type { EntryOf } from '../protocol/platform/entries.ts';
import { type LoanFacts, type PassFacts, touchedBy } from './conflict-rules.ts';
import { conflict } from './conflicts.ts';
import { settled } from './doubts.ts';
import { grantOf, grantOver } from './grants.ts';
import { ENDED_HOLD, holdStatus } from './holds.ts';
import { insertLoan, onlyNewest } from './loans.ts';
import { revoke } from './passes.ts';
import { returnedSince } from './returns.ts';
import { stockStatus } from './stock-entries.ts';
import type { Writer } from './store.ts';
import { tierOf } from './tiers.ts';
import { type Origin, toldOf } from './told.ts';

type Posted = EntryOf<'loanPosted'>;

export async function posted(writer: Writer, origin: Origin, entry: Posted): Promise<void> {
  const { terminal } = origin;
  const { hold, item, patron } = entry;
  await settled(writer, terminal, item);
  if (hold && (await noLoan(writer, origin, entry))) return;
  const before = await holdBefore(writer, hold);
  const made = await insertLoan(writer, origin, entry);
  const facts = await factsOf(writer, origin, entry, before);
  const touched = touchedBy(facts);
  if (hold) await writer.run('UPDATE hold SET code = NULL WHERE id = ?', hold);
  await holdStatus(writer, terminal, hold, 'lent');
  await stockStatus(writer, terminal, item, 'lent');
  await grantOver(writer, terminal, item, patron);
  const about = { item, hold, patron, pass: entry.pass, loan: made };
  for (const { rule, detail } of touched)
    await conflict(writer, origin, rule, { ...about, ...(detail ? { detail } : {}) });
  // It has been copied, or shown to cabinets that could not ask: it lends no more.
  const copied = touched.some(({ rule }) => rule === 'passOverLimit');
  if (entry.pass && copied && typeof facts.pass === 'object' && facts.pass.revokedAt === undefined)
    await revoke(writer, { passes: [entry.pass] });
  const since = await returnedSince(writer, origin, entry, made);
  if (since === 'unknown') await conflict(writer, origin, 'returnOrLoanFirst', about);
  if (since !== 'yes') await onlyNewest(writer, origin, item, made);
}

/** One loan for a hold, for ever, and at its own terminal: anything else is no loan, but a riddle. */
async function noLoan(writer: Writer, origin: Origin, { hold, item, patron }: Posted): Promise<boolean> {
  const before = await writer.all('SELECT 1 FROM loan WHERE hold = ?', hold ?? null);
  const elsewhere = await writer.all(
    'SELECT 1 FROM hold WHERE id = ? AND terminal <> ?',
    hold ?? null,
    origin.terminal,
  );
  if (before.length === 0 && elsewhere.length === 0) return false;
  const rule = before.length > 0 ? 'holdLentTwice' : 'holdElsewhere';
  await conflict(writer, origin, rule, { item, hold, patron });
  return true;
}

async function holdBefore(writer: Writer, hold: string | undefined): Promise<string | undefined> {
  const [held] = await writer.all<{ status: string }>('SELECT status FROM hold WHERE id = ?', hold ?? null);
  return held?.status;
}

async function factsOf(
  writer: Writer,
  origin: Origin,
  entry: Posted,
  hold: string | undefined,
): Promise<LoanFacts> {
  const { item, patron, grantedBy, purchase } = entry;
  const [known] = await writer.all<Known>(
    `SELECT (SELECT tier FROM patron WHERE patron = ?1) AS tier, (SELECT at FROM recall WHERE item = ?2) AS recalledAt,
       (SELECT at FROM revoked WHERE id = ?1) AS patronRevokedAt,
       (SELECT count(*) FROM loan WHERE patron = ?1 AND ended_by IS NULL AND disputed IS NULL) AS openLoans,
       (SELECT patron FROM hold WHERE item = ?2 AND patron <> ?1 AND id IS NOT ?3 AND NOT ${ENDED_HOLD}) AS heldFor`,
    patron,
    item,
    entry.hold ?? null,
  );
  const granted = purchase && (await grantOf(writer, origin.terminal, item, patron));
  return {
    at: toldOf(origin).at,
    nowMs: Date.now(),
    grantedBy,
    patron,
    hold,
    heldFor: known?.heldFor ?? undefined,
    recalledAt: known?.recalledAt ?? undefined,
    pass: entry.pass === undefined ? undefined : await passFacts(writer, entry.pass),
    patronRevokedAt: known?.patronRevokedAt ?? undefined,
    openLoans: known?.openLoans ?? 0,
    itemsMax: known && known.tier !== null ? tierOf(known.tier).itemsMax : undefined,
    purchaseGranted: granted,
  };
}

interface Known {
  readonly tier: number | null;
  readonly recalledAt: string | null;
  readonly patronRevokedAt: string | null;
  readonly openLoans: number;
  readonly heldFor: string | null;
}

async function passFacts(writer: Writer, pass: string): Promise<PassFacts | 'unknown'> {
  const [row] = await writer.all<Omit<PassFacts, 'revokedAt'> & { revokedAt: string | null }>(
    `SELECT patron, until, items_max AS itemsMax, (SELECT at FROM revoked WHERE id = pass.pass) AS revokedAt,
       (SELECT count(*) FROM loan WHERE loan.pass = pass.pass) AS used FROM pass WHERE pass = ?`,
    pass,
  );
  return row ? { ...row, revokedAt: row.revokedAt ?? undefined } : 'unknown';
}
