/** The local library: its collection and its SIP2 server, the simulator's own, on a virtual line. */
import { EventEmitter } from 'node:events';
import type { Sip2Message } from '../../../protocol/sip2/messages.ts';
import { Collection, HABITS } from '../../../simulator/library/collection.ts';
import { AcsConnection, type AcsSocket } from '../../../simulator/library/connection.ts';
import { type AnswerFault, QUIRKS, type Quirks } from '../../../simulator/library/quirks.ts';
import { LIBRARY_ACCOUNT } from '../host/terminal-config.ts';
import type { VirtualClock } from '../virtual/clock.ts';
import type { Line } from '../virtual/line.ts';
import type { Random } from '../virtual/random.ts';
import type { Holder } from './cards.ts';

type Told = (request: Sip2Message, answer: Sip2Message | undefined, effects: readonly string[]) => void;

/** Long enough for what was written before to arrive. */
const END_MS = 5;
const ITEMS_MAX = 3;
const ANSWER_FAULTS: readonly AnswerFault[] = [
  ...(['cut', 'slow', 'doubled', 'echoed', 'late', 'never'] as const),
  ...(['badChecksum', 'askAgain', 'drop'] as const),
];

export class ModelLibrary {
  readonly collection: Collection;
  readonly line: Line;
  quirks: Quirks = QUIRKS;
  /** Chance that something happens to an answer. */
  unwell = 0;
  /** How long an answer takes that is late. */
  lateMs = 3_000;
  refusesLogin = false;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #faults: (AnswerFault | 'none')[] = [];
  #socket: VirtualSocket | undefined;

  constructor(clock: VirtualClock, random: Random, line: Line, holders: readonly Holder[], told: Told) {
    this.#clock = clock;
    this.#random = random;
    this.line = line;
    const patrons = holders
      .filter((holder) => holder.of === 'library')
      .map(({ card: id, pin }, index) => ({
        id,
        pin,
        name: `Patron ${index}`,
        ...(index === 0 ? { itemsMax: ITEMS_MAX } : {}),
      }));
    const now = () => `${new Date(clock.trueWallMs).toISOString().slice(0, 19)}Z`;
    this.collection = new WatchedCollection(patrons, [], now, told);
    const habits = random.of('habits');
    const offLineOk = habits.chance(0.85);
    this.collection.habits = {
      ...HABITS,
      listsHold: habits.pick(['barcodes', 'titles']),
      mixesHolds: habits.chance(0.2),
      checksInWhatIsIn: habits.chance(0.5),
      renewsForOthers: habits.chance(0.7),
      tellsValidPatron: habits.chance(0.8),
      offLineOk,
      takesNoBlock: offLineOk,
    };
    line.attached = (open) => this.#attached(open);
    line.receive = (bytes) => this.#receive(bytes);
  }

  /** A book of its own; one that the province has sent is unknown to it. */
  owns(item: string): void {
    const { items } = this.collection;
    if (!items.has(item)) items.set(item, { id: item, title: `The book ${item}` });
  }

  /** Everything is as it should be, and an old connection is gone. */
  heal(): void {
    this.quirks = QUIRKS;
    this.unwell = 0;
    this.refusesLogin = false;
    this.line.cable = 'in';
    this.line.hangUp();
  }

  #attached(open: boolean): void {
    const before = this.#socket;
    this.#socket = undefined;
    before?.lost();
    if (!open) return;
    const socket = new VirtualSocket(this.#clock, this.line);
    this.#socket = socket;
    const { collection } = this;
    const library = this;
    new AcsConnection(
      socket,
      {
        collection,
        get account() {
          return library.refusesLogin ? { ...LIBRARY_ACCOUNT, password: 'another' } : LIBRARY_ACCOUNT;
        },
        get quirks() {
          return library.quirks;
        },
        faults: this.#faults,
        lateMs: () => this.lateMs,
        hears: () => true,
        log: () => {},
      },
      () => {},
    ).serve();
  }

  #receive(bytes: Uint8Array): void {
    this.#faults.length = 0;
    if (this.#random.chance(this.unwell)) this.#faults.push(this.#random.pick(ANSWER_FAULTS));
    this.#socket?.emit('data', Buffer.from(bytes));
  }
}

/** Tells what it was asked, and what came of it. */
class WatchedCollection extends Collection {
  readonly #told: Told;

  constructor(...[patrons, items, now, told]: [...ConstructorParameters<typeof Collection>, Told]) {
    super(patrons, items, now);
    this.#told = told;
  }

  override answer(request: Sip2Message): Sip2Message | undefined {
    const before = this.effects.length;
    const answer = super.answer(request);
    this.#told(request, answer, this.effects.slice(before));
    return answer;
  }
}

/** The server's end of a connection. */
class VirtualSocket extends EventEmitter implements AcsSocket {
  destroyed = false;
  writable = true;
  readonly #clock: VirtualClock;
  readonly #line: Line;

  constructor(clock: VirtualClock, line: Line) {
    super();
    this.#clock = clock;
    this.#line = line;
  }

  setNoDelay(): void {}

  write(bytes: Uint8Array): void {
    if (this.writable) this.#line.send(bytes);
  }

  end(done: () => void = () => {}): void {
    this.writable = false;
    this.#clock.at(this.#clock.world, END_MS, done);
  }

  destroy(): void {
    if (this.destroyed) return;
    this.lost();
    this.#line.hangUp();
  }

  lost(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.writable = false;
    this.emit('close');
  }
}
