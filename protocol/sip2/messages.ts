/**
 * Every message of SIP2, declared once (3M SIP 2.00, doc rev 2.12, 11 Apr 2006). The terminal (SC) asks, the library
 * (ACS) answers; nobody speaks unasked.
 *
 *   on the wire   CODE(2) fixed fields without separators, ID(2)value| ..., [AYn] [AZcccc] CR
 *
 * `always` is sent even when it is empty: servers answer 96 where AC or AD is missing. `maybe` is sent when it is set.
 */
import type { FIELDS, FieldId } from './fields.ts';
import { code, date, digits, done, type FixedKind, fixedText, places, type ValueOf, yesNo } from './kinds.ts';
import {
  CIRCULATION_STATUSES,
  FEE_TYPES,
  HOLD_MODES,
  LANGUAGES,
  MAGNETIC,
  PATRON_STATUSES,
  PAYMENT_TYPES,
  SECURITY_MARKERS,
  SUMMARIES,
  TERMINAL_STATUSES,
} from './words.ts';

export interface MessageDeclaration {
  readonly code: string;
  readonly about: string;
  /** In the order of the wire; the names are SIP2's terms. */
  readonly fixed: Readonly<Record<string, Pick<FixedKind<unknown>, 'width' | 'read'>>>;
  readonly always: readonly FieldId[];
  readonly maybe: readonly FieldId[];
}

const language = code(3, LANGUAGES);
const patronStatus = places(PATRON_STATUSES, 14, ' ');
const magneticMedia = code(1, MAGNETIC);
const count = digits(4);

const PATRON_ANSWER = {
  fixed: { patronStatus, language, transactionDate: date },
  always: ['AO', 'AA', 'AE'],
  maybe: ['BL', 'CQ', 'BH', 'BV', 'AF', 'AG'],
} as const;
const LENT_ANSWER = {
  fixed: { ok: done, renewalOk: yesNo, magneticMedia, desensitize: code(1, MAGNETIC), transactionDate: date },
  always: ['AO', 'AA', 'AB', 'AJ', 'AH'],
  maybe: ['BT', 'CI', 'BH', 'BV', 'CK', 'CH', 'BK', 'BL', 'CQ', 'AF', 'AG'],
} as const;
const NOTHING = { fixed: {}, always: [], maybe: [] } as const;

