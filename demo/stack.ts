/** Everything on one machine: platform with its broker, simulator with the real hex, and the controller. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, type Ready } from './child.ts';
import { CabinetClient, KioskClient, PlatformClient } from './clients.ts';
import { freePort } from './free-port.ts';
import {
  type DemoBoard,
  type DemoLibrary,
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
  /** Its name; `demo` where it is missing. */
  readonly terminal?: string;
  /** The stack whose platform this terminal belongs to as well. */
  readonly beside?: Stack;
  /** One board with sixteen compartments where it is missing. */
  readonly boards?: readonly DemoBoard[];
  /** Commercial lock boards; none where it is missing. */
  readonly lockBoards?: readonly DemoLockBoard[];
  /** No readers where it is missing. */
  readonly readers?: readonly DemoReader[];
  /** A simulated local library that the terminal asks; `true`: an empty one, to be filled by the control API. */
  readonly library?: true | DemoLibrary;
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
  /** Where the platform is, for a terminal beside this one. */
  readonly shared: { readonly http: number; readonly broker: string };
  readonly #children: readonly Child[];
  readonly #configPath: string;
  #controller: Child;

  private constructor(options: StackOptions, parts: Parts, controller: Child) {
    this.options = options;
    this.#children = parts.children;
    this.#configPath = parts.configPath;
    this.shared = { http: parts.http, broker: parts.broker };
    this.platform = new PlatformClient(`http://127.0.0.1:${parts.http}`, options.terminal);
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
  readonly broker: string;
  readonly control: number;
  readonly kiosk: number;
}

async function startParts(options: StackOptions): Promise<Parts> {
  await mkdir(options.data, { recursive: true });
  const platform = options.beside ? undefined : startPlatform(options);
  const simulator = startSimulator(options);
  const children = platform ? [platform, simulator] : [simulator];
  try {
    const [told, simulated] = await Promise.all([platform?.ready, simulator.ready]);
    const broker = options.broker ?? options.beside?.shared.broker ?? `mqtt://127.0.0.1:${told?.mqtt}`;
    const http = told?.http ?? options.beside?.shared.http ?? 0;
    const kiosk = portOf(options, 0) || (await freePort());
    const configPath = await writeConfig(options, simulated, broker, kiosk);
    return { children, configPath, http, broker, control: simulated.control ?? 0, kiosk };
  } catch (error) {
    await Promise.all(children.map((child) => child.stop()));
    throw error;
  }
}

const portOf = ({ firstPort }: StackOptions, offset: number) => (firstPort ? firstPort + offset : 0);
const logOf = ({ log }: StackOptions) => (log ? { log } : {});

function startPlatform(options: StackOptions): Child {
  const { data, broker, admin } = options;
  return new Child({
    name: 'platform',
    args: [
      'dist/platform.mjs',
      ...['--data', join(data, 'platform'), '--page', 'dist/pages/platform.html', '--seed-demo'],
      ...['--http-port', `${portOf(options, 1)}`],
      ...(broker ? ['--broker', broker] : ['--mqtt-port', `${portOf(options, 4)}`]),
      ...(admin ? ['--admin'] : []),
    ],
    ...logOf(options),
  });
}

/** What the cabinet is made of. */
function hardwareOf({ boards = ONE_BOARD, lockBoards = [], readers = [], library }: StackOptions) {
  return { boards, lockBoards, readers, library: library === true ? {} : library };
}

function startSimulator(options: StackOptions): Child {
  const { boards, lockBoards, readers, library } = hardwareOf(options);
  const each = <T>(option: string, all: readonly T[], text: (one: T, index: number) => string) =>
    all.flatMap((one, index) => [option, text(one, index)]);
  return new Child({
    name: 'simulator',
    args: [
      'dist/simulator.mjs',
      ...each(
        '--board',
        boards,
        ({ serialNumber, kind, compartments }) => `${serialNumber}:${kind}:${compartments}`,
      ),
      ...each(
        '--lock-board',
        lockBoards,
        ({ name, driver, compartments }) => `${name}:${driver}:${compartments}`,
      ),
      ...each('--reader', readers, ({ name, driver, antennas }) => `${name}:${driver}:${antennas || 'pad'}`),
      ...(library ? ['--library', JSON.stringify(library.content ?? {})] : []),
      ...(library ? ['--library-port', `${portOf(options, 3)}`] : []),
      ...each('--board-port', boards, (_, index) => `${index === 0 ? portOf(options, 5) : 0}`),
      ...['--eeprom-dir', join(options.data, 'eeprom'), '--page', 'dist/pages/cabinet.html'],
      ...['--control-port', `${portOf(options, 2)}`, '--scanner-port', `${portOf(options, 6)}`],
    ],
    ...logOf(options),
  });
}

/** The terminal's configuration, with every port that the simulator opened; returns its path. */
async function writeConfig(
  options: StackOptions,
  { boardPorts = [], lockPorts = [], readers = [], library, scanner = 0 }: Ready,
  broker: string,
  kiosk: number,
): Promise<string> {
  const wire = options.wire ?? (async (_device, tcp) => `tcp://127.0.0.1:${tcp}`);
  const each = (name: string, ports: readonly number[]) =>
    Promise.all(ports.map((tcp, index) => wire(`${name}-${index + 1}`, tcp)));
  const ports = {
    broker,
    kiosk,
    boards: await each('board', boardPorts),
    lockBoards: await each('lock', lockPorts),
    scanner: await wire('scanner', scanner),
    readers: await each('reader', readers),
    ...(library && { library: `tcp://127.0.0.1:${library}` }),
  };
  const path = join(options.data, 'terminal.yaml');
  const about = { terminal: options.terminal ?? 'demo', data: terminalData(options.data) };
  await writeFile(path, terminalConfig(about, ports, hardwareOf(options), options.config));
  return path;
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
