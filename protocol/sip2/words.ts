/** The codes of SIP2 in words (3M SIP 2.00, doc rev 2.12, "Data Elements"; the alert types are 3M's extensions). */

export const LANGUAGES = { '000': 'unknown', '001': 'English', '019': 'Chinese' } as const;

export const CIRCULATION_STATUSES = {
  '01': 'other',
  '02': 'on order',
  '03': 'available',
  '04': 'charged',
  '05': 'charged; not to be recalled until earliest recall date',
  '06': 'in process',
  '07': 'recalled',
  '08': 'waiting on hold shelf',
  '09': 'waiting to be re-shelved',
  '10': 'in transit between library locations',
  '11': 'claimed returned',
  '12': 'lost',
  '13': 'missing',
} as const;

export const SECURITY_MARKERS = {
  '00': 'other',
  '01': 'none',
  '02': 'tattle tape',
  '03': 'whisper tape',
} as const;

export const FEE_TYPES = {
  '01': 'other or unknown',
  '02': 'administrative',
  '03': 'damage',
  '04': 'overdue',
  '05': 'processing',
  '06': 'rental',
  '07': 'replacement',
  '08': 'computer access',
  '09': 'hold',
} as const;

export const PAYMENT_TYPES = { '00': 'cash', '01': 'VISA', '02': 'credit card' } as const;

export const HOLD_TYPES = {
  '1': 'other',
  '2': 'any copy of the title',
  '3': 'this copy',
  '4': 'any copy at one location',
} as const;

export const HOLD_MODES = { '+': 'add', '-': 'delete', '*': 'change' } as const;

export const MEDIA_TYPES = {
  '000': 'other',
  '001': 'book',
  '002': 'magazine',
  '003': 'bound journal',
  '004': 'audio tape',
  '005': 'video tape',
  '006': 'CD or CD-ROM',
  '007': 'diskette',
  '008': 'book with diskette',
  '009': 'book with CD',
  '010': 'book with audio tape',
} as const;

export const MAGNETIC = { Y: 'magnetic', N: 'not magnetic', U: 'unknown' } as const;

export const ALERT_TYPES = {
  '00': 'unknown',
  '01': 'hold for this library',
  '02': 'hold for another branch',
  '03': 'hold for an inter-library loan',
  '04': 'send to another branch',
  '99': 'other',
} as const;

export const TERMINAL_STATUSES = { '0': 'in order', '1': 'out of paper', '2': 'about to shut down' } as const;

/** The 14 places of the patron status: what is denied, or too much. Blank is fine: inverted on purpose. */
export const PATRON_STATUSES = [
  'chargePrivilegesDenied',
  'renewalPrivilegesDenied',
  'recallPrivilegesDenied',
  'holdPrivilegesDenied',
  'cardReportedLost',
  'tooManyItemsCharged',
  'tooManyItemsOverdue',
  'tooManyRenewals',
  'tooManyClaimsOfItemsReturned',
  'tooManyItemsLost',
  'excessiveOutstandingFines',
  'excessiveOutstandingFees',
  'recallOverdue',
  'tooManyItemsBilled',
] as const;

/** The places of the summary in 63: which one list of items the answer shall hold. */
export const SUMMARIES = [
  'holdItems',
  'overdueItems',
  'chargedItems',
  'fineItems',
  'recallItems',
  'unavailableHolds',
] as const;

/** The 16 places of BX in 98, by the message that each allows. */
export const SUPPORTED_MESSAGES = [
  'patronStatusRequest',
  'checkout',
  'checkin',
  'blockPatron',
  'scStatus',
  'requestAcsResend',
  'login',
  'patronInformation',
  'endPatronSession',
  'feePaid',
  'itemInformation',
  'itemStatusUpdate',
  'patronEnable',
  'hold',
  'renew',
  'renewAll',
] as const;
