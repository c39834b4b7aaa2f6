/** The configuration of the demonstration terminal: one cabinet of sixteen compartments. */
import { stringify } from 'yaml';

export interface DemoPorts {
  readonly broker: string;
  readonly kiosk: number;
  /** Port URLs. */
  readonly board: string;
  readonly scanner: string;
}

const SMALL = 8;
const MEDIUM = 13;
const COMPARTMENTS = 16;

const size = (number: number) => (number <= SMALL ? 'small' : number <= MEDIUM ? 'medium' : 'large');

export function terminalConfig(data: string, ports: DemoPorts, more: object = {}): string {
  const compartments = Array.from({ length: COMPARTMENTS }, (_, index) => ({
    name: `A${String(index + 1).padStart(2, '0')}`,
    size: size(index + 1),
  }));
  return stringify({
    terminal: 'demo',
    data,
    platform: { broker: ports.broker },
    kiosk: { host: '127.0.0.1', port: ports.kiosk },
    scanner: { port: ports.scanner },
    boards: [{ port: ports.board, compartments }],
    ...more,
  });
}
