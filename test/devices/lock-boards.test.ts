/** Every lock board against its simulated self: what it does, what it says, and what it does not say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOCK_DRIVER_NAMES, LOCK_DRIVERS, type LockDriverName } from '../../protocol/lock/drivers.ts';
import { POLARITIES } from '../../protocol/lock/lock.ts';
import { firstToAnswer, unlessSilent } from '../../protocol/lock/silence.ts';
import { WireError } from '../../protocol/wire/error.ts';
import { LATE_MS } from '../../simulator/devices/device.ts';
import { NoAnswer } from './converse.ts';
import { lockBench } from './lock-world.ts';

const LOCKS = { '8a': 24, wkly: 12, cu16: 16, cu48: 48 } as const;
const last = (name: LockDriverName) => LOCKS[name] - 1;

describe.each(LOCK_DRIVER_NAMES)('a board of kind %s', (name) => {
  const on = (...more: readonly Parameters<typeof lockBench>[2][]) => lockBench(name, LOCKS[name], ...more);

  test('says who it is, and that it remembers nothing', () => {
    const { bench, driver } = on();
    expect(bench.run(driver.identify()).contacts).toBeGreaterThanOrEqual(LOCKS[name]);
    expect(driver.can).toMatchObject({ acknowledgedEvents: false, boardRemembersUnlocks: false });
  });

  test.each(POLARITIES)(
    'unlocks the first and the last door, and tells which are open, where %s',
    (polarity) => {
      const { bench, driver, doors, open, shut } = lockBench(name, LOCKS[name], { polarity }, { polarity });
      expect(open()).toEqual([]);
      bench.run(driver.unlock(0));
      bench.rest(600);
      expect(open()).toEqual([0]);
      bench.run(driver.unlock(last(name)));
      bench.rest(600);
      expect(open()).toEqual([0, last(name)]);
      shut(0);
      expect(open()).toEqual([last(name)]);
      expect(doors.coils).toMatchObject({ pulses: 2, togetherMax: 1 });
      expect(doors.coils.onMsMax).toBeLessThanOrEqual(driver.pulseMs);
    },
  );

  test('with the wrong polarity every door is told the other way round, and none as unknown', () => {
    const { bench, driver } = lockBench(
      name,
      LOCKS[name],
      { polarity: 'oneIsOpen' },
      { polarity: 'oneIsClosed' },
    );
    expect(new Set(bench.run(driver.doors()).slice(0, LOCKS[name]))).toEqual(new Set(['open']));
  });

  test('that is jammed is pulsed and stays shut: its answer is no proof', () => {
    const { bench, driver, doors, open } = on();
    doors.jam(3, true);
    const said = bench.run(driver.unlock(3));
    bench.rest(1_000);
    expect(said).not.toBe('open');
    expect(open()).toEqual([]);
    expect(doors.coils.pulses).toBe(1);
  });

  test('hears only what is meant for it', () => {
    const { bench, driver } = lockBench(name, LOCKS[name], { address: 7 }, { address: 5 });
    expect(() => bench.run(driver.doors())).toThrow(NoAnswer);
    const { bench: other, driver: right } = lockBench(name, LOCKS[name], { address: 7 }, { address: 7 });
    expect(other.run(right.doors()).length).toBeGreaterThanOrEqual(LOCKS[name]);
  });

  test('does not take what another board on the line says for its own', () => {
    const other = lockBench(name, LOCKS[name], { address: 5 }, { address: 5 });
    const said: Uint8Array[] = [];
    other.bench.cut = (bytes) => {
      said.push(bytes);
      return [bytes];
    };
    other.doors.forceOpen(0, 0);
    other.bench.rest(20);
    expect(other.open()).toEqual([0]);
    const { bench, driver } = lockBench(name, LOCKS[name], { address: 7 }, { address: 7 });
    bench.device.tell(said[0] ?? expect.fail());
    expect(bench.run(driver.doors())[0]).toBe('closed');
    expect(bench.unasked).toHaveLength(1);
  });

  test.each(['halfFrame', 'badChecksum', 'silent', 'late', 'powerDip'] as const)(
    'whose answer is spoilt by %s is asked in vain, and understood the next time',
    (fault) => {
      const { bench, driver, open } = on();
      bench.device.fail(fault);
      expect(() => bench.run(driver.doors())).toThrow(NoAnswer);
      bench.rest(10_000);
      expect(open()).toEqual([]);
    },
  );

  test('an answer that comes late is not taken for the next one', () => {
    const { bench, driver, doors } = on();
    bench.device.fail('late');
    expect(() => bench.run(driver.doors())).toThrow(NoAnswer);
    doors.forceOpen(2, bench.nowMs);
    // A new connection hears what is still on its way as something that nobody asked for.
    bench.rest(LATE_MS);
    expect(bench.unasked.map(({ says }) => says)).toEqual(['doors']);
    expect(bench.run(driver.doors())[2]).toBe('open');
  });

  test('is understood however its bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (sizes) => {
        const { bench, open, doors } = on();
        doors.forceOpen(1, 0);
        bench.rest(20);
        bench.cut = (bytes) => {
          const parts: Uint8Array[] = [];
          for (let at = 0, n = 0; at < bytes.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            parts.push(bytes.subarray(at, at + size));
            at += size;
          }
          return parts;
        };
        expect(open()).toEqual([1]);
      }),
      { numRuns: 30 },
    );
  });

  test('on a line that hears itself, is not mistaken for its echo', () => {
    const { bench, driver, open, doors } = on({ echoes: true });
    expect(open()).toEqual([]);
    doors.jam(1, true);
    expect(bench.run(driver.unlock(1))).not.toBe('open');
    // Taken for the answer, the echo would say that the contact did not move.
    expect(bench.run(driver.unlock(0))).not.toBe('closed');
    bench.rest(600);
    expect(open()).toEqual([0]);
  });

  test('that answers no unlock is not waited for', () => {
    const { bench, driver, open } = lockBench(
      name,
      LOCKS[name],
      { answersUnlock: false },
      { answersUnlock: false },
    );
    expect(bench.run(driver.unlock(4))).toBe('unknown');
    bench.rest(600);
    expect(open()).toEqual([4]);
  });

  test('that should answer an unlock and does not, is noticed', () => {
    const { bench, driver } = lockBench(name, LOCKS[name], { answersUnlock: false }, { answersUnlock: true });
    expect(() => bench.run(driver.unlock(4))).toThrow(NoAnswer);
  });
});

describe('an 8A board', () => {
  test('tells low channels last where it is built so', () => {
    const { bench, driver, doors } = lockBench('8a', 24, { byteOrder: 'lowLast' }, { byteOrder: 'lowLast' });
    doors.forceOpen(2, 0);
    bench.rest(20);
    const contacts = bench.run(driver.doors());
    expect(contacts.flatMap((one, lock) => (one === 'open' ? [lock] : []))).toEqual([2]);
  });

  test('with 50 locks tells seven bytes', () => {
    const { bench, driver, open } = lockBench('8a', 50);
    bench.run(driver.unlock(49));
    expect(bench.run(driver.doors())).toHaveLength(56);
    bench.rest(300);
    expect(open()).toEqual([49]);
  });

  test('keeps the coil on for whole seconds where it is told to', () => {
    const { bench, driver, doors } = lockBench('8a', 8, {}, { pulseMs: 2_000 });
    bench.run(driver.unlock(5));
    bench.run(driver.doors());
    expect(doors.coils).toMatchObject({ pulses: 1, onMsMax: 2_000 });
  });

  test('that answers with its own command says that the contact did not move, in one polarity', () => {
    const { bench, driver, doors } = lockBench('8a', 8);
    doors.jam(0, true);
    expect(bench.run(driver.unlock(0))).toBe('closed');
    expect(bench.run(driver.unlock(1))).toBe('open');
  });

  test('tells one contact, and unasked that a door moved', () => {
    const { bench, driver, doors, logic } = lockBench('8a', 8, { tells: true });
    expect(bench.run(driver.door?.(2) ?? expect.fail())).toBe('closed');
    doors.forceOpen(2, bench.nowMs);
    bench.rest(20);
    expect(bench.run(driver.door?.(2) ?? expect.fail())).toBe('open');
    bench.device.tell(logic.doorMoved?.(2, true) ?? expect.fail());
    bench.rest(100);
    expect(bench.unasked.map((frame) => driver.moved(frame))).toEqual([{ lock: 2, contact: 'open' }]);
  });
});

describe('a WKLY board', () => {
  test('tells unasked that a door moved, and refuses a lock that it has not', () => {
    const { bench, driver, logic } = lockBench('wkly', 4);
    bench.device.tell(logic.doorMoved?.(3, false) ?? expect.fail());
    bench.rest(100);
    expect(bench.unasked.map((frame) => driver.moved(frame))).toEqual([{ lock: 3, contact: 'closed' }]);
    expect(() => bench.run(driver.unlock(9))).toThrow(WireError);
    expect(bench.run(driver.doors())).toHaveLength(4);
    expect(bench.run(driver.door?.(1) ?? expect.fail())).toBe('closed');
  });
});

describe('a Kerong CU16', () => {
  test('is busy for ever after an unlock, unless that is cleared', () => {
    for (const clearBusy of [true, false]) {
      const { bench, driver, doors } = lockBench('cu16', 16, { staysBusy: true }, { clearBusy });
      for (const lock of [0, 1, 2]) {
        bench.run(driver.unlock(lock));
        bench.rest(1_000);
      }
      bench.run(driver.doors());
      expect(doors.coils.pulses).toBe(clearBusy ? 3 : 1);
    }
  });

  test('is told its unlock time once, in tens of milliseconds', () => {
    const { bench, driver, doors } = lockBench('cu16', 16, {}, { pulseMs: 120 });
    let told = 0;
    bench.cut = (bytes) => {
      told += 1;
      return [bytes];
    };
    bench.run(driver.prepare?.() ?? expect.fail());
    expect(told).toBe(2);
    bench.run(driver.prepare?.() ?? expect.fail());
    expect(told).toBe(3);
    bench.run(driver.unlock(0));
    bench.run(driver.doors());
    bench.rest(200);
    bench.run(driver.doors());
    expect(doors.coils.onMsMax).toBe(120);
  });
});

describe('several boards on one line', () => {
  test('the first that answers will do, and if none does that is a silence', () => {
    const { bench, driver } = lockBench('8a', 8, { address: 3 }, { address: 3 });
    const absent = LOCK_DRIVERS['8a'].create({ address: 2 });
    expect(bench.run(unlessSilent(absent.identify()))).toBeUndefined();
    const probe = firstToAnswer([() => absent.identify(), () => driver.identify()]);
    expect(bench.run(probe)).toMatchObject({ contacts: 24 });
    const nobody = firstToAnswer([() => absent.identify(), () => absent.identify()]);
    expect(() => bench.run(nobody)).toThrow(NoAnswer);
  });
});
