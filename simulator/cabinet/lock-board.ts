/** A commercial lock board without hardware: real bytes on its line, and the same doors as ours behind it. */
import type { LockDriverName } from '../../protocol/lock/drivers.ts';
import type { LockFrame } from '../../protocol/lock/lock.ts';
import { type Fault, SimulatedDevice } from '../devices/device.ts';
import type { LockLogic, LockSettings, LockWorld } from '../devices/lock-board.ts';
import { LOCK_BOARDS } from '../devices/lock-kinds.ts';
import { Doors } from './doors.ts';
import type { SimBoard } from './sim-board.ts';

/** Doors are looked at this often; contacts bounce in fractions of it. */
const WORLD_STEP_MS = 0.25;

export interface LockBoardOptions {
  readonly name: string;
  readonly driver: LockDriverName;
  readonly doors: number;
  readonly settings?: LockSettings;
  sent(bytes: Uint8Array): void;
  readonly random?: () => number;
}

interface Due {
  readonly atMs: number;
  act(): void;
}

export class LockBoard implements SimBoard {
  readonly serialNumber: string;
  readonly kind: LockDriverName;
  readonly doors: Doors;
  readonly #device: SimulatedDevice<LockFrame>;
  readonly #logic: LockLogic;
  /** When each coil that is on goes off. */
  readonly #offAtMs = new Map<number, number>();
  #due: Due[] = [];
  #nowMs = 0;

  constructor({ name, driver, doors, settings, sent, random }: LockBoardOptions) {
    this.serialNumber = name;
    this.kind = driver;
    this.doors = new Doors(doors, random ?? Math.random);
    this.#logic = LOCK_BOARDS[driver](this.#world(), settings);
    this.#device = new SimulatedDevice(this.#logic, {
      send: sent,
      later: (ms, act) => {
        this.#due.push({ atMs: this.#nowMs + ms, act });
        this.#due.sort((a, b) => a.atMs - b.atMs);
      },
    });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get receiving(): boolean {
    return false;
  }

  get lively(): boolean {
    return this.#due.length > 0 || this.#offAtMs.size > 0;
  }

  /** The next answers go wrong. */
  fail(kind: Fault, times: number): void {
    this.#device.fail(kind, times);
  }

  receive(bytes: Uint8Array): void {
    this.#device.receive(bytes);
  }

  lampOf(): number {
    return 0;
  }

  runUntilMs(ms: number): void {
    while (this.#nowMs < ms) {
      this.#nowMs = Math.min(ms, this.#nowMs + WORLD_STEP_MS);
      this.#coilsOff();
      this.doors.advance(this.#nowMs, (lock, open) => this.#moved(lock, open));
      for (let next = this.#due[0]; next && next.atMs <= this.#nowMs; next = this.#due[0]) {
        this.#due.shift();
        next.act();
      }
    }
  }

  #moved(lock: number, open: boolean): void {
    const told = this.#logic.doorMoved?.(lock, open);
    if (told) this.#device.tell(told);
  }

  #coilsOff(): void {
    for (const [lock, atMs] of this.#offAtMs) {
      if (atMs > this.#nowMs) continue;
      this.#offAtMs.delete(lock);
      this.doors.coil(lock, false, this.#nowMs);
    }
  }

  #world(): LockWorld {
    return {
      doors: this.doors.count,
      isOpen: (lock) => this.doors.reads(lock),
      pulse: (lock, ms) => {
        this.doors.coil(lock, true, this.#nowMs);
        this.#offAtMs.set(lock, this.#nowMs + ms);
        return !this.doors.of(lock).jammed;
      },
      allOff: () => {
        for (const lock of this.#offAtMs.keys()) this.doors.coil(lock, false, this.#nowMs);
        this.#offAtMs.clear();
      },
    };
  }
}
