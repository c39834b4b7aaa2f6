/** What a terminal writes down: visits of patrons, entry by entry, with the views that change along. */
import type { Change } from '../../controller/ledger/ledger.ts';
import type { Entry } from '../../protocol/platform/entries.ts';

export interface Decision {
  readonly entry: Entry;
  readonly change: Change;
}

const COMPARTMENTS = 32;
const EVIDENCE = ['doorOpened', 'doorClosed'] as const;

/** One decision after another, for ever; `mark` keeps holds and items of two runs apart. */
export function* decisions(mark: string): Generator<Decision> {
  for (let visit = 0; ; visit += 1) {
    const session = `${mark}-s${visit}`;
    const compartment = `A${String((visit % COMPARTMENTS) + 1).padStart(2, '0')}`;
    for (const entry of pickup(session, `${mark}-h${visit}`, `33000-${mark}-${visit}`, compartment))
      yield {
        entry,
        change: {
          collection: 'compartments',
          key: compartment,
          body: { door: 'closed', content: { kind: 'hold', hold: `${mark}-h${visit}` }, session, out: false },
        },
      };
  }
}

/** The entries of one pickup, as lending makes them. */
function pickup(session: string, hold: string, item: string, compartment: string): Entry[] {
  return [
    { kind: 'sessionStarted', session, purpose: 'pickup', patron: 'patron-0123456789' },
    { kind: 'unlockRequested', session, compartment, cause: 'pickup', hold, item, attempt: 1, boardBoot: 1 },
    { kind: 'unlockEnded', session, compartment, outcome: 'opened' },
    { kind: 'doorOpened', session, compartment },
    { kind: 'doorClosed', session, compartment },
    {
      ...{ kind: 'loanPosted', session, hold, item, patron: 'patron-0123456789', compartment },
      ...{ grantedBy: 'hold', evidence: [...EVIDENCE] },
    },
    { kind: 'sessionEnded', session, outcome: 'done' },
  ];
}
