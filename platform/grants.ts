/**
 * What was granted a moment ago, and has not been told as a loan yet: it counts towards every limit, or two terminals
 * asked at once would both lend the last one.
 */
import type { Writer } from './store.ts';

/** Somebody who was granted a book is at its door by now, or has left. */
const PENDING_MS = 15 * 60_000;

/**
 * There is no loan. Of purchases the oldest is over and no other: before this was told, a patron who tried again may
 * have been granted it anew, and has bought it by now.
 */
export const grantUnused = (writer: Writer, terminal: string, item: string, patron: string): Promise<void> =>
  writer.run(
    `UPDATE question SET pending = 0 WHERE pending = 1 AND patron = ?1 AND terminal = ?2 AND item = ?3
       AND (kind <> 'purchase' OR id = (SELECT id FROM question WHERE kind = 'purchase' AND pending = 1
         AND patron = ?1 AND terminal = ?2 AND item = ?3 ORDER BY at, id LIMIT 1))`,
    patron,
    terminal,
    item,
  );

/** The loan has been told. */
export const grantOver = (writer: Writer, terminal: string, item: string, patron: string): Promise<void> =>
  writer.run(
    'UPDATE question SET pending = 0 WHERE pending = 1 AND patron = ? AND terminal = ? AND item = ?',
    patron,
    terminal,
    item,
  );

/** Whether the platform has agreed to buy the item for this patron. */
export async function grantOf(
  writer: Writer,
  terminal: string,
  item: string,
  patron: string,
): Promise<boolean> {
  const granted = await writer.all(
    `SELECT 1 FROM question WHERE kind = 'purchase' AND pending = 1 AND patron = ? AND terminal = ? AND item = ?`,
    patron,
    terminal,
    item,
  );
  return granted.length > 0;
}

/** Of one patron, other items than this one. */
export async function pendingOf(writer: Writer, patron: string, item: string): Promise<number> {
  const [row] = await writer.all<{ count: number }>(
    `SELECT count(DISTINCT item) AS count FROM question WHERE patron = ? AND pending = 1 AND at > ? AND item <> ?`,
    patron,
    pendingSince(),
    item,
  );
  return row?.count ?? 0;
}

export const pendingSince = () => new Date(Date.now() - PENDING_MS).toISOString();
