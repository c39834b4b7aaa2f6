/** A courier's visit: badge, then item after item in or out, then the badge again. */
import { badgeHash, sameHash } from '../../protocol/platform/codes.ts';
import { requestUnlock } from './movement.ts';
import { boardIsUp, freeCompartment, passageOf } from './places.ts';
import { endSession, movingItem, startSession, stirred } from './session.ts';
import type { Courier, Hold, Item, LendingState, Passage, Session } from './state.ts';
import type { Turn } from './turn.ts';

export function courierOf(turn: Turn, text: string): Courier | undefined {
  const hash = badgeHash(text);
  return Object.values(turn.state.couriers).find((courier) => sameHash(courier.badgeHash, hash));
}

/** The courier's session on the screen, if there is one. */
export function courierSession(turn: Turn): Session | undefined {
  const front = turn.state.sessions[turn.state.kiosk.kiosk.front ?? ''];
  return front?.purpose === 'loading' ? front : undefined;
}

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
  if (item && movingItem(turn, id)) turn.notice('busy', { compartment: item.compartment });
  else if (hold?.state === 'inDoubt' && item && item.as !== 'stray')
    load(turn, session, hold, item.compartment);
  else if (item && toTakeOut(turn.state, item))
    open(turn, session, 'unloading', item.compartment, passageOf(item));
  else if (hold?.state === 'placed') load(turn, session, hold, freeCompartment(turn, hold.size)?.name);
  else if (item) turn.notice('alreadyLoaded', { title: item.title, compartment: item.compartment });
  else turn.notice('wrongItem');
}

/** What a courier takes away: what was brought back, what nobody knows, what is no longer on hold. */
export function toTakeOut({ holds }: Pick<LendingState, 'holds'>, { as, hold, doubt }: Item): boolean {
  if (as === 'stray') return true;
  if (as === 'returned') return doubt !== 'itemMissing';
  const held = holds[hold ?? ''];
  return !held || held.state === 'withdrawn';
}

function load(turn: Turn, session: Session, hold: Hold, compartment: string | undefined): void {
  const { id, item, title } = hold;
  const known = turn.state.items[item];
  if (compartment === undefined) turn.notice('noFreeCompartment', { title });
  else open(turn, session, 'loading', compartment, known ? passageOf(known) : { item, title, hold: id });
}

function open(
  turn: Turn,
  session: Session,
  cause: 'loading' | 'unloading',
  compartment: string,
  passage: Passage,
): void {
  if (!boardIsUp(turn, compartment)) {
    turn.notice('boardAway', { compartment });
    return;
  }
  turn.kiosk({ notice: undefined });
  const current = turn.state.sessions[session.id] ?? session;
  requestUnlock(turn, current, { cause, compartment, passages: [passage] });
}
