/** Lending with a fake board behind it: applies inputs, gathers entries and effects, and checks what must always hold. */

import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { Answer, Context, Effect, Input, InputOf, Reading } from '../../controller/lending/inputs.ts';
import { type CompartmentPlan, kept, restore } from '../../controller/lending/restore.ts';
import type { Button } from '../../controller/lending/screen.ts';
import type { Door, LendingState, Sensed } from '../../controller/lending/state.ts';
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
  visitIdleMs: 90_000,
  askMs: 8_000,
  checkMs: 10_000,
  noticeMs: 8000,
};
export const BADGE = 'COURIER-1';
export const CODE = '12345678';
export const SALT = '00'.repeat(16);
const LATER = '2027-01-01T00:00:00Z';
export const PLAN: readonly CompartmentPlan[] = [
  { name: 'A01', size: 'small', board: 'b1', sensed: 'no', use: 'any', reach: 'high' },
  { name: 'A02', size: 'large', board: 'b1', sensed: 'no', use: 'any', reach: 'high' },
  { name: 'B01', size: 'large', board: 'b2', sensed: 'no', use: 'any', reach: 'high' },
];
/** The same compartments with an antenna in each. */
export const sensed = (how: Sensed, use: 'any' | 'returns' = 'any'): CompartmentPlan[] =>
  PLAN.map((planned) => ({ ...planned, sensed: how, use: planned.name === 'A02' ? use : 'any' }));
type Tamper = InputOf<'boardUp'>['tamper'];
const schema = TypeCompiler.Compile(EntrySchema);

export class World {
  state: LendingState;
  nowMs = 0;
  clock: Context['clock'] = 'trusted';
  wallMs = Date.UTC(2026, 10, 24);
  /** A local library is configured. */
  library = false;
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
      library: this.library,
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

  answer(answer: InputOf<'unlockAnswered'>['answer']): this {
    return this.take({ kind: 'unlockAnswered', unlockId: this.unlock?.unlockId ?? 0, answer });
  }

  /** The reader answers the last question. */
  tags(items: readonly string[], more: Partial<Reading> = {}): this {
    const asked = this.effects.findLast((effect) => effect.kind === 'readTags');
    if (!asked) throw new Error('nobody asked for tags');
    const { checkId, compartment } = asked;
    const reading = { items, partly: [], onlineOnly: [], unknownTags: 0, complete: true, ...more };
    return this.take({ kind: 'tagsRead', checkId, compartment, reading });
  }

  press(button: Button): this {
    return this.take({ kind: 'button', button });
  }

  entry<K extends Entry['kind']>(kind: K): Extract<Entry, { kind: K }> | undefined {
    return this.entries.findLast((entry): entry is Extract<Entry, { kind: K }> => entry.kind === kind);
  }

  choose(item: string): this {
    return this.take({ kind: 'choose', item });
  }

  /** The last question that was asked. */
  get question() {
    const asked = this.effects.findLast((effect) => effect.kind === 'ask');
    if (!asked) throw new Error('nobody asked anything');
    return asked;
  }

  /** Library or platform answers the last question. */
  reply(answer: Answer): this {
    return this.take({ kind: 'answered', requestId: this.question.requestId, answer });
  }

  /** A door opens and closes again. */
  through(compartment: string): this {
    return this.door(compartment, true).door(compartment, false);
  }

  get view() {
    return kioskView(this.state, { nowMs: this.nowMs, wallMs: this.wallMs, clock: this.clock }, 'up');
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
