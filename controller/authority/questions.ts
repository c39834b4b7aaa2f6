/**
 * Questions that people wait for: the local library first, the platform as supplement, and in any case one answer in
 * time.
 *
 *   ask ──> library ── granted, refused for good ────────────────────────────> answered
 *              │ cannot tell, refused for the patron, half of the time is gone
 *              v
 *           platform ── granted ─────────────────────────────────────────────> answered
 *              │ refused, not reached, or the time is gone
 *              v
 *           the library's refusal, else the platform's, else `unavailable` ──> answered
 *
 * A library that speaks after its half is still heard, as long as nobody else has granted. Once the library has been
 * told to do something (29), the platform is not asked: two renewals of one wish would be one too many.
 */
import { parseAsk } from '../../protocol/platform/parse.ts';
import type {
  Ask,
  PlatformQuestion,
  Answer as ProtocolAnswer,
  Refusal,
} from '../../protocol/platform/questions.ts';
import { TerminalError } from '../error.ts';
import type { Answer, Question } from '../lending/inputs.ts';
import type { SetTimer } from '../port/timer.ts';
import type { LocalLibrary } from './local-library.ts';
import type { Refused, Verdict } from './verdict.ts';

export interface QuestionsOptions {
  readonly library: LocalLibrary | undefined;
  /** `false`: the link is down, and the question was not sent. Missing: there is no platform. */
  askPlatform?: ((ask: Ask) => boolean) | undefined;
  /** Number of this start: an answer to a question of an earlier one answers nothing. */
  readonly boot: number;
  /** How long both together may think. */
  readonly askMs: number;
  /** How long the library is waited for before the platform is asked: at most half of it. */
  readonly libraryMs: number;
  readonly setTimer: SetTimer;
  answered(requestId: number, answer: Answer): void;
}

interface Pending {
  readonly requestId: number;
  readonly question: Question;
  readonly cancelTimers: (() => void)[];
  library: 'thinking' | 'done';
  platform: 'notAsked' | 'thinking' | 'done';
  /** The library has been told to do it. */
  committed: boolean;
  /** What stands when nobody grants: the library's word goes before the platform's. */
  refusal: { readonly library?: Refused; readonly platform?: Refused };
}

