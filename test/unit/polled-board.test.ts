/** Commercial boards as the terminal sees them: contacts for proof, and nothing guessed that nobody saw. */
import { afterEach, describe, expect, test } from 'vitest';
import type { UnlockAnswer } from '../../controller/lending/inputs.ts';
import { LOCK_DRIVER_NAMES } from '../../protocol/lock/drivers.ts';
import { OPEN_WAIT_MS, PolledRig, type RigBoard } from './polled-rig.ts';

let rig: PolledRig;
afterEach(() => rig.line.stop());

async function start(...boards: readonly RigBoard[]): Promise<PolledRig> {
  rig = new PolledRig(boards.length ? boards : [{ driver: '8a', doors: 4 }]);
  await rig.up();
  return rig;
}

/** The answer as it will have come; `none` while there is none. */
function unlock(index: number, id: number, of = rig.board) {
  const told: { answer: UnlockAnswer | undefined | 'none'; atMs: number } = { answer: 'none', atMs: 0 };
  void of.unlock(index, id).then((answer) => {
    told.answer = answer;
    told.atMs = rig.nowMs;
  });
  return told;
}

/** The longest of all boards. */
const PULSE_MS_MAX = 600;
const SHUT = { A0: 'closed', A1: 'closed', A2: 'closed', A3: 'closed' };

describe.each(LOCK_DRIVER_NAMES)('a board of kind %s', (driver) => {
  test('comes up with its doors, and an unlock is opened when its contact is seen open', async () => {
    await start({ driver, doors: 4 });
    expect(rig.inputs).toMatchObject([
      { kind: 'boardUp', board: 'B0', boot: 1_000, doors: SHUT, tamper: 'closed' },
    ]);
    const told = unlock(2, 7);
    await rig.until('an answer', 4_000, () => told.answer !== 'none');
    expect(told.answer).toBe('opened');
    expect(rig.inputs.at(-1)).toEqual({ kind: 'doorMoved', compartment: 'A2', open: true });
    await rig.pass(PULSE_MS_MAX);
    expect(rig.hardware.doors.coils).toMatchObject({ pulses: 1, togetherMax: 1 });
  });

  test('that is jammed answered its unlock, and is not opened', async () => {
    await start({ driver, doors: 4 });
    rig.hardware.doors.jam(1, true);
    const told = unlock(1, 8);
    await rig.pass(OPEN_WAIT_MS - 100);
    expect(told.answer).toBe('none');
    await rig.until('an answer', 3_000, () => told.answer !== 'none');
    expect(told.answer).toBe('notOpened');
    expect(rig.kinds()).toEqual(['boardUp']);
    expect(rig.hardware.doors.coils.pulses).toBe(1);
  });
});

describe('doors', () => {
  test('that are forced are told once, open and closed', async () => {
    await start();
    rig.hardware.doors.forceOpen(3, rig.nowMs);
    await rig.pass(600);
    rig.hardware.doors.push(3, rig.nowMs);
    await rig.pass(1_000);
    expect(rig.inputs.slice(1)).toEqual([
      { kind: 'doorMoved', compartment: 'A3', open: true },
      { kind: 'doorMoved', compartment: 'A3', open: false },
    ]);
  });

  test('of a board that tells unasked are known before the next poll is due', async () => {
    const late = async (tells: boolean) => {
      rig = new PolledRig([{ driver: '8a', doors: 4, settings: { tells } }], 2_000);
      await rig.up();
      await rig.pass(1_000);
      const atMs = rig.nowMs;
      rig.hardware.doors.forceOpen(0, atMs);
      await rig.until('the door', 5_000, () => rig.kinds().includes('doorMoved'));
      await rig.line.stop();
      return rig.nowMs - atMs;
    };
    expect(await late(true)).toBeLessThan(300);
    expect(await late(false)).toBeGreaterThan(700);
  });

  test('are told as unknown where the board has no contact for them, and stay locked', async () => {
    await start({ driver: 'wkly', doors: 2, compartments: 3 });
    expect(rig.inputs[0]).toMatchObject({ doors: { A0: 'closed', A1: 'closed', A2: 'unknown' } });
    expect(rig.troubles.join()).toMatch(/tells 2 contacts, the configuration names 3/);
    expect(await rig.board.unlock(2, 5)).toBe('refused');
    expect(rig.hardware.doors.coils.pulses).toBe(0);
  });
});

