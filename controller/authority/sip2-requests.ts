/** What a terminal asks a library for, as SIP2 messages; and what of an answer it needs to know. */
import type { AnswerTo, Sip2Message } from '../../protocol/sip2/messages.ts';
import type { Sip2Login, Sip2Peer } from './sip2-settings.ts';

/** What each request tells of the terminal. */
export interface Terminal {
  readonly institutionId: string;
  readonly terminalPassword: string;
  readonly currentLocation: string;
  readonly dates: Sip2Peer['dates'];
  now(): Date;
}

/** Which list of items the answer shall hold. */
export type PatronList = 'holdItems' | 'chargedItems' | 'unavailableHolds';

/** A loan that has happened: it is to be recorded, not decided. */
export interface OffLineLoan {
  readonly at: Date;
  /** `false`: the library may refuse it all the same, where it knows no other way. */
  readonly noBlock?: boolean;
  /** Always told: Koha ends the connection of a no block loan without a due date (C4/SIP, do_checkout). */
  readonly due: Date;
}

export interface CheckoutRequest {
  readonly patronId: string;
  readonly itemId: string;
  readonly pin?: string | undefined;
  /** The library may renew where the patron has the item already; off unless it is asked for. */
  readonly renewal?: boolean;
  readonly feeAcknowledged?: boolean;
  readonly offLine?: OffLineLoan;
}

export interface CheckinRequest {
  readonly itemId: string;
  /** When the item came back, if not now. */
  readonly at?: Date;
  /** It came back while the library was away. */
  readonly offLine?: boolean;
}

export interface HoldRequest {
  readonly mode: 'add' | 'delete' | 'change';
  readonly patronId: string;
  readonly pin?: string | undefined;
  readonly itemId?: string;
  readonly titleId?: string;
  readonly holdType?: string;
  readonly pickupLocation?: string;
  readonly expires?: Date;
}

export interface RenewRequest {
  /** Missing: whoever has the item; many servers renew for the borrower alone. */
  readonly patronId?: string | undefined;
  readonly itemId: string;
  readonly pin?: string | undefined;
  readonly offLine?: OffLineLoan;
}

export interface LibraryCapabilities {
  readonly onLine: boolean;
  readonly checkoutOk: boolean;
  readonly checkinOk: boolean;
  readonly renewalOk: boolean;
  /** The library takes loans that were made while it was away. */
  readonly offLineOk: boolean;
  /** How long the library may take, and how often it may be asked again, as it says; missing where it does not. */
  readonly timeoutMs?: number;
  readonly retries?: number;
  /** Missing where the library does not tell. */
  readonly supports?: readonly string[];
  readonly libraryName?: string;
  readonly institutionId?: string;
}

/** A patron as the terminal needs to know it. */
export type PatronAnswer = Omit<
  AnswerTo<'patronInformation'>,
  'homeAddress' | 'emailAddress' | 'homePhone' | 'others'
>;

/** `patronRefused`: 64 said no, and 11 was not sent. */
export type CheckoutOutcome =
  | { readonly kind: 'answered'; readonly answer: AnswerTo<'checkout'> }
  | { readonly kind: 'patronRefused'; readonly patron: PatronAnswer };

/** 3M SIP 2.00 writes 999 for "not known". */
const NOT_KNOWN = 999;
const TENTH_MS = 100;
const HOLD_MODES = { add: '+', delete: '-', change: '*' } as const;

