/** No pin of the panel reaches a coil or a contact, whatever is asked of it. */
import fc from 'fast-check';
import five from 'johnny-five';
import { describe, expect, test } from 'vitest';
import { PanelPlugin } from '../../controller/panel/plugin.ts';
import { PanelBoard } from './panel-board.ts';

const METHODS = [
  'pinMode',
  'digitalWrite',
  'analogWrite',
  'breathe',
  'blink',
  'digitalRead',
  'analogRead',
] as const;
const REACHED = new Set(['setLamp', 'sound']);
/** Coils and contacts as they are on the chip (firmware/boards/mega2560.h), and words one might try. */
const CHIP_PINS = [
  ...Array.from({ length: 28 }, (_, at) => at + 22),
  'A8',
  'A15',
  'C0',
  'K0',
  'COIL',
  'lock',
  'D0',
];

describe('the plugin', () => {
  test('whatever is written to any pin, only lamps that exist and sounds come out', async () => {
    const pins = fc.oneof(
      fc.integer({ min: -300, max: 300 }),
      fc.double(),
      fc.string(),
      fc.constantFrom<string | number>(
        'L0',
        'L3',
        'L4',
        'L15',
        'L16',
        'B0',
        'B4',
        'BUZZER',
        'A0',
        ...CHIP_PINS,
      ),
    );
    const call = fc.record({
      method: fc.constantFrom(...METHODS),
      pin: pins,
      value: fc.integer({ min: -1, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), async (calls) => {
        const board = new PanelBoard(4);
        const plugin = new PanelPlugin(board);
        for (const { method, pin, value } of calls)
          try {
            (plugin[method] as (pin: number | string, value: unknown) => void)(
              pin,
              method.endsWith('Read') ? () => {} : value,
            );
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        plugin.tone(440, 10);
        await new Promise((resolve) => setImmediate(resolve));
        for (const { name, fields } of board.sent) {
          expect(REACHED).toContain(name);
          if (name === 'setLamp') expect(fields.compartment).toBeLessThan(4);
        }
        plugin.close();
      }),
      { numRuns: 200 },
    );
  });

  test('no component of johnny-five that drives something finds a pin for it', () => {
    const wire = new PanelBoard(4);
    const plugin = new PanelPlugin(wire);
    const quiet = { repl: false, debug: false, sigint: false };
    const board = new five.Board({ io: plugin, ...quiet });
    type Component = new (options: object) => { close?(): void };
    const { Relay, Servo, Pin, Switch, Button, Led } = five as unknown as Record<string, Component>;
    const tried = (Tried: Component | undefined, pin: number | string) => () => {
      // A relay writes to its pin when it is switched, not before.
      if (Tried) new Tried({ board, pin, type: 'NO' }).close?.();
    };
    for (const pin of CHIP_PINS)
      for (const Tried of [Relay, Pin, Switch, Button, Led]) expect(tried(Tried, pin), `${pin}`).toThrow();
    for (const pin of ['L0', 'B0', 'BUZZER', 'A0']) expect(tried(Servo, pin)).toThrow();
    expect(tried(five.Piezo as unknown as Component, 'BUZZER')).toThrow(/no pin 20 with mode OUTPUT/);
    expect(wire.sent.filter(({ name }) => !REACHED.has(name))).toEqual([]);
    (five as unknown as { Board: { cache: unknown[] } }).Board.cache.length = 0;
    plugin.close();
  });

  test('johnny-five’s own sensor, which takes 5 V for granted, shows the true temperature', () => {
    const wire = new PanelBoard();
    const plugin = new PanelPlugin(wire);
    const read: number[] = [];
    plugin.analogRead('A0', (value) => read.push(value));
    wire.measureVolts(0.8, 4.6);
    const volts = ((read[0] ?? 0) / 1023) * plugin.aref;
    expect(Math.abs(volts - 0.8)).toBeLessThan(0.005);
    plugin.close();
  });

  test('a button’s state is told when it changes, and released when the board goes away', () => {
    const wire = new PanelBoard();
    const plugin = new PanelPlugin(wire);
    const read: number[] = [];
    plugin.digitalRead('B3', (value) => read.push(value));
    wire.setLink('down');
    wire.press(3, true);
    wire.press(3, true);
    wire.press(9, true);
    expect(read).toEqual([plugin.HIGH]);
    plugin.close();
    expect(read).toEqual([plugin.HIGH, plugin.LOW]);
  });

  test('a pin that does not exist is the programmer’s error, and says where to read', () => {
    const plugin = new PanelPlugin(new PanelBoard(4));
    for (const pin of ['L4', 'L16', 'B4', 23, -1, Number.NaN, '__proto__', 'constructor', 'length'])
      expect(() => plugin.pinMode(pin, plugin.MODES.OUTPUT)).toThrow(/docs\/panel\.md/);
    plugin.close();
  });
});
