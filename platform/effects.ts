/** What a journal entry means for holds, loans, stock and doubts; in the same transaction that stores the entry. */
import type { Entry, EntryKind, EntryOf } from '../protocol/platform/entries.ts';
import { conflict } from './conflicts.ts';
import { doubted, settled, settledHold } from './doubts.ts';
import { grantUnused } from './grants.ts';
import { found, holdStatus, isOwn, unloaded, waits } from './holds.ts';
import { disputed, givenUp, isHere, renewed } from './loans.ts';
import { type LoanRow, LoansTogether, plainRows, type ToldLoan } from './loans-together.ts';
import { recallOver } from './recalls.ts';
import { returned } from './returns.ts';
import { countRefusal, stockStatus } from './stock-entries.ts';
import type { Writer } from './store.ts';
import type { Origin } from './told.ts';

type Effect<K extends EntryKind> = (writer: Writer, origin: Origin, entry: EntryOf<K>) => Promise<void>;

const EFFECTS: { readonly [K in Exclude<EntryKind, 'loanPosted'>]?: Effect<K> } = {
  holdPlaced: (writer, { terminal }, { hold }) => holdStatus(writer, terminal, hold, 'placed'),
  holdReady: (writer, { terminal }, { hold }) => holdStatus(writer, terminal, hold, 'ready'),
  holdWithdrawn: async (writer, { terminal }, { hold }) => {
    await holdStatus(writer, terminal, hold, 'withdrawn');
    await settledHold(writer, terminal, hold);
  },
  itemLoaded: async (writer, origin, { hold, item, compartment }) => {
    const { terminal } = origin;
    await settled(writer, terminal, item);
    await isHere(writer, origin, item);
    if (!hold) await stockStatus(writer, terminal, item, 'loaded', compartment);
    else if (await isOwn(writer, terminal, hold, ['lent'])) await waits(writer, terminal, hold, compartment);
  },
  loadingVoided: async (writer, { terminal }, { hold, item }) => {
    await settled(writer, terminal, item);
    if (hold) await holdStatus(writer, terminal, hold, 'placed');
    else await stockStatus(writer, terminal, item, 'placed');
  },
  loanVoided: async (writer, { terminal }, { hold, item, patron }) => {
    await holdStatus(writer, terminal, hold, 'ready');
    await settled(writer, terminal, item);
    await grantUnused(writer, terminal, item, patron);
  },
  loanRefused: (writer, { terminal }, { by, reason }) => countRefusal(writer, terminal, by, reason),
  loanDisputed: disputed,
  loanRenewed: renewed,
  passRefused: (writer, { terminal }, { fault }) => countRefusal(writer, terminal, 'pass', fault),
  stockPlaced: (writer, { terminal }, { item }) => stockStatus(writer, terminal, item, 'placed'),
  stockWithdrawn: (writer, { terminal }, { item }) => stockStatus(writer, terminal, item, 'withdrawn'),
  libraryRefused: (writer, origin, { item, what, reason }) =>
    conflict(writer, origin, 'libraryRefused', { item, detail: `${what}: ${reason}` }),
  itemReturned: async (writer, origin, entry) => {
    await settled(writer, origin.terminal, entry.item);
    await returned(writer, origin, entry);
  },
  // The loan stays: whoever has borrowed the item still has it.
  returnVoided: (writer, { terminal }, { item }) => settled(writer, terminal, item),
  itemFound: async (writer, origin, entry) => {
    await isHere(writer, origin, entry.item);
    await found(writer, origin, entry);
  },
  itemUnloaded: async (writer, origin, entry) => {
    const { terminal } = origin;
    const { item, why } = entry;
    await settled(writer, terminal, item);
    await isHere(writer, origin, item);
    await stockStatus(writer, terminal, item, 'out');
    if (why === 'recalled') await recallOver(writer, terminal, item);
    await unloaded(writer, terminal, entry);
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
  itemForgotten: async (writer, origin, { item }) => {
    await settled(writer, origin.terminal, item);
    await stockStatus(writer, origin.terminal, item, 'gone');
    await givenUp(writer, origin, item);
  },
  inDoubt: async (writer, { terminal }, entry) => {
    if (entry.hold && (await isOwn(writer, terminal, entry.hold, ['lent', 'withdrawn'])))
      await holdStatus(writer, terminal, entry.hold, 'inDoubt');
    await doubted(writer, terminal, entry);
  },
};

/**
 * The rows of the loans, where these touch no written rule and nothing else among the entries means anything; else
 * `undefined`, and they go through `applyEntries`. Nothing of them may have been written yet.
 */
export async function onlyPlainLoans(
  writer: Writer,
  origins: readonly Origin[],
): Promise<LoanRow[] | undefined> {
  const loans: ToldLoan[] = [];
  for (const origin of origins) {
    const entry: Entry = origin.event.data;
    if (entry.kind === 'loanPosted') loans.push({ origin, entry });
    else if (EFFECTS[entry.kind]) return undefined;
  }
  return plainRows(writer, loans);
}

/** In their order; loans that nothing else comes between are stored together. */
export async function applyEntries(writer: Writer, origins: readonly Origin[]): Promise<void> {
  const loans = new LoansTogether(writer);
  for (const origin of origins) {
    const entry: Entry = origin.event.data;
    if (entry.kind === 'loanPosted') {
      await loans.add({ origin, entry });
      continue;
    }
    const effect = EFFECTS[entry.kind] as Effect<EntryKind> | undefined;
    if (!effect) continue;
    await loans.store();
    await effect(writer, origin, entry as never);
  }
  await loans.store();
}
