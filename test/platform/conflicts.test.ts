/** Every written rule, through the real ingest: what it decides, and that a person is told until they say a word. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seen } from '../../platform/conflicts.ts';
import { tierOf } from '../../platform/tiers.ts';
import { back, lent, loaded, Province } from './province.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const DAY = (number: number) => ({ wallMs: NOW_MS - (10 - number) * DAY_MS });
const UNSET = { wallMs: 0, clock: 'untrusted' } as const;

describe('conflicts', () => {
  let province: Province;
  const pass = async (patron = 'p1', itemsMax?: number) =>
    ((await province.credit.issue({ patron, ...(itemsMax ? { itemsMax } : {}) })) as { pass: string }).pass;
  const rules = async () => (await province.conflicts()).map(({ rule }) => rule);
  const open = async () =>
    (await province.loans()).filter((loan) => !('ended' in loan || 'returned' in loan));

  beforeEach(async () => {
    province = await Province.open();
    await province.credit.putPatron('p1', { tier: 2 });
    await province.credit.putPatron('p2', { tier: 1 });
  });
  afterEach(() => province.close());

  test('itemOnLoan: the newest loan stands, whoever had the item before owes it no more', async () => {
    await province.told('demo', [lent('i1', 'p1')], DAY(1));
    await province.told('other', [lent('i1', 'p2', { grantedBy: 'pass' })], DAY(2));
    expect(await open()).toMatchObject([{ patron: 'p2', terminal: 'other' }]);
    expect((await province.loans())[1]).toMatchObject({ ended: { by: 'lentAgain', terminal: 'other' } });
    expect(await province.conflicts()).toMatchObject([
      { rule: 'itemOnLoan', outcome: 'newestLoanStands', look: 'operator', item: 'i1', patron: 'p1' },
    ]);
  });

  test('itemOnLoan: told late, the older loan is the one that ends', async () => {
    await province.told('demo', [lent('i1', 'p2')], DAY(5));
    await province.told('other', [lent('i1', 'p1', { grantedBy: 'pass' })], DAY(4));
    expect(await open()).toMatchObject([{ patron: 'p2' }]);
    expect(await province.conflicts()).toMatchObject([{ rule: 'itemOnLoan', patron: 'p1' }]);
  });

  test('itemOnLoan: where no clock tells, the loan that was told before is taken to be older', async () => {
    await province.told('demo', [lent('i1', 'p1')], DAY(5));
    await province.told('other', [lent('i1', 'p2')], UNSET);
    expect(await open()).toMatchObject([{ patron: 'p2' }]);
    expect(await rules()).toEqual(['itemOnLoan']);
  });

  test('itemOnLoan: a return in between that is told late explains it, and nobody need look', async () => {
    await province.told('demo', [lent('i1', 'p1')], DAY(1));
    await province.told('other', [lent('i1', 'p2')], DAY(3));
    await province.told('demo', [back('i1')], DAY(2));
    expect(await rules()).toEqual([]);
    expect(await province.conflicts(true)).toMatchObject([
      { explained: expect.stringContaining('told late') },
    ]);
    expect((await province.loans())[1]).toMatchObject({ patron: 'p1', returned: { terminal: 'demo' } });
    expect(await open()).toMatchObject([{ patron: 'p2' }]);
  });

  test('an item in a courier’s hands is on loan no more, and that is no conflict', async () => {
    await province.told('demo', [lent('i1', 'p1')], DAY(1));
    await province.told('other', [loaded('i1')], DAY(2));
    expect((await province.loans())[0]).toMatchObject({ ended: { by: 'found', terminal: 'other' } });
    await province.told('other', [lent('i1', 'p2')], DAY(3));
    expect(await rules()).toEqual([]);
  });

  test('passRevoked: the loan stands, and security looks', async () => {
    const id = await pass();
    await province.credit.revoke({ passes: [id] });
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: id })]);
    expect(await open()).toMatchObject([{ patron: 'p1', pass: id }]);
    expect(await province.conflicts()).toMatchObject([
      { rule: 'passRevoked', outcome: 'loanStands', look: 'security', pass: id, patron: 'p1' },
    ]);
  });

  test('passRevoked: a loan that was made before is none, however late it is told', async () => {
    const id = await pass();
    await province.credit.revoke({ passes: [id] });
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: id })], DAY(9));
    expect(await rules()).toEqual([]);
  });

  test('passRevoked: a patron who is revoked takes their passes along', async () => {
    const id = await pass();
    await province.credit.revoke({ patrons: ['p1'] });
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: id })]);
    expect(await rules()).toEqual(['passRevoked']);
  });

  test('passExpired: the loan stands', async () => {
    const id = await pass();
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: id })], {
      wallMs: NOW_MS + 8 * DAY_MS,
    });
    expect(await rules()).toEqual(['passExpired']);
    expect(await open()).toHaveLength(1);
  });

  test('passOverLimit: one pass at two terminals offline lends twice at the most, and both are told', async () => {
    const id = await pass('p1', 1);
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: id })]);
    expect(await rules()).toEqual([]);
    await province.told('other', [lent('i2', 'p1', { grantedBy: 'pass', pass: id })]);
    expect(await province.conflicts()).toMatchObject([
      { rule: 'passOverLimit', item: 'i2', detail: '2 of 1' },
    ]);
    expect(await open()).toHaveLength(2);
  });

  test('passOverLimit: it is revoked everywhere, so that it lends no more', async () => {
    const id = await pass('p1', 1);
    for (const [terminal, item] of [
      ['demo', 'i1'],
      ['other', 'i2'],
    ] as const)
      await province.told(terminal, [lent(item, 'p1', { grantedBy: 'pass', pass: id })]);
    for (const terminal of ['demo', 'other'])
      expect((await province.commands(terminal, 'revokePasses')).map(({ action }) => action)).toMatchObject([
        { passes: [id], patrons: [] },
      ]);
    // What it lent before it was revoked stays what it was.
    expect(await rules()).toEqual(['passOverLimit']);
  });

  test('passUnknown: a pass that we have not made counts, and security looks', async () => {
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: 'a'.repeat(16) })]);
    expect(await rules()).toEqual(['passUnknown']);
    expect(await open()).toHaveLength(1);
  });

  test('passOfAnother: whom the terminal names owes, until security has looked', async () => {
    const id = await pass('p2');
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass', pass: id })]);
    expect(await province.conflicts()).toMatchObject([{ rule: 'passOfAnother', patron: 'p1', detail: 'p2' }]);
  });

  test('patronOverLimit: passes one after another lend beyond the tier', async () => {
    const { itemsMax } = tierOf(1);
    const items = Array.from({ length: itemsMax }, (_, at) => lent(`i${at}`, 'p2'));
    const id = await pass('p2');
    await province.told('demo', items);
    await province.told('other', [lent('i9', 'p2', { grantedBy: 'pass', pass: id })]);
    expect(await province.conflicts()).toMatchObject([{ rule: 'patronOverLimit', detail: '4 of 3' }]);
  });

  test('holdWithdrawn: the patron has the book, and owes it', async () => {
    const hold = await province.order('i1');
    await province.told('demo', [
      loaded('i1', hold),
      { kind: 'holdWithdrawn', hold },
      lent('i1', 'p1', { hold, grantedBy: 'hold' }),
    ]);
    expect(await province.orders.one(hold)).toMatchObject({ status: 'lent' });
    expect(await rules()).toEqual(['holdWithdrawn']);
    expect(await open()).toMatchObject([{ hold }]);
  });

  test('heldForAnother: the loan stands, the other patron still waits', async () => {
    const hold = await province.order('i1', 'p2', 'other');
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass' })]);
    expect(await province.conflicts()).toMatchObject([
      { rule: 'heldForAnother', patron: 'p1', detail: 'p2' },
    ]);
    expect(await province.orders.one(hold)).toMatchObject({ status: 'ordered' });
  });

  test('itemRecalled: the loan stands and is not renewed; the recall goes on until a courier has the item', async () => {
    await province.stock.recall('i1');
    await province.told('demo', [lent('i1', 'p1', { grantedBy: 'pass' })]);
    expect(await rules()).toEqual(['itemRecalled']);
    const renewal = await province.ask('demo', { kind: 'renewal', item: 'i1' });
    expect(renewal?.reason).toBe('recalled');
    expect(await province.stock.recalls()).toMatchObject([{ item: 'i1' }]);
  });

  test('itemRecalled: a loan that was made before the recall is none', async () => {
    await province.stock.recall('i1');
    await province.told('demo', [lent('i1', 'p1')], DAY(9));
    expect(await rules()).toEqual([]);
  });

  test('purchaseUngranted: what nobody agreed to buy is looked at by who buys', async () => {
    await province.told('demo', [lent('i1', 'p1', { purchase: { isbn: '9787020002207', priceFen: 1 } })]);
    expect(await province.conflicts()).toMatchObject([{ rule: 'purchaseUngranted', look: 'purchasing' }]);
  });

  test('libraryRefused: our record stands, the library’s people put theirs right', async () => {
    const refused = { kind: 'libraryRefused', telling: 7, what: 'checkout', item: 'i1' } as const;
    await province.told('demo', [lent('i1', 'p1'), { ...refused, reason: 'item not in catalogue' }]);
    expect(await open()).toHaveLength(1);
    expect(await province.conflicts()).toMatchObject([
      { rule: 'libraryRefused', look: 'library', item: 'i1', detail: 'checkout: item not in catalogue' },
    ]);
  });

  test('disputedAndGone: what its patron denied and nobody finds is nobody’s', async () => {
    const denied = { kind: 'loanDisputed', item: 'i1', compartment: 'A01', claim: 'notTaken' } as const;
    await province.told('demo', [lent('i1', 'p1'), denied]);
    expect(await rules()).toEqual([]);
    await province.told('demo', [{ kind: 'itemForgotten', item: 'i1', compartment: 'A01' }]);
    expect(await open()).toEqual([]);
    expect((await province.loans())[0]).toMatchObject({ ended: { by: 'givenUp' }, disputed: 'notTaken' });
    expect(await province.conflicts()).toMatchObject([{ rule: 'disputedAndGone', outcome: 'nobodyOwes' }]);
  });

  test('each stays open until a person says a word, and is kept for ever', async () => {
    await province.told('demo', [lent('i1', 'p1')], DAY(1));
    await province.told('other', [lent('i1', 'p2')], DAY(2));
    const [{ number } = { number: 0 }] = await province.conflicts();
    await seen(province.store, number as number, 'called both');
    expect(await rules()).toEqual([]);
    expect(await province.conflicts(true)).toMatchObject([{ word: 'called both', seen: expect.any(String) }]);
    await expect(seen(province.store, number as number, 'again')).rejects.toThrow(/has been looked at/);
    await expect(seen(province.store, 99, 'which')).rejects.toThrow(/no conflict 99/);
  });
});
