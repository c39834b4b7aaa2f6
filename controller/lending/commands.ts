/** What the platform asks for. A repeat is answered as before; an expired command is refused. */
import type { CommandAction } from '../../protocol/platform/commands.ts';
import { backWhereKnown, enterDoubt } from './doubts.ts';
import type { CommandInput } from './inputs.ts';
import { openFor } from './pickup.ts';
import { movingItem } from './session.ts';
import type { Answered, DoubtReason, Hold } from './state.ts';
import type { Turn, ValueIn } from './turn.ts';

/** Answers remembered; the platform asks again only until it has its answer, which is soon after. */
const ANSWERS_KEPT = 500;
/** They are forgotten in runs, not one by one: each time all that stay are copied. */
const FORGET_RUN = 50;

type Answer = Omit<Answered, 'id'>;
/** Doubts of an item whose tag was read, wholly or in part, or that somebody had in hand here. */
const SEEN_HERE: readonly DoubtReason[] = ['itemUnexpected', 'partsMissing', 'returnUnknown'];
const DONE: Answer = { outcome: 'done' };
const refused = (reason: string): Answer => ({ outcome: 'refused', reason });

export function command(turn: Turn, { id, expires, action }: CommandInput): void {
  const before = turn.state.answered[id];
  if (before) {
    reply(turn, id, before);
    return;
  }
  const { clock, wallMs } = turn.context;
  const late = clock === 'trusted' && Date.parse(expires) < wallMs;
  const answer: Answer = late ? { outcome: 'expired' } : execute(turn, action);
  turn.put('answered', id, { id, ...answer });
  const old = Object.keys(turn.state.answered).slice(0, -ANSWERS_KEPT);
  if (old.length >= FORGET_RUN) turn.remove('answered', ...old);
  reply(turn, id, answer);
}

function reply(turn: Turn, id: string, { outcome, reason }: Answer): void {
  turn.effect({ kind: 'reply', reply: { id, outcome, ...(reason ? { reason } : {}) } });
}

type ActionOf<K extends CommandAction['kind']> = Extract<CommandAction, { kind: K }>;
type Executers = { readonly [K in CommandAction['kind']]: (turn: Turn, action: ActionOf<K>) => Answer };

const EXECUTERS: Executers = {
  placeHold,
  readyHold,
  withdrawHold: (turn, { hold }) => withdrawHold(turn, hold),
  openFor: (turn, { holds }) => {
    const why = openFor(turn, holds);
    if (why === 'clockUntrusted') return { outcome: 'clockUntrusted' };
    return why === undefined ? DONE : refused(why);
  },
  forgetItem: (turn, { item }) => forgetItem(turn, item),
  placeStock,
  withdrawStock: (turn, { item }) => withdrawStock(turn, item),
  recallItem: (turn, { item }) => recallItem(turn, item),
  liftRecall: (turn, { item }) => liftRecall(turn, item),
  setCouriers: (turn, { couriers }) => {
    replace(turn, 'couriers', couriers, ({ courier }) => courier);
    turn.enter({ kind: 'couriersSet', count: couriers.length });
    return DONE;
  },
  setPassKeys: (turn, { keys }) => {
    replace(turn, 'passKeys', keys, ({ key }) => `${key}`);
    return DONE;
  },
  revokePasses: (turn, { passes, patrons, until }) => {
    const untilMs = Date.parse(until);
    for (const id of [...passes, ...patrons]) turn.put('revoked', id, { id, untilMs });
    forgetRevoked(turn);
    return DONE;
  },
  setNeighbours: (turn, { neighbours }) => {
    turn.put('neighbours', 'neighbours', { names: neighbours });
    return DONE;
  },
};

function execute<K extends CommandAction['kind']>(turn: Turn, action: ActionOf<K>): Answer {
  return EXECUTERS[action.kind as K](turn, action);
}

function replace<C extends 'couriers' | 'passKeys'>(
  turn: Turn,
  collection: C,
  values: readonly ValueIn<C>[],
  keyOf: (value: ValueIn<C>) => string,
): void {
  turn.replace<C>(collection, Object.fromEntries(values.map((value) => [keyOf(value), value])));
}

/** A revocation outlives every pass that it speaks of, and no longer. */
function forgetRevoked(turn: Turn): void {
  const { clock, wallMs } = turn.context;
  if (clock !== 'trusted') return;
  for (const { id, untilMs } of Object.values(turn.state.revoked))
    if (untilMs < wallMs) turn.remove('revoked', id);
}

