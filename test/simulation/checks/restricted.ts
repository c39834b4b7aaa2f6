/**
 * Promise 4, of what must not leave: an item that is recalled from the moment the terminal entered it, and one that
 * nobody may lend offline, by whatever said so. Whoever stands at its open door when a recall comes has it.
 */
import type { Entry, EntryOf } from '../../../protocol/platform/entries.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '4 loan';

export function restricted({ seen, items }: World): Check {
  const recalled = new Map<string, number>();
  /** When a door was first asked for, as a sequence. */
  const asked = new Map<string, number>();
  /** Items whose tags a reader has told when they were put in. */
  const read = new Set<string>();
  const lent = (sequence: number, { item, session, compartment, grantedBy }: EntryOf<'loanPosted'>) => {
    const openedAt = asked.get(`${session} ${compartment}`) ?? sequence;
    const recalledAt = recalled.get(item) ?? sequence;
    if (recalledAt < openedAt) seen.fail(PROMISE, `${item} is lent, and was recalled at #${recalledAt}`);
    const by = items.onlineOnly.get(item);
    if (grantedBy === 'pass' && (by === 'platform' || (by === 'tag' && read.has(item))))
      seen.fail(PROMISE, `${item} is lent by a pass, and the ${by} forbids that`);
  };
  const heard = (sequence: number, entry: Entry) => {
    if (entry.kind === 'itemRecalled') recalled.set(entry.item, sequence);
    else if (entry.kind === 'itemUnloaded' || entry.kind === 'recallLifted') recalled.delete(entry.item);
    else if (entry.kind === 'itemLoaded')
      read[entry.evidence?.includes('tagSeen') ? 'add' : 'delete'](entry.item);
    else if (entry.kind === 'unlockRequested' && entry.attempt === 1)
      asked.set(`${entry.session} ${entry.compartment}`, sequence);
    else if (entry.kind === 'loanPosted') lent(sequence, entry);
  };
  return {
    batch: ({ entries }) => {
      for (const { sequence, event } of entries) heard(sequence, event.data);
    },
  };
}
