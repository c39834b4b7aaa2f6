/** Questions are answered from what is known of all terminals together; the same question gets the same answer. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COPIES_MAX, tierOf } from '../../platform/tiers.ts';
import type { PlatformQuestion } from '../../protocol/platform/questions.ts';
import { lent, loaded, Province } from './province.ts';

const [CARD, PIN] = ['2023400051786', '2468'];
const ISBN = '9787020002207';
const loanOf = (item: string, patron = 'p1', pass?: string): PlatformQuestion => ({
  kind: 'loan',
  patron,
  item,
  ...(pass ? { pass } : {}),
});
const buy = (item: string, priceFen = 5_980, patron = 'p1'): PlatformQuestion => ({
  kind: 'purchase',
  ...{ patron, item, isbn: ISBN, priceFen },
});
const DAY_MS = 86_400_000;

describe('questions', () => {
  let province: Province;
  const card = (pin: string, id?: string) => province.ask('demo', { kind: 'patron', card: CARD, pin }, id);
  const reasons = async (count: number, ask: () => Promise<{ reason?: string } | undefined>) => {
    const all: (string | undefined)[] = [];
    for (let at = 0; at < count; at += 1) all.push((await ask())?.reason);
    return all;
  };

  beforeEach(async () => {
    province = await Province.open();
    await province.credit.putPatron('p1', { tier: 2, card: CARD, pin: PIN });
    await province.credit.putPatron('p2', { tier: 1 });
  });
  afterEach(() => province.close());

  test('a card and its PIN tell the patron, and what waits for them at this terminal', async () => {
    const [here, elsewhere] = [await province.order('i1'), await province.order('i2', 'p1', 'other')];
    await province.order('i3', 'p2');
    await province.told('demo', [loaded('i1', here)]);
    await province.told('other', [loaded('i2', elsewhere)]);
    expect(await card(PIN)).toMatchObject({ outcome: 'granted', patron: 'p1', holds: [here] });
    expect(await card('2469')).toEqual({ id: expect.any(String), outcome: 'refused', reason: 'wrongPin' });
    const unknown = await province.ask('demo', { kind: 'patron', card: '999', pin: PIN });
    expect(unknown).toMatchObject({ outcome: 'refused', reason: 'unknownPatron' });
  });

  test('neither card nor PIN is kept in plain text', async () => {
    await card(PIN);
    await card('8642');
    const tables = await province.rows("SELECT name FROM sqlite_master WHERE type = 'table'");
    for (const { name } of tables) {
      const told = JSON.stringify(await province.rows(`SELECT * FROM ${name}`));
      for (const secret of [CARD, PIN, '8642'])
        expect(`${name}: ${told}`).not.toMatch(new RegExp(`\\b${secret}\\b`));
    }
  });

  test('guessing makes the card wait, at every terminal, and a right PIN begins anew', async () => {
    expect(await reasons(4, () => card('0000'))).toEqual(Array(4).fill('wrongPin'));
    expect((await card(PIN))?.outcome).toBe('granted');
    expect(await reasons(5, () => card('0000'))).toEqual(Array(5).fill('wrongPin'));
    const elsewhere = await province.ask('other', { kind: 'patron', card: CARD, pin: PIN });
    expect(elsewhere).toMatchObject({ outcome: 'refused', reason: 'blocked' });
    expect(await province.credit.patrons()).toMatchObject([
      { patron: 'p1', pinWaitsUntil: expect.any(String) },
      {},
    ]);
    await province.store.transaction((writer) =>
      writer.run('UPDATE patron SET pin_wait_until = ?', new Date(Date.now() - 1).toISOString()),
    );
    expect((await card(PIN))?.outcome).toBe('granted');
  });

  test('many guesses at once are no more than one after the other', async () => {
    const pins = Array.from({ length: 20 }, (_, at) => `10${String(at).padStart(2, '0')}`);
    const all = await Promise.all(pins.map((pin) => card(pin)));
    expect(all.filter((answer) => answer?.reason === 'wrongPin')).toHaveLength(5);
    expect((await card(PIN))?.reason).toBe('blocked');
  });

  test('a repeated question gets the same answer, and is no second guess', async () => {
    const first = await card('0000', 'same');
    const both = await Promise.all([card('0000', 'same'), card('0000', 'same')]);
    expect(both).toEqual([first, first]);
    expect(await province.rows('SELECT wrong_pins FROM patron')).toMatchObject([{ wrong_pins: 1 }, {}]);
    const loan = await province.ask('demo', loanOf('i1'), 'one');
    await province.told('demo', [lent('i1', 'p2')]);
    expect(await province.ask('demo', loanOf('i1'), 'one')).toEqual(loan);
    expect((await province.ask('demo', loanOf('i1'), 'two'))?.reason).toBe('notLoanable');
    // Ids are a terminal's own.
    expect((await province.ask('other', loanOf('i9'), 'one'))?.outcome).toBe('granted');
  });

  test('a terminal that is not registered is told nothing', async () => {
    expect(await province.ask('stranger', loanOf('i1'))).toBeUndefined();
  });

  test('a loan is due by the patron’s tier, and counts at all terminals, from the moment it is granted', async () => {
    const { itemsMax, loanDays } = tierOf(1);
    const due = Date.parse((await province.ask('demo', loanOf('i0', 'p2')))?.due ?? '');
    expect(Math.abs(due - Date.now() - loanDays * DAY_MS)).toBeLessThan(60_000);
    await province.told('demo', [lent('i0', 'p2')]);
    for (let item = 1; item < itemsMax; item += 1)
      expect((await province.ask('other', loanOf(`i${item}`, 'p2')))?.outcome).toBe('granted');
    expect((await province.ask('demo', loanOf('i9', 'p2')))?.reason).toBe('limit');
    // The same one again, after an answer that was lost.
    expect((await province.ask('other', loanOf('i1', 'p2')))?.outcome).toBe('granted');
    const at = { session: 's', compartment: 'A01' };
    await province.told('other', [
      { kind: 'loanVoided', ...at, item: 'i1', patron: 'p2', reason: 'doorNotOpened' },
    ]);
    expect((await province.ask('demo', loanOf('i9', 'p2')))?.outcome).toBe('granted');
  });

  test('a patron of a local library is served within limits; who is nobody’s patron is not', async () => {
    expect((await province.ask('demo', loanOf('i1', 'library:abc')))?.outcome).toBe('granted');
    expect((await province.ask('demo', loanOf('i2', 'somebody')))?.reason).toBe('unknownPatron');
    await province.credit.revoke({ patrons: ['library:abc'] });
    expect((await province.ask('demo', loanOf('i2', 'library:abc')))?.reason).toBe('blocked');
  });

  test('what is recalled, or held for somebody else, is not lent; its own patron may have it', async () => {
    await province.order('i1', 'p1', 'other');
    expect((await province.ask('demo', loanOf('i1', 'p2')))?.reason).toBe('notLoanable');
    expect((await province.ask('demo', loanOf('i1', 'p1')))?.outcome).toBe('granted');
    await province.stock.recall('i2');
    expect((await province.ask('demo', loanOf('i2')))?.reason).toBe('recalled');
  });

  test('a pass is its patron’s, not revoked, and lends so many items at all terminals together', async () => {
    const { pass } = (await province.credit.issue({ patron: 'p1', itemsMax: 1 })) as { pass: string };
    expect((await province.ask('demo', loanOf('i1', 'p2', pass)))?.reason).toBe('unknownPatron');
    expect((await province.ask('demo', loanOf('i1', 'p1', 'f'.repeat(16))))?.reason).toBe('unknownPatron');
    expect((await province.ask('demo', loanOf('i1', 'p1', pass)))?.outcome).toBe('granted');
    await province.told('demo', [lent('i1', 'p1', { pass })]);
    expect((await province.ask('other', loanOf('i2', 'p1', pass)))?.reason).toBe('limit');
    await province.credit.revoke({ passes: [pass] });
    expect((await province.ask('other', loanOf('i2', 'p1', pass)))?.reason).toBe('blocked');
  });

  test('a new book is bought within price, budget and copies, and what is being bought counts', async () => {
    expect((await province.ask('demo', buy('b1', 998_000)))?.reason).toBe('tooExpensive');
    expect((await province.ask('demo', buy('b1', 5_980, 'p2')))?.reason).toBe('notLoanable');
    await province.stock.hold(ISBN, COPIES_MAX - 2);
    expect((await province.ask('demo', buy('b1')))?.outcome).toBe('granted');
    await province.told('demo', [lent('b1', 'p1', { purchase: { isbn: ISBN, priceFen: 5_980 } })]);
    expect((await province.ask('other', buy('b2')))?.outcome).toBe('granted');
    expect((await province.ask('demo', buy('b3')))?.reason).toBe('enoughCopies');
    expect(await province.conflicts()).toEqual([]);
    expect(await province.loans()).toMatchObject([{ item: 'b1', isbn: ISBN, priceFen: 5_980 }]);
  });

  test('a new book that was not taken, asked for again at once and bought: the journal comes after both answers', async () => {
    expect((await province.ask('demo', buy('b1')))?.outcome).toBe('granted');
    expect((await province.ask('demo', buy('b1')))?.outcome).toBe('granted');
    const voided = {
      kind: 'loanVoided',
      session: 's',
      item: 'b1',
      patron: 'p1',
      compartment: 'A01',
    } as const;
    await province.told('demo', [{ ...voided, reason: 'itemStillInside' }]);
    await province.told('demo', [lent('b1', 'p1', { purchase: { isbn: ISBN, priceFen: 5_980 } })]);
    expect(await province.conflicts()).toEqual([]);
  });

  test('a loan is renewed once for whoever has it, and not where somebody waits', async () => {
    const renew: PlatformQuestion = { kind: 'renewal', item: 'i1' };
    expect((await province.ask('demo', renew))?.reason).toBe('notOnLoan');
    await province.told('demo', [lent('i1', 'p1', { due: '2026-01-01T00:00:00Z' })]);
    const { due } = (await province.ask('other', renew)) ?? {};
    expect(Date.parse(due ?? '')).toBeGreaterThan(Date.now());
    const renewed = { kind: 'loanRenewed', session: 's', item: 'i1', grantedBy: 'platform' } as const;
    await province.told('other', [{ ...renewed, ...(due ? { due } : {}) }]);
    expect(await province.loans()).toMatchObject([{ due, renewals: 1 }]);
    expect((await province.ask('demo', renew))?.reason).toBe('noRenewal');
    await province.told('demo', [lent('i2', 'p1')]);
    await province.order('i2', 'p2');
    expect((await province.ask('demo', { ...renew, item: 'i2' }))?.reason).toBe('noRenewal');
  });
});
