/** What the tags say of a compartment, beside what should be there: confirmed, missing, unexpected, unreadable. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import { endDoubt, enterDoubt } from './doubts.ts';
import type { Reading } from './inputs.ts';
import { itemsIn } from './places.ts';
import type { Moving } from './session.ts';
import type { Item } from './state.ts';
import type { Turn } from './turn.ts';

type Evidence = EntryOf<'loanPosted'>['evidence'][number];
/** Of an item that was to pass the door. */
type Seen = 'inside' | 'partly' | 'gone' | 'unknown';

/** Which way an item was to pass. */
interface Way {
  readonly item: string;
  readonly direction: 'in' | 'out';
}

export interface Findings {
  of(item: string): Seen;
  evidence(item: string): readonly Evidence[];
  /** Its tag forbids that it is lent offline. */
  onlineOnly(item: string): boolean;
  /** No tag was seen at all: the compartment is empty, or its antenna blind. */
  readonly blank: boolean;
  /** What nobody asked for: items of others that are gone, items that nobody announced. */
  enterDoubts(turn: Turn): void;
}

const NOTHING: Findings = {
  of: () => 'unknown',
  evidence: () => [],
  onlineOnly: () => false,
  blank: true,
  enterDoubts: () => {},
};

/** After a movement's door closed. `reading` is missing where there is no reader, or it could not. */
export function checkContent(
  turn: Turn,
  { session, movement: { compartment } }: Moving,
  ways: readonly Way[],
  reading: Reading | undefined,
): Findings {
  const sensed = turn.state.compartments[compartment]?.sensed ?? 'no';
  if (sensed === 'no') return NOTHING;
  return sensed === 'pad'
    ? atPad(turn, compartment, session.id, ways, reading)
    : inside(turn, compartment, session.id, ways, reading);
}

/** Nobody's visit: a door was forced, a doubt is to be settled, a courier counts. */
export function checkAlone(turn: Turn, compartment: string, reading: Reading | undefined): void {
  if (reading) inside(turn, compartment, undefined, [], reading).enterDoubts(turn);
}

interface Comparison {
  readonly of: (item: string) => Seen;
  readonly gone: readonly string[];
  readonly broken: readonly Item[];
  readonly found: readonly Item[];
  readonly strays: readonly string[];
  readonly missing: string[];
  readonly unexpected: string[];
  /** Nothing is left that the reading does not tell. */
  readonly whole: boolean;
}

function compare(inside: readonly Item[], ways: readonly Way[], reading: Reading | undefined): Comparison {
  const seen = new Set(reading?.items);
  const partly = new Set(reading?.partly);
  // A tag that names no item could be any of them: then nothing is certainly gone.
  const certain = reading?.complete === true && reading.unknownTags === 0;
  const of = (item: string): Seen => {
    if (partly.has(item)) return 'partly';
    return seen.has(item) ? 'inside' : certain ? 'gone' : 'unknown';
  };
  const passing = new Set(ways.map(({ item }) => item));
  const coming = ways.filter(({ direction }) => direction === 'in').map(({ item }) => item);
  const leaving = ways.filter(({ direction }) => direction === 'out').map(({ item }) => item);
  const others = inside.filter(({ id }) => !passing.has(id));
  const sure = others.filter(({ doubt }) => !doubt);
  const gone = sure.filter(({ id }) => of(id) === 'gone').map(({ id }) => id);
  const broken = sure.filter(({ id }) => of(id) === 'partly');
  const strays = [...seen, ...partly].filter(
    (id) => !passing.has(id) && !others.some((one) => one.id === id),
  );
  const halves = [...broken.map(({ id }) => id), ...[...passing].filter((id) => of(id) === 'partly')];
  const awaited = [...sure.map(({ id }) => id), ...passing];
  return {
    of,
    gone,
    broken,
    found: others.filter(({ id, doubt }) => doubt && of(id) === 'inside'),
    strays,
    missing: [...gone, ...halves, ...coming.filter((id) => of(id) === 'gone')],
    unexpected: [...strays, ...leaving.filter((id) => of(id) === 'inside')],
    whole: certain || (reading !== undefined && awaited.every((id) => seen.has(id))),
  };
}

