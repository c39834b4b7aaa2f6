/** Where and when something was entered; what came first is what clocks and journals say, not what was heard first. */
import type { JournalEvent } from '../protocol/platform/journal-event.ts';

/** `at` is empty where the clock decided nothing. */
export interface Told {
  readonly terminal: string;
  readonly journal: string | null;
  readonly sequence: number;
  readonly at: string | null;
}

export interface Origin {
  readonly terminal: string;
  readonly event: JournalEvent;
}

export function toldOf({ terminal, event }: Origin): Told {
  const { journal, sequence, clock, time } = event;
  return { terminal, journal, sequence, at: clock === 'trusted' && time ? time : null };
}

/** How the first came to be beside the second. */
export function order(first: Told, second: Told): 'before' | 'after' | 'unknown' {
  if (first.terminal === second.terminal && first.journal === second.journal)
    return first.sequence < second.sequence ? 'before' : 'after';
  if (first.at === null || second.at === null) return 'unknown';
  return Date.parse(first.at) <= Date.parse(second.at) ? 'before' : 'after';
}
