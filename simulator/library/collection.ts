/** A small library: patrons, items, loans and holds, and what its server answers about them, as real ones do. */
import type { Sip2Message } from '../../protocol/sip2/messages.ts';

export interface SimPatron {
  readonly id: string;
  readonly pin: string;
  readonly name: string;
  readonly blocked?: boolean;
}

export interface SimItem {
  readonly id: string;
  readonly title: string;
  /** Between two branches: servers that know of this refuse to lend it. */
  readonly inTransit?: boolean;
}

interface Hold {
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
}

export const HABITS: Habits = {
  listsHold: 'barcodes',
  mixesHolds: false,
  checksPinOfLoans: false,
  onLine: true,
};

const DUE_DATE = '2026-12-31 23:59:59';
type Answering<N extends Sip2Message['name']> = (request: Sip2Message<N>) => Sip2Message;

export class Collection {
  readonly patrons = new Map<string, SimPatron>();
  readonly items = new Map<string, SimItem>();
  readonly loans = new Map<string, Loan>();
  readonly holds: Hold[] = [];
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
    const { onLine } = this.habits;
    return {
      name: 'acsStatus',
      onLine,
      checkinOk: true,
      checkoutOk: true,
      renewalPolicy: true,
      statusUpdateOk: false,
      offLineOk: true,
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
      patronStatus: patron && !patron.blocked ? [] : (['chargePrivilegesDenied'] as const),
      language: '001',
      transactionDate: this.#now(),
      patronId,
      personalName: patron?.name ?? '',
      validPatron: patron !== undefined,
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
    const charged = [...this.loans].filter(([, loan]) => loan.patronId === patronId).map(([id]) => id);
    const listed = (ids: readonly string[]) => ids.map((id) => this.#listed(id));
    const ids = (some: readonly Hold[]) => some.map(({ itemId }) => itemId);
    return {
      name: 'patronInformationResponse',
      institutionId,
      ...this.#validity(patronId, patronPassword),
      holdItemsCount: atDesk.length,
      overdueItemsCount: 0,
      chargedItemsCount: charged.length,
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

  #listed(itemId: string): string {
    return this.habits.listsHold === 'titles' ? (this.items.get(itemId)?.title ?? '') : itemId;
  }

  #item: Answering<'itemInformation'> = ({ itemId = '' }) => {
    const item = this.items.get(itemId);
    const waits = this.holds.some((hold) => hold.itemId === itemId && hold.waits);
    const inLibrary = item?.inTransit ? '10' : waits ? '08' : '03';
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
    const refusal = noBlock ? undefined : this.#whyNotLent(patronId, itemId, patronPassword, renewalPolicy);
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
    if (patron.blocked) return 'Patron blocked';
    if (item.inTransit) return 'Item is in transit';
    if (borrower !== undefined && !(borrower === patronId && renews)) return 'Item is lent';
    const hold = this.holds.find((one) => one.itemId === itemId && one.waits);
    return hold && hold.patronId !== patronId ? 'Item is held for another patron' : undefined;
  }

  #checkin: Answering<'checkin'> = ({ institutionId, itemId = '' }) => {
    const item = this.items.get(itemId);
    if (item) this.effects.push(`checkin ${itemId}`);
    this.loans.delete(itemId);
    const hold = this.holds.some((one) => one.itemId === itemId);
    return {
      name: 'checkinResponse',
      ok: item !== undefined,
      resensitize: item !== undefined,
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

  #renew: Answering<'renew'> = ({ institutionId, patronId = '', itemId = '' }) => {
    const own = this.loans.get(itemId)?.patronId === patronId;
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
