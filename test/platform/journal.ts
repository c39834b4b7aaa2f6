/** A terminal's journal as the platform receives it: texts that continue each other's hash chain. */
import type { Entry, EntryOf } from '../../protocol/platform/entries.ts';
import { CHAIN_START, eventHash, journalEventText } from '../../protocol/platform/journal-event.ts';

const MOMENT = { wallMs: Date.UTC(2026, 10, 24), clock: 'trusted', monotonicMs: 1, boot: 1 } as const;
export const JOURNAL = '0123456789abcdef';

export const returned = (item: string): Entry => ({
  kind: 'itemReturned',
  session: 's2',
  item,
  compartment: 'A05',
  evidence: ['doorOpened', 'doorClosed', 'tagSeen'],
});

export const filler = (compartment: string): Entry => ({ kind: 'compartmentBack', compartment });

export const loan = (hold: string, item = 'i1'): EntryOf<'loanPosted'> => ({
  kind: 'loanPosted',
  session: 's1',
  hold,
  item,
  patron: 'p1',
  compartment: 'A01',
  grantedBy: 'hold',
  evidence: ['doorOpened', 'doorClosed'],
});

interface Whose {
  readonly terminal?: string;
  /** Of all entries. */
  readonly wallMs?: number;
  readonly clock?: 'trusted' | 'untrusted';
}

export function chain(entries: readonly Entry[], journal = JOURNAL, whose: Whose = {}): string[] {
  const { terminal = 'demo', ...moment } = whose;
  let previousHash = CHAIN_START;
  return entries.map((entry, index) => {
    const text = journalEventText(
      entry,
      { terminal, journal, sequence: index + 1, previousHash },
      { ...MOMENT, ...moment },
    );
    previousHash = eventHash(text);
    return text;
  });
}
