/** The controller's process: the real terminal of controller/terminal.ts, started, killed between any two writes, started again. */

import type { Config } from '../../../controller/config.ts';
import { TerminalError } from '../../../controller/error.ts';
import type { KioskInput, KioskView } from '../../../controller/lending/screen.ts';
import type { OpenPort } from '../../../controller/port/open-port.ts';
import { Terminal } from '../../../controller/terminal.ts';
import type { Log } from '../../../drivers/log.ts';
import type { Seen } from '../seen.ts';
import type { Broker } from '../virtual/broker.ts';
import { type Owner, owner, type VirtualClock } from '../virtual/clock.ts';
import { Disk } from '../virtual/disk.ts';
import type { Line } from '../virtual/line.ts';
import type { Random } from '../virtual/random.ts';

export interface ControllerParts {
  readonly config: Config;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly broker: Broker;
  readonly seen: Seen;
  /** By URL. */
  readonly lines: ReadonlyMap<string, Line>;
  readonly heartbeatMs: number;
  readonly writeMsMean: number;
}

interface Running {
  readonly owner: Owner;
  readonly disk: Disk;
  onInput: (input: KioskInput) => void;
}

/** As systemd may be told to: a process that dies at once is given longer and longer to think it over. */
const SUPERVISOR_MS_MIN = 2_000;
const SUPERVISOR_MS_MAX = 10 * 60_000;
const LIVED_MS = 120_000;
const NO_LOG = () => {};

/** What a process says that was killed where it stood. */
class Killed extends Error {}

export class Controller {
  view: KioskView | undefined;
  onShow: () => void = () => {};
  onStart: () => void = () => {};
  /** Asked at each point at which a process may die: whether it does. */
  diesAt: (point: string) => boolean = () => false;
  diskFull = false;
  wallOffsetMs = 0;
  starts = 0;
  readonly #parts: ControllerParts;
  #running: Running | undefined;
  #again = true;
  #startedMs = 0;
  #pauseMs = SUPERVISOR_MS_MIN;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
  }

  get up(): boolean {
    return this.view !== undefined;
  }

  get owner(): Owner | undefined {
    return this.#running?.owner;
  }

  async start(): Promise<void> {
    const { clock, random, config } = this.#parts;
    this.starts += 1;
    this.#startedMs = clock.nowMs;
    this.#parts.seen.starting();
    this.onStart();
    const by = owner('controller');
    by.wallOffsetMs = this.wallOffsetMs;
    const disk = this.#disk(by, random.of(`disk ${this.starts}`));
    const running: Running = { owner: by, disk, onInput: () => {} };
    this.#running = running;
    try {
      const terminal = await clock.hold(by, () => Terminal.build(this.#options(config, running)));
      if (by.alive) await clock.call(by, () => terminal.start());
    } catch (error) {
      if (this.#running === running && by.alive) this.#died(`cannot start: ${String(error)}`);
    }
  }

  /** At once: nothing is flushed, closed or told. */
  kill(why: string): void {
    if (this.#running?.owner.alive) this.#died(why);
  }

  /** What somebody does at the screen. */
  input(input: KioskInput): void {
    const running = this.#running;
    if (running) this.#parts.clock.at(running.owner, 5, () => running.onInput(input));
  }

  setWallOffset(ms: number): void {
    this.wallOffsetMs = ms;
    if (this.#running) this.#running.owner.wallOffsetMs = ms;
  }

  /** No start any more. */
  end(): void {
    this.#again = false;
    const running = this.#running;
    if (!running) return;
    running.owner.alive = false;
    running.disk.abandon();
  }

  #died(why: string): void {
    const running = this.#running;
    if (!running) return;
    const { clock, broker, lines, seen } = this.#parts;
    seen.note(`the controller dies: ${why}`);
    seen.count('deaths');
    running.owner.alive = false;
    this.#running = undefined;
    this.view = undefined;
    for (const line of lines.values()) line.died(running.owner);
    broker.died(running.owner);
    clock.at(clock.world, 0, () => this.onShow());
    const lived = clock.nowMs - this.#startedMs > LIVED_MS;
    this.#pauseMs = lived ? SUPERVISOR_MS_MIN : Math.min(2 * this.#pauseMs, SUPERVISOR_MS_MAX);
    running.disk.abandon();
    void clock.sleep(this.#pauseMs).then(async () => {
      if (this.#again) await this.start();
    });
  }

  #disk(by: Owner, random: Random): Disk {
    const { clock, seen, writeMsMean } = this.#parts;
    return new Disk(
      clock,
      by,
      random,
      { writeMsMean },
      {
        ran: (sql, parameters) => {
          if (sql.startsWith('INSERT INTO batch')) seen.ledgerWrote(parameters);
        },
        full: () => this.diskFull,
      },
    );
  }

  #options(config: Config, running: Running) {
    const { clock, broker, heartbeatMs } = this.#parts;
    return {
      config,
      log: this.#log(),
      version: '0.0.0-simulated',
      page: '',
      onFatal: (error: unknown) => {
        clock.at(clock.world, 0, () => running.owner.alive && this.#died(`it gave up: ${String(error)}`));
      },
      checkpoint: (point: string) => {
        if (!running.owner.alive || !this.diesAt(point)) return;
        this.#died(point);
        throw new Killed(point);
      },
      outside: {
        openPort: this.#openPort(running.owner),
        openDatabase: running.disk.open,
        openConnection: broker.opener(running.owner),
        kiosk: (options: { onInput(input: KioskInput): void }) => {
          running.onInput = (input) => options.onInput(input);
          return {
            start: async () => ({ port: 1 }),
            stop: async () => {},
            show: (view: KioskView) => this.#show(running, view),
          };
        },
        service: () => ({ start: async () => {}, stop: async () => {} }),
        quiet: { heartbeatMs, probeEveryMs: heartbeatMs, telemetryMs: 6 * heartbeatMs },
      },
    };
  }

  #openPort(by: Owner): OpenPort {
    return (url, handlers, signal) => {
      const line = this.#parts.lines.get(url);
      return line
        ? line.opener(by)(url, handlers, signal)
        : Promise.reject(new TerminalError('port.open', `${url}: nothing there`));
    };
  }

  #show(running: Running, view: KioskView): void {
    if (!running.owner.alive) return;
    this.view = view;
    for (const check of this.#parts.seen.checks) check.shown?.(view);
    this.onShow();
  }

  #log(): Log {
    const { seen } = this.#parts;
    const line = (about: object, message: string) => {
      const text = `${message} ${JSON.stringify(about)}`;
      for (const check of seen.checks) check.logged?.(text);
    };
    return {
      info: line,
      warn: line,
      error: line,
      fatal: line,
      debug: NO_LOG,
      trace: NO_LOG,
    } as unknown as Log;
  }
}
