/** Puts virtual time and seeded chance where our code asks Node for them: timers, clocks, randomness. For ever. */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { type VirtualClock, VirtualTimer } from './clock.ts';
import type { Random } from './random.ts';

/** Node takes 1 ms for anything less. */
const TIMER_MS_MIN = 1;

const RealDate = Date;

export function install(clock: VirtualClock, random: Random): void {
  installTimers(clock);
  installClocks(clock);
  installChance(random);
}

function installTimers(clock: VirtualClock): void {
  const later = (run: (...args: unknown[]) => void, ms: number, args: unknown[]) =>
    clock.at(clock.current, Math.max(TIMER_MS_MIN, ms || 0), () => run(...args));
  const cancel = (timer: unknown) => {
    if (timer instanceof VirtualTimer) clock.cancel(timer);
  };
  const every = (run: (...args: unknown[]) => void, ms: number, ...args: unknown[]) => {
    const timer = later(run, ms, args);
    const again = () => {
      const next = later(tick, ms, []);
      timer.event = next.event;
    };
    const tick = () => {
      again();
      run(...args);
    };
    clock.cancel(timer);
    again();
    return timer;
  };
  Object.assign(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => later(run, ms, args),
    setInterval: every,
    setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) =>
      clock.at(clock.current, 0, () => run(...args)),
    clearTimeout: cancel,
    clearInterval: cancel,
    clearImmediate: cancel,
  });
}

function installClocks(clock: VirtualClock): void {
  class VirtualDate extends RealDate {
    constructor(...args: unknown[]) {
      // Without an argument a Date is now; with some they are the real one's.
      super(...((args.length === 0 ? [clock.wallMs] : args) as [number]));
    }
    static override now(): number {
      return clock.wallMs;
    }
  }
  Object.assign(globalThis, { Date: VirtualDate });
  Object.defineProperty(performance, 'now', { value: () => clock.nowMs, configurable: true });
}

function installChance(random: Random): void {
  const secret = random.of('secrets');
  const jitter = random.of('jitter');
  Math.random = () => jitter.next();
  Object.assign(crypto, {
    randomBytes: (count: number) => secret.bytes(count),
    randomInt: (limit: number) => secret.whole(0, limit - 1),
    randomUUID: () => {
      const hex = secret.bytes(16).toString('hex');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        '-',
      );
    },
  });
  syncBuiltinESMExports();
}
