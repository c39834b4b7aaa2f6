/**
 * The local library is told of what has happened, and of nothing else: each loan and return of the journal once in
 * effect, in the order of the journal, with its own date, however long the library was away. What has left the list
 * without effect there was so already, is not the library's, or has been given up before a person's eyes.
 */
import type { Session } from '../../../controller/lending/state.ts';
import type { Entry, EntryOf } from '../../../protocol/platform/entries.ts';
import type { Sip2Message } from '../../../protocol/sip2/messages.ts';
import type { Batch, Check, Committed } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '5 library';
/** Before it the terminal takes its clock for unset, and tells now instead (controller/authority/replay.ts). */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const DATE_OFF_MS = 5_000;
const GIVEN_UP = 'the library did not answer, and may have taken it';

interface Happened {
  readonly sequence: number;
  readonly effect: string;
  readonly item: string;
  readonly card?: string | undefined;
  readonly wallMs: number;
  taken: boolean;
}

export function library(world: World): Check {
  const { seen } = world;
  const { collection } = world.library ?? {};
  if (!collection) return {};
  /** Not yet off the terminal's list, in order. */
  const list: Happened[] = [];
  const cards = new Map<string, string>();
  const fail = (what: string) => seen.fail(PROMISE, what);

  const remember = ({ changed }: Batch) => {
    for (const { collection: of, key, body } of changed) {
      const card = of === 'sessions' && (body as Session | undefined)?.visitor?.card;
      if (card) cards.set(key, card);
    }
  };
  const happened = ({ sequence, event }: Committed) => {
    const entry = event.data;
    const add = (what: Pick<Happened, 'effect' | 'item' | 'card'>) =>
      list.push({ sequence, ...what, wallMs: Date.parse(event.time ?? ''), taken: false });
    if (entry.kind === 'itemReturned') add({ effect: `checkin ${entry.item}`, item: entry.item });
    const card = entry.kind === 'loanPosted' ? cards.get(entry.session) : undefined;
    if (entry.kind === 'loanPosted' && card)
      add({ effect: `checkout ${entry.item} to ${card}`, item: entry.item, card });
    if (entry.kind === 'loanPosted' && entry.grantedBy === 'library' && !card)
      fail(`${entry.item} is lent by the library's word to somebody without a card`);
  };
  const isSo = ({ item, card }: Happened) => {
    const loan = collection.loans.get(item);
    return card === undefined ? loan === undefined : loan?.patronId === card;
  };
  const leaves = (sequence: number, refused: EntryOf<'libraryRefused'> | undefined) => {
    const at = list.findIndex((one) => one.sequence === sequence);
    const [gone] = at < 0 ? [] : list.splice(at, 1);
    if (!gone) fail(`${sequence} is told, and nothing has happened there`);
    else if (at > 0) fail(`${gone.effect} (#${sequence}) is off the list before #${list[0]?.sequence}`);
    else if (refused && refused.reason !== GIVEN_UP)
      fail(`the library is said to have refused ${gone.effect}: ${refused.reason}`);
    else if (!refused && !gone.taken && collection.items.has(gone.item) && !isSo(gone))
      fail(`${gone.effect} (#${sequence}) counts as told, and the library has it not`);
    seen.count(refused ? 'libraryGaveUp' : gone?.taken ? 'libraryTook' : 'libraryHadIt');
  };
  const took = (effect: string, request: Sip2Message) => {
    const [first] = list;
    if (first?.effect !== effect) fail(`the library is told ${effect}, and the next is ${first?.effect}`);
    else if (first.taken) fail(`the library is told twice: ${effect} (#${first.sequence})`);
    else {
      first.taken = true;
      const date = request.name === 'checkin' ? request.returnDate : dateOf(request);
      const off = Math.abs(Date.parse(date ?? '') - first.wallMs);
      if (first.wallMs >= EARLIEST_MS && !(off < DATE_OFF_MS))
        fail(
          `the library is told of ${effect} as of ${date}, and it was ${new Date(first.wallMs).toISOString()}`,
        );
    }
  };
  return {
    batch: (batch) => {
      remember(batch);
      for (const committed of batch.entries) happened(committed);
      const refusals = batch.entries.map(({ event }) => event.data).filter(isRefusal);
      for (const { collection: of, key, body } of batch.changed)
        if (of === 'tellings' && body === undefined)
          leaves(
            Number(key),
            refusals.find(({ telling }) => telling === Number(key)),
          );
    },
    library: (request, _answer, effects) => {
      if (request.name === 'checkout' || request.name === 'checkin')
        for (const effect of effects) took(effect, request);
    },
    rest: async () => {
      if (list.length > 0) fail(`${list.length} have not been told at the end, first ${list[0]?.effect}`);
      if (seen.view('tellings').size > 0) fail(`${seen.view('tellings').size} are still to be told`);
    },
  };
}

const isRefusal = (entry: Entry): entry is EntryOf<'libraryRefused'> => entry.kind === 'libraryRefused';

const dateOf = (request: Sip2Message) =>
  'transactionDate' in request ? (request.transactionDate as string) : undefined;
