/** The configuration of the demonstration terminal: one cabinet of sixteen compartments. */
import { stringify } from 'yaml';

export interface DemoPorts {
  readonly broker: string;
  readonly kiosk: number;
  readonly board: number;
  readonly scanner: number;
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
    scanner: { port: `tcp://127.0.0.1:${ports.scanner}` },
    boards: [{ port: `tcp://127.0.0.1:${ports.board}`, compartments }],
    ...more,
  });
}
