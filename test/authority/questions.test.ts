/** Who decides: the local library first, the platform as supplement. */
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import type { Ask } from '../../protocol/platform/questions.ts';
import { benches, cardOf, loanOf, purchase, renewalOf, rest } from './asked.ts';
import { AuthorityBench, BOOT } from './authority-bench.ts';
import { BLOCKED, BOOK, LIMIT_MS, OTHER, PATRON, PIN, SECOND } from './sip2-bench.ts';

const up = benches();
const start = benches(AuthorityBench.start);
const kinds = (asked: readonly Ask[]) => asked.map(({ question }) => question.kind);

describe('whose card it is', () => {
  test('the library says first, and the platform is not asked', async () => {
    const bench = await up();
    bench.acs.collection.holds.push({ patronId: PATRON, itemId: BOOK, waits: true });
    bench.acs.collection.holds.push({ patronId: PATRON, itemId: SECOND, waits: false });
    const answer = await bench.ask(cardOf(PATRON, PIN));
    expect(answer).toMatchObject({ outcome: 'granted', by: 'library', waiting: [BOOK] });
    expect(bench.platform.asked).toEqual([]);
    expect(bench.codes).toEqual(['93', '99', '63']);
  });

  test('the patron is named by something from which nobody can tell the card, the same at every start', async () => {
    const bench = await up();
    const refs: (string | undefined)[] = [];
    for (const [card, pin] of [
      [PATRON, PIN],
      [OTHER, '0000'],
      [PATRON, PIN],
    ] as const) {
      const answer = await bench.ask(cardOf(card, pin));
      refs.push(answer.outcome === 'granted' ? answer.patron : undefined);
      if (refs.length === 2) {
        await bench.restart();
        await bench.until('up');
      }
    }
    expect(refs[0]).toMatch(/^library:[\w-]{43}$/);
    expect(refs[0]).not.toContain(PATRON);
    expect(refs[2]).toBe(refs[0]);
    expect(refs[1]).not.toBe(refs[0]);
    const elsewhere = await up({ settings: { institutionId: 'NB' } });
    const answer = await elsewhere.ask(cardOf(PATRON, PIN));
    expect(answer).toMatchObject({ outcome: 'granted', patron: expect.not.stringContaining(refs[0] ?? '') });
  });

  test('a wrong PIN of a card that the library knows is final: nobody else is asked, with whatever PIN', async () => {
    const bench = await up();
    for (const pin of ['0000', ''])
      expect(await bench.ask(cardOf(PATRON, pin))).toEqual({
        outcome: 'refused',
        by: 'library',
        reason: 'wrongPin',
      });
    expect(bench.platform.asked).toEqual([]);
  });

  test('a card that the library does not know is asked of the platform', async () => {
    const bench = await up();
    bench.platform.decide = () => ({ outcome: 'granted', patron: 'p42' });
    expect(await bench.ask(cardOf('999', '1234'))).toEqual({
      outcome: 'granted',
      by: 'platform',
      patron: 'p42',
    });
    expect(bench.platform.asked).toEqual([
      { id: `${BOOT}-1`, question: { kind: 'patron', card: '999', pin: '1234' } },
    ]);
    bench.platform.decide = () => ({ outcome: 'refused', reason: 'wrongPin' });
    expect(await bench.ask(cardOf('999', '1'))).toMatchObject({ by: 'platform', reason: 'wrongPin' });
    // "Yes", and not who: nobody is let in.
    bench.platform.decide = () => ({ outcome: 'granted' });
    expect(await bench.ask(cardOf('999', '1'))).toEqual({ outcome: 'unavailable' });
  });

  test('a library that tells no BL: the platform may know the card, and else the library’s word stands', async () => {
    const bench = await up({ habits: { tellsValidPatron: false } });
    bench.platform.decide = () => ({ outcome: 'granted', patron: 'p42' });
    expect(await bench.ask(cardOf(PATRON, '0000'))).toMatchObject({ by: 'platform', patron: 'p42' });
    bench.platform.decide = () => ({ outcome: 'refused', reason: 'unknownPatron' });
    expect(await bench.ask(cardOf(PATRON, '0000'))).toMatchObject({ by: 'library', reason: 'wrongPin' });
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ outcome: 'granted', by: 'library' });
  });

  test('a patron who is blocked here may be served by the platform; a lost card by nobody', async () => {
    const bench = await up();
    bench.platform.decide = () => ({ outcome: 'granted', patron: 'p42' });
    expect(await bench.ask(cardOf(BLOCKED, '1111'))).toMatchObject({ by: 'platform', patron: 'p42' });
    bench.platform.decide = () => ({ outcome: 'refused', reason: 'unknownPatron' });
    expect(await bench.ask(cardOf(BLOCKED, '1111'))).toMatchObject({ by: 'library', reason: 'blocked' });
    const asked = bench.platform.asked.length;
    bench.acs.collection.patrons.set('LOST', { id: 'LOST', pin: '1', name: 'x', lost: true });
    expect(await bench.ask(cardOf('LOST', '1'))).toMatchObject({ by: 'library', reason: 'blocked' });
    expect(bench.platform.asked).toHaveLength(asked);
  });

  test('what no wire can carry is refused at once', async () => {
    const bench = await up();
    expect(await bench.ask(cardOf('9'.repeat(300), PIN))).toMatchObject({ reason: 'unknownPatron' });
    expect(await bench.ask(cardOf('', ''))).toMatchObject({ outcome: 'refused', reason: 'unknownPatron' });
    expect(await bench.ask(renewalOf('x'.repeat(65)))).toMatchObject({ outcome: 'refused' });
    expect(bench.platform.asked).toEqual([]);
  });
});

