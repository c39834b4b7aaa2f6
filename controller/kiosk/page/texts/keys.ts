/** Every text of the page has a name; a language without one of them does not compile. */
import type { NoticeName, Screen } from '../../../lending/screen.ts';

export type TextKey =
  | `screen.${Screen['name']}`
  | `hint.${Screen['name']}`
  | `notice.${NoticeName}`
  | 'screen.checkingPad'
  | 'hint.checkingPad'
  | 'hint.courierTakesOut'
  | 'name'
  | 'otherLanguage'
  | 'again'
  | 'quoted'
  | 'numbered'
  | 'someBook'
  | 'someDoor'
  | 'key.delete'
  | 'key.enter'
  | 'keypad'
  | 'code'
  | 'codeDigits'
  | 'checking'
  | 'notSent'
  | 'moved'
  | 'waiting'
  | 'toTakeOut'
  | 'takeOut'
  | 'return'
  | 'returned'
  | 'typeNumber'
  | 'itemNumber'
  | 'keyboard'
  | 'finish'
  | 'cabinet'
  | 'door.open'
  | 'door.closed'
  | 'door.unknown'
  | 'door.out'
  | 'door.here'
  | 'networkAway'
  | 'reconnecting';

export type Texts = Readonly<Record<TextKey, string>>;
