/** What the tags say of a compartment, beside what should be there: confirmed, missing, unexpected, unreadable. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import { endDoubt, enterDoubt } from './doubts.ts';
import { itemsIn } from './places.ts';
import type { Moving } from './session.ts';
import type { Reading } from './state.ts';
import type { Turn } from './turn.ts';

type Evidence = EntryOf<'loanPosted'>['evidence'][number];
/** Of an item that was to pass the door. */
type Seen = 'inside' | 'partly' | 'gone' | 'unknown';

/** `direction` of its passages. */
type Checked = Moving & { readonly direction: 'in' | 'out' };

export interface Findings {
  of(item: string): Seen;
  evidence(item: string): readonly Evidence[];
  /** What nobody asked for: items of others that are gone, items that nobody announced. */
  enterDoubts(turn: Turn): void;
}

const NOTHING: Findings = { of: () => 'unknown', evidence: () => [], enterDoubts: () => {} };

/** After a movement's door closed. `reading` is missing where there is no reader, or it could not. */
export function checkContent(turn: Turn, checked: Checked, reading: Reading | undefined): Findings {
  const { compartment } = checked.movement;
  const sensed = turn.state.compartments[compartment]?.sensed ?? 'no';
  if (sensed === 'no') return NOTHING;
  return sensed === 'pad' ? atPad(turn, checked, reading) : inside(turn, compartment, reading, checked);
}

/** Nobody's visit: a door was forced, or a doubt is to be settled. */
export function checkAlone(turn: Turn, compartment: string, reading: Reading | undefined): void {
  if (reading) inside(turn, compartment, reading).enterDoubts(turn);
}

function inside(turn: Turn, compartment: string, reading: Reading | undefined, checked?: Checked): Findings {
  const seen = new Set(reading?.items);
  // A tag that names no item could be any of them: then nothing is certainly gone.
  const certain = reading?.complete === true && reading.unknownTags === 0;
  const partly = new Set(reading?.partly);
  const of = (item: string): Seen => {
    if (partly.has(item)) return 'partly';
    return seen.has(item) ? 'inside' : certain ? 'gone' : 'unknown';
  };
  const passing = new Set(checked?.movement.passages.map(({ item }) => item));
  const others = itemsIn(turn, compartment).filter(({ id }) => !passing.has(id));
  const gone = others.filter(({ id, doubt }) => !doubt && of(id) === 'gone').map(({ id }) => id);
  const broken = others.filter(({ id, doubt }) => !doubt && of(id) === 'partly');
  const found = others.filter(({ id, doubt }) => doubt && of(id) === 'inside');
  const strays = [...seen, ...partly].filter(
    (id) => !passing.has(id) && !others.some((other) => other.id === id),
  );
  const stayed = [...passing].filter((id) => of(id) === (checked?.direction === 'in' ? 'gone' : 'inside'));
  const halves = [...broken.map(({ id }) => id), ...[...passing].filter((id) => of(id) === 'partly')];
  const missing = [...gone, ...halves, ...(checked?.direction === 'in' ? stayed : [])];
  const unexpected = checked?.direction === 'out' ? [...strays, ...stayed] : strays;
  const unknownTags = reading?.unknownTags ?? 0;
  const wanted = [
    ...others.filter(({ doubt }) => !doubt).map(({ id }) => id),
    ...(checked?.direction === 'in' ? passing : []),
  ];
  const leaving = checked?.direction === 'out' ? [...passing] : [];
  const whole = certain || [...wanted, ...leaving].every((id) => seen.has(id));
  const session = checked?.session.id;
  turn.enter({
    kind: 'contentChecked',
    ...(session === undefined ? {} : { session }),
    compartment,
    at: 'compartment',
    verdict: verdictOf({ missing, unexpected, unknownTags, whole: whole && reading !== undefined }),
    missing,
    unexpected,
    unknownTags,
  });
  return {
    of,
    evidence: (item) => (of(item) === 'inside' ? ['tagSeen'] : of(item) === 'gone' ? ['tagGone'] : []),
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
function atPad(turn: Turn, { session, movement }: Checked, reading: Reading | undefined): Findings {
  const { compartment, passages } = movement;
  const seen = new Set(reading?.items);
  const of = (item: string): Seen => (seen.has(item) ? 'gone' : 'unknown');
  const passing = new Set(passages.map(({ item }) => item));
  const gone = itemsIn(turn, compartment)
    .filter(({ id, doubt }) => !doubt && !passing.has(id) && seen.has(id))
    .map(({ id }) => id);
  const whole = [...passing].every((id) => seen.has(id));
  turn.enter({
    kind: 'contentChecked',
    session: session.id,
    compartment,
    at: 'pad',
    verdict: verdictOf({ missing: gone, unexpected: [], unknownTags: 0, whole }),
    missing: gone,
    unexpected: [],
    unknownTags: reading?.unknownTags ?? 0,
  });
  return {
    of,
    evidence: (item) => (seen.has(item) ? ['tagAtPad'] : []),
    enterDoubts: (then) => {
      for (const id of gone) missed(then, id, session.id);
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
