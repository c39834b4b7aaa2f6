import { describe, expect, test } from 'vitest';
import { SAFE_REASONS, UNLOCK_STATES } from '../../protocol/board/messages.ts';
import { BenchBoard } from './bench-board.ts';

describe('the real hex on an emulated board', () => {
  test('says who it is', async () => {
    const board = await BenchBoard.ready();
    const identity = board.ask('identify', {});
    expect(identity).toMatchObject({
      name: 'identity',
      fields: { compartments: 16, pulseMsMax: 500, boot: 1 },
    });
  });

  test('pulses for the asked time and never longer', async () => {
    const board = await BenchBoard.ready();
    for (const [index, pulseMs] of [20, 200, 500].entries()) {
      board.unlock(100 + index, index, pulseMs);
      board.run(1200);
      const measured = board.cabinet.pulses.at(-1)?.onMs ?? 0;
      expect(measured).toBeLessThanOrEqual(pulseMs);
      expect(measured).toBeGreaterThan(pulseMs - 1.5);
    }
  });

  test('the same unlock id again never pulses again', async () => {
    const board = await BenchBoard.ready();
    for (let time = 0; time < 5; time += 1) {
      board.unlock(7, 3);
      board.run(300);
    }
    expect(board.cabinet.coils.pulses).toBe(1);
  });

  test('never two coils together', async () => {
    const board = await BenchBoard.ready();
    board.unlock(1, 0, 500);
    expect(board.unlock(2, 1)).toMatchObject({ fields: { state: UNLOCK_STATES.refusedBusy } });
    board.run(1000);
    expect(board.cabinet.coils).toMatchObject({ pulses: 1, togetherMax: 1 });
  });

  test('a door that opens is told until it is acknowledged', async () => {
    const board = await BenchBoard.ready();
    board.unlock(1, 4);
    board.run(1000);
    const moved = board.all('doorMoved');
    expect(moved.length).toBeGreaterThan(2);
    expect(new Set(moved.map(({ id }) => id)).size).toBe(1);
    expect(moved[0]).toMatchObject({ fields: { compartment: 4, open: 1 } });
    board.acknowledge();
    board.said.length = 0;
    board.run(1000);
    expect(board.said).toEqual([]);
  });

  test('a jammed door ends as not opened', async () => {
    const board = await BenchBoard.ready();
    board.cabinet.jam(2, true);
    board.unlock(9, 2);
    board.run(1000);
    expect(board.all('unlockEnded')[0]).toMatchObject({
      fields: { unlockId: 9, state: UNLOCK_STATES.notOpened },
    });
  });

  test('a cut contact cable, which reads open, does not stop the pulse', async () => {
    const board = await BenchBoard.ready();
    board.cabinet.cutContact(6, true);
    board.run(100);
    board.unlock(1, 6);
    board.run(400);
    expect(board.cabinet.doorOf(6).pulses).toBe(1);
  });

  test('all off when the host is silent, and the reason is told', async () => {
    const board = await BenchBoard.ready();
    board.ask('setLamp', { compartment: 1, mode: 1, level: 0 });
    board.run(150);
    expect(board.cabinet.doorOf(1).lamp).toBe(1);
    board.run(3_500);
    expect(board.cabinet.doorOf(1).lamp).toBe(0);
    expect(board.ask('heartbeat', {})).toMatchObject({ fields: { safeReason: SAFE_REASONS.hostSilent } });
  });

  test('a reset in the middle of a pulse switches the coil off at once and is told with a new boot', async () => {
    const board = await BenchBoard.ready();
    board.unlock(1, 0, 500);
    board.run(50);
    board.cabinet.chip.reset('external');
    expect(board.cabinet.doorOf(0).coil).toBe(false);
    board.run(100);
    expect(board.all('started').at(-1)).toMatchObject({ id: 1, fields: { boot: 2 } });
    expect(board.cabinet.coils.onMsMax).toBeLessThan(100);
  });

  test('noise costs at most the frame it touches', async () => {
    const board = await BenchBoard.ready();
    for (let round = 0; round < 20; round += 1) {
      board.cabinet.chip.receive(Array.from({ length: 90 }, (_, index) => (index * 37 + round * 11) & 0xff));
      board.run(15);
      board.cabinet.chip.receive([0]);
      board.run(2);
      expect(board.ask('heartbeat', {})?.name).toBe('status');
    }
    expect(board.cabinet.coils.pulses).toBe(0);
  });

  test('sleeps when there is nothing to do', async () => {
    const board = await BenchBoard.ready();
    const { busyCycles, cycle } = board.cabinet.chip;
    board.run(1000);
    const { chip } = board.cabinet;
    expect((chip.busyCycles - busyCycles) / (chip.cycle - cycle)).toBeLessThan(0.1);
  });
});
