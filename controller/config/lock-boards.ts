/** Commercial lock boards in the configuration: what no schema says of them, and what the cabinet is built from. */
import { LOCK_DRIVERS } from '../../protocol/lock/drivers.ts';
import type { Problem } from './problem.ts';
import type { Config } from './schema.ts';

type LockBoard = Config['lockBoards'][number];

/** Limits of the drivers, and boards that share a line. */
export function lockBoardProblems({ lockBoards }: Config): Problem[] {
  return lockBoards.flatMap((board, index) => {
    const at = (field: string, what: string): Problem => ({ path: ['lockBoards', index, field], what });
    return [
      ...driverProblems(board, at),
      ...baudProblems(board, at),
      ...lineProblems(board, lockBoards.slice(0, index), at),
    ];
  });
}

type At = (field: string, what: string) => Problem;

function driverProblems({ driver, address, pulseMs, compartments }: LockBoard, at: At): Problem[] {
  const { addressMin, addressMax, locksMax, pulse } = LOCK_DRIVERS[driver].limits;
  const problems: Problem[] = [];
  if (address !== undefined && (address < addressMin || address > addressMax))
    problems.push(at('address', `found ${address}; allowed with ${driver}: ${addressMin} to ${addressMax}`));
  if (compartments.length > locksMax)
    problems.push(
      at(
        'compartments',
        `found ${compartments.length}; allowed with ${driver}: ${locksMax} locks on a board`,
      ),
    );
  if (pulseMs === undefined) return problems;
  if (pulse === 'fixed')
    problems.push(at('pulseMs', `cannot be set with ${driver}: the board decides; leave it out`));
  else if (pulseMs < pulse.msMin || pulseMs > pulse.msMax || pulseMs % pulse.msStep !== 0)
    problems.push(
      at(
        'pulseMs',
        `found ${pulseMs}; allowed with ${driver}: ${pulse.msMin} to ${pulse.msMax} in steps of ${pulse.msStep}`,
      ),
    );
  return problems;
}

/** These boards do not speak at the rate that a port has by itself; at the wrong one they are silent. */
function baudProblems({ driver, port }: LockBoard, at: At): Problem[] {
  const { baud } = LOCK_DRIVERS[driver].create().wire.serial;
  if (!port.startsWith('serial:') || /[?&]baud=/.test(port)) return [];
  return [
    at(
      'port',
      `${port} tells no rate; write ?baud=${baud}, at which a board of driver ${driver} leaves the factory`,
    ),
  ];
}

function lineProblems(board: LockBoard, before: readonly LockBoard[], at: At): Problem[] {
  const sharing = before.filter(({ port }) => port === board.port);
  const other = sharing.find(({ driver }) => driver !== board.driver);
  if (other)
    return [at('driver', `found ${board.driver}; ${other.name} on the same port is ${other.driver}`)];
  const twin = sharing.find((one) => addressOf(one) === addressOf(board));
  return twin ? [at('address', `${addressOf(board)} is already ${twin.name} on the same port`)] : [];
}

const addressOf = ({ driver, address }: LockBoard) => address ?? LOCK_DRIVERS[driver].create().address;

/** Boards of every make, ours first. */
export function boardsOf({ boards, lockBoards }: Config) {
  return [
    ...boards.map(({ serialNumber, compartments }) => ({ name: serialNumber, compartments })),
    ...lockBoards.map(({ name, compartments }) => ({ name, compartments })),
  ];
}

/** For the cabinet. */
export function lockBoardPlans({ lockBoards }: Config) {
  return lockBoards.map(({ name, driver, port, pollMs, compartments, ...options }) => ({
    name,
    kind: driver,
    driver: LOCK_DRIVERS[driver].create(options),
    port,
    pollMs,
    compartments: compartments.map((compartment) => compartment.name),
  }));
}
