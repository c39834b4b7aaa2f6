/** A small library: patrons, items, loans and holds, and what its server answers about them, as real ones do. */
import type { Sip2Message } from '../../protocol/sip2/messages.ts';
import type { PATRON_STATUSES } from '../../protocol/sip2/words.ts';

export interface SimPatron {
  readonly id: string;
  readonly pin: string;
  readonly name: string;
  readonly blocked?: boolean;
  /** The card was reported lost. */
  readonly lost?: boolean;
  /** How many items at the same time (CB). */
  readonly itemsMax?: number;
}

export interface SimItem {
  readonly id: string;
  readonly title: string;
  /** Between two branches: servers that know of this refuse to lend it. */
  readonly inTransit?: boolean;
  /** Told as its circulation status while nobody has it, such as 07 recalled or 12 lost. */
  readonly status?: string;
}

export interface SimHold {
  readonly patronId: string;
  readonly itemId: string;
  /** It is at the desk; otherwise it is on its way or still lent. */
  readonly waits: boolean;
}

interface Loan {
  readonly patronId: string;
  readonly dueDate: string;
  /** As the terminal told it: for a loan made off line, long ago. */
  readonly since: string | undefined;
}

/** How this library differs from others, beyond its wire. */
export interface Habits {
  /** What AS, AU and CD hold; an option of the server (Evergreen: msg64_hold_datatype, msg64_summary_datatype). */
  readonly listsHold: 'titles' | 'barcodes';
  /** Holds that do not wait yet are listed in AS as well (rero-ils #3173). */
  readonly mixesHolds: boolean;
  /** Most servers lend whatever the PIN says: it is asked for in 63 only. */
  readonly checksPinOfLoans: boolean;
  readonly onLine: boolean;
  /** What 98 says of loans made off line. */
  readonly offLineOk: boolean;
  /** `false`: a no block request ends the connection (SIPServer calls what is not there). */
  readonly takesNoBlock: boolean;
  /** An item that nobody has is checked in, too; Koha has a switch for it (checked_in_ok). */
  readonly checksInWhatIsIn: boolean;
  /** A renewal of an item by whoever stands there, not by its borrower alone. */
  readonly renewsForOthers: boolean;
  /** Whether BL is told in 64. */
  readonly tellsValidPatron: boolean;
}

export const HABITS: Habits = {
  listsHold: 'barcodes',
  mixesHolds: false,
  checksPinOfLoans: false,
  onLine: true,
  offLineOk: true,
  takesNoBlock: true,
  checksInWhatIsIn: true,
  renewsForOthers: false,
  tellsValidPatron: true,
};

const DUE_DATE = '2026-12-31 23:59:59';
type Answering<N extends Sip2Message['name']> = (request: Sip2Message<N>) => Sip2Message | undefined;

export class Collection {
  readonly patrons = new Map<string, SimPatron>();
  readonly items = new Map<string, SimItem>();
  readonly loans = new Map<string, Loan>();
  readonly holds: SimHold[] = [];
  /** What took effect, in order: a request that is carried out twice is here twice. */
  readonly effects: string[] = [];
  habits: Habits = HABITS;
  readonly #now: () => string;

  /** `now`: the library's own time, as `2026-03-04T10:05:06`. */
  constructor(patrons: readonly SimPatron[], items: readonly SimItem[], now: () => string) {
    for (const patron of patrons) this.patrons.set(patron.id, patron);
    for (const item of items) this.items.set(item.id, item);
    this.#now = now;
  }

  /** `undefined` for what this library was never told of. */
  answer(request: Sip2Message): Sip2Message | undefined {
    switch (request.name) {
      case 'scStatus':
        return this.#status();
      case 'patronStatusRequest':
        return this.#patronStatus(request);
      case 'patronInformation':
        return this.#patronInformation(request);
      case 'itemInformation':
        return this.#item(request);
      case 'checkout':
        return this.#checkout(request);
      case 'checkin':
        return this.#checkin(request);
      case 'hold':
        return this.#hold(request);
      case 'renew':
        return this.#renew(request);
      case 'endPatronSession':
        return this.#endSession(request);
      default:
        return undefined;
    }
  }

