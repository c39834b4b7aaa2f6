/** The lock boards that can be simulated, by the name of their driver. */
import type { LockDriverName } from '../../protocol/lock/drivers.ts';
import { Lock8a } from './lock-8a.ts';
import type { LockLogic, LockSettings, LockWorld } from './lock-board.ts';
import { LockCu16 } from './lock-cu16.ts';
import { LockCu48 } from './lock-cu48.ts';
import { LockWkly } from './lock-wkly.ts';

export const LOCK_BOARDS: Readonly<
  Record<LockDriverName, (world: LockWorld, settings?: LockSettings) => LockLogic>
> = {
  '8a': (world, settings) => new Lock8a(world, settings),
  wkly: (world, settings) => new LockWkly(world, settings),
  cu16: (world, settings) => new LockCu16(world, settings),
  cu48: (world, settings) => new LockCu48(world, settings),
};
