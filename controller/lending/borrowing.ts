/** Open stock and a bookshop's new books: who lets a patron borrow, with the network and without. */
import type { EntryOf } from '../../protocol/platform/entries.ts';
import { ask } from './asking.ts';
import type { Answer } from './inputs.ts';
import { requestUnlock } from './movement.ts';
import { passUsable } from './passes.ts';
import { boardIsUp } from './places.ts';
import type { NoticeName } from './screen.ts';
import { movingAt, movingItem } from './session.ts';
import type { Grant, Item, Session, Visitor } from './state.ts';
import type { Turn } from './turn.ts';

type RefusalReason = EntryOf<'loanRefused'>['reason'];

export function borrow(turn: Turn, session: Session, visitor: Visitor, item: Item): void {
  const { id, shop } = item;
  const notice = whyNot(turn, item);
  if (notice) {
    turn.notice(notice, { title: item.title, compartment: item.compartment });
    return;
  }
  const { patron, pass, card } = visitor;
  if (pass && passUsable(turn, pass) === 'limit') {
    refuse(turn, session, item, { by: 'terminal', reason: 'limit' });
    return;
  }
  const library = card === undefined || !turn.context.library ? {} : { library: { card } };
  if (shop) ask(turn, session, { kind: 'purchase', patron, item: id, ...shop });
  else
    ask(turn, session, { kind: 'loan', patron, item: id, ...(pass ? { pass: pass.pass } : {}), ...library });
}

function whyNot(turn: Turn, { id, as, doubt, compartment }: Item): NoticeName | undefined {
  if (as !== 'stock' && as !== 'shop') return 'wrongItem';
  if (turn.state.recalls[id]) return 'itemRecalled';
  if (movingItem(turn, id) || movingAt(turn, compartment)) return 'busy';
  if (doubt) return 'loanInDoubt';
  return boardIsUp(turn, compartment) ? undefined : 'boardAway';
}

export function loanAnswered(turn: Turn, session: Session, id: string, answer: Answer): void {
  const { visitor } = session;
  const item = turn.state.items[id];
  if (!visitor || !item) return;
  // A recall, a doubt, another visit at its door may have come while the question was under way.
  const notice = whyNot(turn, item);
  if (notice) {
    turn.notice(notice, { title: item.title, compartment: item.compartment });
    return;
  }
  if (answer.outcome === 'granted') {
    const { by, due } = answer;
    const { patron, pass, card } = visitor;
    const grant: Grant = {
      by,
      patron,
      due,
      shop: item.shop,
      ...(pass ? { pass: pass.pass } : {}),
      ...(by === 'library' ? { card } : {}),
    };
    lend(turn, session, item, grant);
  } else if (answer.outcome === 'refused') refuse(turn, session, item, answer);
  else offline(turn, session, visitor, item);
}

/** With nobody to ask, a valid pass lets its patron borrow within its limits; its tag may forbid even that. */
function offline(turn: Turn, session: Session, { patron, pass }: Visitor, item: Item): void {
  const refused = (reason: RefusalReason) => refuse(turn, session, item, { by: 'terminal', reason });
  const usable = pass && passUsable(turn, pass);
  if (item.shop || !pass) refused('needsNetwork');
  else if (item.onlineOnly) refused('notOffline');
  else if (usable === 'limit') refused('limit');
  else if (usable) turn.notice('passExpired');
  else lend(turn, session, item, { by: 'pass', patron, due: dueOf(turn, pass.loanDays), pass: pass.pass });
}

const DAY_MS = 24 * 3_600_000;

/** An unset clock decides nothing: then the platform says when. */
function dueOf({ context }: Turn, loanDays: number): string | undefined {
  if (context.clock !== 'trusted') return undefined;
  return new Date(context.wallMs + loanDays * DAY_MS).toISOString();
}

function lend(turn: Turn, session: Session, { id, title, compartment }: Item, grant: Grant): void {
  const current = turn.state.sessions[session.id] ?? session;
  turn.kiosk({ notice: undefined });
  requestUnlock(turn, current, { cause: 'borrow', compartment, passages: [{ item: id, title, grant }] });
}

const NOTICES: Readonly<Partial<Record<RefusalReason, NoticeName>>> = {
  limit: 'limitReached',
  blocked: 'patronBlocked',
  unknownPatron: 'unknownPatron',
  recalled: 'itemRecalled',
  tooExpensive: 'notBought',
  enoughCopies: 'notBought',
  notOffline: 'notOffline',
  needsNetwork: 'notNow',
};

function refuse(
  turn: Turn,
  session: Session,
  { id, title }: Item,
  { by, reason }: Pick<EntryOf<'loanRefused'>, 'by' | 'reason'>,
): void {
  turn.enter({ kind: 'loanRefused', session: session.id, item: id, by, reason });
  turn.notice(NOTICES[reason] ?? 'notLoanable', { title });
}
