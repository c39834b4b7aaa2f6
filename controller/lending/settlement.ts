/** What the end of a movement means for each item that was to pass: lent, loaded, brought back, taken out; or not. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import { cameBack, endDoubt, mayHaveReturned, stillDoubted } from './doubts.ts';
import { passUsed } from './passes.ts';
import { whyOut } from './places.ts';
import type { NoticeName } from './screen.ts';
import type { Moving } from './session.ts';
import type { Cause, DoubtReason, Item, Passage, VoidReason } from './state.ts';
import { tellLibrary } from './tellings.ts';
import type { Turn } from './turn.ts';

type Evidence = EntryOf<'loanPosted'>['evidence'];

export interface Settlement {
  /** `in`: the items should be inside afterwards. */
  readonly direction: 'in' | 'out';
  /** The doubt when nobody can tell whether the door opened. */
  readonly unknown: DoubtReason;
  /** `onlineOnly`: the tag forbids that the item is lent offline. */
  posted(turn: Turn, moving: Moving, passage: Passage, evidence: Evidence, onlineOnly: boolean): void;
  voided(turn: Turn, moving: Moving, passage: Passage, reason: VoidReason): void;
  doubted(turn: Turn, moving: Moving): void;
}

/** Collected holds are remembered so that a used code can be named as such; older ones are forgotten. */
const COLLECTED_KEPT = 200;

const loanInDoubt: Settlement['doubted'] = (turn, { movement }) =>
  turn.notice('loanInDoubt', { compartment: movement.compartment });

/** Holds and open stock alike. */
const lending: Settlement = {
  direction: 'out',
  unknown: 'pulseUnknown',
  posted(turn, moving, passage, evidence) {
    const { item, hold: id, grant } = passage;
    const { session, movement } = moving;
    const patron = grant?.patron ?? turn.state.holds[id ?? '']?.patron ?? '';
    const telling = turn.nextSequence;
    turn.enter({
      kind: 'loanPosted',
      session: session.id,
      ...(id ? { hold: id } : {}),
      item,
      patron,
      compartment: movement.compartment,
      grantedBy: grant?.by ?? 'hold',
      ...(grant?.pass ? { pass: grant.pass } : {}),
      ...(grant?.due ? { due: grant.due } : {}),
      ...(grant?.shop ? { purchase: grant.shop } : {}),
      evidence,
    });
    const { pass } = session.visitor ?? {};
    if (grant && pass) passUsed(turn, pass);
    const card = grant?.card ?? session.visitor?.card;
    if (card) tellLibrary(turn, { id: telling, what: 'checkout', item, card, due: grant?.due });
    turn.remove('items', item);
    if (id) turn.change('holds', id, { state: 'collected', patron: '', title: '' });
    forgetOldest(turn);
    showLent(turn, moving, passage);
  },
  voided(turn, { session, movement }, { item, hold: id, grant }, reason) {
    const { compartment } = movement;
    const held = turn.state.holds[id ?? ''];
    const patron = grant?.patron ?? held?.patron ?? '';
    const ofHold = id ? { hold: id } : {};
    turn.enter({ kind: 'loanVoided', session: session.id, ...ofHold, item, patron, compartment, reason });
    if (held) turn.change('holds', held.id, { state: held.code ? 'ready' : 'loaded' });
    turn.change('items', item, { doubt: undefined });
    turn.notice(noticeOfVoid(reason), { compartment });
  },
  doubted: loanInDoubt,
};

/** What the patron may still say something against; items of one visit gather. */
function showLent(turn: Turn, { session, movement }: Moving, { item, title, hold }: Passage): void {
  const { front, collected } = turn.state.kiosk.kiosk;
  if (front !== session.id) return;
  const { compartment } = movement;
  const before = collected?.compartment === compartment ? collected.lent : [];
  const lent = [...before, { item, title, hold }];
  const untilMs = turn.context.nowMs + turn.context.times.noticeMs;
  const titles = lent.map((one) => one.title).join(', ');
  turn.kiosk({ collected: { title: titles, compartment, lent, untilMs }, notice: undefined });
}

/** The same door once more, after a loan: whoever puts the item back has brought it back. */
const again: Settlement = {
  direction: 'out',
  unknown: 'pulseUnknown',
  posted: () => {},
  voided(turn, { session, movement }, { item, title }, reason) {
    if (reason !== 'itemStillInside') return;
    liesHere(turn, session.id, { id: item, title, compartment: movement.compartment }, ['tagSeen']);
  },
  doubted: loanInDoubt,
};

