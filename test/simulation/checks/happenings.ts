/** What the local library must be told still, as the journal says it; and how each leaves that list. */
import type { EntryOf } from '../../../protocol/platform/entries.ts';
import type { Sip2Message } from '../../../protocol/sip2/messages.ts';
import type { World } from '../world/world.ts';

export interface Happened {
  readonly sequence: number;
  /** As the collection tells it (simulator/library/collection.ts). */
  readonly effect: string;
  readonly item: string;
  readonly card?: string | undefined;
  /** When it was; `undefined`: by a clock that was not trusted, which tells nothing. */
  readonly wallMs: number | undefined;
}

const DATE_OFF_MS = 5_000;
const GIVEN_UP = 'the library did not answer, and may have taken it';

export class Happenings {
  readonly #world: World;
  readonly #fail: (what: string) => void;
  /** In order. */
  readonly #list: (Happened & { taken: boolean })[] = [];

  constructor(world: World, fail: (what: string) => void) {
    this.#world = world;
    this.#fail = fail;
  }

  get left(): readonly Happened[] {
    return this.#list;
  }

  add(happened: Happened): void {
    this.#list.push({ ...happened, taken: false });
  }

  /** An effect at the library: only the first may be told, and once. */
  took(effect: string, request: Sip2Message<'checkout'> | Sip2Message<'checkin'>): void {
    const [first] = this.#list;
    const { offLineOk } = this.#world.library?.collection.habits ?? {};
    if (first?.effect !== effect)
      this.#fail(`the library is told ${effect}, and the next is ${first?.effect}`);
    else if (first.taken) this.#fail(`the library is told twice: ${effect} (#${first.sequence})`);
    else {
      first.taken = true;
      if (request.noBlock !== offLineOk) this.#fail(`${effect} is told with no block ${request.noBlock}`);
      const date = request.name === 'checkin' ? request.returnDate : request.transactionDate;
      const wallMs = first.wallMs ?? this.#nowMs;
      if (!(Math.abs(Date.parse(date ?? '') - wallMs) < DATE_OFF_MS))
        this.#fail(
          `the library is told of ${effect} as of ${date}, it was ${new Date(wallMs).toISOString()}`,
        );
    }
  }

  /** As the terminal has it: where it did not know when something was, now is nearest. */
  get #nowMs(): number {
    return this.#world.clock.trueWallMs + this.#world.controller.wallOffsetMs;
  }

  /** The terminal has it off its list, durably. */
  leaves(sequence: number, refused: EntryOf<'libraryRefused'> | undefined): void {
    const { seen, library } = this.#world;
    const at = this.#list.findIndex((one) => one.sequence === sequence);
    const [gone] = at < 0 ? [] : this.#list.splice(at, 1);
    seen.count(refused ? 'libraryGaveUp' : gone?.taken ? 'libraryTook' : 'libraryHadIt');
    if (!gone) this.#fail(`${sequence} is told, and nothing has happened there`);
    else if (at > 0)
      this.#fail(`${gone.effect} (#${sequence}) is off the list before #${this.#list[0]?.sequence}`);
    else if (refused && refused.reason !== GIVEN_UP)
      this.#fail(`the library is said to have refused ${gone.effect}: ${refused.reason}`);
    else if (!refused && !gone.taken && library?.collection.items.has(gone.item) && !this.#isSo(gone))
      this.#fail(`${gone.effect} (#${sequence}) counts as told, and the library has it not`);
  }

  #isSo({ item, card }: Happened): boolean {
    const loan = this.#world.library?.collection.loans.get(item);
    return card === undefined ? loan === undefined : loan?.patronId === card;
  }
}
