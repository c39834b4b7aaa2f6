/** What is not known about items: one doubt an item and terminal, with its way out, until something settles it. */
import type { EntryOf } from '../protocol/platform/entries.ts';
import { enqueue } from './commands.ts';
import { Refusal } from './refusal.ts';
import type { Store, Writer } from './store.ts';

interface DoubtRow {
  readonly terminal: string;
  readonly item: string;
  readonly hold: string | null;
  readonly compartment: string;
  readonly reason: string;
  readonly wayOut: EntryOf<'inDoubt'>['wayOut'];
  readonly since: string;
  /** Why the terminal would not settle it. */
  readonly refusal: string | null;
  readonly title: string | null;
  /** Whether the terminal has been asked to settle it. */
  readonly asked: number;
}

export function doubted(
  writer: Writer,
  terminal: string,
  { item, hold, session, compartment, reason, wayOut }: EntryOf<'inDoubt'>,
): Promise<void> {
  return writer.run(
    `INSERT OR REPLACE INTO doubt (terminal, item, hold, session, compartment, reason, way_out, since)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    terminal,
    item,
    hold ?? null,
    session ?? null,
    compartment,
    reason,
    wayOut,
    new Date().toISOString(),
  );
}

export const settled = (writer: Writer, terminal: string, item: string) =>
  writer.run('DELETE FROM doubt WHERE terminal = ? AND item = ?', terminal, item);

export const settledHold = (writer: Writer, terminal: string, hold: string) =>
  writer.run('DELETE FROM doubt WHERE terminal = ? AND hold = ?', terminal, hold);

/** The terminal would not: its reason stands beside the doubt. */
export const notSettled = (
  writer: Writer,
  terminal: string,
  which: 'item' | 'hold',
  id: string,
  why: string,
) => writer.run(`UPDATE doubt SET refusal = ? WHERE terminal = ? AND ${which} = ?`, why, terminal, id);

/** A command that settles the doubt of the same row and has no answer yet. */
const ASKED = `SELECT 1 FROM command WHERE command.terminal = doubt.terminal AND outcome IS NULL
  AND (json_extract(body, '$.action.kind') = 'forgetItem' AND json_extract(body, '$.action.item') = doubt.item
    OR json_extract(body, '$.action.kind') = 'withdrawHold' AND json_extract(body, '$.action.hold') = doubt.hold)`;

export async function listDoubts(store: Store): Promise<object[]> {
  const rows = await store.all<DoubtRow>(
    `SELECT terminal, item, hold, compartment, reason, way_out AS wayOut, since, refusal, EXISTS (${ASKED}) AS asked,
       (SELECT title FROM hold WHERE hold.item = doubt.item ORDER BY rowid DESC LIMIT 1) AS title
     FROM doubt ORDER BY since DESC`,
  );
  return rows.map(({ hold, refusal, title, asked, ...doubt }) => ({
    ...doubt,
    ...(hold ? { hold } : {}),
    ...(refusal ? { refusal } : {}),
    ...(title ? { title } : {}),
    asked: asked === 1,
  }));
}

/**
 * An operator says that the item is not there. A hold of it that still lives ends first, by its name: the terminal keeps
 * an item while somebody waits for it, and this word is not about whoever ordered it since.
 */
export async function settle(writer: Writer, terminal: string, item: string): Promise<void> {
  const [doubt] = await writer.all<{ way_out: string; living: string | null; asked: number }>(
    `SELECT way_out, EXISTS (${ASKED}) AS asked, (SELECT id FROM hold WHERE id = doubt.hold
       AND terminal = doubt.terminal AND status NOT IN ('lent', 'withdrawn')) AS living
     FROM doubt WHERE terminal = ? AND item = ?`,
    terminal,
    item,
  );
  if (!doubt) throw new Refusal(404, `nothing is in doubt about item ${item} at terminal ${terminal}`);
  if (doubt.way_out === 'closeTheDoor')
    throw new Refusal(409, 'the door is still open: it is settled when the door is closed');
  if (doubt.asked === 1) return;
  await writer.run('UPDATE doubt SET refusal = NULL WHERE terminal = ? AND item = ?', terminal, item);
  const { living: hold } = doubt;
  if (hold) await enqueue(writer, terminal, { kind: 'withdrawHold', hold });
  await enqueue(writer, terminal, { kind: 'forgetItem', item });
}
