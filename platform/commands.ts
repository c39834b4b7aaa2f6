/** Commands to terminals: kept until answered, sent after each birth and again while the answer is missing. */
import { randomUUID } from 'node:crypto';
import type { CommandAction } from '../protocol/platform/commands.ts';
import type { Store, Writer } from './store.ts';

/** A hold waits for its courier for days. */
const EXPIRES_MS = 14 * 24 * 3_600_000;

/** Its id. */
export async function enqueue(
  writer: Writer,
  terminal: string,
  action: CommandAction,
  expiresMs = EXPIRES_MS,
): Promise<string> {
  const id = randomUUID();
  const expires = new Date(Date.now() + expiresMs).toISOString();
  const body = JSON.stringify({ id, expires, action });
  await writer.run(
    'INSERT INTO command (id, terminal, body, expires) VALUES (?, ?, ?, ?)',
    id,
    terminal,
    body,
    expires,
  );
  writer.commanded(terminal);
  return id;
}

/** To every terminal that is registered; which ones. */
export async function enqueueToAll(writer: Writer, action: CommandAction): Promise<string[]> {
  const terminals = await writer.all<{ id: string }>('SELECT id FROM terminal ORDER BY id');
  for (const { id } of terminals) await enqueue(writer, id, action);
  return terminals.map(({ id }) => id);
}

/** What became of one; without an outcome it has no answer yet. */
export async function commandOutcome(store: Store, id: string): Promise<object | undefined> {
  const [row] = await store.all<{ terminal: string; outcome: string | null; reason: string | null }>(
    'SELECT terminal, outcome, reason FROM command WHERE id = ?',
    id,
  );
  if (!row) return undefined;
  const { terminal, outcome, reason } = row;
  return { command: id, terminal, ...(outcome ? { outcome } : {}), ...(reason ? { reason } : {}) };
}

/** In the order they were given, expired ones left out. */
export function unanswered(store: Store, terminal: string): Promise<{ id: string; body: string }[]> {
  return store.all<{ id: string; body: string }>(
    'SELECT id, body FROM command WHERE terminal = ? AND outcome IS NULL AND expires > ? ORDER BY number',
    terminal,
    new Date().toISOString(),
  );
}
