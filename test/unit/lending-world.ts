/** Lending with a fake board behind it: applies inputs, gathers entries and effects, and checks what must always hold. */

import { TypeCompiler } from '@sinclair/typebox/compiler';
import {
  type CompartmentPlan,
  type Context,
  type Door,
  type Effect,
  type Input,
  kept,
  type LendingState,
  type Reading,
  restore,
  type Sensed,
} from '../../controller/lending/state.ts';
import { step } from '../../controller/lending/step.ts';
import { kioskView } from '../../controller/lending/view.ts';
import { badgeHash, pickupCodeHash } from '../../protocol/platform/codes.ts';
import type { CommandAction } from '../../protocol/platform/commands.ts';
import { type Entry, EntrySchema } from '../../protocol/platform/entries.ts';

export const TIMES = {
  pulseMs: 200,
  openWaitMs: 2000,
  leftOpenMs: 180_000,
  courierIdleMs: 300_000,
  returnIdleMs: 60_000,
  checkMs: 10_000,
  noticeMs: 8000,
};
export const BADGE = 'COURIER-1';
export const CODE = '12345678';
export const SALT = '00'.repeat(16);
const LATER = '2027-01-01T00:00:00Z';
export const PLAN: readonly CompartmentPlan[] = [
  { name: 'A01', size: 'small', board: 'b1', sensed: 'no', use: 'any' },
  { name: 'A02', size: 'large', board: 'b1', sensed: 'no', use: 'any' },
  { name: 'B01', size: 'large', board: 'b2', sensed: 'no', use: 'any' },
];
/** The same compartments with an antenna in each. */
export const sensed = (how: Sensed, use: 'any' | 'returns' = 'any'): CompartmentPlan[] =>
  PLAN.map((planned) => ({ ...planned, sensed: how, use: planned.name === 'A02' ? use : 'any' }));
type Tamper = Extract<Input, { kind: 'boardUp' }>['tamper'];
const schema = TypeCompiler.Compile(EntrySchema);

export class World {
  state: LendingState;
  nowMs = 0;
  clock: Context['clock'] = 'trusted';
  wallMs = Date.UTC(2026, 10, 24);
  readonly entries: Entry[] = [];
  readonly effects: Effect[] = [];
  readonly #plan: readonly CompartmentPlan[];
  #commands = 0;

  constructor(plan: readonly CompartmentPlan[] = PLAN) {
    this.#plan = plan;
    this.state = restore({}, plan, 0, TIMES);
  }

  take(input: Input): this {
    const decided = step(this.state, input, {
      nowMs: this.nowMs,
      wallMs: this.wallMs,
      clock: this.clock,
      nextSequence: this.entries.length + 1,
      version: 'test',
      times: TIMES,
    });
    for (const entry of decided.entries)
      if (!schema.Check(entry)) throw new Error(`an entry fits no schema: ${JSON.stringify(entry)}`);
    this.state = decided.state;
    this.entries.push(...decided.entries);
    this.effects.push(...decided.effects);
    return this;
  }

  /** Dies and starts again with what the ledger kept. */
  restart(): this {
    const values = Object.entries(this.state).map(([collection, record]) => [
      collection,
      Object.fromEntries(
        Object.entries(record).map(([key, value]) => [
          key,
          JSON.parse(JSON.stringify(kept(collection as keyof LendingState, value))),
        ]),
      ),
    ]);
    this.state = restore(Object.fromEntries(values) as Partial<LendingState>, this.#plan, 0, TIMES);
    this.nowMs = 0;
    return this.take({ kind: 'started' });
  }

  boardUp(boot = 1, doors: Record<string, Door> = { A01: 'closed', A02: 'closed' }): this {
    return this.boardTells('b1', boot, doors);
  }

  /** A second board, with one compartment. */
  secondBoardUp(): this {
    return this.boardTells('b2', 1, { B01: 'closed' });
  }

  boardTells(board: string, boot: number, doors: Record<string, Door>, tamper: Tamper = 'closed'): this {
    return this.take({ kind: 'boardUp', board, firmware: '0.1.0', boot, resetCause: 1, doors, tamper });
  }

  command(action: CommandAction, id?: string): this {
    this.#commands += 1;
    return this.take({
      kind: 'command',
      command: { id: id ?? `c${this.#commands}`, expires: LATER, action },
    });
  }

  scan(text: string): this {
    return this.take({ kind: 'code', text });
  }

  wait(ms: number): this {
    this.nowMs += ms;
    return this.take({ kind: 'tick' });
  }

  door(compartment: string, open: boolean): this {
    return this.take({ kind: 'doorMoved', compartment, open });
  }

  get unlock() {
    return this.effects.filter((effect) => effect.kind === 'unlock').at(-1);
  }

  answer(answer: Extract<Input, { kind: 'unlockAnswered' }>['answer']): this {
    return this.take({ kind: 'unlockAnswered', unlockId: this.unlock?.unlockId ?? 0, answer });
  }

  /** The reader answers the last question. */
  tags(items: readonly string[], more: Partial<Reading> = {}): this {
    const asked = this.effects.findLast((effect) => effect.kind === 'readTags');
    if (!asked) throw new Error('nobody asked for tags');
    const { checkId, compartment } = asked;
    const reading = { items, partly: [], unknownTags: 0, complete: true, ...more };
    return this.take({ kind: 'tagsRead', checkId, compartment, reading });
  }

  press(button: 'finish' | 'return'): this {
    return this.take({ kind: 'button', button });
  }

  entry<K extends Entry['kind']>(kind: K): Extract<Entry, { kind: K }> | undefined {
    return this.entries.findLast((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
  }

  get view() {
    return kioskView(this.state, this.nowMs, 'up');
  }

  get screen() {
    return this.view.screen.name;
  }

  get notice() {
    return this.view.notice?.name;
  }

  kinds(): string[] {
    return this.entries.map(({ kind }) => kind);
  }

  /** Board up, couriers known, one hold placed. */
  prepared(): this {
    return this.boardUp().couriers().place('h1', 'item-1');
  }

  couriers(): this {
    const badge = badgeHash(BADGE);
    return this.command({ kind: 'setCouriers', couriers: [{ courier: 'courier-1', badgeHash: badge }] });
  }

  place(hold: string, item: string, size: 'small' | 'large' = 'small'): this {
    return this.command({ kind: 'placeHold', hold, item, title: `title of ${item}`, patron: 'p1', size });
  }

  ready(hold = 'h1', code = CODE): this {
    const codeHash = pickupCodeHash(SALT, code);
    return this.command({ kind: 'readyHold', hold, codeSalt: SALT, codeHash, expires: LATER });
  }

  loaded(): this {
    return this.prepared()
      .scan(BADGE)
      .scan('item-1')
      .answer('pulsing')
      .door('A01', true)
      .door('A01', false)
      .scan(BADGE);
  }
}