describe('a loan', () => {
  test('of an item of the library to its patron is the library’s, and is not made before the door', async () => {
    const bench = await up();
    expect(await bench.ask(loanOf(BOOK, PATRON))).toEqual({
      outcome: 'granted',
      by: 'library',
      due: new Date(new Date('2026-03-04T10:05:06').getTime() + 30 * 86_400_000).toISOString(),
    });
    expect(bench.codes).toEqual(['93', '99', '17']);
    expect(bench.acs.collection.effects).toEqual([]);
    expect(bench.platform.asked).toEqual([]);
    // Nobody promises a date by a clock that is not set.
    bench.now = undefined;
    expect(await bench.ask(loanOf(BOOK, PATRON))).toEqual({ outcome: 'granted', by: 'library' });
  });

  test.each([
    ['03', undefined],
    ['09', undefined],
    ['10', undefined],
    ['02', 'notLoanable'],
    ['06', 'notLoanable'],
    ['07', 'recalled'],
    ['08', 'notLoanable'],
    ['11', 'notLoanable'],
    ['12', 'notLoanable'],
    ['13', 'notLoanable'],
  ] as const)('of an item with circulation status %s: %s, for good', async (status, reason) => {
    const bench = await up();
    bench.acs.collection.items.set(BOOK, { id: BOOK, title: 'T', status });
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject(
      reason ? { outcome: 'refused', by: 'library', reason } : { outcome: 'granted', by: 'library' },
    );
    expect(bench.platform.asked).toEqual([]);
  });

  test('of an item that somebody has, as the library says, is refused for good', async () => {
    const bench = await up();
    bench.acs.collection.loans.set(BOOK, { patronId: OTHER, dueDate: '', since: undefined });
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject({ by: 'library', reason: 'notLoanable' });
    expect(bench.platform.asked).toEqual([]);
  });

  test('of an item on the hold shelf is for whom it waits', async () => {
    const bench = await up();
    bench.acs.collection.holds.push({ patronId: PATRON, itemId: BOOK, waits: true });
    await bench.ask(cardOf(PATRON, PIN));
    await bench.ask(cardOf(OTHER, '0000'));
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject({ outcome: 'granted', by: 'library' });
    expect(await bench.ask(loanOf(BOOK, OTHER))).toMatchObject({ by: 'library', reason: 'notLoanable' });
  });

  test('of an item that the library does not know is the platform’s', async () => {
    const bench = await up();
    bench.platform.decide = () => ({ outcome: 'granted', due: '2026-04-01T00:00:00Z' });
    for (const status of [undefined, '01'] as const) {
      if (status) bench.acs.collection.items.set('X1', { id: 'X1', title: '', status });
      expect(await bench.ask(loanOf('X1', PATRON))).toEqual({
        outcome: 'granted',
        by: 'platform',
        due: '2026-04-01T00:00:00Z',
      });
    }
  });

  test('beyond what the library allows may be the platform’s; else the library’s word stands', async () => {
    const bench = await up();
    bench.acs.collection.patrons.set(PATRON, { id: PATRON, pin: PIN, name: '王小明', itemsMax: 1 });
    await bench.ask(cardOf(PATRON, PIN));
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject({ outcome: 'granted', by: 'library' });
    // The door did not open: asking again is not one more.
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject({ outcome: 'granted', by: 'library' });
    bench.platform.decide = () => ({ outcome: 'refused', reason: 'unknownPatron' });
    expect(await bench.ask(loanOf(SECOND, PATRON))).toMatchObject({ by: 'library', reason: 'limit' });
    bench.platform.decide = () => ({ outcome: 'granted' });
    expect(await bench.ask(loanOf(SECOND, PATRON))).toMatchObject({ outcome: 'granted', by: 'platform' });
    // A PIN is asked for once a visit, and never again without one: servers count that as a wrong one.
    expect(bench.codes.filter((code) => code === '63')).toHaveLength(1);
  });

  test('to anybody else, and a bookshop’s new book, is the platform’s alone', async () => {
    const bench = await up();
    await bench.ask(loanOf(BOOK));
    expect(await bench.ask(purchase)).toMatchObject({ outcome: 'granted', by: 'platform' });
    expect(kinds(bench.platform.asked)).toEqual(['loan', 'purchase']);
    bench.platform.decide = () => ({ outcome: 'refused', reason: 'tooExpensive' });
    expect(await bench.ask(purchase)).toMatchObject({ by: 'platform', reason: 'tooExpensive' });
    expect(bench.codes).toEqual(['93', '99']);
    // How the local library knows the patron is nobody else's business.
    expect(JSON.stringify(bench.platform.asked)).not.toContain('library');
  });
});

