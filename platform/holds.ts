/** Holds as terminals tell of them. */

import type { CommandAction } from '../protocol/platform/commands.ts';
import type { EntryOf } from '../protocol/platform/entries.ts';
import type { Reach, Size } from '../protocol/platform/words.ts';
import { enqueue } from './commands.ts';
import { settled } from './doubts.ts';
import { codeOf, makeCode } from './pickup-code.ts';
import type { Writer } from './store.ts';
import type { Origin } from './told.ts';

/** Nobody waits for it any more. */
export const ENDED_HOLD = "status IN ('lent', 'withdrawn')";

/** A terminal speaks for its own holds only, and a loan is never taken back by what is told later. */
export async function holdStatus(
  writer: Writer,
  terminal: string,
  hold: string | undefined,
  status: string,
): Promise<void> {
  if (hold === undefined) return;
  await writer.run(
    `UPDATE hold SET status = ?, updated = ?, reason = NULL WHERE id = ? AND terminal = ? AND status <> 'lent'`,
    status,
    new Date().toISOString(),
    hold,
    terminal,
  );
}

/** Whether the hold is this terminal's, and has not come to one of these ends. */
export async function isOwn(
  writer: Writer,
  terminal: string,
  hold: string,
  ends: readonly string[],
): Promise<boolean> {
  const [held] = await writer.all<{ status: string }>(
    'SELECT status FROM hold WHERE id = ? AND terminal = ?',
    hold,
    terminal,
  );
  return held !== undefined && !ends.includes(held.status);
}

/** The item waits for its patron behind this door, and gets a code. */
export async function waits(
  writer: Writer,
  terminal: string,
  hold: string,
  compartment: string,
): Promise<void> {
  await holdStatus(writer, terminal, hold, 'loaded');
  await writer.run('UPDATE hold SET compartment = ? WHERE id = ?', compartment, hold);
  await makeCode(writer, terminal, hold);
}

/** Nobody has the item: where the terminal has a code for it, that still opens. */
export async function found(
  writer: Writer,
  { terminal }: Origin,
  { hold, item, compartment }: EntryOf<'itemFound'>,
): Promise<void> {
  await settled(writer, terminal, item);
  if (!hold || !(await isOwn(writer, terminal, hold, ['lent', 'withdrawn']))) return;
  const code = await codeOf(writer, terminal, hold);
  if (code === 'none') await waits(writer, terminal, hold, compartment);
  else await holdStatus(writer, terminal, hold, code === 'there' ? 'ready' : 'loaded');
}

const OVER = ['expired', 'recalled', 'withdrawn'];

/**
 * A courier has taken it out, and the terminal has forgotten its hold. What nobody waited for in time, or may have, is
 * over; whoever still waits gets it again: the terminal is told anew.
 */
export async function unloaded(
  writer: Writer,
  terminal: string,
  { hold, why }: EntryOf<'itemUnloaded'>,
): Promise<void> {
  if (!hold || !(await isOwn(writer, terminal, hold, ['lent', 'withdrawn']))) return;
  const over = OVER.includes(why);
  await holdStatus(writer, terminal, hold, over ? 'withdrawn' : 'ordered');
  await writer.run(
    'UPDATE hold SET compartment = NULL, code = NULL, reason = ? WHERE id = ?',
    over ? why : null,
    hold,
  );
  if (over) return;
  const [held] = await writer.all<Held>(
    'SELECT id, item, title, patron, size, reach FROM hold WHERE id = ?',
    hold,
  );
  if (held) await enqueue(writer, terminal, placeHold(held));
}

export interface Held {
  readonly id: string;
  readonly item: string;
  readonly title: string;
  readonly patron: string;
  readonly size: Size;
  readonly reach: Reach | null;
}

export function placeHold({ id, item, title, patron, size, reach }: Held): CommandAction {
  return { kind: 'placeHold', hold: id, item, title, patron, size, ...(reach ? { reach } : {}) };
}
