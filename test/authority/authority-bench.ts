/** The authority between a simulated library on a TCP port and a small platform that speaks the real wire. */
import { Authority, type LibrarySettings } from '../../controller/authority/authority.ts';
import type { Answer, Question } from '../../controller/lending/inputs.ts';
import type { SetTimer } from '../../controller/port/timer.ts';
import { waitFor } from '../../demo/wait.ts';
import { parseAnswer, parseAsk } from '../../protocol/platform/parse.ts';
import type { Ask, Answer as ProtocolAnswer } from '../../protocol/platform/questions.ts';
import { SimulatedAcs } from '../../simulator/library/acs.ts';
import type { Habits } from '../../simulator/library/collection.ts';
import type { Quirks } from '../../simulator/library/quirks.ts';
import { ACCOUNT, LIMIT_MS, LIMITS, library, NOW, PERSONAL } from './sip2-bench.ts';

export const BOOT = 7;
type Decided = Omit<ProtocolAnswer, 'id'>;
const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value));

/** Answers what it is asked, over the bytes that MQTT would carry. */
export class SmallPlatform {
  link: 'up' | 'down' = 'up';
  silent = false;
  readonly asked: Ask[] = [];
  decide: (question: Ask['question']) => Decided = () => ({ outcome: 'granted' });
  answered: (answer: ProtocolAnswer) => void = () => {};

  ask(told: Ask): boolean {
    if (this.link === 'down') return false;
    const ask = parseAsk(bytes(told));
    if (!ask.ok) throw new Error(`the platform would not take it: ${ask.error}`);
    this.asked.push(ask.value);
    if (!this.silent) setTimeout(() => this.tell({ id: told.id, ...this.decide(ask.value.question) }), 2);
    return true;
  }

  tell(told: ProtocolAnswer): void {
    const answer = parseAnswer(bytes(told));
    if (!answer.ok) throw new Error(`no answer of the platform: ${answer.error}`);
    this.answered(answer.value);
  }
}

export interface BenchOptions {
  readonly quirks?: Partial<Quirks>;
  readonly habits?: Partial<Habits>;
  readonly settings?: Partial<LibrarySettings>;
  readonly askMs?: number;
  readonly loginMs?: number;
  readonly setTimer?: SetTimer;
  /** There is no local library at all, or no platform. */
  readonly without?: 'library' | 'platform';
}

export interface Told {
  readonly telling: number;
  readonly outcome: 'done' | 'refused';
  readonly reason?: string | undefined;
}

export class AuthorityBench {
  readonly acs: SimulatedAcs;
  readonly platform = new SmallPlatform();
  readonly answers = new Map<number, Answer[]>();
  readonly told: Told[] = [];
  readonly troubles: string[] = [];
  /** What happens when the library was told; the list without it, as lending's state would be. */
  onTold: (told: Told) => void = () => {};
  now: Date | undefined = new Date(NOW);
  authority: Authority;
  readonly #options: BenchOptions;
  readonly #port: number;
  #asked = 0;

  private constructor(acs: SimulatedAcs, port: number, options: BenchOptions) {
    this.acs = acs;
    this.#port = port;
    this.#options = options;
    this.authority = this.#make();
  }

  static async start(options: BenchOptions = {}): Promise<AuthorityBench> {
    const acs = new SimulatedAcs(library(options.habits), ACCOUNT, options.quirks);
    const bench = new AuthorityBench(acs, await acs.listen(), options);
    bench.authority.start();
    return bench;
  }

  static async up(options: BenchOptions = {}): Promise<AuthorityBench> {
    const bench = await AuthorityBench.start(options);
    await bench.until('up');
    return bench;
  }

  until(link: 'up' | 'down'): Promise<unknown> {
    return waitFor(`library ${link}`, LIMIT_MS, async () => this.authority.health.libraryLink === link);
  }

  /** The process dies and starts again; nothing that it had under way is told any more. */
  async restart(): Promise<void> {
    await this.authority.stop();
    this.authority = this.#make();
    this.authority.start();
  }

  /** Waits for the answer, and a moment longer: there must be only one. */
  async ask(question: Question): Promise<Answer> {
    this.#asked += 1;
    const id = this.#asked;
    this.authority.ask(id, question);
    const answer = await waitFor('an answer', LIMIT_MS, async () => this.answers.get(id)?.[0]);
    return answer;
  }

  /** Codes of the requests that arrived, without their sequence numbers. */
  get codes(): string[] {
    return this.acs.log.filter((line) => /^\d\d/.test(line)).map((line) => line.slice(0, 2));
  }

  async stop(): Promise<void> {
    await this.authority.stop();
    await this.acs.close();
    for (const answers of this.answers.values())
      if (answers.length !== 1) throw new Error(`a question had ${answers.length} answers`);
    for (const personal of PERSONAL)
      for (const text of [...this.troubles, ...this.told.map(({ reason }) => reason ?? '')])
        if (text.includes(personal)) throw new Error(`personal data in: ${text}`);
  }

  #make(): Authority {
    const { without, settings, setTimer, askMs = 4_000, loginMs = LIMITS.loginMs } = this.#options;
    const { answerMs: _, ...limits } = LIMITS;
    const sip2 = { ...limits, loginMs };
    const authority: Authority = new Authority({
      ...(without === 'library'
        ? {}
        : {
            library: {
              url: `tcp://127.0.0.1:${this.#port}`,
              login: ACCOUNT,
              institutionId: 'HZ',
              loanDays: 30,
              ...settings,
            },
          }),
      ...(without === 'platform' ? {} : { askPlatform: (ask: Ask) => this.platform.ask(ask) }),
      ...(setTimer && { setTimer }),
      boot: BOOT,
      limits: { askMs, replayPauseMs: 2, sip2, backoff: { msMin: 10, msMax: 40, stableMs: 10_000 } },
      answered: (id, answer) => this.answers.set(id, [...(this.answers.get(id) ?? []), answer]),
      told: (telling, outcome, reason) => {
        const told = { telling, outcome, reason };
        this.told.push(told);
        this.onTold(told);
      },
      onLink: () => {},
      trouble: (message, about) => this.troubles.push(`${message} ${JSON.stringify(about)}`),
      now: () => this.now,
    });
    this.platform.answered = (answer) => authority.platformAnswered(answer);
    return authority;
  }
}
