/** The configuration of the demonstration terminal: which boards it has, and what is on them. */
import { stringify } from 'yaml';

export interface DemoBoard {
  readonly serialNumber: string;
  readonly kind: 'mega2560' | 'uno';
  readonly compartments: number;
}

export const ONE_BOARD: readonly DemoBoard[] = [
  { serialNumber: 'DEMO0001', kind: 'mega2560', compartments: 16 },
];

export interface DemoPorts {
  readonly broker: string;
  readonly kiosk: number;
  /** Port URLs. */
  readonly boards: readonly string[];
  readonly scanner: string;
}

const SMALL = 8;
const MEDIUM = 13;
const FIRST_LETTER = 'A'.charCodeAt(0);

const size = (number: number) => (number <= SMALL ? 'small' : number <= MEDIUM ? 'medium' : 'large');

/** The first board's compartments are A01 and on, the second's B01. */
export function compartmentName(board: number, index: number): string {
  return `${String.fromCharCode(FIRST_LETTER + board)}${String(index + 1).padStart(2, '0')}`;
}

export function terminalConfig(
  data: string,
  ports: DemoPorts,
  boards: readonly DemoBoard[],
  more: object = {},
): string {
  return stringify({
    terminal: 'demo',
    data,
    platform: { broker: ports.broker },
    kiosk: { host: '127.0.0.1', port: ports.kiosk },
    scanner: { port: ports.scanner },
    boardPorts: ports.boards,
    boards: boards.map(({ serialNumber, compartments }, board) => ({
      serialNumber,
      compartments: Array.from({ length: compartments }, (_, index) => ({
        name: compartmentName(board, index),
        size: size(index + 1),
      })),
    })),
    ...more,
  });
}
