/** Lamps of a board: whose word counts, and how little goes over the wire. */
import { describe, expect, test, vi } from 'vitest';
import { Lamps, type SendLamp } from '../../controller/cabinet/lamps.ts';
import { LAMP_MODES } from '../../protocol/board/messages.ts';

function lamps(takes = true) {
  const sent: Parameters<SendLamp>[0][] = [];
  const board = new Lamps(2, async (lamp) => {
    sent.push(lamp);
    return takes;
  });
  return { sent, board };
}
const { on, off, dim, blink } = LAMP_MODES;
const settle = () => vi.advanceTimersByTimeAsync(500);

describe('lamps', () => {
  vi.useFakeTimers();

  test('the panel’s wish shows only while lending has the lamp off', async () => {
    const { sent, board } = lamps();
    board.panel(0, { mode: 'dim', level: 3 });
    await settle();
    board.lending(0, 'blink');
    await settle();
    board.panel(0, { mode: 'on', level: 0 });
    await settle();
    board.lending(0, 'off');
    await settle();
    expect(sent.map(({ mode }) => mode)).toEqual([dim, blink, on]);
  });

  test('of a hundred changes a second a few go over the wire, the last among them', async () => {
    const { sent, board } = lamps();
    for (let step = 0; step < 100; step += 1) {
      board.panel(1, { mode: 'dim', level: step % 8 });
      await vi.advanceTimersByTimeAsync(10);
    }
    board.panel(1, { mode: 'on', level: 0 });
    await settle();
    expect(sent.length).toBeLessThan(25);
    expect(sent.at(-1)).toEqual({ compartment: 1, mode: on, level: 0 });
  });

  test('a board that comes back is told what should be lit, and only that', async () => {
    const { sent, board } = lamps();
    board.lending(1, 'on');
    await settle();
    sent.length = 0;
    board.sendAll();
    await settle();
    expect(sent).toEqual([{ compartment: 1, mode: on, level: 0 }]);
  });

  test('what a board that is away did not take is told when it is back', async () => {
    const { sent, board } = lamps(false);
    board.lending(0, 'on');
    await settle();
    board.sendAll();
    await settle();
    expect(sent.length).toBe(2);
    expect(sent.every(({ mode }) => mode !== off)).toBe(true);
  });
});
