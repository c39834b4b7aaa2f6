import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoardEvent, EventOrder } from '../../controller/cabinet/events.ts';

function moved(id: number, previous: number, boot = 1): BoardEvent {
  return { name: 'doorMoved', id, fields: { boot, previous, compartment: 0, open: 1, uptimeMs: 0 } };
}

describe('the order of a board’s events', () => {
  test('an event is delivered once; its repeat is only acknowledged again', () => {
    const order = new EventOrder();
    expect([order.arrived(moved(1, 0)), order.arrived(moved(1, 0))]).toEqual(['deliver', 'again']);
  });

  test('an event after a lost one waits for the board to send both again', () => {
    const order = new EventOrder();
    order.arrived(moved(1, 0));
    expect(order.arrived(moved(3, 2))).toBe('later');
    expect([order.arrived(moved(2, 0)), order.arrived(moved(3, 2))]).toEqual(['deliver', 'deliver']);
  });

  test('a controller that has just started takes the oldest kept event first', () => {
    const order = new EventOrder();
    expect(order.arrived(moved(8, 7))).toBe('later');
    expect([order.arrived(moved(7, 0)), order.arrived(moved(8, 7))]).toEqual(['deliver', 'deliver']);
  });

  test('a new boot begins anew', () => {
    const order = new EventOrder();
    order.arrived(moved(40, 0));
    expect(order.arrived(moved(1, 0, 2))).toBe('deliver');
  });

  test('numbers wrap', () => {
    const order = new EventOrder();
    order.arrived(moved(65_535, 0));
    expect(order.arrived(moved(1, 65_535))).toBe('deliver');
    expect(order.arrived(moved(65_535, 0))).toBe('again');
  });

  test('nothing is acknowledged before it is stored', () => {
    const order = new EventOrder();
    order.arrived(moved(1, 0));
    expect(order.stored).toBeUndefined();
    order.markStored(1, 1);
    expect(order.stored).toEqual({ boot: 1, upTo: 1 });
  });

  test('whatever the wire loses, and whoever starts again, each event is delivered once and in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ lost: fc.array(fc.boolean(), { maxLength: 8 }), add: fc.nat(3) })),
        (rounds) => {
          const order = new EventOrder();
          const kept: number[] = [];
          const delivered: number[] = [];
          let newest = 0;
          const send = (index: number, lost: boolean) => {
            const id = kept[index];
            if (lost || id === undefined) return;
            if (order.arrived(moved(id, kept[index - 1] ?? 0)) === 'deliver') {
              delivered.push(id);
              order.markStored(1, id);
            }
          };
          for (const { lost, add } of [...rounds, { lost: [], add: 0 }]) {
            for (let count = 0; count < add; count += 1) {
              newest += 1;
              kept.push(newest);
              send(kept.length - 1, lost[count] ?? false);
            }
            for (let index = 0; index < kept.length; index += 1) send(index, lost[index] ?? false);
            // The acknowledgement may be lost as well.
            while (!lost[0] && kept.length > 0 && (kept[0] ?? 0) <= (order.stored?.upTo ?? 0)) kept.shift();
          }
          expect(delivered).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
        },
      ),
    );
  });
});
