/** A line with polled boards on this desk: the controller's own line and exchange, simulated boards, time by hand. */
import { LockLine } from '../../controller/cabinet/lock-line.ts';
import type { Input } from '../../controller/lending/inputs.ts';
import type { PortHandlers } from '../../controller/port/port.ts';
import type { SetTimer } from '../../controller/port/timer.ts';
import { LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import type { LockOptions } from '../../protocol/lock/lock.ts';
import { LockBoard } from '../../simulator/cabinet/lock-board.ts';
import type { LockSettings } from '../../simulator/devices/lock-board.ts';

export interface RigBoard {
  readonly driver: LockDriverName;
  readonly doors: number;
  readonly settings?: LockSettings;
  readonly options?: LockOptions;
  /** As the configuration names them; as many as there are doors where it is missing. */
  readonly compartments?: number;
}

export const OPEN_WAIT_MS = 1_000;
const FIRST_BOOT = 1_000;

export class PolledRig {
  nowMs = 0;
  readonly line: LockLine;
  readonly boards: readonly LockBoard[];
  readonly inputs: Input[] = [];
  readonly troubles: string[] = [];
  /** The cable between controller and line. */
  cable: 'ok' | 'cut' | 'hung' = 'ok';
  /** What the controller sent, frame by frame. */
  readonly sent: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  #timers: { readonly atMs: number; readonly run: () => void }[] = [];
  #port: PortHandlers | undefined;

  constructor(boards: readonly RigBoard[], pollMs = 250) {
    this.boards = boards.map(
      ({ driver, doors, settings = {} }, at) =>
        new LockBoard({
          name: `B${at}`,
          driver,
          doors,
          settings,
          sent: (bytes) => this.cable === 'ok' && this.#port?.data(bytes),
          random: () => 0,
        }),
    );
    this.line = new LockLine({
      url: 'tcp://127.0.0.1:4001',
      boards: boards.map(({ driver, doors, options = {}, compartments = doors }, at) => ({
        name: `B${at}`,
        kind: driver,
        driver: LOCK_DRIVERS[driver].create(options),
        pollMs,
        compartments: Array.from({ length: compartments }, (_, index) => `${'ABCD'[at]}${index}`),
      })),
      openWaitMs: OPEN_WAIT_MS,
      firstBoot: FIRST_BOOT,
      handlers: {
        input: async (input) => {
          this.inputs.push(input);
        },
        trouble: (message, about) => this.troubles.push(`${message}: ${JSON.stringify(about)}`),
      },
      nowMs: () => this.nowMs,
      setTimer: this.#setTimer,
      random: () => 0,
      open: async (_url, handlers) => this.#open(handlers),
    });
    this.line.start();
  }

  get board() {
    return this.#at(this.line.boards, 0);
  }

  get hardware(): LockBoard {
    return this.#at(this.boards, 0);
  }

  /** Doors and times of the boards move with ours, a millisecond after the other. */
  async pass(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    while (this.nowMs < until) {
      this.nowMs += 1;
      for (const board of this.boards) board.runUntilMs(this.nowMs);
      await this.#runTimers();
    }
  }

  /** @throws when it does not come true in time. */
  async until(what: string, limitMs: number, look: () => boolean): Promise<void> {
    const deadline = this.nowMs + limitMs;
    while (!look()) {
      if (this.nowMs > deadline) throw new Error(`${what}: not within ${limitMs} ms`);
      await this.pass(1);
    }
  }

  async up(): Promise<void> {
    await this.until('every board to be up', 5_000, () =>
      this.line.boards.every(({ link }) => link === 'up'),
    );
  }

  cut(): void {
    this.cable = 'cut';
    const port = this.#port;
    this.#port = undefined;
    port?.closed('the cable is out');
  }

  kinds(): string[] {
    return this.inputs.map(({ kind }) => kind);
  }

  #setTimer: SetTimer = (run, afterMs) => {
    const timer = { atMs: this.nowMs + Math.max(afterMs, 0), run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  };

  async #runTimers(): Promise<void> {
    await settled();
    for (;;) {
      const due = this.#timers.filter(({ atMs }) => atMs <= this.nowMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) return;
      this.#timers = this.#timers.filter((one) => one !== due);
      due.run();
      await settled();
    }
  }

  async #open(handlers: PortHandlers) {
    if (this.cable === 'cut') throw new Error('no such device');
    this.#port = handlers;
    return {
      write: async (bytes: Uint8Array) => {
        this.sent.push({ atMs: this.nowMs, bytes: Uint8Array.from(bytes) });
        if (this.cable === 'ok') for (const board of this.boards) board.receive(bytes);
      },
      close: async () => {
        if (this.#port !== handlers) return;
        this.#port = undefined;
        handlers.closed('closed here');
      },
    };
  }

  #at<T>(items: readonly T[], index: number): T {
    const item = items[index];
    if (item === undefined) throw new Error(`there is no board ${index}`);
    return item;
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