describe('a renewal', () => {
  const lent = (bench: AuthorityBench) =>
    bench.acs.collection.loans.set(BOOK, {
      patronId: PATRON,
      dueDate: '2026-05-01 23:59:59',
      since: undefined,
    });

  test('of what the library has lent is the library’s, with the date that it writes', async () => {
    const bench = await up();
    lent(bench);
    expect(await bench.ask(renewalOf(BOOK, PATRON))).toEqual({
      outcome: 'granted',
      by: 'library',
      due: new Date('2026-05-01T23:59:59').toISOString(),
    });
    expect(bench.acs.collection.effects).toEqual([`renew ${BOOK}`]);
    expect(bench.platform.asked).toEqual([]);
  });

  test('without a card is for servers that renew for others; else the refusal is final', async () => {
    const bench = await up();
    lent(bench);
    expect(await bench.ask(renewalOf(BOOK))).toMatchObject({ by: 'library', reason: 'noRenewal' });
    bench.acs.collection.habits = { ...bench.acs.collection.habits, renewsForOthers: true };
    expect(await bench.ask(renewalOf(BOOK))).toMatchObject({ outcome: 'granted', by: 'library' });
    expect(bench.platform.asked).toEqual([]);
  });

  test('of what it has not lent is the platform’s; of what it wants back, nobody’s', async () => {
    const bench = await up();
    bench.platform.decide = () => ({ outcome: 'refused', reason: 'notOnLoan' });
    expect(await bench.ask(renewalOf(BOOK))).toMatchObject({ by: 'platform', reason: 'notOnLoan' });
    bench.platform.decide = () => ({ outcome: 'granted', due: '2026-04-01T00:00:00Z' });
    expect(await bench.ask(renewalOf('X1'))).toMatchObject({ outcome: 'granted', by: 'platform' });
    bench.acs.collection.items.set(SECOND, { id: SECOND, title: 'T', status: '07' });
    expect(await bench.ask(renewalOf(SECOND))).toMatchObject({ by: 'library', reason: 'recalled' });
    expect(bench.acs.collection.effects).toEqual([]);
  });

  test('that the library was told of and did not answer is not the platform’s as well', async () => {
    const bench = await up({ askMs: 400 });
    lent(bench);
    bench.acs.fail('none', 'never', 'never', 'never');
    expect(await bench.ask(renewalOf(BOOK, PATRON))).toEqual({ outcome: 'unavailable' });
    await rest(100);
    expect(bench.platform.asked).toEqual([]);
  });

  test('that the platform was asked for meanwhile is not the library’s as well', async () => {
    const bench = await up({ askMs: 800 });
    lent(bench);
    bench.platform.silent = true;
    // 18 comes after the library's half.
    bench.acs.lateMs = 500;
    bench.acs.fail('late', 'late', 'late');
    expect(await bench.ask(renewalOf(BOOK, PATRON))).toEqual({ outcome: 'unavailable' });
    await rest(100);
    expect(kinds(bench.platform.asked)).toEqual(['renewal']);
    expect(bench.acs.collection.effects).toEqual([]);
  });
});

