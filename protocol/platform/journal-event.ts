/**
 * A journal entry as it travels: a CloudEvents 1.0.2 event in structured JSON mode. Entries form a hash chain:
 * `previoushash` is the SHA-256 of the previous event's exact bytes, so no byte of the past can change unseen.
 */
import { hash } from 'node:crypto';
import { type Static, Type } from '@sinclair/typebox';
import { type Entry, EntrySchema } from './entries.ts';
import { JournalId } from './state.ts';
import { Closed, Count, Hex256, IsoTime, OneOf, Sequence } from './words.ts';

/** `previoushash` of the first entry of a journal. */
export const CHAIN_START = '0'.repeat(64);
const TYPE_PREFIX = 'credit-reading.journal.';

export const JournalEventSchema = Closed({
  specversion: Type.Literal('1.0'),
  id: Type.String({ description: '{journal}/{sequence}: the idempotency key together with source' }),
  source: Type.String({ pattern: '^/terminals/[a-z0-9-]+$' }),
  type: Type.String({ pattern: '^credit-reading\\.journal\\.[a-zA-Z]+$' }),
  time: Type.Optional(IsoTime),
  datacontenttype: Type.Literal('application/json'),
  journal: JournalId,
  sequence: Sequence,
  boot: Count('starts of the controller'),
  monotonicms: Count('since this start'),
  clock: OneOf(['trusted', 'untrusted'], 'whether `time` decides anything'),
  previoushash: Hex256,
  data: EntrySchema,
});
export type JournalEvent = Static<typeof JournalEventSchema>;

export interface Moment {
  /** Epoch milliseconds of the wall clock, trusted or not. */
  readonly wallMs: number;
  readonly clock: 'trusted' | 'untrusted';
  readonly monotonicMs: number;
  readonly boot: number;
}

export interface ChainPosition {
  readonly terminal: string;
  readonly journal: string;
  readonly sequence: number;
  readonly previousHash: string;
}

/** The exact text that is stored, hashed and published for one entry. */
export function journalEventText(entry: Entry, at: ChainPosition, moment: Moment): string {
  const event: JournalEvent = {
    specversion: '1.0',
    id: `${at.journal}/${at.sequence}`,
    source: `/terminals/${at.terminal}`,
    type: `${TYPE_PREFIX}${entry.kind}`,
    time: new Date(moment.wallMs).toISOString(),
    datacontenttype: 'application/json',
    journal: at.journal,
    sequence: at.sequence,
    boot: moment.boot,
    monotonicms: Math.round(moment.monotonicMs),
    clock: moment.clock,
    previoushash: at.previousHash,
    data: entry,
  };
  return JSON.stringify(event);
}

/** The chain's hash of one event's exact text. */
export function eventHash(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex');
}
