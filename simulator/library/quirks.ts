/** How real SIP2 servers differ, each as a switch. Where it was seen is in the comment. */
import type { Sip2Encoding } from '../../protocol/sip2/encoding.ts';

export interface Quirks {
  /** `utf16`: dp2's rule (dp2 #765). `none`: no AY and no AZ (php-sip2 #6). */
  readonly checksum: 'good' | 'wrong' | 'utf16' | 'none';
  /** `fixed`: always 4, as dp2. `wrong`: that of the request before. */
  readonly sequence: 'echo' | 'fixed' | 'wrong';
  /** Per account on the server (SIPServer). */
  readonly encoding: Sip2Encoding;
  /** Whether a `|` in a value travels as `&#124;` (Evergreen). */
  readonly escape: 'entity' | 'none';
  /** `lfFirst`: CR LF, so that the LF arrives before the next answer. `none`: nothing (edge-sip2 #170). */
  readonly ends: 'cr' | 'lfFirst' | 'lf' | 'none';
  /** Clients served at once; a further one is accepted and hears nothing until another leaves. */
  readonly workers: number;
  /** Whether the server ends its half after the client's FIN; SIPServer does not. */
  readonly closesAfterFin: boolean;
  /** A request that comes again with the same sequence number is answered from memory; SIPServer carries it out again. */
  readonly remembersSequence: boolean;
  /** 99 before 93 is answered (SIPconfig allow_sc_status_then_login); otherwise the connection is closed. */
  readonly statusBeforeLogin: boolean;
  /** 96 where AC or AD is missing (php-sip2 #2). */
  readonly needsPasswordFields: boolean;
}

/** As SIPServer behaves. */
export const QUIRKS: Quirks = {
  checksum: 'good',
  sequence: 'echo',
  encoding: 'utf-8',
  escape: 'entity',
  ends: 'cr',
  workers: 8,
  closesAfterFin: false,
  remembersSequence: false,
  statusBeforeLogin: false,
  needsPasswordFields: true,
};

/**
 * What happens to one answer. `cut`: half of it, and no more. `slow`: in two halves. `doubled`: twice at once. `echoed`:
 * once more, later. `askAgain`: 96 instead of it, and nothing was done. `drop`: the connection ends instead.
 */
export type AnswerFault =
  | 'cut'
  | 'slow'
  | 'doubled'
  | 'echoed'
  | 'late'
  | 'never'
  | 'badChecksum'
  | 'askAgain'
  | 'drop';
