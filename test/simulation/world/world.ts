/** Everything that is not our program: cabinet, lines, items, network; and what people may do with it. */
import type { KioskView, Screen } from '../../../controller/lending/screen.ts';
import { Controller } from '../host/controller.ts';
import { Platform } from '../host/platform.ts';
import {
  BOARDS,
  boardUrl,
  compartmentNames,
  LIBRARY_URL,
  readerUrl,
  SCANNER_URL,
  terminalConfig,
} from '../host/terminal-config.ts';
import { Seen } from '../seen.ts';
import { Broker } from '../virtual/broker.ts';
import type { VirtualClock } from '../virtual/clock.ts';
import { Line } from '../virtual/line.ts';
import type { Random } from '../virtual/random.ts';
import { ModelBoard } from './board.ts';
import { Cards } from './cards.ts';
import type { DoorLeaf } from './door-leaf.ts';
import { Items } from './items.ts';
import { ModelLibrary } from './library.ts';
import { ModelReader } from './reader.ts';

export interface WorldPlan {
  /** Folder of both databases. */
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Of how many boards the compartments have antennas. */
  readonly sensed: number;
  /** Whoever is silent is asked so often whether it is there. */
  readonly heartbeatMs: number;
  readonly writeMsMean: number;
  readonly resendMs: number;
  /** Whether there is a local library. */
  readonly hasLibrary: boolean;
}

export class World {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly seen: Seen;
  readonly items = new Items();
  /** Credit passes that the platform has made: the most that any of their texts allows. */
  readonly passes = new Map<string, { readonly itemsMax: number; readonly untilMs: number }>();
  readonly broker: Broker;
  readonly controller: Controller;
  readonly platform: Platform;
  readonly boards: readonly ModelBoard[];
  readonly readers: readonly ModelReader[];
  readonly lines = new Map<string, Line>();
  readonly library: ModelLibrary | undefined;
  readonly cards: Cards;
  /** What a bookshop's new books cost, in fen. */
  readonly prices = new Map<string, number>();
  /** Faults are over, people behave. */
  calm = false;
  readonly #unwellAtMs = new Map<string, number>();
  readonly #contactAtMs = new Map<string, number>();
  readonly #doors = new Map<string, DoorLeaf>();
  readonly #watchers = new Set<() => void>();
  #inFront: Promise<void> = Promise.resolve();

