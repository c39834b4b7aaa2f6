/**
 * Who decides: the local library first, the provincial platform as supplement, and lending alone where neither answers
 * in time. Each can be absent.
 *
 * `patron`    63. Only CQ = Y counts. A wrong PIN is final where the library knows the card, a lost card always; a card
 *             that it does not know, and a patron who is blocked here, are the platform's.
 * `loan`      of a patron of the library: 17. On a shelf or on its way: granted. Lent, recalled, lost, held for another:
 *             final. An item that it does not know, and one more than it allows this patron, are the platform's.
 *             Of anybody else: the platform's.
 * `purchase`  The platform's.
 * `renewal`   17, and 29 where the library has lent it, which is final. Any other is the platform's.
 *
 * Whoever is away, silent or unintelligible cannot tell. What has happened is told afterwards (`replay.ts`).
 */
import type { Ask, Answer as ProtocolAnswer } from '../../protocol/platform/questions.ts';
import type { Answer, Question } from '../lending/inputs.ts';
import type { Telling } from '../lending/state.ts';
import type { Backoff } from '../port/backoff.ts';
import type { KeepOpenOptions } from '../port/keep-open.ts';
import { setTimer } from '../port/timer.ts';
import { LocalLibrary } from './local-library.ts';
import { Questions } from './questions.ts';
import { Replay } from './replay.ts';
import type { LibrarySettings } from './settings.ts';
import { Sip2Client } from './sip2-client.ts';
import { SIP2_LIMITS, type Sip2Limits } from './sip2-settings.ts';

export type { LibrarySettings } from './settings.ts';

export interface AuthorityOptions extends Pick<KeepOpenOptions, 'open' | 'random' | 'setTimer'> {
  /** Missing: there is no local library. */
  readonly library?: LibrarySettings | undefined;
  /** `false`: the link is down, and nothing was sent. Missing: there is no platform. */
  askPlatform?(ask: Ask): boolean;
  /** Number of this start of the controller: ids of questions differ from start to start. */
  readonly boot: number;
  readonly limits: AuthorityLimits;
  /** Once for each question, within `askMs`; never from within `ask`. */
  answered(requestId: number, answer: Answer): void;
  told(telling: number, outcome: 'done' | 'refused', reason?: string): void;
  /** Of the local library. */
  onLink(link: 'up' | 'down', why?: string): void;
  trouble(message: string, about: object): void;
  /** `undefined` while the clock is not trusted; for due dates. */
  now(): Date | undefined;
}

export interface AuthorityLimits {
  readonly askMs: number;
  /** At most half of `askMs`, which is what it is where it is missing. */
  readonly libraryMs?: number;
  /** Before something that the library did not answer is told again. */
  readonly replayPauseMs?: number;
  readonly sip2?: Partial<Sip2Limits>;
  readonly backoff?: Backoff;
}

export interface AuthorityHealth {
  readonly libraryLink: 'up' | 'down' | 'none';
  /** Loans and returns that the library has not been told of yet. */
  readonly tellings: number;
  readonly questions: number;
  /** What came from the library and was no answer. */
  readonly answersBad: number;
}

const REPLAY_PAUSE_MS = 5_000;

export class Authority {
  readonly #options: AuthorityOptions;
  readonly #client: Sip2Client | undefined;
  readonly #questions: Questions;
  readonly #replay: Replay | undefined;

  constructor(options: AuthorityOptions) {
    const { library, limits, boot } = options;
    this.#options = options;
    const libraryMs = Math.min(limits.libraryMs ?? Number.POSITIVE_INFINITY, limits.askMs / 2);
    this.#client = library && this.#makeClient(library, libraryMs);
    this.#questions = new Questions({
      library: library && this.#client && this.#makeLibrary(library, this.#client),
      askPlatform: options.askPlatform,
      boot,
      askMs: limits.askMs,
      libraryMs,
      setTimer: options.setTimer ?? setTimer,
      answered: (requestId, answer) => {
        options.answered(requestId, answer);
        this.#replay?.kick();
      },
    });
    this.#replay = library && this.#client && this.#makeReplay(library, this.#client);
  }

  get health(): AuthorityHealth {
    const { unasked = 0, bad = 0, checksumsWrong = 0 } = this.#client?.counts ?? {};
    return {
      libraryLink: this.#client?.link ?? 'none',
      tellings: this.#replay?.waiting ?? 0,
      questions: this.#questions.waiting,
      answersBad: unasked + bad + checksumsWrong,
    };
  }

  start(): void {
    this.#client?.start();
  }

  /** Nothing is answered or told any more. */
  async stop(): Promise<void> {
    this.#questions.stop();
    this.#replay?.stop();
    await this.#client?.stop();
  }

  ask(requestId: number, question: Question): void {
    this.#questions.ask(requestId, question);
  }

  platformAnswered(answer: ProtocolAnswer): void {
    this.#questions.platformAnswered(answer);
  }

  /** After each step that is durable: what the library must be told, in order. */
  replay(tellings: readonly Telling[]): void {
    this.#replay?.take(tellings);
  }

  #makeClient({ loanDays: _, ...wire }: LibrarySettings, libraryMs: number): Sip2Client {
    const { open, random, setTimer: timer, limits, onLink, trouble } = this.#options;
    return new Sip2Client({
      ...wire,
      ...(open && { open }),
      ...(random && { random }),
      ...(timer && { setTimer: timer }),
      ...(limits.backoff && { backoff: limits.backoff }),
      // A second try must fit into the time that a person waits for the library.
      limits: { answerMs: Math.min(SIP2_LIMITS.answerMs, libraryMs / 2), ...limits.sip2 },
      now: () => this.#now(),
      onLink: (link, why) => {
        onLink(link, why);
        this.#replay?.kick();
      },
      onTrouble: ({ code, message }) => trouble('local library', { code, why: message }),
    });
  }

  #makeLibrary(settings: LibrarySettings, client: Sip2Client): LocalLibrary {
    return new LocalLibrary({ client, settings, now: () => this.#options.now() });
  }

  #makeReplay({ loanDays }: LibrarySettings, client: Sip2Client): Replay {
    const { limits, told, trouble, setTimer: timer = setTimer } = this.#options;
    return new Replay({
      client,
      loanDays,
      setTimer: timer,
      pauseMsMin: limits.replayPauseMs ?? REPLAY_PAUSE_MS,
      idle: () => this.#questions.waiting === 0,
      told,
      trouble,
      now: () => this.#now(),
    });
  }

  /** SIP2 wants a date, also from a clock that nobody trusts. */
  #now(): Date {
    return this.#options.now() ?? new Date();
  }
}