function placeHold(turn: Turn, action: ActionOf<'placeHold'>): Answer {
  const { hold: id, item, title, patron, size, reach } = action;
  if (turn.state.holds[id]) return DONE;
  const others = Object.values(turn.state.holds).filter(({ state }) => state !== 'collected');
  if (others.some((other) => other.item === item)) return refused(`item ${item} is already on hold here`);
  turn.put('holds', id, { id, state: 'placed', item, title, patron, size, ...(reach ? { reach } : {}) });
  turn.enter({ kind: 'holdPlaced', hold: id, item, title });
  return DONE;
}

function readyHold(turn: Turn, action: ActionOf<'readyHold'>): Answer {
  const hold = turn.state.holds[action.hold];
  if (!hold) return refused('no such hold here');
  if (hold.state !== 'loaded' && hold.state !== 'ready') return refused(`the hold is ${hold.state}`);
  const code = { salt: action.codeSalt, hash: action.codeHash, expires: action.expires };
  turn.put('holds', hold.id, { ...hold, state: 'ready', code });
  turn.enter({ kind: 'holdReady', hold: hold.id, expires: action.expires });
  return DONE;
}

function withdrawHold(turn: Turn, id: string): Answer {
  const hold: Hold | undefined = turn.state.holds[id];
  if (!hold || hold.state === 'withdrawn') return DONE;
  if (hold.state === 'collected') return refused('the item has been collected');
  if (movingItem(turn, hold.item)) return refused('somebody is at its door');
  const inside = hold.state === 'loaded' || hold.state === 'ready';
  if (inside) turn.put('holds', id, { ...hold, state: 'withdrawn' });
  else turn.remove('holds', id);
  turn.enter({ kind: 'holdWithdrawn', hold: id });
  const item = turn.state.items[hold.item];
  // The word may be older than the doubt: only nobody waits for the item any more.
  if (item?.hold === id && item.doubt)
    enterDoubt(turn, { ...item, hold: undefined, doubt: item.doubt }, undefined);
  return DONE;
}

function placeStock(turn: Turn, action: ActionOf<'placeStock'>): Answer {
  const { item, title, size, onlineOnly, shop } = action;
  if (turn.state.stock[item] || turn.state.items[item]?.as === 'stock') return DONE;
  if (turn.state.items[item]) return refused('the item is here already, as something else');
  turn.put('stock', item, { item, title, size, onlineOnly, shop });
  turn.enter({ kind: 'stockPlaced', item, title });
  return DONE;
}

function withdrawStock(turn: Turn, item: string): Answer {
  if (turn.state.stock[item]) {
    turn.remove('stock', item);
    turn.enter({ kind: 'stockWithdrawn', item });
  } else if (turn.state.items[item])
    return refused('the item is here: recall it, and a courier takes it out');
  return DONE;
}

/** Blocks lending at once, here or on its way; what is on its way is not loaded. */
function recallItem(turn: Turn, item: string): Answer {
  if (turn.state.recalls[item]) return DONE;
  turn.put('recalls', item, { item });
  turn.enter({ kind: 'itemRecalled', item });
  return DONE;
}

/** What a courier has in hand by then stays taken out. */
function liftRecall(turn: Turn, item: string): Answer {
  if (!turn.state.recalls[item]) return DONE;
  turn.remove('recalls', item);
  turn.enter({ kind: 'recallLifted', item });
  return DONE;
}

function forgetItem(turn: Turn, id: string): Answer {
  const item = turn.state.items[id];
  if (!item) return DONE;
  if (!item.doubt) return refused('the item is not in doubt: a courier takes it out');
  if (movingItem(turn, id)) return refused('somebody is at its door');
  const hold = turn.state.holds[item.hold ?? ''];
  if (hold && hold.state !== 'withdrawn') return refused('withdraw its hold first');
  // The word may be days old, and of another doubt: what a reader has seen here since is not given up by it.
  if (SEEN_HERE.includes(item.doubt)) return refused('it was seen here: a courier looks');
  turn.enter({ kind: 'itemForgotten', item: id, compartment: item.compartment });
  if (hold) turn.remove('holds', hold.id);
  turn.remove('items', id);
  backWhereKnown(turn, item.compartment);
  return DONE;
}
