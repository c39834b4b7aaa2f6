/** Commercial lock boards in the configuration: what their drivers allow, and boards that share a line. */
import { describe, expect, test } from 'vitest';
import { boardsOf, lockBoardPlans } from '../../controller/config/lock-boards.ts';
import { parseConfig } from '../../controller/config.ts';

const GOOD = `terminal: demo
data: data
lockBoards:
  - name: WEST
    driver: 8a
    port: tcp://127.0.0.1:4001
    compartments: [ { name: A01, size: small }, { name: A02, size: large } ]
`;
const MORE = `${GOOD}  - name: EAST
    driver: 8a
    address: 2
    port: tcp://127.0.0.1:4001
    compartments: [ { name: B01, size: small } ]
`;
const parse = (text: string) => parseConfig(text, '/etc/credit-reading/terminal.yaml');
const errorOf = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the configuration is good');
};

describe('lock boards', () => {
  test('need no board of ours, and have their defaults', () => {
    const config = parse(MORE);
    expect(config.boards).toEqual([]);
    expect(config.lockBoards[0]).toMatchObject({ pollMs: 250 });
    expect(boardsOf(config).map(({ name }) => name)).toEqual(['WEST', 'EAST']);
    const [west, east] = lockBoardPlans(config);
    expect(west).toMatchObject({ kind: '8a', compartments: ['A01', 'A02'] });
    expect([west?.driver.address, east?.driver.address]).toEqual([1, 2]);
  });

  test('hand their settings to the driver', () => {
    const config = parse(GOOD.replace('driver: 8a', 'driver: cu16\n    pulseMs: 120\n    address: 3'));
    expect(lockBoardPlans(config)[0]?.driver).toMatchObject({ address: 3, pulseMs: 120 });
  });

  test.each([
    [GOOD.replace('8a', '8b'), 'lockBoards[0].driver (line 5): found "8b"; allowed: 8a, wkly, cu16, cu48'],
    [
      GOOD.replace('8a', '8a\n    address: 33'),
      'lockBoards[0].address (line 6): found 33; allowed with 8a: 1 to 32',
    ],
    [
      GOOD.replace('8a', '8a\n    pulseMs: 300'),
      'lockBoards[0].pulseMs (line 6): found 300; allowed with 8a: 1000 to 9000 in steps of 1000',
    ],
    [GOOD.replace('8a', 'wkly\n    pulseMs: 300'), 'lockBoards[0].pulseMs (line 6): cannot be set with wkly'],
    [
      GOOD.replace('tcp://127.0.0.1:4001', 'serial:/dev/ttyUSB0'),
      'lockBoards[0].port (line 6): serial:/dev/ttyUSB0 tells no rate; write ?baud=9600',
    ],
    [GOOD.replace('8a', '8a\n    polarity: up'), 'found "up"; allowed: oneIsClosed or oneIsOpen'],
    [
      GOOD.replace('8a', '8a\n    pulse: 1'),
      'lockBoards[0].pulse (line 6): is not known; did you mean "pulseMs"?',
    ],
    [
      MORE.replace('address: 2', 'address: 1'),
      'lockBoards[1].address (line 10): 1 is already WEST on the same port',
    ],
    [
      MORE.replace('EAST\n    driver: 8a', 'EAST\n    driver: cu16'),
      'found cu16; WEST on the same port is 8a',
    ],
    [
      MORE.replace('EAST', 'WEST'),
      'lockBoards[1].name (line 8): serial number WEST is already at lockBoards[0]',
    ],
    [MORE.replace('B01', 'A02'), 'compartment A02 is already at lockBoards[0].compartments[1]'],
    [
      `${GOOD}scanner: { port: "tcp://127.0.0.1:4001" }\n`,
      'port tcp://127.0.0.1:4001 is already at scanner.port',
    ],
    [
      GOOD.replace('8a', 'cu16').replace(/\[ \{.*\]/, `[ ${manyCompartments(17)} ]`),
      'found 17; allowed with cu16: 16 locks on a board',
    ],
    [
      'terminal: demo\ndata: data\n',
      'boards: is missing; allowed: 1 to 8 boards, or commercial ones in lockBoards',
    ],
    ['terminal: demo\ndata: data\nlockBoards: []\n', 'boards: is missing'],
  ])('%j is refused', (text, part) => {
    expect(errorOf(text)).toContain(part);
  });
});

function manyCompartments(count: number): string {
  return Array.from({ length: count }, (_, at) => `{ name: A${at + 1}, size: small }`).join(', ');
}
