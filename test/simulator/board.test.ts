import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../protocol/board/codec.ts';
import { LAMP_MODES, RESET_CAUSES, SAFE_REASONS, UNLOCK_STATES } from '../../protocol/board/messages.ts';
import { BenchBoard, CONFIGURED } from './bench-board.ts';

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

  test('requests faster than they can be answered lose answers, nothing else', async () => {
    const board = await BenchBoard.ready();
    board.unlock(1, 3, 500);
    // Each identify is 6 bytes, each answer 34: the line back is full at once.
    const flood = Array.from({ length: 400 }, (_, id) => [
      ...encodeFrame({ name: 'identify', id: 1_000 + id, fields: {} }),
    ]).flat();
    board.cabinet.chip.receive(flood);
    board.run(1_200);
    const answers = board.all('identity').length;
    expect(answers).toBeGreaterThan(50);
    expect(answers).toBeLessThan(400);
    expect(board.cabinet.chip.overruns).toBe(0);
    expect(board.cabinet.coils).toMatchObject({ pulses: 1, togetherMax: 1 });
    expect(board.cabinet.coils.onMsMax).toBeLessThanOrEqual(500);
    expect(board.all('doorMoved')[0]).toMatchObject({ fields: { compartment: 3, open: 1 } });
    expect(board.ask('heartbeat', {})).toMatchObject({ name: 'status', fields: { framesBad: 0 } });
  });

  test('sleeps when there is nothing to do', async () => {
    const board = await BenchBoard.ready();
    const { busyCycles, cycle } = board.cabinet.chip;
    board.run(1000);
    const { chip } = board.cabinet;
    expect((chip.busyCycles - busyCycles) / (chip.cycle - cycle)).toBeLessThan(0.1);
  });
});

describe.each(['mega2560', 'uno'] as const)('the hex for %s', (kind) => {
  const status = (board: BenchBoard) => {
    const told = board.ask('heartbeat', {});
    if (told?.name !== 'status') throw new Error('no status');
    return told.fields;
  };

  test('says what it is, and knows its shape', async () => {
    const board = await BenchBoard.ready(kind);
    const shape =
      kind === 'uno' ? { compartments: 4, buttons: 2, kind: 2 } : { compartments: 16, buttons: 4, kind: 1 };
    expect(board.ask('identify', {})).toMatchObject({ fields: shape });
  });

  test('each coil opens its own door, each contact tells its own, each lamp is its own', async () => {
    const board = await BenchBoard.ready(kind);
    for (let index = 0; index < board.cabinet.compartments; index += 1) {
      board.unlock(100 + index, index, 60);
      board.ask('setLamp', { compartment: index, mode: LAMP_MODES.on, level: 0 });
      board.run(700);
      expect(board.cabinet.isOpen(index)).toBe(true);
      expect(board.all('doorMoved').at(-1)?.fields).toMatchObject({ compartment: index, open: 1 });
      expect(board.cabinet.doorOf(index).lamp).toBe(1);
      board.ask('setLamp', { compartment: index, mode: LAMP_MODES.off, level: 0 });
      board.acknowledge();
    }
    expect(status(board).doorsOpen).toBe((1 << board.cabinet.compartments) - 1);
  });

  test('a lamp is dimmed in eighths', async () => {
    const board = await BenchBoard.ready(kind);
    for (const level of [0, 1, 4, 8]) {
      board.ask('setLamp', { compartment: 2, mode: LAMP_MODES.dim, level });
      board.run(200);
      expect(board.cabinet.doorOf(2).lamp).toBeCloseTo(level / 8, 1);
    }
  });

  test('housing and buttons are told', async () => {
    const board = await BenchBoard.ready(kind);
    board.cabinet.setTamper(true);
    board.cabinet.press(1, true);
    board.run(100);
    expect(board.all('tamperMoved')[0]).toMatchObject({ fields: { open: 1 } });
    expect(board.all('buttonMoved')[0]).toMatchObject({ fields: { button: 1, pressed: 1 } });
    expect(status(board).inputs).toBe(0b0010_0011);
    board.cabinet.press(1, false);
    board.run(100);
    expect(board.all('buttonMoved').at(-1)).toMatchObject({ fields: { button: 1, pressed: 0 } });
  });

  test('supply, temperature and reference are what is at the pins', async () => {
    const board = await BenchBoard.ready(kind);
    board.cabinet.setSupply(11);
    board.cabinet.setTemperature(40);
    board.run(3_000);
    const { supply, temperature, reference } = status(board);
    const counts = (volts: number) => (volts / 5) * 1024;
    expect(Math.abs(supply - counts((11 * 22) / 122))).toBeLessThan(2);
    expect(Math.abs(temperature - counts(0.9))).toBeLessThan(2);
    expect(Math.abs(reference - counts(1.1))).toBeLessThan(2);
  });

  test('the buzzer sounds as long as asked, and is silent in the safe state', async () => {
    const board = await BenchBoard.ready(kind);
    board.ask('sound', { frequencyHz: 2_000, durationMs: 500 });
    board.run(200);
    expect(Math.abs(board.cabinet.buzzerHz - 2_000)).toBeLessThan(40);
    board.run(500);
    expect(board.cabinet.buzzerHz).toBe(0);
    board.ask('configure', { ...CONFIGURED, hostSilentMs: 500 });
    board.ask('sound', { frequencyHz: 2_000, durationMs: 2_000 });
    board.run(800);
    expect(board.cabinet.buzzerHz).toBe(0);
  });

  test('a number that is given is kept over a power cut, and a brown-out is told', async () => {
    const board = await BenchBoard.ready(kind);
    board.ask('provision', { serialNumber: new TextEncoder().encode('FRESH001') });
    board.run(300);
    expect(status(board).settingsPending).toBe(0);
    board.cabinet.chip.reset('power');
    board.run(100);
    const identity = board.ask('identify', {});
    if (identity?.name !== 'identity') throw new Error('no identity');
    expect(Buffer.from(identity.fields.serialNumber).toString()).toBe('FRESH001');
    board.cabinet.chip.reset('brownOut');
    board.run(100);
    expect(board.all('started').at(-1)).toMatchObject({
      fields: { boot: 3, resetCause: RESET_CAUSES.brownOut, safeReason: SAFE_REASONS.brownOut },
    });
  });

  test('too much heat is refused until the coil has cooled', async () => {
    const board = await BenchBoard.ready(kind);
    const refused = { fields: { state: UNLOCK_STATES.refusedHot } };
    for (let id = 1; id <= 4; id += 1) {
      board.unlock(id, 0, 500);
      board.run(1_020);
      board.acknowledge();
    }
    expect(board.unlock(5, 0, 500)).toMatchObject(refused);
    expect(board.cabinet.coils).toMatchObject({ pulses: 4 });
    // A reset cools nothing.
    board.cabinet.chip.reset('external');
    board.run(530);
    board.ask('configure', CONFIGURED);
    expect(board.unlock(6, 0, 500)).toMatchObject(refused);
    board.ask('configure', { ...CONFIGURED, hostSilentMs: 60_000 });
    board.run(3_000);
    expect(board.unlock(7, 0, 500)).toMatchObject({ fields: { state: UNLOCK_STATES.pulsing } });
  });
});