function inside(
  turn: Turn,
  compartment: string,
  session: string | undefined,
  ways: readonly Way[],
  reading: Reading | undefined,
): Findings {
  const { of, gone, broken, found, strays, missing, unexpected, whole } = compare(
    itemsIn(turn, compartment),
    ways,
    reading,
  );
  const unknownTags = reading?.unknownTags ?? 0;
  turn.enter({
    kind: 'contentChecked',
    ...(session === undefined ? {} : { session }),
    compartment,
    at: 'compartment',
    verdict: verdictOf({ missing, unexpected, unknownTags, whole }),
    missing,
    unexpected,
    unknownTags,
  });
  const evidence: Partial<Record<Seen, readonly Evidence[]>> = { inside: ['tagSeen'], gone: ['tagGone'] };
  return {
    of,
    evidence: (item) => evidence[of(item)] ?? [],
    onlineOnly: (item) => reading?.onlineOnly.includes(item) ?? false,
    blank: !reading || reading.items.length + reading.partly.length + unknownTags === 0,
    enterDoubts: (then) => {
      for (const item of found) endDoubt(then, item, session);
      for (const id of gone) missed(then, id, session);
      for (const item of broken) enterDoubt(then, { ...item, doubt: 'partsMissing' }, session);
      for (const id of strays) strayed(then, id, compartment, session);
      if (gone.length > 0) then.notice('itemTaken', { compartment });
      if (strays.length > 0) then.notice('otherItemInside', { compartment });
    },
  };
}

function verdictOf(found: {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly unknownTags: number;
  readonly whole: boolean;
}): EntryOf<'contentChecked'>['verdict'] {
  if (found.missing.length > 0) return 'missing';
  if (found.unexpected.length > 0) return 'unexpected';
  if (!found.whole) return 'unreadable';
  return found.unknownTags > 0 ? 'unexpected' : 'confirmed';
}

/** The pad shows what a person holds to it: that has left, and what is not shown may have left as well. */
function atPad(
  turn: Turn,
  compartment: string,
  session: string,
  ways: readonly Way[],
  reading: Reading | undefined,
): Findings {
  const seen = new Set(reading?.items);
  const leaving = ways.filter(({ direction }) => direction === 'out').map(({ item }) => item);
  const gone = itemsIn(turn, compartment)
    .filter(({ id, doubt }) => !doubt && !ways.some(({ item }) => item === id) && seen.has(id))
    .map(({ id }) => id);
  turn.enter({
    kind: 'contentChecked',
    session,
    compartment,
    at: 'pad',
    verdict: verdictOf({
      missing: gone,
      unexpected: [],
      unknownTags: 0,
      whole: leaving.every((id) => seen.has(id)),
    }),
    missing: gone,
    unexpected: [],
    unknownTags: reading?.unknownTags ?? 0,
  });
  return {
    of: (item) => (leaving.includes(item) && seen.has(item) ? 'gone' : 'unknown'),
    evidence: (item) => (seen.has(item) ? ['tagAtPad'] : []),
    onlineOnly: () => false,
    blank: seen.size === 0,
    enterDoubts: (then) => {
      for (const id of gone) missed(then, id, session);
      if (gone.length > 0) then.notice('itemTaken', { compartment });
    },
  };
}

function missed(turn: Turn, id: string, session: string | undefined): void {
  const item = turn.state.items[id];
  if (item) enterDoubt(turn, { ...item, doubt: 'itemMissing' }, session);
}

/** It may be known elsewhere in the cabinet: then it has been put into the wrong compartment. */
function strayed(turn: Turn, id: string, compartment: string, session: string | undefined): void {
  const { title = id, hold } = turn.state.items[id] ?? {};
  enterDoubt(turn, { id, title, compartment, as: 'stray', hold, doubt: 'itemUnexpected' }, session);
}