describe('with one of the two away', () => {
  test('the library: the platform is asked at once', async () => {
    const bench = await up();
    bench.acs.cable = 'cut';
    await bench.until('down');
    bench.platform.decide = () => ({ outcome: 'granted', patron: 'p42' });
    const before = performance.now();
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ by: 'platform', patron: 'p42' });
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject({ by: 'platform' });
    expect(performance.now() - before).toBeLessThan(1_900);
  });

  test('the platform: the library decides what it can, and nobody the rest', async () => {
    const bench = await up();
    bench.platform.link = 'down';
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ outcome: 'granted', by: 'library' });
    expect(await bench.ask(loanOf(BOOK, PATRON))).toMatchObject({ outcome: 'granted', by: 'library' });
    expect(await bench.ask(cardOf(BLOCKED, '1111'))).toMatchObject({ reason: 'blocked' });
    for (const question of [cardOf('999', '1'), loanOf('X1', PATRON), loanOf(BOOK), purchase])
      expect(await bench.ask(question)).toEqual({ outcome: 'unavailable' });
  });

  test.each(['library', 'platform'] as const)('where there is no %s at all', async (without) => {
    const bench = await start({ without });
    expect(bench.authority.health.libraryLink === 'none').toBe(without === 'library');
    if (without === 'platform') await bench.until('up');
    bench.platform.decide = () => ({ outcome: 'granted', patron: 'p42' });
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({
      outcome: 'granted',
      by: without === 'library' ? 'platform' : 'library',
    });
    expect(await bench.ask(purchase)).toMatchObject({
      outcome: without === 'library' ? 'granted' : 'unavailable',
    });
  });

  test('both: the answer is that nobody can be asked, at once, and never from within the question', async () => {
    const bench = await up();
    bench.acs.cable = 'cut';
    bench.platform.link = 'down';
    await bench.until('down');
    const before = performance.now();
    expect(await bench.ask(loanOf(BOOK, PATRON))).toEqual({ outcome: 'unavailable' });
    expect(performance.now() - before).toBeLessThan(1_900);
    bench.authority.ask(99, purchase);
    expect(bench.answers.has(99)).toBe(false);
    await waitFor('answer', LIMIT_MS, async () => bench.answers.has(99));
  });
});
