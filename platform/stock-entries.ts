/** Open stock as terminals tell of it. */
import type { Writer } from './store.ts';

export type StockStatus = 'ordered' | 'placed' | 'loaded' | 'lent' | 'out' | 'withdrawn' | 'refused' | 'gone';

export const stockStatus = (
  writer: Writer,
  terminal: string,
  item: string,
  status: StockStatus,
  compartment: string | null = null,
): Promise<void> =>
  writer.run(
    'UPDATE stock SET status = ?, compartment = ?, reason = NULL, updated = ? WHERE terminal = ? AND item = ?',
    status,
    compartment,
    new Date().toISOString(),
    terminal,
    item,
  );

/** Refusals are counted by reason, for whoever decides on stock and tiers; not by patron. */
export const countRefusal = (writer: Writer, terminal: string, by: string, reason: string): Promise<void> =>
  writer.run(
    `INSERT INTO refusal VALUES (?, ?, ?, 1) ON CONFLICT (terminal, reason, by) DO UPDATE SET count = count + 1`,
    terminal,
    reason,
    by,
  );
