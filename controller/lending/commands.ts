/** What the platform asks for. A repeat is answered as before; an expired command is refused. */
import type { CommandAction } from '../../protocol/platform/commands.ts';
import { back } from './places.ts';
import { movingItem } from './session.ts';
import type { Answered, CommandInput, Hold } from './state.ts';
import type { Turn } from './turn.ts';

/** Answers remembered; the platform asks again only until it has its answer, which is soon after. */
const ANSWERS_KEPT = 500;

type Answer = Omit<Answered, 'id'>;
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
  for (const old of Object.keys(turn.state.answered).slice(0, -ANSWERS_KEPT)) turn.remove('answered', old);
  reply(turn, id, answer);
}

function reply(turn: Turn, id: string, { outcome, reason }: Answer): void {
  turn.effect({ kind: 'reply', reply: { id, outcome, ...(reason ? { reason } : {}) } });
}

function execute(turn: Turn, action: CommandAction): Answer {
  if (action.kind === 'placeHold') return placeHold(turn, action);
  if (action.kind === 'readyHold') return readyHold(turn, action);
  if (action.kind === 'withdrawHold') return withdrawHold(turn, action.hold);
  if (action.kind === 'forgetItem') return forgetItem(turn, action.item);
  turn.state = {
    ...turn.state,
    couriers: Object.fromEntries(action.couriers.map((courier) => [courier.courier, courier])),
  };
  turn.enter({ kind: 'couriersSet', count: action.couriers.length });
  return DONE;
}

function placeHold(
  turn: Turn,
  { hold: id, item, title, patron, size }: Extract<CommandAction, { kind: 'placeHold' }>,
) {
  if (turn.state.holds[id]) return DONE;
  const others = Object.values(turn.state.holds).filter(({ state }) => state !== 'collected');
  if (others.some((other) => other.item === item)) return refused(`item ${item} is already on hold here`);
  turn.put('holds', id, { id, state: 'placed', item, title, patron, size });
  turn.enter({ kind: 'holdPlaced', hold: id, item, title });
  return DONE;
}

function readyHold(turn: Turn, action: Extract<CommandAction, { kind: 'readyHold' }>): Answer {
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
  else {
    forget(turn, hold.item);
    turn.remove('holds', id);
  }
  turn.enter({ kind: 'holdWithdrawn', hold: id });
  return DONE;
}

function forgetItem(turn: Turn, id: string): Answer {
  const item = turn.state.items[id];
  if (!item) return DONE;
  if (!item.doubt) return refused('the item is not in doubt: a courier takes it out');
  if (item.hold && turn.state.holds[item.hold]) return refused('withdraw its hold instead');
  if (movingItem(turn, id)) return refused('somebody is at its door');
  turn.enter({ kind: 'itemForgotten', item: id, compartment: item.compartment });
  forget(turn, id);
  return DONE;
}

/** The item is not here, or an operator has settled the doubt about it. */
function forget(turn: Turn, id: string): void {
  const { compartment } = turn.state.items[id] ?? {};
  if (compartment === undefined) return;
  turn.remove('items', id);
  if (turn.state.compartments[compartment]?.outReason === 'contentUnknown') back(turn, compartment);
}
