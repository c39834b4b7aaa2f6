/** Patrons: an opaque reference, a credit tier, and perhaps a card with a PIN, both kept only as hashes. */
import { cardHash } from '../protocol/platform/codes.ts';
import { freshSalt, type PinHash, pinHash } from './pin.ts';
import { Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import { tierOf } from './tiers.ts';

export interface NewPatron {
  readonly tier: number;
  readonly card?: string;
  readonly pin?: string;
  readonly standing?: 'good' | 'blocked';
}

/** What is missing stays as it is. */
export async function putPatron(
  store: Store,
  patron: string,
  { tier, card, pin, standing }: NewPatron,
  hash: PinHash = pinHash,
): Promise<object> {
  const salt = freshSalt();
  const hashed = pin === undefined ? undefined : await hash(pin, salt);
  await store.transaction(async (writer) => {
    const ofCard = card === undefined ? undefined : cardHash(card);
    const [other] = await writer.all<{ patron: string }>(
      'SELECT patron FROM patron WHERE card_hash = ? AND patron <> ?',
      ofCard ?? null,
      patron,
    );
    if (other) throw new Refusal(409, `the card belongs to patron ${other.patron}`);
    await writer.run(
      'INSERT INTO patron (patron, tier) VALUES (?1, ?2) ON CONFLICT (patron) DO UPDATE SET tier = ?2',
      patron,
      tier,
    );
    if (ofCard !== undefined)
      await writer.run('UPDATE patron SET card_hash = ? WHERE patron = ?', ofCard, patron);
    if (hashed !== undefined)
      await writer.run(
        'UPDATE patron SET pin_salt = ?, pin_hash = ?, wrong_pins = 0, pin_wait_until = NULL WHERE patron = ?',
        salt,
        hashed,
        patron,
      );
    if (standing !== undefined)
      await writer.run('UPDATE patron SET standing = ? WHERE patron = ?', standing, patron);
    if (standing === 'good') await writer.run('DELETE FROM revoked WHERE id = ?', patron);
  });
  return { patron, tier };
}

interface PatronRow {
  readonly patron: string;
  readonly tier: number;
  readonly standing: string;
  readonly card: number;
  readonly waits: string | null;
  readonly openLoans: number;
  readonly disputed: number;
}

export async function listPatrons(store: Store): Promise<object[]> {
  const rows = await store.all<PatronRow>(
    `SELECT patron, tier, standing, card_hash IS NOT NULL AS card, iif(pin_wait_until > ?, pin_wait_until, NULL) AS waits,
       (SELECT count(*) FROM loan WHERE loan.patron = patron.patron AND ended_by IS NULL AND disputed IS NULL)
         AS openLoans,
       (SELECT count(*) FROM loan WHERE loan.patron = patron.patron AND disputed IS NOT NULL) AS disputed
     FROM patron ORDER BY patron`,
    new Date().toISOString(),
  );
  return rows.map(({ card, waits, ...patron }) => ({
    ...patron,
    card: card === 1,
    itemsMax: tierOf(patron.tier).itemsMax,
    loanDays: tierOf(patron.tier).loanDays,
    ...(waits ? { pinWaitsUntil: waits } : {}),
  }));
}
