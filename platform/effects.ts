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
  holdPlaced: (writer, _origin, { hold }) => status(writer, hold, 'placed'),
  holdReady: (writer, _origin, { hold }) => status(writer, hold, 'ready'),
  holdWithdrawn: async (writer, _origin, { hold }) => {
    await status(writer, hold, 'withdrawn');
    await settled(writer, hold);
  },
  itemLoaded: loaded,
  loadingVoided: async (writer, _origin, { hold }) => {
    await status(writer, hold, 'placed');
    await settled(writer, hold);
  },
  loanPosted: posted,
  loanVoided: async (writer, _origin, { hold }) => {
    await status(writer, hold, 'ready');
    await settled(writer, hold);
  },
  inDoubt: async (writer, { terminal }, { hold, compartment, reason, wayOut }) => {
    await status(writer, hold, 'inDoubt');
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

function status(writer: Writer, hold: string, now: string): Promise<void> {
  return writer.run(
    'UPDATE hold SET status = ?, updated = ? WHERE id = ?',
    now,
    new Date().toISOString(),
    hold,
  );
}

const settled = (writer: Writer, hold: string) => writer.run('DELETE FROM doubt WHERE hold = ?', hold);

/** The item waits for its patron: a code is made, and shown only once the terminal can check it without us. */
async function loaded(
  writer: Writer,
  { terminal }: Origin,
  { hold, compartment }: EntryOf<'itemLoaded'>,
): Promise<void> {
  await status(writer, hold, 'loaded');
  await settled(writer, hold);
  const code = String(randomInt(CODE_LIMIT)).padStart(8, '0');
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

/** One loan for a hold, for ever: a second one is a conflict that a person must see. */
async function posted(
  writer: Writer,
  { terminal, event }: Origin,
  entry: EntryOf<'loanPosted'>,
): Promise<void> {
  const { hold, item, patron } = entry;
  await settled(writer, hold);
  const before = await writer.all('SELECT 1 FROM loan WHERE hold = ?', hold);
  if (before.length > 0) {
    const { journal, sequence } = event;
    await writer.run(
      'INSERT INTO conflict VALUES (?, ?, ?, ?, ?)',
      terminal,
      journal,
      sequence,
      hold,
      'second loan',
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
  await status(writer, hold, 'lent');
}
