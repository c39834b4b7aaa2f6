/** Books that change hands in every way, told once, twice, or late: each takes effect exactly once. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '../../protocol/platform/entries.ts';
import { back, lent, loaded, Province, takenOut } from './province.ts';

const DAY_MS = 86_400_000;
const shop = { isbn: '9787020002207', priceFen: 5_980 };
const at = (item: string) => ({ session: 's', item, compartment: 'A01' });
/** Everything that the entries are to change, without the hours at which it was heard. */
const TABLES = {
  loan: 'hold, item, patron, terminal, sequence, due, granted_by, pass, isbn, price_fen, renewals, disputed, ended_by, ended_sequence',
  stock: 'terminal, item, status, compartment',
  hold: 'id, item, status, compartment',
  item_return: 'terminal, sequence, item, loans',
  conflict: 'rule, terminal, sequence, item, patron, pass, detail, explained',
  refusal: 'terminal, reason, by, count',
  doubt: 'terminal, item, reason',
  recall: 'item',
  question: 'terminal, id, pending',
};

describe('circulation', () => {
  let province: Province;
  const status = async (item: string) =>
    (await province.rows('SELECT status FROM stock WHERE item = ?', item))[0]?.status;
  const stocked = (item: string, more: object = {}) =>
    province.stock.place({ terminal: 'demo', item, title: `title of ${item}`, size: 'small', ...more });
  const dump = async () => {
    const all = Object.entries(TABLES).map(async ([table, columns]) => [
      table,
      await province.rows(`SELECT ${columns} FROM ${table}`),
    ]);
    return Object.fromEntries(await Promise.all(all)) as object;
  };

  beforeEach(async () => {
    province = await Province.open();
    await province.credit.putPatron('p1', { tier: 2 });
  });
  afterEach(() => province.close());

  test('open stock goes its way: ordered, placed, loaded, lent, and its loan is like any other', async () => {
    await stocked('i1', { onlineOnly: true, shop });
    expect((await province.commands('demo', 'placeStock')).map(({ action }) => action)).toEqual([
      { kind: 'placeStock', item: 'i1', title: 'title of i1', size: 'small', onlineOnly: true, shop },
    ]);
    await province.told('demo', [{ kind: 'stockPlaced', item: 'i1', title: 't' }]);
    expect(await status('i1')).toBe('placed');
    await province.told('demo', [loaded('i1')]);
    expect(await province.stock.all()).toMatchObject([
      { item: 'i1', status: 'loaded', compartment: 'A02', shop },
    ]);
    await province.told('demo', [lent('i1', 'p1', { due: '2027-01-01T00:00:00Z' })]);
    expect(await status('i1')).toBe('lent');
    expect(await province.loans()).toEqual([
      expect.objectContaining({
        item: 'i1',
        due: '2027-01-01T00:00:00Z',
        grantedBy: 'platform',
        title: 'title of i1',
      }),
    ]);
    await province.told('demo', [back('i1')]);
    expect(await province.loans()).toMatchObject([{ returned: { terminal: 'demo', sequence: 4 } }]);
  });

  test('a terminal that refuses stock says why, and the copy may go elsewhere', async () => {
    await stocked('i1');
    await expect(stocked('i1')).rejects.toThrow(/is stock of terminal demo already/);
    await province.answer('demo', 'refused', 'no room');
    expect(await province.stock.all()).toMatchObject([{ status: 'refused', reason: 'no room' }]);
    await stocked('i1', { terminal: 'other' });
  });

  test('stock that is withdrawn before it came is gone; what a terminal holds is recalled instead', async () => {
    await stocked('i1');
    await province.stock.withdraw('demo', 'i1');
    await province.answer('demo');
    expect(await status('i1')).toBe('withdrawn');
    await expect(province.stock.withdraw('demo', 'i1')).rejects.toThrow(/no stock of terminal demo/);
  });

  test('a recall goes to every terminal once, and is over when a courier has the item', async () => {
    await stocked('i1');
    await province.told('demo', [loaded('i1')]);
    await province.stock.recall('i1');
    await province.stock.recall('i1');
    for (const terminal of ['demo', 'other'])
      expect(await province.commands(terminal, 'recallItem')).toHaveLength(1);
    await expect(stocked('i1')).rejects.toThrow(/is recalled/);
    await province.told('demo', [{ kind: 'itemRecalled', item: 'i1' }, takenOut('i1', 'recalled')]);
    expect(await province.stock.recalls()).toEqual([]);
    expect(await status('i1')).toBe('out');
    await stocked('i1');
  });

  test('a recall that is over is over at every terminal, whatever they have heard of it', async () => {
    await stocked('i1');
    await province.told('demo', [loaded('i1')]);
    await province.stock.recall('i1');
    await province.told('demo', [{ kind: 'itemRecalled', item: 'i1' }, takenOut('i1', 'recalled')]);
    // Nothing is sent again that would block it once more.
    for (const terminal of ['demo', 'other'])
      expect(await province.commands(terminal, 'recallItem')).toEqual([]);
    expect(await province.commands('demo', 'liftRecall')).toEqual([]);
    expect((await province.commands('other', 'liftRecall')).map(({ action }) => action)).toEqual([
      { kind: 'liftRecall', item: 'i1' },
    ]);
  });

  test('a recall can be lifted, and be made again', async () => {
    await province.stock.recall('i1');
    await province.stock.liftRecall('i1');
    await province.stock.liftRecall('i1');
    expect(await province.commands('demo', 'recallItem')).toEqual([]);
    expect(await province.commands('demo', 'liftRecall')).toHaveLength(1);
    await stocked('i1');
    await province.stock.recall('i1');
    expect(await province.commands('demo', 'liftRecall')).toEqual([]);
    expect(await province.commands('demo', 'recallItem')).toHaveLength(1);
  });

  test('nobody owes a loan that is denied, until the item is settled', async () => {
    const denied: Entry = { kind: 'loanDisputed', item: 'i1', compartment: 'A01', claim: 'notTaken' };
    await province.told('demo', [lent('i1', 'p1'), denied]);
    expect(await province.loans()).toMatchObject([{ disputed: 'notTaken' }]);
    expect(await province.credit.patrons()).toMatchObject([{ patron: 'p1', openLoans: 0, disputed: 1 }]);
    expect((await province.ask('demo', { kind: 'renewal', item: 'i1' }))?.reason).toBe('notOnLoan');
    await province.told('demo', [takenOut('i1', 'returned')]);
    expect(await province.loans()).toMatchObject([{ ended: { by: 'found' } }]);
    expect(await province.conflicts(true)).toEqual([]);
  });

  test('a renewal that is told late renews nothing that came back', async () => {
    const due = '2026-01-01T00:00:00Z';
    await province.told('demo', [lent('i1', 'p1', { due }), back('i1')]);
    await province.told('other', [{ kind: 'loanRenewed', session: 's', item: 'i1', grantedBy: 'platform' }]);
    expect(await province.loans()).toMatchObject([{ due, renewals: 0 }]);
  });

  test('a renewal that is told late renews no newer loan', async () => {
    const due = '2026-01-01T00:00:00Z';
    const day = (number: number) => ({ wallMs: Date.now() - (9 - number) * DAY_MS });
    await province.told('demo', [lent('i1', 'p1', { due })], day(1));
    await province.told('demo', [back('i1')], day(3));
    await province.told('demo', [lent('i1', 'p2', { due })], day(4));
    const late: Entry = { kind: 'loanRenewed', session: 's', item: 'i1', grantedBy: 'platform' };
    await province.told('other', [late], day(2));
    expect(await province.loans()).toMatchObject([
      { patron: 'p2', due, renewals: 0 },
      { patron: 'p1', due },
    ]);
    await province.told('other', [late], day(5));
    expect(await province.loans()).toMatchObject([{ patron: 'p2', renewals: 1 }, {}]);
  });

  test('"open for me" goes to the terminal of the holds, for a minute, and its answer is told', async () => {
    const hold = await province.order('i1');
    await expect(province.orders.open([hold])).rejects.toThrow(/is ordered/);
    await province.told('demo', [loaded('i1', hold)]);
    const elsewhere = await province.order('i2', 'p1', 'other');
    await expect(province.orders.open([hold, elsewhere])).rejects.toThrow(/different terminals/);
    await province.answer('demo');
    const { command } = (await province.orders.open([hold])) as { command: string };
    const [open] = await province.commands('demo', 'openFor');
    expect(open).toMatchObject({ id: command, action: { holds: [hold] } });
    expect(Date.parse(open?.expires ?? '') - Date.now()).toBeLessThanOrEqual(60_000);
    await province.answer('demo', 'refused', 'somebody is being served');
    expect(await province.fleet.command(command)).toMatchObject({ outcome: 'refused' });
    expect(await province.orders.one(hold)).toMatchObject({ reason: 'somebody is being served' });
  });

  test('a hold says where its patron reaches, again when a courier has swapped it', async () => {
    const order = { terminal: 'demo', item: 'i1', title: 't', patron: 'p1', reach: 'low' } as const;
    const { hold } = (await province.orders.place(order)) as { hold: string };
    await province.told('demo', [loaded('i1', hold), takenOut('i1', 'swap', hold)]);
    const placed = (await province.commands('demo', 'placeHold')).map(({ action }) => action);
    expect(placed).toMatchObject([
      { hold, reach: 'low' },
      { hold, reach: 'low' },
    ]);
  });

  test('refusals are counted by reason, not by patron', async () => {
    const refused: Entry = { kind: 'loanRefused', session: 's', item: 'i1', by: 'library', reason: 'limit' };
    await province.told('demo', [refused, refused, { kind: 'passRefused', fault: 'forged' }]);
    expect(await province.fleet.refusals()).toEqual([
      { terminal: 'demo', by: 'library', reason: 'limit', count: 2 },
      { terminal: 'demo', by: 'pass', reason: 'forged', count: 1 },
    ]);
  });

  test('told twice, all of it once more at the end, or with repeats in between: the same', async () => {
    const hold = await province.order('h1');
    for (const item of ['i1', 'i2', 'i4']) await stocked(item);
    await province.stock.recall('i4');
    const { pass } = (await province.credit.issue({ patron: 'p1', itemsMax: 1 })) as { pass: string };
    await province.ask('demo', { kind: 'loan', patron: 'p1', item: 'i1' }, 'q1');
    const first: Entry[] = [
      { kind: 'stockPlaced', item: 'i1', title: 't' },
      ...[loaded('i1'), loaded('i2'), loaded('h1', hold)],
      lent('h1', 'p1', { hold, grantedBy: 'hold' }),
      lent('i1', 'p1', { pass }),
      { kind: 'loanVoided', ...at('i2'), patron: 'p1', reason: 'cancelled' },
      lent('i2', 'p1', { grantedBy: 'pass', pass }),
      { kind: 'loanDisputed', item: 'i2', compartment: 'A01', claim: 'notMine' },
      { kind: 'inDoubt', ...at('i2'), reason: 'disputed', wayOut: 'courierChecks' },
      { kind: 'loanRenewed', session: 's', item: 'i1', grantedBy: 'platform', due: '2027-01-01T00:00:00Z' },
      { kind: 'loanRefused', session: 's', item: 'i2', by: 'platform', reason: 'limit' },
      { kind: 'passRefused', fault: 'expired' },
      { kind: 'itemRecalled', item: 'i4' },
      { kind: 'stockWithdrawn', item: 'i4' },
      { kind: 'libraryRefused', telling: 3, what: 'checkin', item: 'i1', reason: 'no' },
      takenOut('i2', 'returned'),
    ];
    const second: Entry[] = [lent('i1', 'p2', { grantedBy: 'pass', pass }), back('i1'), back('i9')];
    const told = {
      demo: await province.told('demo', first, { wallMs: Date.now() - DAY_MS }),
      other: await province.told('other', second),
    };
    const once = await dump();
    expect(Object.entries(once).filter(([, rows]) => rows.length === 0)).toEqual([['doubt', []]]);
    const anything = fc.array(fc.constantFrom(...told.demo, ...told.other), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(anything, async (texts) => {
        for (const text of texts)
          await province.again(text.includes('/terminals/demo') ? 'demo' : 'other', [text]);
        expect(await dump()).toEqual(once);
      }),
      { numRuns: 10 },
    );
  });
});