export class Questions {
  readonly #options: QuestionsOptions;
  /** By the id that the platform repeats. */
  readonly #pending = new Map<string, Pending>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** Answered exactly once, later, within `askMs`. */
  ask(requestId: number, question: Question): void {
    const { setTimer, askMs, libraryMs, library } = this.#options;
    const pending: Pending = {
      requestId,
      question,
      cancelTimers: [],
      library: library && concernsLibrary(question) ? 'thinking' : 'done',
      platform: 'notAsked',
      committed: false,
      refusal: {},
    };
    this.#pending.set(this.#idOf(pending), pending);
    pending.cancelTimers.push(setTimer(() => this.#end(pending, inEnd(pending)), askMs));
    if (pending.library === 'thinking' && library) {
      pending.cancelTimers.push(setTimer(() => this.#askPlatform(pending), libraryMs));
      void this.#askLibrary(pending, library);
    } else queueMicrotask(() => this.#askPlatform(pending));
  }

  /** An answer to no question that is open is late, doubled or strange: it answers nothing. */
  platformAnswered(told: ProtocolAnswer): void {
    const pending = this.#pending.get(told.id);
    if (pending?.platform !== 'thinking') return;
    pending.platform = 'done';
    const answer = ofPlatform(told, pending.question);
    if (answer.outcome === 'granted') this.#end(pending, answer);
    else {
      if (answer.outcome === 'refused') pending.refusal = { ...pending.refusal, platform: answer };
      this.#settle(pending);
    }
  }

  /** Nothing is answered any more. */
  stop(): void {
    for (const pending of this.#pending.values()) for (const cancel of pending.cancelTimers) cancel();
    this.#pending.clear();
  }

  #idOf = ({ requestId }: Pending): string => `${this.#options.boot}-${requestId}`;

  #isOpen(pending: Pending): boolean {
    return this.#pending.get(this.#idOf(pending)) === pending;
  }

  async #askLibrary(pending: Pending, library: LocalLibrary): Promise<void> {
    const under = {
      open: () => this.#isOpen(pending) && pending.platform !== 'thinking',
      commit: () => {
        pending.committed = true;
      },
    };
    let verdict: Verdict = { kind: 'silent' };
    try {
      verdict = await library.answer(pending.question, under);
    } catch (error) {
      // What happened on the wire was told by the client.
      if (!(error instanceof TerminalError)) throw error;
    }
    this.#libraryAnswered(pending, verdict);
  }

  #libraryAnswered(pending: Pending, verdict: Verdict): void {
    if (!this.#isOpen(pending)) return;
    pending.library = 'done';
    if (verdict.kind === 'granted') this.#end(pending, verdict.answer);
    else if (verdict.kind === 'silent') this.#askPlatform(pending);
    else {
      const refused: Refused = { outcome: 'refused', by: 'library', reason: verdict.reason };
      pending.refusal = { ...pending.refusal, library: refused };
      if (verdict.final) this.#end(pending, refused);
      else this.#askPlatform(pending);
    }
  }

  #askPlatform(pending: Pending): void {
    if (!this.#isOpen(pending)) return;
    if (pending.committed) pending.platform = 'done';
    if (pending.platform === 'notAsked')
      pending.platform = this.#sendToPlatform(pending) ? 'thinking' : 'done';
    this.#settle(pending);
  }

  #sendToPlatform(pending: Pending): boolean {
    const ask: Ask = { id: this.#idOf(pending), question: forPlatform(pending.question) };
    // A card of a hundred digits, an item that is none: the platform would drop it, and the person would wait.
    if (!parseAsk(new TextEncoder().encode(JSON.stringify(ask))).ok) {
      const reason = REASONS[ask.question.kind];
      pending.refusal = { ...pending.refusal, platform: { outcome: 'refused', by: 'platform', reason } };
      return false;
    }
    return this.#options.askPlatform?.(ask) ?? false;
  }

  #settle(pending: Pending): void {
    if (pending.library === 'done' && pending.platform === 'done') this.#end(pending, inEnd(pending));
  }

  #end(pending: Pending, answer: Answer): void {
    if (!this.#isOpen(pending)) return;
    this.#pending.delete(this.#idOf(pending));
    for (const cancel of pending.cancelTimers) cancel();
    this.#options.answered(pending.requestId, answer);
  }
}

const inEnd = ({ refusal }: Pending): Answer =>
  refusal.library ?? refusal.platform ?? { outcome: 'unavailable' };

/** A new book of a bookshop is the platform's to buy; a loan to somebody whom the library does not know, too. */
function concernsLibrary(question: Question): boolean {
  if (question.kind === 'purchase') return false;
  return question.kind === 'renewal' || question.library !== undefined;
}

function forPlatform({ library: _library, ...question }: Question): PlatformQuestion {
  return question as PlatformQuestion;
}

/** Where the platform gives none. */
const REASONS: Readonly<Record<PlatformQuestion['kind'], Refusal>> = {
  patron: 'unknownPatron',
  loan: 'notLoanable',
  purchase: 'notLoanable',
  renewal: 'noRenewal',
};

function ofPlatform({ outcome, reason, patron, due }: ProtocolAnswer, question: Question): Answer {
  const by = 'platform';
  if (outcome === 'refused') return { outcome, by, reason: reason ?? REASONS[question.kind] };
  // "Yes, but I do not say who": nobody is let in.
  if (question.kind === 'patron' && patron === undefined) return { outcome: 'unavailable' };
  return { outcome, by, ...(patron === undefined ? {} : { patron }), ...(due === undefined ? {} : { due }) };
}