export const MESSAGES = {
  login: {
    code: '93',
    about: 'login',
    fixed: { userIdAlgorithm: fixedText(1), passwordAlgorithm: fixedText(1) },
    always: ['CN', 'CO'],
    maybe: ['CP'],
  },
  loginResponse: { code: '94', about: 'login response', fixed: { ok: done }, always: [], maybe: [] },
  scStatus: {
    code: '99',
    about: 'SC status',
    fixed: {
      status: code(1, TERMINAL_STATUSES),
      printWidth: digits(3),
      protocolVersion: fixedText(4),
    },
    always: [],
    maybe: [],
  },
  acsStatus: {
    code: '98',
    about: 'ACS status',
    fixed: {
      onLine: yesNo,
      checkinOk: yesNo,
      checkoutOk: yesNo,
      renewalPolicy: yesNo,
      statusUpdateOk: yesNo,
      offLineOk: yesNo,
      timeoutPeriod: digits(3),
      retriesAllowed: digits(3),
      dateTimeSync: date,
      protocolVersion: fixedText(4),
    },
    always: ['AO'],
    maybe: ['AM', 'BX', 'AN', 'AF', 'AG'],
  },
  patronStatusRequest: {
    code: '23',
    about: 'patron status request',
    fixed: { language, transactionDate: date },
    always: ['AO', 'AA', 'AC', 'AD'],
    maybe: [],
  },
  patronStatusResponse: { code: '24', about: 'patron status response', ...PATRON_ANSWER },
  patronInformation: {
    code: '63',
    about: 'patron information',
    fixed: { language, transactionDate: date, summary: places(SUMMARIES, 10, ' ') },
    always: ['AO', 'AA', 'AC', 'AD'],
    maybe: ['BP', 'BQ'],
  },
  patronInformationResponse: {
    code: '64',
    about: 'patron information response',
    fixed: {
      patronStatus,
      language,
      transactionDate: date,
      holdItemsCount: count,
      overdueItemsCount: count,
      chargedItemsCount: count,
      fineItemsCount: count,
      recallItemsCount: count,
      unavailableHoldsCount: count,
    },
    always: ['AO', 'AA', 'AE'],
    maybe: [
      ...(['BZ', 'CA', 'CB', 'BL', 'CQ', 'BH', 'BV', 'CC', 'AS', 'AT', 'AU', 'AV', 'BU', 'CD'] as const),
      ...(['BD', 'BE', 'BF', 'AF', 'AG'] as const),
    ],
  },
  itemInformation: {
    code: '17',
    about: 'item information',
    fixed: { transactionDate: date },
    always: ['AO', 'AB', 'AC'],
    maybe: [],
  },
  itemInformationResponse: {
    code: '18',
    about: 'item information response',
    fixed: {
      circulationStatus: code(2, CIRCULATION_STATUSES),
      securityMarker: code(2, SECURITY_MARKERS),
      feeType: code(2, FEE_TYPES),
      transactionDate: date,
    },
    always: ['AB', 'AJ'],
    maybe: ['CF', 'AH', 'CJ', 'CM', 'BG', 'BH', 'BV', 'CK', 'AQ', 'AP', 'CH', 'CS', 'AF', 'AG'],
  },
  checkout: {
    code: '11',
    about: 'checkout',
    fixed: { renewalPolicy: yesNo, noBlock: yesNo, transactionDate: date, noBlockDueDate: date },
    always: ['AO', 'AA', 'AB', 'AC', 'AD'],
    maybe: ['CH', 'BO', 'BI'],
  },
  checkoutResponse: { code: '12', about: 'checkout response', ...LENT_ANSWER },
  checkin: {
    code: '09',
    about: 'checkin',
    fixed: { noBlock: yesNo, transactionDate: date, returnDate: date },
    always: ['AP', 'AO', 'AB', 'AC'],
    maybe: ['CH', 'BI'],
  },
  checkinResponse: {
    code: '10',
    about: 'checkin response',
    fixed: { ok: done, resensitize: yesNo, magneticMedia, alert: yesNo, transactionDate: date },
    always: ['AO', 'AB', 'AQ'],
    maybe: ['AJ', 'CL', 'AA', 'CK', 'CH', 'CR', 'CS', 'CT', 'CV', 'CY', 'DA', 'AF', 'AG'],
  },
  hold: {
    code: '15',
    about: 'hold',
    fixed: { holdMode: code(1, HOLD_MODES), transactionDate: date },
    always: ['AO', 'AA', 'AD', 'AC'],
    maybe: ['BW', 'BS', 'BY', 'AB', 'AJ', 'BO'],
  },
  holdResponse: {
    code: '16',
    about: 'hold response',
    fixed: { ok: done, available: yesNo, transactionDate: date },
    always: ['AO', 'AA'],
    maybe: ['BW', 'BR', 'BS', 'AB', 'AJ', 'AF', 'AG'],
  },
  renew: {
    code: '29',
    about: 'renew',
    fixed: { thirdPartyAllowed: yesNo, noBlock: yesNo, transactionDate: date, noBlockDueDate: date },
    always: ['AO', 'AA', 'AD', 'AB', 'AC'],
    maybe: ['AJ', 'CH', 'BO'],
  },
  renewResponse: { code: '30', about: 'renew response', ...LENT_ANSWER },
  endPatronSession: {
    code: '35',
    about: 'end patron session',
    fixed: { transactionDate: date },
    always: ['AO', 'AA', 'AC', 'AD'],
    maybe: [],
  },
  endSessionResponse: {
    code: '36',
    about: 'end session response',
    fixed: { endSession: yesNo, transactionDate: date },
    always: ['AO', 'AA'],
    maybe: ['AF', 'AG'],
  },
  feePaid: {
    code: '37',
    about: 'fee paid',
    fixed: {
      transactionDate: date,
      feeType: code(2, FEE_TYPES),
      paymentType: code(2, PAYMENT_TYPES),
      currency: fixedText(3),
    },
    always: ['BV', 'AO', 'AA', 'AC', 'AD'],
    maybe: ['CG', 'BK'],
  },
  feePaidResponse: {
    code: '38',
    about: 'fee paid response',
    fixed: { paymentAccepted: yesNo, transactionDate: date },
    always: ['AO', 'AA'],
    maybe: ['BK', 'AF', 'AG'],
  },
  blockPatron: {
    code: '01',
    about: 'block patron',
    fixed: { cardRetained: yesNo, transactionDate: date },
    always: ['AO', 'AL', 'AA', 'AC'],
    maybe: [],
  },
  itemStatusUpdate: {
    code: '19',
    about: 'item status update',
    fixed: { transactionDate: date },
    always: ['AO', 'AB', 'AC', 'CH'],
    maybe: [],
  },
  itemStatusUpdateResponse: {
    code: '20',
    about: 'item status update response',
    fixed: { itemPropertiesOk: done, transactionDate: date },
    always: ['AB'],
    maybe: ['AJ', 'CH', 'AF', 'AG'],
  },
  patronEnable: {
    code: '25',
    about: 'patron enable',
    fixed: { transactionDate: date },
    always: ['AO', 'AA', 'AC', 'AD'],
    maybe: [],
  },
  patronEnableResponse: { code: '26', about: 'patron enable response', ...PATRON_ANSWER },
  renewAll: {
    code: '65',
    about: 'renew all',
    fixed: { transactionDate: date },
    always: ['AO', 'AA', 'AD', 'AC'],
    maybe: ['BO'],
  },
  renewAllResponse: {
    code: '66',
    about: 'renew all response',
    fixed: { ok: done, renewedCount: count, unrenewedCount: count, transactionDate: date },
    always: ['AO'],
    maybe: ['BM', 'BN', 'AF', 'AG'],
  },
  requestAcsResend: { code: '97', about: 'request ACS resend: send your last answer again', ...NOTHING },
  requestScResend: { code: '96', about: 'request SC resend: your message did not arrive whole', ...NOTHING },
} as const satisfies Readonly<Record<string, MessageDeclaration>>;

