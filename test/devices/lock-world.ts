/** A simulated lock board on a bench: the driver on one side, real doors on the other, in virtual time. */
import { LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import type { LockFrame, LockOptions } from '../../protocol/lock/lock.ts';
import { Doors } from '../../simulator/cabinet/doors.ts';
import type { LockSettings, LockWorld } from '../../simulator/devices/lock-board.ts';
import { LOCK_BOARDS } from '../../simulator/devices/lock-kinds.ts';
import { Bench } from './converse.ts';

const HAND_MS = 500;

export function lockBench(
  name: LockDriverName,
  count: number,
  settings: LockSettings = {},
  options: LockOptions = {},
) {
  const driver = LOCK_DRIVERS[name].create(options);
  const doors = new Doors(count, () => 0);
  const off = new Map<number, number>();
  const now = () => bench.nowMs;
  let livedMs = 0;
  /** Doors live up to now when somebody looks. */
  const live = () => {
    for (; livedMs < now(); livedMs += 1) {
      for (const [lock, atMs] of off) {
        if (atMs > livedMs) continue;
        off.delete(lock);
        doors.coil(lock, false, atMs);
      }
      doors.advance(livedMs, () => {});
    }
  };
  const world: LockWorld = {
    doors: count,
    isOpen: (lock) => {
      live();
      return doors.reads(lock);
    },
    pulse: (lock, ms) => {
      live();
      doors.coil(lock, true, now());
      off.set(lock, now() + ms);
      return !doors.of(lock).jammed;
    },
    allOff: () => {
      for (const lock of off.keys()) doors.coil(lock, false, now());
      off.clear();
    },
  };
  const logic = LOCK_BOARDS[name](world, settings);
  const bench: Bench<LockFrame, LockFrame> = new Bench(driver.wire, logic);
  /** Locks whose contact the driver tells as open, among those that have a door. */
  const open = () => {
    const contacts = bench.run(driver.doors()).slice(0, count);
    return contacts.flatMap((contact, lock) => (contact === 'open' ? [lock] : []));
  };
  const shut = (lock: number) => {
    live();
    doors.push(lock, now());
    bench.rest(HAND_MS);
  };
  return { driver, doors, bench, logic, open, shut };
}
