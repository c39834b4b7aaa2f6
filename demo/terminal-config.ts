/** The configuration of the demonstration terminal: which boards it has, and what is on them. */
import { stringify } from 'yaml';

export interface DemoBoard {
  readonly serialNumber: string;
  readonly kind: 'mega2560' | 'uno';
  readonly compartments: number;
}

/** A commercial lock board; its settings as the configuration names them. */
export interface DemoLockBoard {
  readonly name: string;
  readonly driver: string;
  readonly compartments: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface DemoReader {
  readonly name: string;
  readonly driver: string;
  /** Of the first compartments, one each; 0: a pad beside the screen. */
  readonly antennas: number;
}

/** What `npm start` shows: an antenna in every compartment, a pad for books and one for cards beside the screen. */
export const ALL_READERS: readonly DemoReader[] = [
  { name: 'shelf', driver: 'feig', antennas: 16 },
  { name: 'pad', driver: 'm3m810', antennas: 0 },
  { name: 'cards', driver: 'pn532', antennas: 0 },
];

export const ONE_BOARD: readonly DemoBoard[] = [
  { serialNumber: 'DEMO0001', kind: 'mega2560', compartments: 16 },
];

/** As the simulated library knows the terminal. */
const LIBRARY = {
  login: { user: 'terminal', password: 'terminal-demo' },
  institutionId: 'SIM',
  currentLocation: 'demo',
};

export interface DemoPorts {
  readonly broker: string;
  readonly kiosk: number;
  /** Port URLs. */
  readonly boards: readonly string[];
  /** In the order of the commercial boards. */
  readonly lockBoards: readonly string[];
  readonly scanner: string;
  /** In the order of the readers. */
  readonly readers: readonly string[];
  readonly library?: string;
}

const SMALL = 8;
const MEDIUM = 13;
const FIRST_LETTER = 'A'.charCodeAt(0);

/** The first board's last compartment takes what is brought back. */
const BIN = 15;

/** Of the compartments of all boards, numbered through as the simulator does. */
function nameOf(boards: readonly { readonly compartments: number }[], number: number): string {
  let first = 0;
  for (const [board, { compartments }] of boards.entries()) {
    if (number < first + compartments) return compartmentName(board, number - first);
    first += compartments;
  }
  throw new Error(`there are only ${first} compartments`);
}

const size = (number: number) => (number <= SMALL ? 'small' : number <= MEDIUM ? 'medium' : 'large');

/** The first board's compartments are A01 and on, the second's B01; commercial boards come after ours. */
export function compartmentName(board: number, index: number): string {
  return `${String.fromCharCode(FIRST_LETTER + board)}${String(index + 1).padStart(2, '0')}`;
}

function compartmentsOf(board: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    name: compartmentName(board, index),
    size: size(index + 1),
    use: board === 0 && index === BIN ? 'returns' : 'any',
  }));
}

export interface DemoHardware {
  readonly boards: readonly DemoBoard[];
  readonly lockBoards: readonly DemoLockBoard[];
  readonly readers: readonly DemoReader[];
  readonly library?: DemoLibrary | undefined;
}

/** A local library beside the platform. */
export interface DemoLibrary {
  /** What the simulator's `--library` takes: patrons, items, loans, holds, habits, quirks. */
  readonly content?: object;
  /** More fields of `library` in the configuration, such as `peer`. */
  readonly config?: object;
}

export function terminalConfig(
  { terminal, data }: { readonly terminal: string; readonly data: string },
  ports: DemoPorts,
  { boards, lockBoards, readers, library }: DemoHardware,
  more: object = {},
): string {
  const all = [...boards, ...lockBoards];
  return stringify({
    terminal,
    data,
    platform: { broker: ports.broker },
    ...(library && { library: { url: ports.library, ...LIBRARY, ...library.config } }),
    kiosk: { host: '127.0.0.1', port: ports.kiosk },
    scanner: { port: ports.scanner },
    boardPorts: ports.boards,
    boards: boards.map(({ serialNumber, compartments }, board) => ({
      serialNumber,
      compartments: compartmentsOf(board, compartments),
    })),
    lockBoards: lockBoards.map(({ name, driver, compartments, settings }, index) => ({
      name,
      driver,
      port: ports.lockBoards[index],
      ...settings,
      compartments: compartmentsOf(boards.length + index, compartments),
    })),
    readers: readers.map(({ name, driver, antennas }, index) => ({
      name,
      driver,
      port: ports.readers[index],
      ...(antennas === 0
        ? { pad: true }
        : { compartments: Array.from({ length: antennas }, (_, antenna) => nameOf(all, antenna)) }),
    })),
    ...more,
  });
}
