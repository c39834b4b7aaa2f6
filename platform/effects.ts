/** What a journal entry means for holds, loans and doubts; in the same transaction that stores the entry. */
import { randomBytes, randomInt } from 'node:crypto';
import { pickupCodeHash } from '../protocol/platform/codes.ts';
import type { Entry, EntryKind, EntryOf } from '../protocol/platform/entries.ts';
import type { JournalEvent } from '../protocol/platform/journal-event.ts';
import { enqueue } from './commands.ts';
import type { Writer } from './store.ts';

const LOAN_MS = 30 * 24 * 3_600_000;
const CODE_MS = 7 * 24 * 3_600_000;
const CODE_LIMIT = 100_000_000;

export interface Origin {
  readonly terminal: string;
  readonly event: JournalEvent;
}
type Effect<K extends EntryKind> = (writer: Writer, origin: Origin, entry: EntryOf<K>) => Promise<void>;

const EFFECTS: { readonly [K in EntryKind]?: Effect<K> } = {
  holdPlaced: (writer, { terminal }, { hold }) => holdStatus(writer, terminal, hold, 'placed'),
  holdReady: (writer, { terminal }, { hold }) => holdStatus(writer, terminal, hold, 'ready'),
  holdWithdrawn: async (writer, { terminal }, { hold }) => {
    await holdStatus(writer, terminal, hold, 'withdrawn');
    await settled(writer, terminal, hold);
  },
  itemLoaded: loaded,
  loadingVoided: async (writer, { terminal }, { hold }) => {
    await holdStatus(writer, terminal, hold, 'placed');
    await settled(writer, terminal, hold);
  },
  loanPosted: posted,
  loanVoided: async (writer, { terminal }, { hold }) => {
    await holdStatus(writer, terminal, hold, 'ready');
    await settled(writer, terminal, hold);
  },
  inDoubt: async (writer, { terminal }, { hold, compartment, reason, wayOut }) => {
    await holdStatus(writer, terminal, hold, 'inDoubt');
    await writer.run(
      'INSERT OR REPLACE INTO doubt VALUES (?, ?, ?, ?, ?, ?)',
      hold,
      terminal,
      compartment,
      reason,
      wayOut,
      new Date().toISOString(),
    );
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

export const settled = (writer: Writer, terminal: string, hold: string) =>
  writer.run('DELETE FROM doubt WHERE hold = ? AND terminal = ?', hold, terminal);

/** The item waits for its patron: a code is made, and shown only once the terminal can check it without us. */
async function loaded(
  writer: Writer,
  { terminal }: Origin,
  { hold, compartment }: EntryOf<'itemLoaded'>,
): Promise<void> {
  await settled(writer, terminal, hold);
  const own = "SELECT 1 FROM hold WHERE id = ? AND terminal = ? AND status <> 'lent'";
  if ((await writer.all(own, hold, terminal)).length === 0) return;
  await holdStatus(writer, terminal, hold, 'loaded');
  const code = await freshCode(writer, terminal);
  const codeSalt = randomBytes(16).toString('hex');
  await writer.run('UPDATE hold SET compartment = ?, code = ? WHERE id = ?', compartment, code, hold);
  const expires = new Date(Date.now() + CODE_MS).toISOString();
  await enqueue(writer, terminal, {
    kind: 'readyHold',
    hold,
    codeSalt,
    codeHash: pickupCodeHash(codeSalt, code),
    expires,
  });
}

/** No two holds of a terminal have the same code, or one patron's code would open another's door. */
async function freshCode(writer: Writer, terminal: string): Promise<string> {
  for (;;) {
    const code = String(randomInt(CODE_LIMIT)).padStart(8, '0');
    const taken = await writer.all('SELECT 1 FROM hold WHERE terminal = ? AND code = ?', terminal, code);
    if (taken.length === 0) return code;
  }
}

/** One loan for a hold, for ever: a second one is a conflict that a person must see. */
async function posted(
  writer: Writer,
  { terminal, event }: Origin,
  entry: EntryOf<'loanPosted'>,
): Promise<void> {
  const { hold, item, patron } = entry;
  await settled(writer, terminal, hold);
  const before = await writer.all('SELECT 1 FROM loan WHERE hold = ?', hold);
  const elsewhere = await writer.all('SELECT 1 FROM hold WHERE id = ? AND terminal <> ?', hold, terminal);
  if (before.length > 0 || elsewhere.length > 0) {
    const { journal, sequence } = event;
    await writer.run(
      'INSERT INTO conflict VALUES (?, ?, ?, ?, ?)',
      terminal,
      journal,
      sequence,
      hold,
      before.length > 0 ? 'second loan' : 'hold of another terminal',
    );
    return;
  }
  const due = new Date(Date.now() + LOAN_MS).toISOString();
  await writer.run(
    'INSERT INTO loan VALUES (?, ?, ?, ?, ?, ?)',
    hold,
    item,
    patron,
    terminal,
    event.sequence,
    due,
  );
  await writer.run('UPDATE hold SET code = NULL WHERE id = ?', hold);
  await holdStatus(writer, terminal, hold, 'lent');
}
