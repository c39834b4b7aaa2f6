/** Somebody keeps a book longer: they scan it, library or platform decides. */
import { ask } from './asking.ts';
import type { Answer } from './inputs.ts';
import { startSession, stirred } from './session.ts';
import type { Session } from './state.ts';
import type { Turn } from './turn.ts';

export function renewalSession(turn: Turn): Session | undefined {
  const front = turn.state.sessions[turn.state.kiosk.kiosk.front ?? ''];
  return front?.renewing === undefined ? undefined : front;
}

export const startRenewal = (turn: Turn): Session =>
  startSession(turn, { purpose: 'renewal' }, { renewing: 0 });

/** Whoever is known renews as the borrower: many libraries want the card (SIP2 message 29, AA). */
export function renewInVisit(turn: Turn, { id, movement, asking }: Session): void {
  if (movement || asking) turn.notice('busy');
  else turn.change('sessions', id, { renewing: 0 });
}

/** Back to what waits for them. */
export const endRenewing = (turn: Turn, { id }: Session): void =>
  turn.change('sessions', id, { renewing: undefined });

export function renewalScans(turn: Turn, session: Session, item: string): void {
  stirred(turn, session);
  if (session.asking) turn.notice('busy');
  else if (turn.state.items[item]) turn.notice('alreadyHere');
  else {
    const card = session.visitor?.card;
    ask(turn, session, { kind: 'renewal', item, ...(card === undefined ? {} : { library: { card } }) });
  }
}

export function renewalAnswered(turn: Turn, session: Session, item: string, answer: Answer): void {
  if (answer.outcome === 'granted') {
    const { by, due } = answer;
    turn.enter({
      kind: 'loanRenewed',
      session: session.id,
      item,
      grantedBy: by,
      ...(due ? { due } : {}),
    });
    const { count, renewing = 0 } = session;
    turn.change('sessions', session.id, { count: count + 1, renewing: renewing + 1 });
    turn.notice('renewed', due ? { due } : {});
  } else if (answer.outcome === 'refused')
    turn.notice(answer.reason === 'notOnLoan' ? 'notOnLoan' : 'notRenewed');
  else turn.notice('notNow');
}
