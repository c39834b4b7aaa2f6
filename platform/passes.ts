/**
 * Credit passes. While a patron's pass holds, a new one is the same pass renewed, with the same name: terminals go on
 * counting, so that making passes again and again lends no more than the tier allows.
 */
import { randomBytes } from 'node:crypto';
import { PASS_SPAN_MS_MAX, writePass } from '../protocol/platform/credit-pass.ts';
import { enqueueToAll } from './commands.ts';
import { SKEW_MS } from './conflict-rules.ts';
import type { PassKeys } from './pass-keys.ts';
import { Refusal } from './refusal.ts';
import type { Store, Writer } from './store.ts';
import { tierOf } from './tiers.ts';

export interface NewPass {
  readonly patron: string;
  /** Fewer than the tier allows. */
  readonly itemsMax?: number;
  readonly hours?: number;
}

export interface IssuedPass {
  readonly pass: string;
  readonly patron: string;
  /** What stands in the QR code. */
  readonly text: string;
  readonly until: string;
  readonly itemsMax: number;
  readonly loanDays: number;
  readonly tier: number;
  readonly key: number;
}

const HOUR_MS = 3_600_000;
const PASS_HOURS = 72;
export const PASS_HOURS_MAX = PASS_SPAN_MS_MAX / HOUR_MS;
/** One byte of the pass. */
const ITEMS_MAX = 255;

interface Credit {
  readonly tier: number;
  readonly standing: string;
  readonly openLoans: number;
}

interface Before {
  readonly pass: string;
  readonly itemsMax: number;
  readonly until: string;
  readonly used: number;
}

export async function issuePass(writer: Writer, keys: PassKeys, wanted: NewPass): Promise<IssuedPass> {
  const { patron, hours = PASS_HOURS } = wanted;
  const { tier, openLoans } = await creditOf(writer, patron);
  const { itemsMax: tierMax, loanDays } = tierOf(tier);
  const before = await passBefore(writer, patron);
  const used = before?.used ?? 0;
  const left = Math.min(wanted.itemsMax ?? tierMax, Math.max(0, tierMax - openLoans));
  const again = before !== undefined && used + left <= ITEMS_MAX;
  const pass = again ? before.pass : randomBytes(8).toString('hex');
  const itemsMax = again ? used + left : left;
  const fromMs = Math.floor(Date.now() / 1_000) * 1_000;
  const untilMs = fromMs + hours * HOUR_MS;
  const until = new Date(untilMs).toISOString();
  const { key, privateKey } = await keys.sign(writer, until);
  await writer.run(
    `INSERT INTO pass (pass, patron, key, items_max, until) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (pass) DO UPDATE
     SET key = ?3, items_max = max(items_max, ?4), until = max(until, ?5)`,
    ...[pass, patron, key, itemsMax, until],
  );
  const text = writePass({ key, pass, patron, fromMs, untilMs, tier, itemsMax, loanDays }, privateKey);
  return { pass, patron, text, until, itemsMax, loanDays, tier, key };
}

async function creditOf(writer: Writer, patron: string): Promise<Credit> {
  const [credit] = await writer.all<Credit>(
    `SELECT tier, standing, (SELECT count(*) FROM loan WHERE loan.patron = patron.patron AND ended_by IS NULL
       AND disputed IS NULL) AS openLoans FROM patron WHERE patron = ?`,
    patron,
  );
  if (!credit) throw new Refusal(404, `no patron ${patron}: enter them first`);
  if (credit.standing !== 'good') throw new Refusal(409, `the patron ${patron} is ${credit.standing}`);
  return credit;
}

/** The pass that still holds. */
async function passBefore(writer: Writer, patron: string): Promise<Before | undefined> {
  const [before] = await writer.all<Before>(
    `SELECT pass, items_max AS itemsMax, until, (SELECT count(*) FROM loan WHERE loan.pass = pass.pass) AS used
     FROM pass WHERE patron = ? AND until > ? AND pass NOT IN (SELECT id FROM revoked) ORDER BY until DESC LIMIT 1`,
    patron,
    new Date().toISOString(),
  );
  return before;
}

export interface Revocation {
  readonly passes?: readonly string[];
  readonly patrons?: readonly string[];
}

/** Told to every terminal. A patron that is revoked gets no pass any more either. Who is told. */
export async function revoke(writer: Writer, { passes = [], patrons = [] }: Revocation): Promise<string[]> {
  const at = new Date().toISOString();
  const until = new Date(Date.now() + PASS_SPAN_MS_MAX + SKEW_MS).toISOString();
  const ids = [
    ...passes.map((id) => ({ id, kind: 'pass' })),
    ...patrons.map((id) => ({ id, kind: 'patron' })),
  ];
  for (const { id, kind } of ids)
    await writer.run(
      'INSERT INTO revoked (id, kind, at, until) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET until = excluded.until',
      ...[id, kind, at, until],
    );
  for (const patron of patrons)
    await writer.run("UPDATE patron SET standing = 'blocked' WHERE patron = ?", patron);
  return enqueueToAll(writer, {
    kind: 'revokePasses',
    passes: [...passes],
    patrons: [...patrons],
    until,
  });
}

interface PassRow {
  readonly pass: string;
  readonly patron: string;
  readonly key: number;
  readonly itemsMax: number;
  readonly until: string;
  readonly used: number;
  readonly revoked: string | null;
}

/** Those that hold, or have held lately. */
const PASSES_TOLD = 100;

export async function listPasses(store: Store): Promise<object[]> {
  const rows = await store.all<PassRow>(
    `SELECT pass, patron, key, items_max AS itemsMax, until, (SELECT count(*) FROM loan WHERE loan.pass = pass.pass)
       AS used, (SELECT min(at) FROM revoked WHERE id IN (pass.pass, pass.patron)) AS revoked
     FROM pass ORDER BY until DESC LIMIT ?`,
    PASSES_TOLD,
  );
  return rows.map(({ revoked, ...pass }) => ({ ...pass, ...(revoked ? { revoked } : {}) }));
}
