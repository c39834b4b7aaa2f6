/** The supervisor of all RFID readers, on real TCP ports: it answers in time, goes on with the others, and takes them back. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Input } from '../../controller/lending/inputs.ts';
import { Readers } from '../../controller/sensing/readers.ts';
import { tagRules } from '../../controller/sensing/tag-rules.ts';
import { waitFor } from '../../demo/wait.ts';
import { RFID_DRIVERS } from '../../protocol/rfid/drivers.ts';
import { writeTag } from '../../protocol/tag/tag.ts';
import { type SimTag, simTag } from '../../simulator/devices/field.ts';
import { SIMULATED_READERS } from '../../simulator/devices/readers.ts';
import { type DeviceOnTcp, deviceOnTcp } from '../devices/on-tcp.ts';

const LIMIT_MS = 10_000;
const CHECK_MS = 2_000;
const CARD = '04A1B2C3D4E5F6';
const tag = (item: string, last: number) =>
  simTag({ uid: `E00401000000000${last}`, memory: writeTag('iso28560-3', { item }, 112) });

describe('all readers', () => {
  let shelf: DeviceOnTcp<unknown>;
  let pad: DeviceOnTcp<unknown>;
  let cards: DeviceOnTcp<unknown>;
  let readers: Readers;
  let inputs: Input[];
  let troubles: string[];
  const behind: Record<'A01' | 'A02', SimTag[]> = { A01: [], A02: [] };
  let onPad: SimTag[];

  beforeEach(async () => {
    inputs = [];
    troubles = [];
    onPad = [];
    behind.A01 = [tag('item-1', 1)];
    behind.A02 = [];
    shelf = await deviceOnTcp(SIMULATED_READERS.feig((antenna) => [behind.A01, behind.A02][antenna] ?? []));
    pad = await deviceOnTcp(SIMULATED_READERS.m3m810(() => onPad));
    cards = await deviceOnTcp(SIMULATED_READERS.pn532(() => onPad));
    readers = new Readers({
      plans: [
        {
          name: 'shelf',
          url: shelf.url,
          driver: RFID_DRIVERS.feig.create({ antennas: 2 }),
          compartments: ['A01', 'A02'],
        },
        { name: 'pad', url: pad.url, driver: RFID_DRIVERS.m3m810.create(), compartments: [] },
        { name: 'cards', url: cards.url, driver: RFID_DRIVERS.pn532.create(), compartments: [] },
      ],
      rules: tagRules(),
      checkMs: CHECK_MS,
      input: (input) => inputs.push(input),
      trouble: (message, about) => troubles.push(`${message} ${JSON.stringify(about)}`),
      backoff: { msMin: 10, msMax: 100, stableMs: 10_000 },
    });
    readers.start();
    await up();
  });
  afterEach(async () => {
    await readers.stop();
    for (const device of [shelf, pad, cards]) device.close();
  });

  const up = () =>
    waitFor('the readers', LIMIT_MS, async () => readers.health.every(({ link }) => link === 'up'));
  const check = async (compartment: string) => {
    const checkId = inputs.length + 1;
    const startMs = performance.now();
    readers.check(compartment, checkId);
    const answer = await waitFor('the answer', LIMIT_MS, async () =>
      inputs.find((input) => input.kind === 'tagsRead' && input.checkId === checkId),
    );
    expect(performance.now() - startMs).toBeLessThan(CHECK_MS);
    return answer.kind === 'tagsRead' ? answer.reading : undefined;
  };
  const heard = () => inputs.filter((input) => input.kind === 'code');

  test('each compartment is answered by its own antenna', async () => {
    behind.A02 = [tag('item-2', 2), tag('item-3', 3)];
    expect(await check('A01')).toMatchObject({ items: ['item-1'], complete: true });
    expect(await check('A02')).toMatchObject({ items: ['item-2', 'item-3'], complete: true });
  });

  test('a reader that is away answers with nothing, in time, and comes back by itself', async () => {
    shelf.port.cable = 'cut';
    expect(await check('A01')).toBeUndefined();
    const health = readers.health.map(({ reader, link }) => [reader, link]);
    expect(health).toEqual([
      ['shelf', 'down'],
      ['pad', 'up'],
      ['cards', 'up'],
    ]);
    shelf.port.cable = 'ok';
    await up();
    expect(await check('A01')).toMatchObject({ items: ['item-1'] });
  });

  test('one that is plugged in again in the middle of a check still makes it', async () => {
    shelf.port.cable = 'cut';
    setTimeout(() => {
      shelf.port.cable = 'ok';
    }, 300);
    expect(await check('A01')).toMatchObject({ items: ['item-1'] });
  });

  test('one that loses its power in the middle is asked again', async () => {
    shelf.device.fail('powerDip');
    const reading = await check('A01');
    expect(reading === undefined || reading.items.includes('item-1')).toBe(true);
    await up();
    expect(await check('A01')).toMatchObject({ items: ['item-1'] });
  });

  test('what lies on the pad is told once, and again when it comes again', async () => {
    onPad = [tag('item-9', 9)];
    await waitFor('the book', LIMIT_MS, async () => heard().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(heard()).toEqual([{ kind: 'code', text: 'item-9', source: 'tag' }]);
    onPad = [];
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    onPad = [tag('item-9', 9)];
    await waitFor('the book again', LIMIT_MS, async () => heard().length > 1);
  });

  test('a book that the pad does not see for a moment is not told again', async () => {
    onPad = [tag('item-9', 9)];
    await waitFor('the book', LIMIT_MS, async () => heard().length > 0);
    // Two inventories without it: one look at the pad.
    pad.device.fail('noTag', 2);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(heard()).toHaveLength(1);
  });

  test('a card is told as a card, a blank tag only to the log', async () => {
    onPad = [simTag({ uid: CARD }), simTag({ uid: 'E004010000000008' })];
    await waitFor('the card', LIMIT_MS, async () => heard().length > 0);
    await waitFor('the log', LIMIT_MS, async () => troubles.some((trouble) => /names no item/.test(trouble)));
    expect(heard()).toEqual([{ kind: 'code', text: CARD, source: 'card' }]);
    expect(troubles.join()).not.toContain('E004010000000008');
  });

  test('a book that is shown for a check is nobody else’s', async () => {
    const answer = check('B01');
    onPad = [tag('item-9', 9)];
    expect(await answer).toMatchObject({ items: ['item-9'] });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(heard()).toEqual([]);
  });

  test('nobody who shows a book is waited for no longer than the check may take', async () => {
    expect(await check('B01')).toMatchObject({ items: [], complete: false });
  });
});