const loading: Settlement = {
  direction: 'in',
  unknown: 'loadingUnknown',
  posted(turn, { session, movement }, { item, title, hold, stock }, evidence, tagSaysOnlineOnly) {
    const { compartment } = movement;
    const { courier = '' } = session;
    const ofHold = hold ? { hold } : {};
    turn.enter({ kind: 'itemLoaded', session: session.id, ...ofHold, item, compartment, courier, evidence });
    const onlineOnly = tagSaysOnlineOnly || stock?.onlineOnly || undefined;
    const as = hold ? 'hold' : stock?.shop ? 'shop' : 'stock';
    turn.put('items', item, { id: item, title, compartment, as, hold, shop: stock?.shop, onlineOnly });
    if (hold) turn.change('holds', hold, { state: 'loaded' });
    turn.remove('stock', item);
    turn.notice('itemLoaded', { title, compartment });
  },
  voided(turn, { session, movement }, { item, title, hold, before }, reason) {
    const { compartment } = movement;
    const ofHold = hold ? { hold } : {};
    turn.enter({ kind: 'loadingVoided', session: session.id, ...ofHold, item, compartment, reason });
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
  posted(turn, { session, movement }, { item, title, hold }, evidence) {
    const { compartment } = movement;
    endHold(turn, hold);
    liesHere(turn, session.id, { id: item, title, compartment }, evidence);
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

/** It was missing while somebody waited for it, and whoever had it has brought it back: nobody waits for it any more. */
function endHold(turn: Turn, id: string | undefined): void {
  const hold = turn.state.holds[id ?? ''];
  if (!hold) return;
  if (hold.state !== 'withdrawn') turn.enter({ kind: 'holdWithdrawn', hold: hold.id });
  turn.remove('holds', hold.id);
}

function liesHere(turn: Turn, session: string, item: Omit<Item, 'as'>, evidence: Evidence): void {
  const returned: Item = { ...item, as: 'returned' };
  cameBack(turn, session, returned, evidence);
  turn.put('items', returned.id, returned);
}

const unloading: Settlement = {
  direction: 'out',
  unknown: 'pulseUnknown',
  posted(turn, { session, movement }, { item, title, hold, before }, evidence) {
    const { compartment } = movement;
    const { courier = '' } = session;
    const known = turn.state.items[item];
    if (before && mayHaveReturned(before)) cameBack(turn, session.id, before, evidence);
    const why = (known && whyOut(turn.state, turn.context, known)) ?? 'swap';
    const ofHold = hold ? { hold } : {};
    turn.enter({
      kind: 'itemUnloaded',
      session: session.id,
      ...ofHold,
      item,
      compartment,
      courier,
      why,
      evidence,
    });
    turn.remove('items', item);
    turn.remove('recalls', item);
    if (hold) turn.remove('holds', hold);
    turn.notice('itemTakenOut', { title, compartment });
  },
  voided(turn, { session, movement }, { item, before }, reason) {
    const { compartment } = movement;
    turn.enter({ kind: 'unloadingVoided', session: session.id, item, compartment, reason });
    const known = turn.state.items[item];
    if (reason !== 'itemStillInside' || known?.as === 'stray') stillDoubted(turn, before, session.id);
    else if (known?.doubt) endDoubt(turn, known, session.id);
    turn.notice(noticeOfVoid(reason), { compartment });
  },
  doubted: loanInDoubt,
};

const SETTLEMENTS: Readonly<Record<Cause, Settlement>> = {
  pickup: lending,
  borrow: lending,
  again,
  loading,
  return: returning,
  unloading,
};

export const settlementOf = (cause: Cause): Settlement => SETTLEMENTS[cause];

function noticeOfVoid(reason: VoidReason): NoticeName {
  if (reason === 'boardAway') return 'boardAway';
  return reason === 'itemStillInside' ? 'itemStillInside' : 'doorDidNotOpen';
}

function forgetOldest(turn: Turn): void {
  const collected = Object.values(turn.state.holds).filter(({ state }) => state === 'collected');
  for (const { id } of collected.slice(0, Math.max(0, collected.length - COLLECTED_KEPT)))
    turn.remove('holds', id);
}
