/** Everything on one machine: platform with its broker, simulator with the real hex, and the controller. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.ts';
import { CabinetClient, KioskClient, PlatformClient } from './clients.ts';
import { freePort } from './free-port.ts';
import {
  type DemoBoard,
  type DemoLockBoard,
  type DemoReader,
  ONE_BOARD,
  terminalConfig,
} from './terminal-config.ts';

export interface StackOptions {
  /** Where all state lives. */
  readonly data: string;
  /** First of ten ports in a row; any free ports where it is missing. */
  readonly firstPort?: number;
  /** URL of another broker than the embedded one. */
  readonly broker?: string;
  /** Lets scenarios stop the embedded broker. */
  readonly admin?: boolean;
  /** More fields of the terminal's configuration, such as `times`. */
  readonly config?: object;
  /** One board with sixteen compartments where it is missing. */
  readonly boards?: readonly DemoBoard[];
  /** Commercial lock boards; none where it is missing. */
  readonly lockBoards?: readonly DemoLockBoard[];
  /** No readers where it is missing. */
  readonly readers?: readonly DemoReader[];
  /** Puts a device's TCP port behind another port URL, such as a pty; `tcp:` where it is missing. */
  wire?(device: string, port: number): Promise<string>;
  readonly controllerEnv?: Readonly<Record<string, string>>;
  log?(name: string, line: string): void;
}

/** As on the Pi (docs/operations.md): a small young generation keeps 3 MB that nobody uses. */
const CONTROLLER_NODE_FLAGS = ['--max-semi-space-size=1'];

export class Stack {
  readonly options: StackOptions;
  readonly platform: PlatformClient;
  readonly cabinet: CabinetClient;
  readonly kiosk: KioskClient;
  readonly #children: readonly Child[];
  readonly #configPath: string;
  #controller: Child;

  private constructor(options: StackOptions, parts: Parts, controller: Child) {
    this.options = options;
    this.#children = parts.children;
    this.#configPath = parts.configPath;
    this.platform = new PlatformClient(`http://127.0.0.1:${parts.http}`);
    this.cabinet = new CabinetClient(`http://127.0.0.1:${parts.control}`);
    this.kiosk = new KioskClient(`http://127.0.0.1:${parts.kiosk}`);
    this.#controller = controller;
  }

  /** Resolves when all three are ready and the terminal's link to the platform is up. */
  static async start(options: StackOptions): Promise<Stack> {
    const parts = await startParts(options);
    const controller = startController(options, parts.configPath, options.controllerEnv);
    const stack = new Stack(options, parts, controller);
    try {
      await controller.ready;
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** The terminal's data folder. */
  get data(): string {
    return terminalData(this.options.data);
  }

  get controller(): Child {
    return this.#controller;
  }

  /** The same cabinet, the same disk, a new process. */
  async restartController(env: Readonly<Record<string, string>> = {}): Promise<Child> {
    this.#controller.kill('SIGKILL');
    await this.#controller.exited;
    this.#controller = startController(this.options, this.#configPath, env);
    return this.#controller;
  }

  async stop(): Promise<void> {
    await this.#controller.stop();
    await Promise.all(this.#children.map((child) => child.stop()));
  }
}

const terminalData = (data: string) => join(data, 'terminal');

interface Parts {
  readonly children: readonly Child[];
  readonly configPath: string;
  readonly http: number;
  readonly control: number;
  readonly kiosk: number;
}

async function startParts(options: StackOptions): Promise<Parts> {
  const { data, firstPort, broker } = options;
  const port = (offset: number) => (firstPort ? firstPort + offset : 0);
  await mkdir(data, { recursive: true });
  const log = options.log ? { log: options.log } : {};
  const platform = new Child({
    name: 'platform',
    args: [
      'dist/platform.mjs',
      ...['--data', join(data, 'platform'), '--page', 'dist/pages/platform.html', '--seed-demo'],
      ...['--http-port', `${port(1)}`],
      ...(broker ? ['--broker', broker] : ['--mqtt-port', `${port(4)}`]),
      ...(options.admin ? ['--admin'] : []),
    ],
    ...log,
  });
  const boards = options.boards ?? ONE_BOARD;
  const lockBoards = options.lockBoards ?? [];
  const readers = options.readers ?? [];
  const simulator = new Child({
    name: 'simulator',
    args: [
      'dist/simulator.mjs',
      ...boards.flatMap(({ serialNumber, kind, compartments }) => [
        '--board',
        `${serialNumber}:${kind}:${compartments}`,
      ]),
      ...lockBoards.flatMap(({ name, driver, compartments }) => [
        '--lock-board',
        `${name}:${driver}:${compartments}`,
      ]),
      ...readers.flatMap(({ name, driver, antennas }) => [
        '--reader',
        `${name}:${driver}:${antennas || 'pad'}`,
      ]),
      ...boards.flatMap((_, index) => ['--board-port', `${index === 0 ? port(5) : 0}`]),
      ...['--eeprom-dir', join(data, 'eeprom'), '--page', 'dist/pages/cabinet.html'],
      ...['--control-port', `${port(2)}`, '--scanner-port', `${port(6)}`],
    ],
    ...log,
  });
  const children = [platform, simulator];
  try {
    const [{ http = 0, mqtt = 0 }, simulated] = await Promise.all([platform.ready, simulator.ready]);
    const {
      boardPorts = [],
      lockPorts = [],
      readers: readerPorts = [],
      scanner = 0,
      control = 0,
    } = simulated;
    const kiosk = port(0) || (await freePort());
    const configPath = join(data, 'terminal.yaml');
    const wire = options.wire ?? (async (_device, tcp) => `tcp://127.0.0.1:${tcp}`);
    const ports = {
      broker: broker ?? `mqtt://127.0.0.1:${mqtt}`,
      kiosk,
      boards: await Promise.all(boardPorts.map((tcp, index) => wire(`board-${index + 1}`, tcp))),
      lockBoards: await Promise.all(lockPorts.map((tcp, index) => wire(`lock-${index + 1}`, tcp))),
      scanner: await wire('scanner', scanner),
      readers: await Promise.all(readerPorts.map((tcp, index) => wire(`reader-${index + 1}`, tcp))),
    };
    await writeFile(
      configPath,
      terminalConfig(terminalData(data), ports, { boards, lockBoards, readers }, options.config),
    );
    return { children, configPath, http, control, kiosk };
  } catch (error) {
    await Promise.all(children.map((child) => child.stop()));
    throw error;
  }
}

function startController(
  options: StackOptions,
  configPath: string,
  env: Readonly<Record<string, string>> = {},
): Child {
  return new Child({
    name: 'controller',
    args: [
      ...CONTROLLER_NODE_FLAGS,
      'dist/controller.mjs',
      '--config',
      configPath,
      '--page',
      'dist/pages/kiosk.html',
    ],
    env,
    ...(options.log ? { log: options.log } : {}),
  });
}
