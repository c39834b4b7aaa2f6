/** Composition: builds every part by hand, joins them, starts and stops them in order. */
import { join } from 'node:path';
import type { Log } from '../drivers/log.ts';
import { Authority } from './authority/authority.ts';
import { Cabinet } from './cabinet/cabinet.ts';
import { systemClock } from './clock.ts';
import { librarySettings } from './config/library.ts';
import { boardsOf, lockBoardPlans } from './config/lock-boards.ts';
import { readerPlans, rulesOf, sensedIn } from './config/readers.ts';
import type { Config } from './config.ts';
import { Decisions } from './decisions.ts';
import type { Kiosk } from './kiosk/server.ts';
import { Ledger } from './ledger/ledger.ts';
import type { Effect, Input } from './lending/inputs.ts';
import { restore } from './lending/restore.ts';
import type { KioskView } from './lending/screen.ts';
import type { LendingState } from './lending/state.ts';
import { inOrder } from './lending/tellings.ts';
import { compartmentsForPlatform, kioskView } from './lending/view.ts';
import { OUTSIDE, type Outside } from './outside.ts';
import { feedback } from './panel/feedback.ts';
import { openPanels, type Panels } from './panels.ts';
import { Readers } from './sensing/readers.ts';
import { Scanner } from './sensing/scanner.ts';
import type { Service } from './service/server.ts';
import { TechnicianDesk } from './technician-desk.ts';
import { Uplink } from './uplink/uplink.ts';

export interface TerminalOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** HTML of the kiosk. */
  readonly page: string;
  /** The terminal cannot go on; it has gone into its safe state. */
  onFatal(error: unknown): void;
  readonly checkpoint?: (name: string) => void;
  readonly outside?: Outside;
}

export class Terminal {
  readonly #options: TerminalOptions;
  readonly #ledger: Ledger;
  readonly #decisions: Decisions;
  readonly #cabinet: Cabinet;
  readonly #outside: Outside;
  readonly #kiosk: Pick<Kiosk, 'start' | 'stop' | 'show'>;
  readonly #scanner: Scanner | undefined;
  readonly #readers: Readers;
  readonly #authority: Authority;
  readonly #uplink: Uplink | undefined;
  readonly #clock: ReturnType<typeof systemClock>;
  readonly #service: Pick<Service, 'start' | 'stop'>;
  #panels: Panels | undefined;
  #shown: KioskView | undefined;

  /** Opens the ledger and builds the parts; nothing moves before `start`. */
  static async build(options: TerminalOptions): Promise<Terminal> {
    const { config, outside = OUTSIDE } = options;
    const path = join(config.data, 'ledger.db');
    const ledger = await Ledger.open(path, config.terminal, outside.openDatabase);
    return new Terminal(options, ledger);
  }

