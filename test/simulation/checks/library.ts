/**
 * The local library is told of what has happened, and of nothing else: each loan and return of the journal once in
 * effect, in the order of the journal, with its own date, however long the library was away. What has left the list
 * without effect there was so already, is not the library's, or has been given up before a person's eyes.
 */
import type { Session } from '../../../controller/lending/state.ts';
import type { Entry, EntryOf } from '../../../protocol/platform/entries.ts';
import type { Batch, Check, Committed } from '../seen.ts';
import type { World } from '../world/world.ts';
import { Happenings } from './happenings.ts';

const PROMISE = '5 library';
/** SIP2: on a shelf, waiting at the desk, to be re-shelved, on its way. */
const LENDABLE: readonly string[] = ['03', '08', '09', '10'];

export function library(world: World): Check {
  const { seen } = world;
  if (!world.library) return {};
  const fail = (what: string) => seen.fail(PROMISE, what);
  const happenings = new Happenings(world, fail);
  const cards = new Map<string, string>();
  /** Items of which the library has said that they may be lent, since they last were. */
  const lendable = new Set<string>();

  const remember = ({ changed }: Batch) => {
    for (const { collection, key, body } of changed) {
      const card = collection === 'sessions' && (body as Session | undefined)?.visitor?.card;
      if (card) cards.set(key, card);
    }
  };
  const lent = ({ item, session, grantedBy }: EntryOf<'loanPosted'>) => {
    const card = cards.get(session);
    if (grantedBy !== 'library') return card;
    if (!card) fail(`${item} is lent by the library's word to somebody without a card`);
    if (!lendable.delete(item)) fail(`${item} is lent by the library's word, and it gave none`);
    return card;
  };
  const happened = ({ sequence, event }: Committed) => {
    const { data: entry, time = '', clock } = event;
    const at = { sequence, wallMs: clock === 'trusted' ? Date.parse(time) : undefined };
    if (entry.kind === 'itemReturned')
      happenings.add({ ...at, effect: `checkin ${entry.item}`, item: entry.item });
    if (entry.kind !== 'loanPosted') return;
    const card = lent(entry);
    const { item } = entry;
    if (card) happenings.add({ ...at, effect: `checkout ${item} to ${card}`, item, card });
  };
  return {
    batch: (batch) => {
      remember(batch);
      for (const committed of batch.entries) happened(committed);
      const refusals = batch.entries.map(({ event }) => event.data).filter(isRefusal);
      const gone = batch.changed.filter(
        ({ collection, body }) => collection === 'tellings' && body === undefined,
      );
      for (const sequence of gone.map(({ key }) => Number(key)))
        happenings.leaves(
          sequence,
          refusals.find(({ telling }) => telling === sequence),
        );
    },
    library: (request, answer, effects) => {
      if (answer?.name === 'itemInformationResponse' && LENDABLE.includes(answer.circulationStatus))
        lendable.add(answer.itemId ?? '');
      if (request.name === 'checkout' || request.name === 'checkin')
        for (const effect of effects) happenings.took(effect, request);
    },
    rest: async () => {
      const { left } = happenings;
      if (left.length > 0) fail(`${left.length} have not been told at the end, first ${left[0]?.effect}`);
      if (seen.view('tellings').size > 0) fail(`${seen.view('tellings').size} are still to be told`);
    },
  };
}

const isRefusal = (entry: Entry): entry is EntryOf<'libraryRefused'> => entry.kind === 'libraryRefused';
