/** The simulator's argument for a commercial lock board: `NAME:DRIVER:DOORS[:ADDRESS[:LINE]]`. */
import { InvalidArgumentError } from 'commander';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS, type LockDriverName } from '../protocol/lock/drivers.ts';

export interface LockBoardPlan {
  readonly name: string;
  readonly driver: LockDriverName;
  readonly doors: number;
  readonly address?: number;
  /** The board on whose RS485 line this one is. */
  readonly line?: string;
}

export function lockBoard(text: string, before: readonly LockBoardPlan[]): LockBoardPlan[] {
  const [name = '', kind, wired, told, line] = text.split(':');
  if (!/^[\x21-\x7e]{1,16}$/.test(name))
    throw new InvalidArgumentError('a name of 1 to 16 printable ASCII characters comes first');
  const driver = LOCK_DRIVER_NAMES.find((one) => one === kind);
  if (!driver) throw new InvalidArgumentError(`the driver: ${LOCK_DRIVER_NAMES.join(', ')}`);
  const { locksMax, addressMin, addressMax } = LOCK_DRIVERS[driver].limits;
  const doors = within('doors', wired, 1, locksMax);
  const address = told ? { address: within('the address', told, addressMin, addressMax) } : {};
  if (line !== undefined && !before.some((one) => one.name === line && one.driver === driver))
    throw new InvalidArgumentError(`the line: an earlier board of driver ${driver}`);
  return [...before, { name, driver, doors, ...address, ...(line === undefined ? {} : { line }) }];
}

function within(what: string, text: string | undefined, min: number, max: number): number {
  const value = Number(text);
  if (text === undefined || !Number.isInteger(value) || value < min || value > max)
    throw new InvalidArgumentError(`${what}: ${min} to ${max}`);
  return value;
}
