/** One step in the making: state, entries and effects gathered while an input is decided. */
import type { Entry } from '../../protocol/platform/entries.ts';
import type { Context, Effect } from './inputs.ts';
import type { NoticeAbout, NoticeName } from './screen.ts';
import type { Collection, Kiosk, LendingState } from './state.ts';

/** An unlock id travels in 32 bits; sequences of one journal never come near the end of it. */
const UNLOCK_ID_MODULUS = 2 ** 32;

export type ValueIn<C extends Collection> =
  LendingState[C] extends Readonly<Record<string, infer V>> ? V : never;

export class Turn {
  #state: LendingState;
  /** Keys that have been written, by collection; what is not among them is as it was. */
  readonly written = new Map<Collection, Set<string>>();
  readonly entries: Entry[] = [];
  readonly effects: Effect[] = [];
  readonly context: Context;

  constructor(state: LendingState, context: Context) {
    this.#state = state;
    this.context = context;
  }

  get state(): LendingState {
    return this.#state;
  }

  /** The sequence that the next entry of this turn will have. */
  get nextSequence(): number {
    return this.context.nextSequence + this.entries.length;
  }

  /** The unlock id of an `unlockRequested` entry that is entered next. */
  get nextUnlockId(): number {
    return this.nextSequence % UNLOCK_ID_MODULUS;
  }

  enter(entry: Entry): void {
    this.entries.push(entry);
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  put<C extends Collection>(collection: C, key: string, value: ValueIn<C>): void {
    this.#write(collection, { ...this.state[collection], [key]: value }, [key]);
  }

  /** The whole collection is told anew. */
  replace<C extends Collection>(collection: C, values: Readonly<Record<string, ValueIn<C>>>): void {
    this.#write(collection, values, [...Object.keys(this.state[collection]), ...Object.keys(values)]);
  }

  /** Change some fields of a value that exists; nothing happens where it does not. */
  change<C extends Collection>(collection: C, key: string, fields: Partial<ValueIn<C>>): void {
    const value = (this.state[collection] as Readonly<Record<string, ValueIn<C>>>)[key];
    if (value) this.put(collection, key, { ...value, ...fields });
  }

  remove(collection: Collection, ...keys: readonly string[]): void {
    const rest: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(this.state[collection]))
      if (!keys.includes(key)) rest[key] = value;
    this.#write(collection, rest, keys);
  }

  #write(collection: Collection, values: object, keys: readonly string[]): void {
    this.#state = { ...this.#state, [collection]: values };
    const written = this.written.get(collection) ?? new Set();
    this.written.set(collection, written);
    for (const key of keys) written.add(key);
  }

  kiosk(fields: Partial<Kiosk>): void {
    this.change('kiosk', 'kiosk', fields);
  }

  notice(name: NoticeName, about: NoticeAbout = {}): void {
    this.kiosk({ notice: { name, untilMs: this.context.nowMs + this.context.times.noticeMs, ...about } });
  }
}
