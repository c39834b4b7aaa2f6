/** A courier's visit: badge, then item after item into compartments that fit, then the badge again. */
import { badgeHash, sameHash } from '../../protocol/platform/codes.ts';
import { SIZES, type Size } from '../../protocol/platform/words.ts';
import { requestUnlock } from './movement.ts';
import { endSession } from './session.ts';
import type { Compartment, Courier, Hold, Session } from './state.ts';
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
  if (running) {
    turn.kiosk({ front: running.id, notice: undefined, collected: undefined, wrongCodes: 0 });
    return;
  }
  const id = `${turn.nextSequence}`;
  const idleUntilMs = turn.context.nowMs + turn.context.times.courierIdleMs;
  turn.enter({ kind: 'sessionStarted', session: id, purpose: 'loading', courier });
  turn.put('sessions', id, { id, purpose: 'loading', courier, loaded: 0, idleUntilMs });
  turn.kiosk({ front: id, notice: undefined, collected: undefined, wrongCodes: 0 });
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
  if (courierOf(turn, text)?.courier === session.courier) {
    endVisit(turn, session);
    return;
  }
  if (session.movement) {
    turn.notice('busy', { compartment: session.movement.compartment });
    return;
  }
  turn.change('sessions', session.id, { idleUntilMs: turn.context.nowMs + turn.context.times.courierIdleMs });
  const hold = Object.values(turn.state.holds).find(
    ({ item, state }) => item === text && state !== 'collected',
  );
  if (!hold) turn.notice('wrongItem');
  else if (hold.state === 'placed') load(turn, session, hold, freeCompartment(turn, hold.size));
  else if (hold.state === 'inDoubt')
    load(turn, session, hold, turn.state.compartments[hold.compartment ?? '']);
  else
    turn.notice('alreadyLoaded', {
      title: hold.title,
      ...(hold.compartment ? { compartment: hold.compartment } : {}),
    });
}

function load(turn: Turn, session: Session, hold: Hold, compartment: Compartment | undefined): void {
  if (!compartment) {
    turn.notice('noFreeCompartment', { title: hold.title });
    return;
  }
  if (turn.state.boards[compartment.board]?.link !== 'up') {
    turn.notice('boardAway', { compartment: compartment.name });
    return;
  }
  turn.change('holds', hold.id, { state: 'loading', compartment: compartment.name });
  turn.change('compartments', compartment.name, { hold: hold.id });
  turn.kiosk({ notice: undefined });
  const current = turn.state.sessions[session.id] ?? session;
  requestUnlock(turn, current, { ...hold, compartment: compartment.name }, compartment.name, 1);
}

/** The smallest free compartment that the item fits, so that large ones stay for large items. */
function freeCompartment(turn: Turn, size: Size): Compartment | undefined {
  const free = Object.values(turn.state.compartments).filter(
    ({ hold, outReason, door, board, size: has }) =>
      !hold &&
      !outReason &&
      door === 'closed' &&
      turn.state.boards[board]?.link === 'up' &&
      SIZES.indexOf(has) >= SIZES.indexOf(size),
  );
  return free.sort(
    (a, b) => SIZES.indexOf(a.size) - SIZES.indexOf(b.size) || a.name.localeCompare(b.name),
  )[0];
}