  #status(): Sip2Message {
    const { onLine, offLineOk } = this.habits;
    return {
      name: 'acsStatus',
      onLine,
      checkinOk: true,
      checkoutOk: true,
      renewalPolicy: true,
      statusUpdateOk: false,
      offLineOk,
      timeoutPeriod: 50,
      retriesAllowed: 5,
      dateTimeSync: this.#now(),
      protocolVersion: '2.00',
      institutionId: 'SIM',
      libraryName: 'Simulated library',
      supportedMessages: [
        ...(['patronStatusRequest', 'checkout', 'checkin', 'scStatus', 'requestAcsResend', 'login'] as const),
        ...(['patronInformation', 'endPatronSession', 'itemInformation', 'hold', 'renew'] as const),
      ],
    };
  }

  /** As seen on a real server: a wrong PIN changes CQ only, and the name is told all the same. */
  #validity(patronId: string, password: string | undefined) {
    const patron = this.patrons.get(patronId);
    return {
      patronStatus: statusOf(patron, this.#chargedTo(patronId).length),
      language: '001',
      transactionDate: this.#now(),
      patronId,
      personalName: patron?.name ?? '',
      validPatron: this.habits.tellsValidPatron ? patron !== undefined : undefined,
      // Without AD no server says anything about the PIN.
      validPatronPassword: password === undefined ? undefined : patron?.pin === password,
    };
  }

  #patronStatus: Answering<'patronStatusRequest'> = ({ institutionId, patronId = '', patronPassword }) => ({
    name: 'patronStatusResponse',
    institutionId,
    ...this.#validity(patronId, patronPassword),
  });

  #patronInformation: Answering<'patronInformation'> = (request) => {
    const { institutionId, patronId = '', patronPassword, summary } = request;
    const holds = this.holds.filter((hold) => hold.patronId === patronId);
    const atDesk = holds.filter(({ waits }) => waits || this.habits.mixesHolds);
    const elsewhere = holds.filter((hold) => !atDesk.includes(hold));
    const charged = this.#chargedTo(patronId);
    const listed = (ids: readonly string[]) => ids.map((id) => this.#listed(id));
    const ids = (some: readonly SimHold[]) => some.map(({ itemId }) => itemId);
    return {
      name: 'patronInformationResponse',
      institutionId,
      ...this.#validity(patronId, patronPassword),
      holdItemsCount: atDesk.length,
      overdueItemsCount: 0,
      chargedItemsCount: charged.length,
      chargedItemsLimit: this.patrons.get(patronId)?.itemsMax,
      fineItemsCount: 0,
      recallItemsCount: 0,
      unavailableHoldsCount: elsewhere.length,
      ...(this.patrons.has(patronId) && {
        homeAddress: `The street where ${patronId} lives`,
        emailAddress: `${patronId}@library.invalid`,
        homePhone: '0571',
      }),
      ...(summary.includes('holdItems') && { holdItems: listed(ids(atDesk)) }),
      ...(summary.includes('chargedItems') && { chargedItems: listed(charged) }),
      ...(summary.includes('unavailableHolds') && { unavailableHoldItems: listed(ids(elsewhere)) }),
    };
  };

  #chargedTo(patronId: string): string[] {
    return [...this.loans].filter(([, loan]) => loan.patronId === patronId).map(([id]) => id);
  }

  #listed(itemId: string): string {
    return this.habits.listsHold === 'titles' ? (this.items.get(itemId)?.title ?? '') : itemId;
  }

  #item: Answering<'itemInformation'> = ({ itemId = '' }) => {
    const item = this.items.get(itemId);
    const waits = this.holds.some((hold) => hold.itemId === itemId && hold.waits);
    const inLibrary = item?.status ?? (item?.inTransit ? '10' : waits ? '08' : '03');
    return {
      name: 'itemInformationResponse',
      circulationStatus: item ? (this.loans.has(itemId) ? '04' : inLibrary) : '01',
      securityMarker: '01',
      feeType: '01',
      transactionDate: this.#now(),
      itemId,
      titleId: item?.title ?? '',
      dueDate: this.loans.get(itemId)?.dueDate,
    };
  };

  /** `noBlock`: it has happened, so it is recorded whatever the library would have said. */
  #checkout: Answering<'checkout'> = (request) => {
    const { institutionId, patronId = '', itemId = '', patronPassword, noBlock, renewalPolicy } = request;
    // Koha makes a date of the blanks of a no block loan, and dies of it.
    if (noBlock && (!this.habits.takesNoBlock || request.noBlockDueDate === undefined)) return undefined;
    const refusal = noBlock
      ? this.#whyNotRecorded(patronId, itemId)
      : this.#whyNotLent(patronId, itemId, patronPassword, renewalPolicy);
    if (refusal === undefined) {
      this.effects.push(`checkout ${itemId} to ${patronId}`);
      this.loans.set(itemId, {
        patronId,
        dueDate: request.noBlockDueDate ?? DUE_DATE,
        since: request.transactionDate,
      });
      const at = this.holds.findIndex((hold) => hold.itemId === itemId && hold.patronId === patronId);
      if (at >= 0) this.holds.splice(at, 1);
    }
    return { name: 'checkoutResponse', institutionId, ...this.#lent(patronId, itemId, refusal) };
  };

  /** What is not there cannot be recorded either. */
  #whyNotRecorded(patronId: string, itemId: string): string | undefined {
    if (!this.patrons.has(patronId)) return 'Unknown patron';
    if (!this.items.has(itemId)) return 'Unknown item';
    return this.items.get(itemId)?.status === '12' ? 'Item is lost' : undefined;
  }

  #lent(patronId: string, itemId: string, refusal: string | undefined) {
    return {
      ok: refusal === undefined,
      renewalOk: false,
      magneticMedia: 'N',
      desensitize: refusal === undefined ? 'Y' : 'N',
      transactionDate: this.#now(),
      patronId,
      itemId,
      titleId: this.items.get(itemId)?.title ?? '',
      dueDate: refusal === undefined ? this.loans.get(itemId)?.dueDate : '',
      ...(refusal !== undefined && { screenMessages: [refusal], validPatron: this.patrons.has(patronId) }),
    };
  }

  #whyNotLent(
    patronId: string,
    itemId: string,
    pin: string | undefined,
    renews: boolean,
  ): string | undefined {
    const patron = this.patrons.get(patronId);
    const item = this.items.get(itemId);
    const borrower = this.loans.get(itemId)?.patronId;
    if (!patron) return 'Unknown patron';
    if (!item) return 'Unknown item';
    if (this.habits.checksPinOfLoans && pin !== patron.pin) return 'Wrong PIN';
    if (patron.blocked || patron.lost) return 'Patron blocked';
    if (item.inTransit) return 'Item is in transit';
    if (item.status !== undefined && item.status !== '03') return 'Item cannot be lent';
    if (borrower !== undefined && !(borrower === patronId && renews)) return 'Item is lent';
    const hold = this.holds.find((one) => one.itemId === itemId && one.waits);
    return hold && hold.patronId !== patronId ? 'Item is held for another patron' : undefined;
  }

  #checkin: Answering<'checkin'> = ({ institutionId, itemId = '', noBlock }) => {
    if (noBlock && !this.habits.takesNoBlock) return undefined;
    const item = this.items.get(itemId);
    const ok = item !== undefined && (this.habits.checksInWhatIsIn || this.loans.has(itemId));
    if (ok) this.effects.push(`checkin ${itemId}`);
    this.loans.delete(itemId);
    const hold = this.holds.some((one) => one.itemId === itemId);
    return {
      name: 'checkinResponse',
      ok,
      resensitize: ok,
      magneticMedia: 'N',
      alert: hold || !item,
      transactionDate: this.#now(),
      institutionId,
      itemId,
      permanentLocation: 'main',
      titleId: item?.title,
      ...(hold && { alertType: '01', sortBin: 'holds' }),
    };
  };

  #hold: Answering<'hold'> = (request) => {
    const { institutionId, patronId = '', itemId = '', holdMode, pickupLocation } = request;
    const at = this.holds.findIndex((one) => one.itemId === itemId && one.patronId === patronId);
    const ok = this.patrons.has(patronId) && this.items.has(itemId) && at < 0 === (holdMode === '+');
    const available = !this.loans.has(itemId);
    if (ok) this.effects.push(`hold ${holdMode} ${itemId} for ${patronId}`);
    if (ok && holdMode === '+') this.holds.push({ patronId, itemId, waits: false });
    else if (ok) this.holds.splice(at, 1);
    return {
      name: 'holdResponse',
      ok,
      available,
      transactionDate: this.#now(),
      institutionId,
      patronId,
      itemId,
      ...(ok && holdMode === '+' && { queuePosition: '1', pickupLocation }),
    };
  };

  #renew: Answering<'renew'> = (request) => {
    const { institutionId, patronId = '', itemId = '' } = request;
    const borrower = this.loans.get(itemId)?.patronId;
    const forOther = this.habits.renewsForOthers && request.thirdPartyAllowed;
    const own = borrower !== undefined && (borrower === patronId || forOther);
    if (own) this.effects.push(`renew ${itemId}`);
    const refusal = own ? undefined : 'Not lent to this patron';
    return { name: 'renewResponse', institutionId, ...this.#lent(patronId, itemId, refusal), renewalOk: own };
  };

  #endSession: Answering<'endPatronSession'> = ({ institutionId, patronId }) => ({
    name: 'endSessionResponse',
    endSession: true,
    transactionDate: this.#now(),
    institutionId,
    patronId,
  });
}

function statusOf(patron: SimPatron | undefined, charged: number): (typeof PATRON_STATUSES)[number][] {
  if (!patron) return ['chargePrivilegesDenied'];
  return [
    ...(patron.blocked || patron.lost ? (['chargePrivilegesDenied'] as const) : []),
    ...(patron.lost ? (['cardReportedLost'] as const) : []),
    ...(charged >= (patron.itemsMax ?? Number.POSITIVE_INFINITY) ? (['tooManyItemsCharged'] as const) : []),
  ];
}
