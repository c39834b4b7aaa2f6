/** What the end of a movement means for the hold: for a patron's pickup, and for a courier's loading. */
import { endMovement, endSession, type Moving, type VoidReason } from './session.ts';
import type { Session } from './state.ts';
import type { Turn } from './turn.ts';

export interface Settlement {
  posted(turn: Turn, moving: Moving): void;
  voided(turn: Turn, moving: Moving, reason: VoidReason): void;
  doubted(turn: Turn, moving: Moving): void;
}

/** Collected holds are remembered so that a used code can be named as such; older ones are forgotten. */
const COLLECTED_KEPT = 200;

const pickup: Settlement = {
  posted(turn, { session, movement, hold }) {
    const { compartment } = movement;
    turn.enter({
      kind: 'loanPosted',
      session: session.id,
      hold: hold.id,
      item: hold.item,
      patron: hold.patron,
      compartment,
      grantedBy: 'hold',
      evidence: ['doorOpened', 'doorClosed'],
    });
    turn.change('holds', hold.id, { state: 'collected', patron: '', title: '', compartment: undefined });
    turn.change('compartments', compartment, { hold: undefined });
    forgetOldest(turn);
    const shown = turn.state.kiosk.kiosk.front === session.id;
    if (shown) turn.kiosk({ collected: { title: hold.title, untilMs: noticeEnd(turn) }, notice: undefined });
    endSession(turn, session.id, 'done');
  },
  voided(turn, { session, movement, hold }, reason) {
    const { compartment } = movement;
    turn.enter({
      kind: 'loanVoided',
      session: session.id,
      hold: hold.id,
      item: hold.item,
      patron: hold.patron,
      compartment,
      reason,
    });
    turn.change('holds', hold.id, { state: 'ready' });
    turn.notice(reason === 'boardAway' ? 'boardAway' : 'doorDidNotOpen', { compartment });
    endSession(turn, session.id, 'voided');
  },
  doubted(turn, { movement }) {
    turn.notice('loanInDoubt', { compartment: movement.compartment });
  },
};

const loading: Settlement = {
  posted(turn, { session, movement, hold }) {
    const { compartment } = movement;
    turn.enter({
      kind: 'itemLoaded',
      session: session.id,
      hold: hold.id,
      item: hold.item,
      compartment,
      courier: session.courier ?? '',
    });
    turn.change('holds', hold.id, { state: 'loaded' });
    turn.notice('itemLoaded', { title: hold.title, compartment });
    countLoaded(turn, session);
    endMovement(turn, session.id, 'done');
  },
  voided(turn, { session, movement, hold }, reason) {
    const { compartment } = movement;
    turn.enter({
      kind: 'loadingVoided',
      session: session.id,
      hold: hold.id,
      item: hold.item,
      compartment,
      reason,
    });
    turn.change('holds', hold.id, { state: 'placed', compartment: undefined });
    turn.change('compartments', compartment, { hold: undefined });
    turn.notice('itemNotLoaded', { title: hold.title, compartment });
    endMovement(turn, session.id, 'voided');
  },
  doubted(turn, { movement }) {
    turn.notice('itemNotLoaded', { compartment: movement.compartment });
  },
};

export function settlementOf(purpose: Session['purpose']): Settlement {
  return purpose === 'pickup' ? pickup : loading;
}

const noticeEnd = (turn: Turn) => turn.context.nowMs + turn.context.times.noticeMs;

function countLoaded(turn: Turn, session: Session): void {
  turn.change('sessions', session.id, { loaded: session.loaded + 1 });
}

function forgetOldest(turn: Turn): void {
  const collected = Object.values(turn.state.holds).filter(({ state }) => state === 'collected');
  for (const { id } of collected.slice(0, Math.max(0, collected.length - COLLECTED_KEPT)))
    turn.remove('holds', id);
}