  constructor(plan: WorldPlan) {
    const { folder, clock, random, sensed, heartbeatMs, writeMsMean, resendMs, hasLibrary } = plan;
    this.clock = clock;
    this.random = random;
    this.seen = new Seen(clock);
    this.broker = new Broker(clock, random.of('broker'));
    this.broker.watch = (topic, payload, from) => {
      for (const check of this.seen.checks) check.published?.(topic, payload, from);
    };
    const { seen, broker, lines } = this;
    this.boards = BOARDS.map((name, index) => this.#board(name, index));
    this.readers = Array.from({ length: sensed }, (_, index) => {
      const line = this.#line(readerUrl(index));
      return new ModelReader(compartmentNames(index), clock, line, this.items);
    });
    this.#line(SCANNER_URL);
    this.cards = new Cards(hasLibrary);
    if (hasLibrary) this.library = this.#library();
    const config = terminalConfig(folder, sensed, hasLibrary);
    this.controller = new Controller({
      config,
      clock,
      random: random.of('controller'),
      broker,
      seen,
      lines,
      heartbeatMs,
      writeMsMean,
    });
    this.controller.onStart = () => this.unwell('controller');
    this.controller.onShow = () => {
      for (const watcher of [...this.#watchers]) watcher();
    };
    this.platform = new Platform(folder, clock, random.of('platform'), broker, seen, resendMs);
  }

  door(compartment: string): DoorLeaf {
    const door = this.#doors.get(compartment);
    if (!door) throw new Error(`no compartment ${compartment}`);
    return door;
  }

  boardOf(compartment: string): ModelBoard {
    const board = this.boards[compartment.charCodeAt(0) - 'A'.charCodeAt(0)];
    if (!board) throw new Error(`no compartment ${compartment}`);
    return board;
  }

  readerOf(compartment: string): ModelReader | undefined {
    return this.readers.find(({ compartments }) => compartments.includes(compartment));
  }

  /** Something was wrong with it until now. */
  unwell(what: string): void {
    this.#unwellAtMs.set(what, this.clock.nowMs);
  }

  /** Nothing has been wrong with it for so long, nor with the controller that asks. */
  wellFor(what: string, ms: number): boolean {
    const since = this.clock.nowMs - ms;
    const about = [what, boardUrl(what), 'controller'];
    return about.every((one) => (this.#unwellAtMs.get(one) ?? 0) < since) && this.isWell(what);
  }

  isWell(what: string): boolean {
    const board = this.boards.find(({ name }) => name === what);
    const line = this.lines.get(board ? boardUrl(what) : what);
    return (board?.healthy ?? true) && (!line || (line.cable === 'in' && line.noise === 0));
  }

  quietFor(ms: number): boolean {
    const lines = [...this.lines.keys()].filter((url) => url !== LIBRARY_URL);
    return [...BOARDS, ...lines].every((what) => this.wellFor(what, ms));
  }

  cutContact(compartment: string, cut: boolean): void {
    this.#contactAtMs.set(compartment, cut ? Number.POSITIVE_INFINITY : this.clock.nowMs);
    this.door(compartment).cut(cut);
  }

  /** A cut contact reads open: what it told since then is no evidence, and the terminal cannot know. */
  contactLied(compartment: string, sinceMs: number): boolean {
    return (this.#contactAtMs.get(compartment) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
  }

  /** The next view, or the controller's end, tells a watcher to look again. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  get view(): KioskView | undefined {
    return this.controller.view;
  }

  get screen(): Screen['name'] | 'dark' {
    return this.view?.screen.name ?? 'dark';
  }

  scan(code: string): void {
    this.lines.get(SCANNER_URL)?.send(Buffer.from(`${code}\r`));
  }

  type(text: string): void {
    this.controller.input({ kind: 'code', text });
  }

  /** One person at a time is in front of the screen. */
  async inFront(visit: () => Promise<void>): Promise<void> {
    const before = this.#inFront;
    const mine = (async () => {
      await before;
      await visit();
    })();
    this.#inFront = mine.catch(() => {});
    await mine;
  }

  note(line: string): void {
    this.seen.note(line);
  }

  #board(name: string, index: number): ModelBoard {
    const line = this.#line(boardUrl(name));
    const names = compartmentNames(index);
    const { checks } = this.seen;
    const board = new ModelBoard(name, names, this.clock, this.random.of(name), line, {
      pulse: (pulse) => {
        this.note(`pulse at ${pulse.compartment} for unlock ${pulse.unlockId}`);
        for (const check of checks) check.pulse?.(pulse);
      },
      pulseEnded: (pulse, onMs) => {
        for (const check of checks) check.pulseEnded?.(pulse, onMs);
      },
      leaf: (compartment, open) => {
        this.note(`door ${compartment} ${open ? 'opens' : 'closes'}`);
        for (const check of checks) check.leaf?.(compartment, open);
      },
    });
    names.forEach((compartment, at) => {
      const door = board.doors[at];
      if (door) this.#doors.set(compartment, door);
    });
    return board;
  }

  #library(): ModelLibrary {
    const line = this.#line(LIBRARY_URL);
    const random = this.random.of('library');
    return new ModelLibrary(this.clock, random, line, this.cards.holders, (...told) => {
      for (const check of this.seen.checks) check.library?.(...told);
    });
  }

  #line(url: string): Line {
    const line = new Line(this.clock, this.random.of(`line ${url}`));
    this.lines.set(url, line);
    return line;
  }
}
