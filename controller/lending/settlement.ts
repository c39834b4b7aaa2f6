/** What the end of a movement means for each item that was to pass: lent, loaded, brought back, taken out; or not. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import { endDoubt, stillDoubted } from './doubts.ts';
import type { NoticeName } from './screen.ts';
import type { Moving } from './session.ts';
import type { Cause, DoubtReason, Passage, VoidReason } from './state.ts';
import type { Turn } from './turn.ts';

type Evidence = EntryOf<'loanPosted'>['evidence'];

export interface Settlement {
  /** `in`: the items should be inside afterwards. */
  readonly direction: 'in' | 'out';
  /** The doubt when nobody can tell whether the door opened. */
  readonly unknown: DoubtReason;
  posted(turn: Turn, moving: Moving, passage: Passage, evidence: Evidence): void;
  voided(turn: Turn, moving: Moving, passage: Passage, reason: VoidReason): void;
  doubted(turn: Turn, moving: Moving): void;
}

/** Collected holds are remembered so that a used code can be named as such; older ones are forgotten. */
const COLLECTED_KEPT = 200;

const pickup: Settlement = {
  direction: 'out',
  unknown: 'pulseUnknown',
  posted(turn, { session, movement }, { item, hold: id = '', title }, evidence) {
    const { compartment } = movement;
    const patron = turn.state.holds[id]?.patron ?? '';
    turn.enter({
      kind: 'loanPosted',
      session: session.id,
      hold: id,
      item,
      patron,
      compartment,
      grantedBy: 'hold',
      evidence,
    });
    turn.remove('items', item);
    turn.change('holds', id, { state: 'collected', patron: '', title: '' });
    forgetOldest(turn);
    const shown = turn.state.kiosk.kiosk.front === session.id;
    if (shown) turn.kiosk({ collected: { title, untilMs: noticeEnd(turn) }, notice: undefined });
  },
  voided(turn, { session, movement }, { item, hold: id = '' }, reason) {
    const { compartment } = movement;
    const patron = turn.state.holds[id]?.patron ?? '';
    turn.enter({ kind: 'loanVoided', session: session.id, hold: id, item, patron, compartment, reason });
    turn.change('holds', id, { state: 'ready' });
    turn.change('items', item, { doubt: undefined });
    turn.notice(noticeOfVoid(reason), { compartment });
  },
  doubted: (turn, { movement }) => turn.notice('loanInDoubt', { compartment: movement.compartment }),
};

const loading: Settlement = {
  direction: 'in',
  unknown: 'loadingUnknown',
  posted(turn, { session, movement }, { item, title, hold }, evidence) {
    const { compartment } = movement;
    const { courier = '' } = session;
    turn.enter({
      kind: 'itemLoaded',
      session: session.id,
      hold: hold ?? '',
      item,
      compartment,
      courier,
      evidence,
    });
    turn.put('items', item, { id: item, title, compartment, as: 'hold', hold });
    if (hold) turn.change('holds', hold, { state: 'loaded' });
    turn.notice('itemLoaded', { title, compartment });
  },
  voided(turn, { session, movement }, { item, title, hold, before }, reason) {
    const { compartment } = movement;
    turn.enter({ kind: 'loadingVoided', session: session.id, hold: hold ?? '', item, compartment, reason });
    turn.notice('itemNotLoaded', { title, compartment });
    if (stillDoubted(turn, before, session.id)) return;
    turn.remove('items', item);
    if (hold) turn.change('holds', hold, { state: 'placed' });
  },
  doubted: (turn, { movement }) => turn.notice('itemNotLoaded', { compartment: movement.compartment }),
};

const returning: Settlement = {
  direction: 'in',
  unknown: 'returnUnknown',
  posted(turn, { session, movement }, { item, title }, evidence) {
    const { compartment } = movement;
    turn.enter({ kind: 'itemReturned', session: session.id, item, compartment, evidence });
    turn.put('items', item, { id: item, title, compartment, as: 'returned' });
    turn.notice('itemReturned', { title, compartment });
  },
  voided(turn, { session, movement }, { item, before }, reason) {
    const { compartment } = movement;
    turn.enter({ kind: 'returnVoided', session: session.id, item, compartment, reason });
    if (!stillDoubted(turn, before, session.id)) turn.remove('items', item);
    turn.notice(reason === 'itemNotInside' ? 'itemNotInside' : noticeOfVoid(reason), { compartment });
  },
  doubted: (turn, { movement }) => turn.notice('returnInDoubt', { compartment: movement.compartment }),
};

const unloading: Settlement = {
  direction: 'out',
  unknown: 'pulseUnknown',
  posted(turn, { session, movement }, { item, title, hold }, evidence) {
    const { compartment } = movement;
    const { courier = '' } = session;
    const ofHold = hold ? { hold } : {};
    turn.enter({
      kind: 'itemUnloaded',
      session: session.id,
      ...ofHold,
      item,
      compartment,
      courier,
      evidence,
    });
    turn.remove('items', item);
    if (turn.state.holds[hold ?? '']?.state === 'withdrawn') turn.remove('holds', hold ?? '');
    else if (hold) turn.change('holds', hold, { state: 'placed' });
    turn.notice('itemTakenOut', { title, compartment });
  },
  voided(turn, { session, movement }, { item, before }, reason) {
    const { compartment } = movement;
    turn.enter({ kind: 'unloadingVoided', session: session.id, item, compartment, reason });
    if (reason === 'itemStillInside' && before && before.as !== 'stray') endDoubt(turn, before, session.id);
    else stillDoubted(turn, before, session.id);
    turn.notice(noticeOfVoid(reason), { compartment });
  },
  doubted: (turn, { movement }) => turn.notice('loanInDoubt', { compartment: movement.compartment }),
};

const SETTLEMENTS: Readonly<Record<Cause, Settlement>> = { pickup, loading, return: returning, unloading };

export const settlementOf = (cause: Cause): Settlement => SETTLEMENTS[cause];

function noticeOfVoid(reason: VoidReason): NoticeName {
  if (reason === 'boardAway') return 'boardAway';
  return reason === 'itemStillInside' ? 'itemStillInside' : 'doorDidNotOpen';
}

const noticeEnd = (turn: Turn) => turn.context.nowMs + turn.context.times.noticeMs;

function forgetOldest(turn: Turn): void {
  const collected = Object.values(turn.state.holds).filter(({ state }) => state === 'collected');
  for (const { id } of collected.slice(0, Math.max(0, collected.length - COLLECTED_KEPT)))
    turn.remove('holds', id);
}