describe('coils', () => {
  test('go on one at a time, with a rest between, however many doors are asked for at once', async () => {
    await start({ driver: 'cu16', doors: 16 });
    const all = [0, 1].map((index) => unlock(index, 20 + index));
    await rig.until('both answers', 8_000, () => all.every(({ answer }) => answer !== 'none'));
    expect(all.map(({ answer }) => answer)).toEqual(['opened', 'opened']);
    await rig.pass(PULSE_MS_MAX);
    const [first, second] = rig.hardware.doors.pulses;
    if (!first || !second) throw new Error('two pulses were due');
    expect(second.onAtMs - (first.onAtMs + first.onMs)).toBeGreaterThanOrEqual(500);
    expect(rig.hardware.doors.coils.togetherMax).toBe(1);
  });

  test('that would have to wait too long are not pulsed at all', async () => {
    await start({ driver: 'cu16', doors: 16 });
    const all = [0, 1, 2, 3, 4, 5].map((index) => unlock(index, 30 + index));
    await rig.until('every answer', 12_000, () => all.every(({ answer }) => answer !== 'none'));
    const opened = all.filter(({ answer }) => answer === 'opened').length;
    expect(all.filter(({ answer }) => answer === 'refused')).toHaveLength(6 - opened);
    expect(opened).toBeLessThan(6);
    await rig.pass(PULSE_MS_MAX);
    expect(rig.hardware.doors.coils.pulses).toBe(opened);
  });

  test('are not pulsed again for the same id', async () => {
    await start();
    const told = unlock(0, 40);
    await rig.until('an answer', 4_000, () => told.answer !== 'none');
    expect(await rig.board.unlock(0, 40)).toBe('opened');
    await rig.pass(3_000);
    expect(rig.hardware.doors.coils.pulses).toBe(1);
  });

  test('of a board that is away are never pulsed', async () => {
    await start();
    rig.cut();
    await rig.until('it to be down', 5_000, () => rig.board.link === 'down');
    expect(await rig.board.unlock(0, 41)).toBe('boardAway');
    rig.cable = 'ok';
    await rig.up();
    expect(rig.hardware.doors.coils.pulses).toBe(0);
  });
});

describe('an answer that is spoilt', () => {
  test.each(['silent', 'badChecksum', 'halfFrame'] as const)(
    'by %s costs no unlock: the contact tells',
    async (fault) => {
      await start();
      // A poll may be under way, and must not catch the fault.
      await rig.pass(100);
      const told = unlock(0, 50);
      await rig.pass(1);
      rig.hardware.fail(fault, 1);
      await rig.until('an answer', 6_000, () => told.answer !== 'none');
      expect(told.answer).toBe('opened');
      expect(rig.board.link).toBe('up');
      expect(rig.kinds()).not.toContain('boardDown');
    },
  );

  test('by coming late answers nothing that was asked after it', async () => {
    await start();
    rig.hardware.fail('late', 1);
    await rig.pass(900);
    rig.hardware.doors.forceOpen(1, rig.nowMs);
    await rig.pass(7_000);
    expect(rig.inputs.filter(({ kind }) => kind === 'doorMoved')).toEqual([
      { kind: 'doorMoved', compartment: 'A1', open: true },
    ]);
    expect(rig.board.link).toBe('up');
  });
});

describe('a board that goes away', () => {
  test('while nothing is asked of it comes back with its doors, and remembers as much as before', async () => {
    await start();
    rig.cut();
    await rig.until('it to be down', 5_000, () => rig.board.link === 'down');
    rig.hardware.doors.forceOpen(2, rig.nowMs);
    rig.cable = 'ok';
    await rig.up();
    expect(rig.inputs.slice(1)).toMatchObject([
      { kind: 'boardDown', board: 'B0' },
      { kind: 'boardUp', boot: 1_000, doors: { ...SHUT, A2: 'open' } },
    ]);
  });

  test('after its unlock was sent counts as started anew: nobody saw whether the door opened', async () => {
    await start();
    const told = unlock(0, 60);
    await rig.pass(30);
    rig.cut();
    await rig.until('it to be down', 5_000, () => rig.board.link === 'down');
    expect(told.answer).toBeUndefined();
    rig.cable = 'ok';
    await rig.up();
    expect(rig.inputs.at(-1)).toMatchObject({ kind: 'boardUp', boot: 1_001, doors: { A0: 'open' } });
  });

  test('from sight, because the machine itself stood still, counts as started anew as well', async () => {
    await start({ driver: 'wkly', doors: 4 });
    rig.hardware.doors.jam(0, true);
    const told = unlock(0, 65);
    await rig.pass(700);
    const frames = rig.sent.length;
    await rig.until('a question', 500, () => rig.sent.length > frames);
    rig.nowMs += 10_000;
    await rig.until('its end', 100, () => told.answer !== 'none');
    expect(told.answer).toBeUndefined();
    await rig.up();
    expect(rig.inputs.at(-1)).toMatchObject({ kind: 'boardUp', boot: 1_001 });
  });

  test('for a moment only is not away: the unlock goes on', async () => {
    await start();
    const told = unlock(0, 61);
    await rig.pass(30);
    rig.cut();
    await rig.pass(300);
    rig.cable = 'ok';
    await rig.until('an answer', 3_000, () => told.answer !== 'none');
    expect(told.answer).toBe('opened');
    expect(rig.kinds()).not.toContain('boardDown');
  });

  test('with an unlock that was not sent yet was never pulsed for it', async () => {
    await start({ driver: 'cu16', doors: 4 });
    const first = unlock(0, 62);
    const second = unlock(1, 63);
    await rig.pass(30);
    rig.cut();
    await rig.until('it to be down', 5_000, () => rig.board.link === 'down');
    await rig.pass(1);
    expect([first.answer, second.answer]).toEqual([undefined, 'boardAway']);
  });

  test('and hangs is found out, and comes back by itself', async () => {
    await start();
    rig.cable = 'hung';
    await rig.until('it to be down', 8_000, () => rig.board.link === 'down');
    expect(rig.board.trouble).toMatch(/no answer/);
    rig.cable = 'ok';
    await rig.until('it to be up', 20_000, () => rig.board.link === 'up');
  });

  test('and dips its power in a pulse is seen as it is: not opened', async () => {
    await start({ driver: 'cu16', doors: 4 });
    rig.hardware.doors.jam(0, true);
    const told = unlock(0, 64);
    await rig.pass(200);
    rig.hardware.fail('powerDip', 1);
    await rig.until('an answer', 8_000, () => told.answer !== 'none');
    expect(told.answer).toBe('notOpened');
  });
});

