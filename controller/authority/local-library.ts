/** The local library's word on a question, by SIP2. It only asks: what has happened is told by `replay.ts`. */
import type { RequestName } from '../../protocol/sip2/messages.ts';
import type { Question } from '../lending/inputs.ts';
import { isCharged, loanOf } from './circulation.ts';
import { dueDate } from './due-date.ts';
import { patronRef } from './patron-ref.ts';
import type { LibrarySettings } from './settings.ts';
import type { Sip2Client } from './sip2-client.ts';
import type { PatronAnswer } from './sip2-requests.ts';
import { grantedBy, refusedFor, SILENT, type Verdict } from './verdict.ts';

export interface LocalLibraryOptions {
  readonly client: Sip2Client;
  readonly settings: LibrarySettings;
  /** `undefined` while the clock is not trusted: then nobody promises a due date. */
  now(): Date | undefined;
}

/** How a question goes on meanwhile. */
export interface Under {
  /** Somebody still waits for its answer, and nobody else has been asked. */
  open(): boolean;
  /** From here on the library alone decides: it may already have done what it was asked. */
  commit(): void;
}

/** What 64 said when the visit began, for its loans: to servers, asking again without the PIN is a wrong PIN. */
interface Standing {
  readonly waiting: readonly string[];
  /** How many more items the library would lend; `undefined` where it does not say. */
  readonly room: number | undefined;
  readonly lent: Set<string>;
}

/** Visits go on behind open doors while others identify themselves. */
const STANDINGS_MAX = 8;
const WAITING_MAX = 64;
const ITEM_CHARS_MAX = 64;
const DAY_MS = 24 * 3_600_000;

export class LocalLibrary {
  readonly #options: LocalLibraryOptions;
  /** By the opaque reference: no card outlives its visit here. */
  readonly #standings = new Map<string, Standing>();

  constructor(options: LocalLibraryOptions) {
    this.#options = options;
  }

  /** @throws TerminalError when the library was not reached or did not answer. */
  async answer(question: Question, under: Under): Promise<Verdict> {
    if (!NEEDS[question.kind].every((name) => this.#options.client.supports(name))) return SILENT;
    switch (question.kind) {
      case 'patron':
        return this.#patron(question.card, question.pin);
      case 'loan':
        return question.library ? this.#loan(question.library.card, question.item) : SILENT;
      case 'renewal':
        return this.#renewal(question.library?.card, question.item, under);
      case 'purchase':
        return SILENT;
    }
  }

  /** Only CQ says that the PIN is right; BL is Y for a wrong one as well, and says that the card is known. */
  async #patron(card: string, pin: string): Promise<Verdict> {
    const told = await this.#options.client.patron(card, pin, 'holdItems');
    const { validPatron, validPatronPassword, patronStatus } = told;
    // Servers that tell no BL do not say whether they know the card.
    if (validPatronPassword === false && validPatron !== false)
      return refusedFor('wrongPin', validPatron === true);
    if (validPatronPassword !== true) return SILENT;
    // A card that was reported lost is in the wrong hands, whoever else would lend to it.
    if (patronStatus.includes('cardReportedLost')) return refusedFor('blocked', true);
    if (validPatron === false || patronStatus.includes('chargePrivilegesDenied'))
      return refusedFor('blocked', false);
    const patron = this.#refOf(card);
    const standing = standingOf(told);
    this.#remember(patron, standing);
    return grantedBy({ patron, waiting: standing.waiting });
  }

  /** 11 itself is told after the door: a loan that the door kept would stand at the library. */
  async #loan(card: string, itemId: string): Promise<Verdict> {
    const item = await this.#options.client.item(itemId);
    const standing = this.#standings.get(this.#refOf(card));
    const loan = loanOf(item, standing?.waiting.includes(itemId) ?? false);
    if (loan === 'undecided') return SILENT;
    if (loan !== 'lend') return refusedFor(loan, true);
    const { room, lent } = standing ?? {};
    if (room !== undefined && lent && !lent.has(itemId) && lent.size >= room)
      return refusedFor('limit', false);
    lent?.add(itemId);
    const now = this.#options.now();
    const { loanDays } = this.#options.settings;
    return grantedBy(now ? { due: new Date(now.getTime() + loanDays * DAY_MS).toISOString() } : {});
  }

  /** The library renews what it has lent; a loan of the platform's is none that it knows of. */
  async #renewal(card: string | undefined, itemId: string, under: Under): Promise<Verdict> {
    const { client, settings } = this.#options;
    const item = await client.item(itemId);
    if (item.circulationStatus === '07') return refusedFor('recalled', true);
    if (!isCharged(item) || !under.open()) return SILENT;
    under.commit();
    const { ok, dueDate: told } = await client.renew({ patronId: card, itemId });
    if (!ok) return refusedFor('noRenewal', true);
    return grantedBy({ due: dueDate(told, settings.peer?.dates ?? 'local') });
  }

  #refOf(card: string): string {
    const { client, settings } = this.#options;
    return patronRef(settings.institutionId ?? client.capabilities?.institutionId ?? settings.url, card);
  }

  #remember(patron: string, standing: Standing): void {
    this.#standings.delete(patron);
    this.#standings.set(patron, standing);
    const [oldest] = this.#standings.keys();
    if (this.#standings.size > STANDINGS_MAX && oldest !== undefined) this.#standings.delete(oldest);
  }
}

/** A message that a server does not know may end the connection. */
const NEEDS: Readonly<Record<Question['kind'], readonly RequestName[]>> = {
  patron: ['patronInformation'],
  loan: ['itemInformation'],
  renewal: ['itemInformation', 'renew'],
  purchase: [],
};

/** AS may list titles (an option of the server): those name no item here, and do no harm. */
function standingOf(told: PatronAnswer): Standing {
  const { patronStatus, chargedItemsLimit, chargedItemsCount, holdItems = [] } = told;
  const waiting = holdItems.filter((id) => id !== '' && id.length <= ITEM_CHARS_MAX).slice(0, WAITING_MAX);
  const full = patronStatus.includes('tooManyItemsCharged');
  return { waiting, room: full ? 0 : roomOf(chargedItemsLimit, chargedItemsCount), lent: new Set() };
}

/** A limit of 0 means on some servers that there is none; who may borrow nothing is denied it by the status. */
function roomOf(limit: number | undefined, count: number | undefined): number | undefined {
  return limit && count !== undefined ? Math.max(0, limit - count) : undefined;
}
