/** Commands to terminals: kept until answered, sent after each birth and again while the answer is missing. */
import { randomUUID } from 'node:crypto';
import type { CommandAction } from '../protocol/platform/commands.ts';
import type { Store, Writer } from './store.ts';

/** A hold waits for its courier for days; a command that opened doors would live for seconds. */
const EXPIRES_MS = 14 * 24 * 3_600_000;

export function enqueue(writer: Writer, terminal: string, action: CommandAction): Promise<void> {
  const id = randomUUID();
  const expires = new Date(Date.now() + EXPIRES_MS).toISOString();
  const body = JSON.stringify({ id, expires, action });
  return writer.run(
    'INSERT INTO command (id, terminal, body, expires) VALUES (?, ?, ?, ?)',
    id,
    terminal,
    body,
    expires,
  );
}

/** In the order they were given, expired ones left out. */
export function unanswered(store: Store, terminal: string): Promise<{ id: string; body: string }[]> {
  return store.all<{ id: string; body: string }>(
    'SELECT id, body FROM command WHERE terminal = ? AND outcome IS NULL AND expires > ? ORDER BY number',
    terminal,
    new Date().toISOString(),
  );
}
