/** What a library's word on an item (18, circulation status) means for a terminal that has the item in its hands. */
import type { AnswerTo } from '../../protocol/sip2/messages.ts';
import { CIRCULATION_STATUSES } from '../../protocol/sip2/words.ts';
import type { Answer } from '../lending/inputs.ts';

type Item = AnswerTo<'itemInformation'>;
type Reason = Extract<Answer, { outcome: 'refused' }>['reason'];

/** Servers answer 17 for any number: for one that is not theirs with "other" and no title. */
export const isKnown = ({ circulationStatus, titleId }: Item): boolean =>
  circulationStatus !== '01' || Boolean(titleId?.trim());

export const isCharged = ({ circulationStatus }: Item): boolean =>
  circulationStatus === '04' || circulationStatus === '05';

/** Nobody has it: in process, on a shelf, on its way. */
export const isIn = ({ circulationStatus }: Item): boolean =>
  ['03', '06', '08', '09', '10'].includes(circulationStatus);

/**
 * `undecided`: the library does not say, or it is not its item. *To be re-shelved* and *in transit* are an item on its
 * way into the cabinet, where it now is.
 */
export function loanOf(item: Item, waitsForPatron: boolean): 'lend' | 'undecided' | Reason {
  switch (item.circulationStatus) {
    case '03':
    case '09':
    case '10':
      return 'lend';
    case '07':
      return 'recalled';
    case '08':
      return waitsForPatron ? 'lend' : 'notLoanable';
    case '02':
    case '04':
    case '05':
    case '06':
    case '11':
    case '12':
    case '13':
      return 'notLoanable';
    default:
      return 'undecided';
  }
}

/** For a person who settles a conflict. The library's own words may hold names, so they are not told. */
export function inWords(item: Item): string {
  const names: Readonly<Record<string, string>> = CIRCULATION_STATUSES;
  return `the library says of the item: ${names[item.circulationStatus] ?? 'nothing that SIP2 knows'}`;
}
