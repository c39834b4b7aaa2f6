/**
 * What the local library must be told: loans and returns that have happened, in their order, until it has taken or
 * refused each. Kept in the state, so that a week without a network loses none.
 */
import type { InputOf } from './inputs.ts';
import type { Telling } from './state.ts';
import type { Turn } from './turn.ts';

const REASON_CHARS_MAX = 200;

/** A clock that is not trusted tells no date: when the library is told, now is nearer to the truth. */
export function tellLibrary(turn: Turn, telling: Omit<Telling, 'wallMs'>): void {
  const { library, clock, wallMs } = turn.context;
  if (library)
    turn.put('tellings', `${telling.id}`, { ...telling, wallMs: clock === 'trusted' ? wallMs : 0 });
}

/** A refusal is a conflict that a person must see: the book has changed hands all the same. */
export function libraryTold(turn: Turn, { telling: id, outcome, reason = '' }: InputOf<'libraryTold'>): void {
  const telling = turn.state.tellings[`${id}`];
  if (!telling) return;
  const { what, item } = telling;
  if (outcome === 'refused')
    turn.enter({
      kind: 'libraryRefused',
      telling: id,
      what,
      item,
      reason: reason.slice(0, REASON_CHARS_MAX),
    });
  turn.remove('tellings', `${id}`);
}

/** In the order in which they happened. */
export const inOrder = (tellings: Readonly<Record<string, Telling>>): Telling[] =>
  Object.values(tellings).sort((a, b) => a.id - b.id);
