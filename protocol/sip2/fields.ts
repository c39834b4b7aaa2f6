/** The variable fields of SIP2: two letters on the wire, a name here. Values of up to 255 characters. */
import {
  type AnyKind,
  code,
  dateText,
  digits,
  flag,
  type ListKind,
  list,
  places,
  secret,
  text,
} from './kinds.ts';
import { ALERT_TYPES, FEE_TYPES, HOLD_TYPES, MEDIA_TYPES, SUPPORTED_MESSAGES } from './words.ts';

const field = <N extends string, K extends AnyKind>(name: N, about: string, kind: K) =>
  ({ name, about, kind }) as const;

/** A number of items in a variable field: four digits. */
const limit = digits(4);

export const FIELDS = {
  AA: field('patronId', 'patron identifier', text),
  AB: field('itemId', 'item identifier', text),
  AC: field('terminalPassword', 'terminal password', secret),
  AD: field('patronPassword', 'patron password', secret),
  AE: field('personalName', 'personal name', text),
  AF: field('screenMessages', 'screen message', list),
  AG: field('printLines', 'print line', list),
  AH: field('dueDate', "due date, as the library's people write it", text),
  AJ: field('titleId', 'title identifier', text),
  AL: field('blockedCardMessage', 'blocked card message', text),
  AM: field('libraryName', 'library name', text),
  AN: field('terminalLocation', 'terminal location', text),
  AO: field('institutionId', 'institution id', text),
  AP: field('currentLocation', 'current location', text),
  AQ: field('permanentLocation', 'permanent location', text),
  AS: field('holdItems', 'hold items: what waits at the desk', list),
  AT: field('overdueItems', 'overdue items', list),
  AU: field('chargedItems', 'charged items', list),
  AV: field('fineItems', 'fine items', list),
  BD: field('homeAddress', 'home address', text),
  BE: field('emailAddress', 'e-mail address', text),
  BF: field('homePhone', 'home phone number', text),
  BG: field('owner', 'owner', text),
  BH: field('currencyType', 'currency type', text),
  BI: field('cancel', 'cancel', flag),
  BK: field('transactionId', 'transaction id', text),
  BL: field('validPatron', 'valid patron', flag),
  BM: field('renewedItems', 'renewed items', list),
  BN: field('unrenewedItems', 'unrenewed items', list),
  BO: field('feeAcknowledged', 'fee acknowledged', flag),
  BP: field('startItem', 'start item', text),
  BQ: field('endItem', 'end item', text),
  BR: field('queuePosition', 'queue position', text),
  BS: field('pickupLocation', 'pickup location', text),
  BT: field('feeTypeOfItem', 'fee type', code(2, FEE_TYPES)),
  BU: field('recallItems', 'recall items', list),
  BV: field('feeAmount', 'fee amount', text),
  BW: field('expirationDate', 'expiration date', dateText),
  BX: field('supportedMessages', 'supported messages', places(SUPPORTED_MESSAGES, 16, 'N')),
  BY: field('holdType', 'hold type', code(1, HOLD_TYPES)),
  BZ: field('holdItemsLimit', 'hold items limit', limit),
  CA: field('overdueItemsLimit', 'overdue items limit', limit),
  CB: field('chargedItemsLimit', 'charged items limit', limit),
  CC: field('feeLimit', 'fee limit', text),
  CD: field('unavailableHoldItems', 'unavailable hold items: what does not wait yet', list),
  CF: field('holdQueueLength', 'hold queue length', text),
  CG: field('feeId', 'fee identifier', text),
  CH: field('itemProperties', 'item properties', text),
  CI: field('securityInhibit', 'security inhibit', flag),
  CJ: field('recallDate', 'recall date', dateText),
  CK: field('mediaType', 'media type', code(3, MEDIA_TYPES)),
  CL: field('sortBin', 'sort bin', text),
  CM: field('holdPickupDate', 'hold pickup date', dateText),
  CN: field('loginUserId', 'login user id', text),
  CO: field('loginPassword', 'login password', secret),
  CP: field('locationCode', 'location code', text),
  CQ: field('validPatronPassword', 'valid patron password', flag),
  CR: field('collectionCode', 'collection code', text),
  CS: field('callNumber', 'call number', text),
  CT: field('destinationLocation', 'destination location', text),
  CV: field('alertType', 'alert type', code(2, ALERT_TYPES)),
  CY: field('holdPatronId', 'patron whose hold it is', text),
  DA: field('holdPatronName', 'name of the patron whose hold it is', text),
} as const;

export type FieldId = keyof typeof FIELDS;

export const isFieldId = (id: string): id is FieldId => Object.hasOwn(FIELDS, id);

export const isList = (kind: AnyKind): kind is ListKind => 'list' in kind;