describe('being asked how an unlock ended', () => {
  test('a board knows those of this start of the controller', async () => {
    await start();
    const told = unlock(0, 70);
    await rig.pass(10);
    expect(await rig.board.askUnlock(70, 0)).toBe('waiting');
    await rig.until('an answer', 4_000, () => told.answer !== 'none');
    expect(await rig.board.askUnlock(70, 0)).toBe('opened');
  });

  test('and of any other only that its door is open now; else it counts as started anew', async () => {
    await start();
    rig.hardware.doors.forceOpen(1, rig.nowMs);
    await rig.pass(600);
    expect(await rig.board.askUnlock(9, 1)).toBe('opened');
    expect(await rig.board.askUnlock(9, 0)).toBeUndefined();
    await rig.up();
    expect(rig.inputs.slice(-2)).toMatchObject([
      { kind: 'boardDown' },
      { kind: 'boardUp', boot: 1_001, doors: { A1: 'open' } },
    ]);
  });
});

describe('several boards on one line', () => {
  const pair: readonly RigBoard[] = [
    { driver: '8a', doors: 2, settings: { address: 1 }, options: { address: 1 } },
    { driver: '8a', doors: 2, settings: { address: 2 }, options: { address: 2 } },
  ];

  test('are told apart', async () => {
    await start(...pair);
    const told = unlock(1, 80, rig.line.boards[1]);
    await rig.until('an answer', 4_000, () => told.answer !== 'none');
    expect(told.answer).toBe('opened');
    expect(rig.inputs.filter(({ kind }) => kind === 'doorMoved')).toEqual([
      { kind: 'doorMoved', compartment: 'B1', open: true },
    ]);
    expect(rig.boards.map(({ doors }) => doors.coils.pulses)).toEqual([0, 1]);
  });

  test('a dead one takes nobody with it, whichever it is', async () => {
    for (const dead of [0, 1]) {
      rig = new PolledRig(
        pair.map((board, at) => (at === dead ? { ...board, settings: { address: 9 } } : board)),
      );
      const [well, ill] = [rig.line.boards[1 - dead], rig.line.boards[dead]];
      await rig.until('the other to be up', 5_000, () => well?.link === 'up');
      await rig.pass(30_000);
      expect(rig.kinds()).toEqual(['boardUp']);
      expect(ill?.trouble).toMatch(/does not answer/);
      const told = unlock(0, 90, well);
      await rig.until('an answer', 5_000, () => told.answer !== 'none');
      expect(told.answer).toBe('opened');
      await rig.line.stop();
    }
  });

  test('one that dies in service goes down alone, and comes back', async () => {
    await start(...pair);
    rig.hardware.fail('silent', 6);
    await rig.until('it to be down', 10_000, () => rig.board.link === 'down');
    await rig.until('it to be up again', 60_000, () => rig.board.link === 'up');
    const down = rig.inputs.filter(({ kind }) => kind === 'boardDown');
    expect(down).toEqual([{ kind: 'boardDown', board: 'B0' }]);
    // What it owed was waited for: one question was answered, then it was left alone, then asked for its doors twice.
    const times = rig.sent.filter(({ bytes }) => bytes[1] === 1).map(({ atMs }) => atMs);
    const [answered = 0, doors = 0] = times.slice(-3);
    expect(doors - answered).toBeGreaterThan(1_500);
  });
});
