/** Promise 4: a loan is posted only with evidence that the item left; a door that never opened leaves nobody owing. */
import type { Entry } from '../../../protocol/platform/entries.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '4 loan';
const WELL_MS = 30_000;
const TAG_LEFT = ['tagGone', 'tagAtPad'] as const;

type Passed = Extract<Entry, { kind: 'loanPosted' | 'itemLoaded' | 'itemUnloaded' | 'itemReturned' }>;

export function loans(world: World): Check {
  const { seen } = world;
  /** When the door was first asked for, by session and compartment. */
  const asked = new Map<string, number>();
  const keyOf = (session: string, compartment: string) => `${session} ${compartment}`;
  const check = (entry: Passed) => {
    const { session, compartment, item, kind } = entry;
    // Without a session it is a reader that found what was in doubt.
    if (session === undefined) return;
    const askedMs = asked.get(keyOf(session, compartment));
    const door = world.door(compartment);
    if (askedMs === undefined) seen.fail(PROMISE, `${kind} of ${item}, and nobody asked for ${compartment}`);
    else if (!door.open && door.sinceMs < askedMs && !world.contactLied(compartment, askedMs))
      seen.fail(PROMISE, `${kind} of ${item}, and the door ${compartment} was not open since`);
    if (kind !== 'loanPosted') return;
    seen.count('loans');
    const { evidence } = entry;
    const reader = world.readerOf(compartment);
    // That a broken contact reads open is no evidence; that the tag is gone is.
    const left = evidence.includes('doorOpened') || TAG_LEFT.some((one) => evidence.includes(one));
    if (!left || !evidence.includes('doorClosed')) seen.fail(PROMISE, `a loan of ${item} without evidence`);
    if (reader?.wellFor(WELL_MS) && world.quietFor(WELL_MS) && !evidence.includes('tagGone'))
      seen.fail(PROMISE, `a loan of ${item} without its tag's evidence, and the reader is well`);
  };
  const heard = (entry: Entry, atMs: number) => {
    if (entry.kind === 'unlockRequested') {
      const key = keyOf(entry.session, entry.compartment);
      asked.set(key, entry.attempt > 1 ? (asked.get(key) ?? atMs) : atMs);
    } else if (entry.kind === 'sessionEnded') {
      for (const key of asked.keys()) if (key.startsWith(`${entry.session} `)) asked.delete(key);
    } else if (isPassage(entry)) check(entry);
  };
  return {
    batch: ({ entries }) => {
      for (const { event, atMs } of entries) heard(event.data, atMs);
    },
  };
}

const PASSAGES: readonly Entry['kind'][] = ['loanPosted', 'itemLoaded', 'itemUnloaded', 'itemReturned'];
const isPassage = (entry: Entry): entry is Passed => PASSAGES.includes(entry.kind);