type Messages = typeof MESSAGES;
export type MessageName = keyof Messages;
type IdOf<N extends MessageName> = (Messages[N]['always'] | Messages[N]['maybe'])[number];

type FixedValues<F extends MessageDeclaration['fixed']> = {
  readonly [K in keyof F as undefined extends ReturnType<F[K]['read']> ? never : K]: ReturnType<F[K]['read']>;
} & {
  readonly [K in keyof F as undefined extends ReturnType<F[K]['read']> ? K : never]?:
    | ReturnType<F[K]['read']>
    | undefined;
};
type FieldValues<I extends FieldId> = {
  readonly [K in I as (typeof FIELDS)[K]['name']]?: ValueOf<(typeof FIELDS)[K]['kind']> | undefined;
};

/** Fields of this library that the standard does not know, or not in this message, or twice. */
export type OtherField = readonly [id: string, value: string];

interface Envelope {
  /** AY: 0 to 9; an answer tells that of its request. */
  readonly sequence?: number | undefined;
  readonly others?: readonly OtherField[] | undefined;
}

/** One message as values, `Sip2Message<'checkout'>`; `Sip2Message` is any of them. */
export type Sip2Message<N extends MessageName = MessageName> = N extends MessageName
  ? { readonly name: N } & FixedValues<Messages[N]['fixed']> & FieldValues<IdOf<N>> & Envelope
  : never;

const byCode = new Map<string, MessageName>(
  Object.entries(MESSAGES).map(([name, { code: number }]) => [number, name as MessageName]),
);

export const messageOfCode = (number: string): MessageName | undefined => byCode.get(number);

/** What the library answers each request with. */
export const ANSWERS = {
  login: 'loginResponse',
  scStatus: 'acsStatus',
  patronStatusRequest: 'patronStatusResponse',
  patronInformation: 'patronInformationResponse',
  itemInformation: 'itemInformationResponse',
  checkout: 'checkoutResponse',
  checkin: 'checkinResponse',
  hold: 'holdResponse',
  renew: 'renewResponse',
  endPatronSession: 'endSessionResponse',
  feePaid: 'feePaidResponse',
  blockPatron: 'patronStatusResponse',
  itemStatusUpdate: 'itemStatusUpdateResponse',
  patronEnable: 'patronEnableResponse',
  renewAll: 'renewAllResponse',
} as const satisfies Partial<Record<MessageName, MessageName>>;

export type RequestName = keyof typeof ANSWERS;
export type AnswerTo<N extends RequestName> = Sip2Message<(typeof ANSWERS)[N]>;
