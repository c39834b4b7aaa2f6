/** A courier's visit: badge, then item after item in or out, then the badge again. */
import { badgeHash, sameHash } from '../../protocol/platform/codes.ts';
import { requestUnlock } from './movement.ts';
import { boardIsUp, freeCompartment, type Need, passageOf, swapCompartment, whyOut } from './places.ts';
import { endSession, frontSession, movingAt, movingItem, startSession, stirred } from './session.ts';
import type { Courier, Item, Passage, Session } from './state.ts';
import type { Turn } from './turn.ts';

export function courierOf(turn: Turn, text: string): Courier | undefined {
  const hash = badgeHash(text);
  return Object.values(turn.state.couriers).find((courier) => sameHash(courier.badgeHash, hash));
}

export const courierSession = (turn: Turn): Session | undefined => frontSession(turn, 'loading');

export function startVisit(turn: Turn, { courier }: Courier): void {
  const running = Object.values(turn.state.sessions).find((session) => session.courier === courier);
  if (running) turn.kiosk({ front: running.id, notice: undefined, collected: undefined, wrongCodes: 0 });
  else {
    startSession(turn, { purpose: 'loading', courier });
    turn.kiosk({ wrongCodes: 0 });
  }
}

export function endVisit(turn: Turn, session: Session): void {
  if (session.movement && session.movement.step !== 'doubt') {
    turn.notice('busy', { compartment: session.movement.compartment });
    return;
  }
  if (session.movement) turn.kiosk({ front: undefined });
  else endSession(turn, session.id, 'done');
  turn.notice('courierDone');
}

/** A code during a visit is the courier's badge or an item's barcode: the session decides. */
export function courierScans(turn: Turn, session: Session, text: string): void {
  if (courierOf(turn, text)?.courier === session.courier) endVisit(turn, session);
  else courierNames(turn, session, text);
}

/** An item, scanned or chosen from the list of what is to be taken out. */
export function courierNames(turn: Turn, session: Session, id: string): void {
  if (session.movement) {
    turn.notice('busy', { compartment: session.movement.compartment });
    return;
  }
  stirred(turn, session);
  const item = turn.state.items[id];
  const hold = Object.values(turn.state.holds).find(
    (candidate) => candidate.item === id && candidate.state !== 'collected',
  );
  const stock = turn.state.stock[id];
  if (item && movingItem(turn, id)) turn.notice('busy', { compartment: item.compartment });
  else if (hold?.state === 'inDoubt' && item && item.as !== 'stray') reload(turn, session, item);
  else if (item && whyOut(turn.state, turn.context, item))
    open(turn, session, 'unloading', item.compartment, [passageOf(item)]);
  else if (turn.state.recalls[id]) turn.notice('itemRecalled', { title: hold?.title ?? stock?.title ?? id });
  else if (item?.doubt) reload(turn, session, item);
  else if (item) turn.notice('alreadyLoaded', { title: item.title, compartment: item.compartment });
  else if (hold?.state === 'placed')
    load(turn, session, hold, { item: hold.item, title: hold.title, hold: hold.id });
  else if (stock) load(turn, session, stock, { item: id, title: stock.title, stock });
  else turn.notice('wrongItem');
}

/** The way out of a doubt: the item is in the courier's hand, and goes back behind its door. */
function reload(turn: Turn, session: Session, item: Item): void {
  const { id, title, onlineOnly, shop, as } = item;
  const stock =
    as === 'stock' || as === 'shop'
      ? { item: id, title, size: 'small' as const, onlineOnly, shop }
      : undefined;
  open(turn, session, 'loading', item.compartment, [{ ...passageOf(item), ...(stock ? { stock } : {}) }]);
}

/** Into a free compartment; in a full cabinet where something is to be taken out, both at one opening. */
function load(turn: Turn, session: Session, need: Need, passage: Passage): void {
  const free = freeCompartment(turn, need) ?? freeCompartment(turn, { size: need.size });
  const leaves = (item: Item) => whyOut(turn.state, turn.context, item) !== undefined;
  const swap = free ? undefined : swapCompartment(turn, { size: need.size }, leaves);
  if (free) open(turn, session, 'loading', free.name, [passage]);
  else if (swap) {
    const out: Passage = { ...passageOf(swap.item), cause: 'unloading' };
    open(turn, session, 'loading', swap.compartment, [out, passage]);
  } else turn.notice('noFreeCompartment', { title: passage.title });
}

/** Every compartment whose tags can be read is read, and compared with what should be there. */
export function countAll(turn: Turn): void {
  const sensed = Object.values(turn.state.compartments).filter(
    ({ name, sensed: how }) => how === 'compartment' && !movingAt(turn, name),
  );
  for (const { name } of sensed)
    turn.effect({ kind: 'readTags', checkId: turn.nextSequence, compartment: name });
  turn.notice(sensed.length > 0 ? 'counting' : 'cannotCount');
}

function open(
  turn: Turn,
  session: Session,
  cause: 'loading' | 'unloading',
  compartment: string,
  passages: readonly Passage[],
): void {
  if (!boardIsUp(turn, compartment)) {
    turn.notice('boardAway', { compartment });
    return;
  }
  // Its door cannot tell two stories at once: somebody left it open, and that is settled when it is shut.
  if (movingAt(turn, compartment)) {
    turn.notice('busy', { compartment });
    return;
  }
  turn.kiosk({ notice: undefined });
  const current = turn.state.sessions[session.id] ?? session;
  requestUnlock(turn, current, { cause, compartment, passages });
}
