/** What the local library says to a question. */
import type { Answer } from '../lending/inputs.ts';

export type Granted = Extract<Answer, { outcome: 'granted' }>;
export type Refused = Extract<Answer, { outcome: 'refused' }>;

/**
 * A refusal that is not final is one that the platform may supplement. `silent`: the library cannot tell, was not
 * reached, or said nothing that can be understood.
 */
export type Verdict =
  | { readonly kind: 'granted'; readonly answer: Granted }
  | { readonly kind: 'refused'; readonly reason: Refused['reason']; readonly final: boolean }
  | { readonly kind: 'silent' };

export const SILENT: Verdict = { kind: 'silent' };

export const grantedBy = (answer: Omit<Granted, 'outcome' | 'by'>): Verdict => ({
  kind: 'granted',
  answer: { outcome: 'granted', by: 'library', ...answer },
});

export const refusedFor = (reason: Refused['reason'], final: boolean): Verdict => ({
  kind: 'refused',
  reason,
  final,
});
