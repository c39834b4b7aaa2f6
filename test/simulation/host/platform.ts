/** The platform's process: the real ingest, effects, questions, orders, stock, passes and fleet of platform/, over a real database. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { listDoubts } from '../../../platform/doubts.ts';
import { Fleet } from '../../../platform/fleet.ts';
import { KeyFiles } from '../../../platform/key-files.ts';
import { Orders } from '../../../platform/orders.ts';
import { PassKeys } from '../../../platform/pass-keys.ts';
import { Stock } from '../../../platform/stock.ts';
import { Store } from '../../../platform/store.ts';
import { Terminals } from '../../../platform/terminals.ts';
import type { Seen } from '../seen.ts';
import type { Broker } from '../virtual/broker.ts';
import { type Owner, owner, type VirtualClock } from '../virtual/clock.ts';
import { Disk } from '../virtual/disk.ts';
import type { Random } from '../virtual/random.ts';
import { BADGE, TERMINAL } from './terminal-config.ts';

export interface Doubt {
  readonly item: string;
  readonly hold?: string;
  readonly compartment: string;
  readonly reason: string;
  readonly wayOut: string;
  readonly asked: boolean;
  readonly refusal?: string;
}

interface Running {
  readonly owner: Owner;
  readonly disk: Disk;
  readonly store: Store;
  readonly orders: Orders;
  readonly fleet: Fleet;
  readonly stock: Stock;
  readonly keys: PassKeys;
  readonly terminals: Terminals;
}

/** As platform/ingest.ts stores it: terminal, journal, sequence, hash, kind, text. */
type KeptEvent = readonly [string, string, number, string, string, string];

const RESEND_MS = 15 * 60_000;
const RESTART_MS = 3_000;

/** Scrypt works in threads of its own, which no virtual time waits for, and long. */
export const quickPinHash = async (pin: string, salt: string): Promise<string> =>
  createHash('sha256').update(`${salt} ${pin}`).digest('hex');

export class Platform {
  readonly #folder: string;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #broker: Broker;
  readonly #seen: Seen;
  readonly #resendMs: number;
  #running: Running | undefined;
  #starts = 0;
  #uncommitted: { sequence: number; text: string }[] = [];
  #inTransaction = false;
  #again = true;

  constructor(
    folder: string,
    clock: VirtualClock,
    random: Random,
    broker: Broker,
    seen: Seen,
    resendMs = RESEND_MS,
  ) {
    this.#folder = folder;
    this.#clock = clock;
    this.#random = random;
    this.#broker = broker;
    this.#seen = seen;
    this.#resendMs = resendMs;
  }

  get up(): boolean {
    return this.#running !== undefined;
  }

  get owner(): Owner | undefined {
    return this.#running?.owner;
  }

  async start(): Promise<void> {
    this.#starts += 1;
    const by = owner('platform');
    this.#uncommitted = [];
    this.#inTransaction = false;
    const disk = new Disk(
      this.#clock,
      by,
      this.#random.of(`disk ${this.#starts}`),
      { writeMsMean: 0 },
      {
        ran: (sql, parameters) => this.#ran(sql, parameters),
      },
    );
    const store = await this.#clock.hold(by, () => Store.open(join(this.#folder, 'platform.db'), disk.open));
    const keys = new PassKeys(store, new KeyFiles(join(this.#folder, 'pass-keys')));
    await this.#clock.hold(by, () => keys.ready());
    const { broker, trouble } = { broker: 'mqtt://broker:1883', trouble: () => {} };
    const terminals = new Terminals({
      store,
      broker,
      open: this.#broker.opener(by),
      resendMs: this.#resendMs,
      pinHash: quickPinHash,
      changed: () => {},
      trouble,
    });
    const running = {
      owner: by,
      disk,
      store,
      orders: new Orders(store, terminals),
      fleet: new Fleet(store, terminals),
      stock: new Stock(store, terminals),
      keys,
      terminals,
    };
    await this.#clock.call(by, async () => {
      await running.fleet.register(TERMINAL, 'village', [{ courier: 'courier-1', badge: BADGE }]);
      await terminals.start();
    });
    if (by.alive) this.#running = running;
  }

  kill(): void {
    const running = this.#running;
    if (!running) return;
    this.#seen.note('the platform dies');
    this.#running = undefined;
    running.owner.alive = false;
    this.#broker.died(running.owner);
    running.disk.abandon();
    void this.#clock.sleep(RESTART_MS).then(async () => {
      if (this.#again) await this.start();
    });
  }

  end(): void {
    this.#again = false;
    const running = this.#running;
    if (!running) return;
    running.owner.alive = false;
    running.disk.abandon();
  }

  /** Rejects with what the platform refuses; `undefined` while it is away. */
  ask<T>(what: (running: Running) => Promise<T>): Promise<T | undefined> {
    const running = this.#running;
    if (!running) return Promise.resolve(undefined);
    // A platform that dies meanwhile answers nothing: whoever asks goes home after a while.
    return Promise.race([
      this.#clock.call(running.owner, () => what(running)),
      this.#clock.sleep(60_000).then(() => undefined),
    ]);
  }

  async doubts(): Promise<readonly Doubt[]> {
    return ((await this.ask(({ store }) => listDoubts(store))) ?? []) as Doubt[];
  }

  rows<T>(sql: string, ...parameters: (string | number | null)[]): Promise<T[]> {
    return this.ask(({ store }) => store.all<T>(sql, ...parameters)).then((rows) => rows ?? []);
  }

  #ran(sql: string, parameters: readonly (string | number | null)[]): void {
    if (sql === 'ROLLBACK' || sql.startsWith('BEGIN')) this.#uncommitted = [];
    if (sql.startsWith('BEGIN')) this.#inTransaction = true;
    else if (sql === 'ROLLBACK' || sql === 'COMMIT') this.#inTransaction = false;
    else if (sql.startsWith('INSERT INTO told'))
      for (const [, , sequence, , , text] of JSON.parse(String(parameters[0])) as KeptEvent[])
        this.#uncommitted.push({ sequence, text });
    if (this.#inTransaction || this.#uncommitted.length === 0) return;
    const texts = this.#uncommitted;
    this.#uncommitted = [];
    for (const check of this.#seen.checks) check.stored?.(texts);
  }
}