export function sip2Date(time: Date, dates: Sip2Peer['dates']): string {
  if (dates === 'utc') return `${time.toISOString().slice(0, 19)}Z`;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

const when = (terminal: Terminal, time = terminal.now()) => sip2Date(time, terminal.dates);

/** AO, AC and AD always, also when they are empty. */
const who = ({ institutionId, terminalPassword }: Terminal) => ({ institutionId, terminalPassword });

export const loginRequest = ({ userId, password, location }: Sip2Login): Sip2Message<'login'> => ({
  name: 'login',
  userIdAlgorithm: '0',
  passwordAlgorithm: '0',
  loginUserId: userId,
  loginPassword: password,
  locationCode: location,
});

export const statusRequest = (): Sip2Message<'scStatus'> => ({
  name: 'scStatus',
  status: '0',
  printWidth: 0,
  protocolVersion: '2.00',
});

export function patronRequest(
  terminal: Terminal,
  patronId: string,
  pin: string | undefined,
  list?: PatronList,
): Sip2Message<'patronInformation'> {
  return {
    name: 'patronInformation',
    language: '000',
    transactionDate: when(terminal),
    summary: list === undefined ? [] : [list],
    ...who(terminal),
    patronId,
    patronPassword: pin ?? '',
  };
}

/** Address, mail and telephone are of no use here; the name is the patron's own only where the PIN was right. */
export function patronAnswer(answer: AnswerTo<'patronInformation'>): PatronAnswer {
  const { homeAddress: _1, emailAddress: _2, homePhone: _3, others: _4, personalName, ...needed } = answer;
  return needed.validPatronPassword === true ? { ...needed, personalName } : needed;
}

export const itemRequest = (terminal: Terminal, itemId: string): Sip2Message<'itemInformation'> => ({
  name: 'itemInformation',
  transactionDate: when(terminal),
  ...who(terminal),
  itemId,
});

export function checkoutRequest(terminal: Terminal, request: CheckoutRequest): Sip2Message<'checkout'> {
  const { patronId, itemId, pin, renewal = false, feeAcknowledged, offLine } = request;
  return {
    name: 'checkout',
    renewalPolicy: renewal,
    noBlock: offLine !== undefined && offLine.noBlock !== false,
    transactionDate: when(terminal, offLine?.at),
    noBlockDueDate: offLine && when(terminal, offLine.due),
    ...who(terminal),
    patronId,
    itemId,
    patronPassword: pin ?? '',
    feeAcknowledged,
  };
}

export function checkinRequest(terminal: Terminal, request: CheckinRequest): Sip2Message<'checkin'> {
  const { itemId, at, offLine = false } = request;
  return {
    name: 'checkin',
    noBlock: offLine,
    transactionDate: when(terminal),
    returnDate: when(terminal, at),
    currentLocation: terminal.currentLocation,
    ...who(terminal),
    itemId,
  };
}

export function holdRequest(terminal: Terminal, request: HoldRequest): Sip2Message<'hold'> {
  const { mode, patronId, pin, itemId, titleId, holdType, pickupLocation, expires } = request;
  return {
    name: 'hold',
    holdMode: HOLD_MODES[mode],
    transactionDate: when(terminal),
    ...who(terminal),
    patronId,
    patronPassword: pin ?? '',
    expirationDate: expires && when(terminal, expires),
    pickupLocation,
    holdType,
    itemId,
    titleId,
  };
}

export function renewRequest(terminal: Terminal, request: RenewRequest): Sip2Message<'renew'> {
  const { patronId, itemId, pin, offLine } = request;
  return {
    name: 'renew',
    thirdPartyAllowed: patronId === undefined,
    noBlock: offLine !== undefined,
    transactionDate: when(terminal, offLine?.at),
    noBlockDueDate: offLine && when(terminal, offLine.due),
    ...who(terminal),
    patronId: patronId ?? '',
    itemId,
    patronPassword: pin ?? '',
  };
}

export const endSessionRequest = (
  terminal: Terminal,
  patronId: string,
  pin: string | undefined,
): Sip2Message<'endPatronSession'> => ({
  name: 'endPatronSession',
  transactionDate: when(terminal),
  ...who(terminal),
  patronId,
  patronPassword: pin ?? '',
});

export function capabilitiesOf(answer: AnswerTo<'scStatus'>): LibraryCapabilities {
  const { onLine, checkoutOk, checkinOk, renewalPolicy, offLineOk } = answer;
  const { timeoutPeriod, retriesAllowed, supportedMessages, libraryName, institutionId } = answer;
  const known = (value: number | undefined): value is number => value !== undefined && value !== NOT_KNOWN;
  return {
    onLine,
    checkoutOk,
    checkinOk,
    renewalOk: renewalPolicy,
    offLineOk,
    ...(known(timeoutPeriod) && { timeoutMs: timeoutPeriod * TENTH_MS }),
    ...(known(retriesAllowed) && { retries: retriesAllowed }),
    ...(supportedMessages && { supports: supportedMessages }),
    ...(libraryName !== undefined && { libraryName }),
    ...(institutionId && { institutionId }),
  };
}
