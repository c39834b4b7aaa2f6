/**
 * The terminal's one queue. Each input is decided by lending, committed to the ledger, and only then its effects are
 * carried out: write before act.
 */
import type { Moment } from '../protocol/platform/journal-event.ts';
import type { Clock } from './clock.ts';
import type { Change, Ledger } from './ledger/ledger.ts';
import type { Effect, Input, Times } from './lending/inputs.ts';
import { kept } from './lending/restore.ts';
import { COLLECTIONS, type LendingState } from './lending/state.ts';
import { nextDeadline, type Step, step } from './lending/step.ts';

export interface DecisionOptions {
  readonly state: LendingState;
  readonly ledger: Pick<Ledger, 'commit' | 'head' | 'boot'>;
  readonly clock: Clock;
  readonly times: Times;
  readonly version: string;
  /** A local library is configured. */
  readonly library: boolean;
  effect(effect: Effect): void;
  /** After each input whose step is durable. */
  changed(state: LendingState): void;
  /** Nothing can be decided any more: programmer's error or a disk that refuses. */
  fatal(error: unknown): void;
  /** For tests of recovery: called at each point at which a process may die. */
  readonly checkpoint?: (name: string) => void;
}

export class Decisions {
  readonly #options: DecisionOptions;
  #state: LendingState;
  #tail: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: DecisionOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  get state(): LendingState {
    return this.#state;
  }

  /** Decides at once; resolves when the step is durable and its effects are under way. */
  take(input: Input): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('the terminal is stopping'));
    const { ledger, clock, times, version, library } = this.#options;
    const moment = this.#moment();
    const before = this.#state;
    let effects: readonly Effect[];
    let after: LendingState;
    let committed: Promise<void>;
    try {
      const decided = step(before, input, {
        nowMs: moment.monotonicMs,
        wallMs: moment.wallMs,
        clock: moment.clock,
        nextSequence: ledger.head + 1,
        version,
        times,
        library,
      });
      const changes = changesBetween(before, decided);
      after = decided.state;
      this.#state = after;
      effects = decided.effects;
      committed = this.#commit(decided.entries, changes, moment);
    } catch (error) {
      return this.#fail(error);
    }
    this.#tail = Promise.all([this.#tail, committed]).then(() => this.#durable(effects, after));
    this.#tail.catch((error) => this.#fail(error).catch(() => {}));
    this.#schedule(clock.nowMs());
    return this.#tail;
  }

  /** No further input; resolves when what was decided is durable. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#tail.catch(() => {});
  }

  #moment(): Moment {
    const { clock, ledger } = this.#options;
    return { wallMs: clock.wallMs(), clock: clock.trust(), monotonicMs: clock.nowMs(), boot: ledger.boot };
  }

  async #commit(
    entries: Parameters<Ledger['commit']>[0],
    changes: readonly Change[],
    moment: Moment,
  ): Promise<void> {
    if (entries.length === 0 && changes.length === 0) return;
    const point = entries.map(({ kind }) => kind).join('+') || 'views only';
    this.#options.checkpoint?.(`before commit of ${point}`);
    await this.#options.ledger.commit(entries, changes, moment);
    this.#options.checkpoint?.(`after commit of ${point}`);
  }

  /** `after`: the state of this step; a later one may have been decided, and is not durable yet. */
  #durable(effects: readonly Effect[], after: LendingState): void {
    for (const effect of effects) {
      this.#options.checkpoint?.(`before effect ${effect.kind}`);
      this.#options.effect(effect);
      this.#options.checkpoint?.(`after effect ${effect.kind}`);
    }
    this.#options.changed(after);
  }

  #fail(error: unknown): Promise<never> {
    if (!this.#stopped) {
      this.#stopped = true;
      clearTimeout(this.#timer);
      this.#options.fatal(error);
    }
    return Promise.reject(error);
  }

  #schedule(nowMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const at = nextDeadline(this.#state, nowMs);
    if (at === undefined) return;
    this.#timer = setTimeout(() => this.take({ kind: 'tick' }).catch(() => {}), Math.max(0, at - nowMs) + 1);
  }
}

/** What the ledger must write: values whose kept part is not the same as before. */
export function changesBetween(before: LendingState, { state, written }: Pick<Step, 'state' | 'written'>) {
  return COLLECTIONS.flatMap((collection): Change[] => {
    const was = before[collection] as Readonly<Record<string, unknown>>;
    const is = state[collection] as Readonly<Record<string, unknown>>;
    return [...(written.get(collection) ?? [])]
      .filter((key) => was[key] !== is[key] && differs(collection, was[key], is[key]))
      .map((key) => ({ collection, key, body: is[key] && kept(collection, is[key]) }));
  });
}

function differs(collection: (typeof COLLECTIONS)[number], was: unknown, is: unknown): boolean {
  if (was === undefined || is === undefined) return true;
  return JSON.stringify(kept(collection, was)) !== JSON.stringify(kept(collection, is));
}
