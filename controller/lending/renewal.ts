/** Somebody keeps a book longer: they scan it, library or platform decides. */
import { ask } from './asking.ts';
import type { Answer } from './inputs.ts';
import { frontSession, startSession, stirred } from './session.ts';
import type { Session } from './state.ts';
import type { Turn } from './turn.ts';

export const renewalSession = (turn: Turn): Session | undefined => frontSession(turn, 'renewal');

export const startRenewal = (turn: Turn): Session => startSession(turn, { purpose: 'renewal' });

export function renewalScans(turn: Turn, session: Session, item: string): void {
  stirred(turn, session);
  if (session.asking) turn.notice('busy');
  else if (turn.state.items[item]) turn.notice('alreadyHere');
  else ask(turn, session, { kind: 'renewal', item });
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
    turn.change('sessions', session.id, { count: session.count + 1 });
    turn.notice('renewed', due ? { due } : {});
  } else if (answer.outcome === 'refused')
    turn.notice(answer.reason === 'notOnLoan' ? 'notOnLoan' : 'notRenewed');
  else turn.notice('notNow');
}
