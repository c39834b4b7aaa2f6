/** What a journal entry means for holds, loans and doubts; in the same transaction that stores the entry. */
import type { Entry, EntryKind, EntryOf } from '../protocol/platform/entries.ts';
import { doubted, settled, settledHold } from './doubts.ts';
import { codeOf, makeCode } from './pickup-code.ts';
import { type Origin, returned, returnedSince, toldOf } from './returns.ts';
import type { Writer } from './store.ts';

const LOAN_MS = 30 * 24 * 3_600_000;

type Effect<K extends EntryKind> = (writer: Writer, origin: Origin, entry: EntryOf<K>) => Promise<void>;

const EFFECTS: { readonly [K in EntryKind]?: Effect<K> } = {
  holdPlaced: (writer, { terminal }, { hold }) => holdStatus(writer, terminal, hold, 'placed'),
  holdReady: (writer, { terminal }, { hold }) => holdStatus(writer, terminal, hold, 'ready'),
  holdWithdrawn: async (writer, { terminal }, { hold }) => {
    await holdStatus(writer, terminal, hold, 'withdrawn');
    await settledHold(writer, terminal, hold);
  },
  itemLoaded: async (writer, { terminal }, { hold, item, compartment }) => {
    await settled(writer, terminal, item);
    if (await isOwn(writer, terminal, hold, ['lent'])) await waits(writer, terminal, hold, compartment);
  },
  loadingVoided: async (writer, { terminal }, { hold, item }) => {
    await holdStatus(writer, terminal, hold, 'placed');
    await settled(writer, terminal, item);
  },
  loanPosted: posted,
  loanVoided: async (writer, { terminal }, { hold, item }) => {
    await holdStatus(writer, terminal, hold, 'ready');
    await settled(writer, terminal, item);
  },
  itemReturned: async (writer, origin, entry) => {
    await settled(writer, origin.terminal, entry.item);
    await returned(writer, origin, entry);
  },
  // The loan stays: whoever has borrowed the item still has it.
  returnVoided: (writer, { terminal }, { item }) => settled(writer, terminal, item),
  itemFound: found,
  itemUnloaded: async (writer, { terminal }, { hold, item }) => {
    await settled(writer, terminal, item);
    if (!hold || !(await isOwn(writer, terminal, hold, ['lent', 'withdrawn']))) return;
    await holdStatus(writer, terminal, hold, 'placed');
    await writer.run('UPDATE hold SET compartment = NULL, code = NULL WHERE id = ?', hold);
  },
  unloadingVoided: async (writer, { terminal }, { item, reason }) => {
    // Seen inside, it is not missing; one that nobody announced stays in doubt until it is out.
    if (reason === 'itemStillInside')
      await writer.run(
        "DELETE FROM doubt WHERE terminal = ? AND item = ? AND reason <> 'itemUnexpected'",
        terminal,
        item,
      );
  },
  itemForgotten: (writer, { terminal }, { item }) => settled(writer, terminal, item),
  inDoubt: async (writer, { terminal }, entry) => {
    if (entry.hold && (await isOwn(writer, terminal, entry.hold, ['lent', 'withdrawn'])))
      await holdStatus(writer, terminal, entry.hold, 'inDoubt');
    await doubted(writer, terminal, entry);
  },
};

export async function applyEntry(writer: Writer, origin: Origin): Promise<void> {
  const entry: Entry = origin.event.data;
  const effect = EFFECTS[entry.kind] as Effect<EntryKind> | undefined;
  await effect?.(writer, origin, entry as never);
}

/** A terminal speaks for its own holds only, and a loan is never taken back by what is told later. */
export function holdStatus(writer: Writer, terminal: string, hold: string, status: string): Promise<void> {
  return writer.run(
    `UPDATE hold SET status = ?, updated = ?, reason = NULL WHERE id = ? AND terminal = ? AND status <> 'lent'`,
    status,
    new Date().toISOString(),
    hold,
    terminal,
  );
}

/** Whether the hold is this terminal's, and has not come to one of these ends. */
async function isOwn(
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
async function waits(writer: Writer, terminal: string, hold: string, compartment: string): Promise<void> {
  await holdStatus(writer, terminal, hold, 'loaded');
  await writer.run('UPDATE hold SET compartment = ? WHERE id = ?', compartment, hold);
  await makeCode(writer, terminal, hold);
}

/** Nobody has the item: where the terminal has a code for it, that still opens. */
async function found(
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

/** One loan for a hold, for ever: a second one is a conflict that a person must see. */
async function posted(writer: Writer, origin: Origin, entry: EntryOf<'loanPosted'>): Promise<void> {
  const { terminal } = origin;
  const { hold, item, patron } = entry;
  await settled(writer, terminal, item);
  const before = await writer.all('SELECT 1 FROM loan WHERE hold = ?', hold);
  const elsewhere = await writer.all('SELECT 1 FROM hold WHERE id = ? AND terminal <> ?', hold, terminal);
  if (before.length > 0 || elsewhere.length > 0) {
    await conflict(writer, origin, hold, before.length > 0 ? 'second loan' : 'hold of another terminal');
    return;
  }
  const due = new Date(Date.now() + LOAN_MS).toISOString();
  const { journal, sequence, at } = toldOf(origin);
  await writer.run(
    `INSERT INTO loan (hold, item, patron, terminal, journal, sequence, at, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[hold, item, patron, terminal, journal, sequence, at, due],
  );
  await writer.run('UPDATE hold SET code = NULL WHERE id = ?', hold);
  await holdStatus(writer, terminal, hold, 'lent');
  if ((await returnedSince(writer, origin, entry)) === 'unknown')
    await conflict(writer, origin, hold, 'returned, perhaps before this loan');
}

const conflict = (writer: Writer, { terminal, event }: Origin, hold: string, what: string) =>
  writer.run(
    'INSERT INTO conflict VALUES (?, ?, ?, ?, ?)',
    terminal,
    event.journal,
    event.sequence,
    hold,
    what,
  );