  private constructor(options: TerminalOptions, ledger: Ledger) {
    const { config, log, version } = options;
    this.#options = options;
    this.#outside = options.outside ?? OUTSIDE;
    const { openPort: open, quiet } = this.#outside;
    this.#ledger = ledger;
    this.#clock = systemClock(ledger.newestMs);
    const trouble = (message: string, about: object) => log.warn(about, message);
    const links = { open, ...(quiet && { heartbeatMs: quiet.heartbeatMs }) };
    this.#cabinet = new Cabinet({ ...cabinetPlan(config, ledger.boot), links }, config.times, {
      input: (input) => this.#take(input),
      trouble,
    });
    this.#decisions = new Decisions({
      state: this.#restored(),
      ledger,
      clock: this.#clock,
      times: config.times,
      version,
      library: config.library !== undefined,
      effect: (effect) => this.#carryOut(effect),
      changed: (state) => {
        this.#show(state);
        // Only what is durable is told: the library must not know of a loan that a power cut takes back.
        this.#authority.replay(inOrder(state.tellings));
      },
      fatal: (error) => this.#fatal(error),
      ...(options.checkpoint ? { checkpoint: options.checkpoint } : {}),
    });
    this.#kiosk = this.#outside.kiosk({
      ...config.kiosk,
      nowMs: () => this.#clock.nowMs(),
      page: options.page,
      onInput: (input) => {
        this.#take(input).catch(() => {});
      },
      health: () => this.health(),
    });
    const desk = new TechnicianDesk(this.#cabinet, () => this.#decisions.state);
    this.#service = this.#outside.service(config.data, desk);
    this.#readers = new Readers({
      plans: readerPlans(config),
      open,
      ...(quiet && { probeEveryMs: quiet.probeEveryMs }),
      rules: rulesOf(config),
      checkMs: config.times.checkMs,
      input: (input) => {
        this.#take(input).catch(() => {});
      },
      trouble,
    });
    this.#scanner = config.scanner && this.#makeScanner(config.scanner);
    this.#uplink = config.platform && this.#makeUplink(config.platform);
    this.#authority = this.#makeAuthority();
  }

  /** Resolves with the kiosk's port when everything listens; boards and links come up in their own time. */
  async start(): Promise<{ kiosk: number }> {
    await this.#decisions.take({ kind: 'started' });
    const { port } = await this.#kiosk.start();
    await this.#service.start();
    this.#cabinet.start();
    this.#panels = await openPanels(this.#options.config, this.#cabinet.boards, (input) => {
      this.#take(input).catch(() => {});
    });
    this.#scanner?.start();
    this.#readers.start();
    this.#authority.start();
    this.#uplink?.start();
    return { kiosk: port };
  }

  /** People first: no new input, then the hardware, then the links; the ledger last. */
  async stop(): Promise<void> {
    await Promise.all([this.#scanner?.stop(), this.#readers.stop(), this.#authority.stop()]);
    await Promise.all([this.#kiosk.stop(), this.#service.stop()]);
    await this.#decisions.stop();
    this.#panels?.close();
    await Promise.all([this.#cabinet.stop(), this.#uplink?.stop()]);
    await this.#ledger.close();
  }

  health(): object {
    const { state } = this.#decisions;
    return {
      terminal: this.#options.config.terminal,
      version: this.#options.version,
      platformLink: this.#uplink?.link ?? 'down',
      scannerLink: this.#scanner?.link ?? 'down',
      ...this.#authority.health,
      boards: this.#boards(),
      readers: this.#readers.health,
      journal: { head: this.#ledger.durable, acknowledged: this.#ledger.acknowledged },
      unfinishedSessions: Object.keys(state.sessions).length,
      clock: this.#clock.trust(),
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  #boards() {
    return this.#cabinet.all.map((board) => ({
      board: board.plan.name,
      link: board.link,
      framesBad: board.framesBad,
      ...this.#panels?.measured(board.plan.name),
    }));
  }

  #take(input: Input): Promise<void> {
    return this.#decisions.take(input);
  }

  #restored(): LendingState {
    const { config } = this.#options;
    const views = Object.fromEntries(
      [...this.#ledger.views].map(([collection, values]) => [collection, Object.fromEntries(values)]),
    ) as Partial<LendingState>;
    const sensed = sensedIn(config);
    const plan = boardsOf(config).flatMap(({ name: board, compartments }) =>
      compartments.map(({ name, ...more }) => ({ name, ...more, board, sensed: sensed(name) })),
    );
    return restore(views, plan, this.#clock.nowMs(), config.times);
  }

  #carryOut(effect: Effect): void {
    if (effect.kind === 'unlock') this.#cabinet.unlock(effect.compartment, effect.unlockId);
    else if (effect.kind === 'askUnlock') this.#cabinet.askUnlock(effect.compartment, effect.unlockId);
    else if (effect.kind === 'lamp') this.#cabinet.lamp(effect.compartment, effect.mode);
    else if (effect.kind === 'readTags') this.#readers.check(effect.compartment, effect.checkId);
    else if (effect.kind === 'reply') this.#uplink?.reply(effect.reply);
    else this.#authority.ask(effect.requestId, effect.question);
  }

  #show(state: LendingState): void {
    const now = { nowMs: this.#clock.nowMs(), wallMs: this.#clock.wallMs(), clock: this.#clock.trust() };
    const view = kioskView(state, now, this.#uplink?.link ?? 'down');
    this.#kiosk.show(view);
    const heard = feedback(this.#shown, view);
    if (heard) this.#panels?.beep(heard);
    this.#shown = view;
    this.#uplink?.committed();
    this.#uplink?.stateChanged();
  }

  #makeScanner({ port: url, ...settings }: NonNullable<Config['scanner']>): Scanner {
    const { log } = this.#options;
    return new Scanner({
      url,
      open: this.#outside.openPort,
      ...settings,
      onCode: (text) => {
        this.#take({ kind: 'code', text }).catch(() => {});
      },
      onTrouble: (why) => log.warn({ why }, 'scanner'),
    });
  }

  #makeAuthority(): Authority {
    const { config, log } = this.#options;
    const { quiet } = this.#outside;
    const uplink = this.#uplink;
    const quietly = (input: Input) => void this.#take(input).catch(() => {});
    return new Authority({
      library: librarySettings(config.library),
      ...(uplink && { askPlatform: (ask) => uplink.ask(ask) }),
      boot: this.#ledger.boot,
      limits: {
        askMs: config.times.askMs,
        ...(quiet && { sip2: { keepAliveMs: quiet.heartbeatMs } }),
      },
      open: this.#outside.openPort,
      answered: (requestId, answer) => quietly({ kind: 'answered', requestId, answer }),
      told: (telling, outcome, reason) =>
        quietly({ kind: 'libraryTold', telling, outcome, ...(reason ? { reason } : {}) }),
      onLink: (link, why) => log.info({ link, ...(why ? { why } : {}) }, 'library link'),
      trouble: (message, about) => log.warn(about, message),
      now: () => (this.#clock.trust() === 'trusted' ? new Date(this.#clock.wallMs()) : undefined),
    });
  }

  #makeUplink(broker: NonNullable<Config['platform']>): Uplink {
    const { config, log, version } = this.#options;
    const { openConnection, quiet } = this.#outside;
    return new Uplink({
      terminal: config.terminal,
      version,
      broker,
      journal: this.#ledger,
      open: openConnection,
      ...(quiet && { telemetryMs: quiet.telemetryMs }),
      compartments: () => compartmentsForPlatform(this.#decisions.state),
      telemetry: () => ({
        uptimeMs: Math.round(this.#clock.nowMs()),
        memoryBytes: process.memoryUsage.rss(),
        unacknowledged: this.#ledger.durable - this.#ledger.acknowledged,
        boards: this.#boards(),
        readers: this.#readers.health.map(({ reader, link, framesBad }) => ({ reader, link, framesBad })),
      }),
      onCommand: (command) => {
        this.#take({ kind: 'command', command }).catch(() => {});
      },
      onAnswer: (answer) => this.#authority.platformAnswered(answer),
      onLink: (link) => {
        log.info({ link }, 'platform link');
        this.#show(this.#decisions.state);
      },
      trouble: (message, about) => log.warn(about, message),
    });
  }

  /** First the safe state: a silent host makes every board switch all off. Then the exit. */
  #fatal(error: unknown): void {
    this.#cabinet
      .stop()
      .catch(() => {})
      .finally(() => this.#options.onFatal(error));
  }
}

/** Room for every time that a commercial board counts as started anew in one start of the controller. */
const BOOTS_EACH = 100_000;

function cabinetPlan(config: Config, boot: number) {
  return {
    boards: config.boards.map(({ serialNumber, compartments }) => ({
      name: serialNumber,
      compartments: compartments.map(({ name }) => name),
    })),
    ports: config.boardPorts,
    lockBoards: lockBoardPlans(config),
    firstBoot: boot * BOOTS_EACH,
  };
}
