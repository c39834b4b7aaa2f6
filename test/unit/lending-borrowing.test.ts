/** Borrowing from open stock, and a bookshop’s new book. */
import { describe, expect, test } from 'vitest';
import { DAY_MS, GRANTED, NOW_MS, open, PASS, PUBLIC_KEY, pass, stock, visiting } from './lending-visitor.ts';
import { BADGE, sensed, TIMES, World } from './lending-world.ts';

describe('borrowing from open stock', () => {
  test('asks first, opens when it is granted, posts when the door is shut', () => {
    const world = visiting().choose('book-1');
    expect(world.question.question).toEqual({ kind: 'loan', patron: 'p1', item: 'book-1', pass: PASS.pass });
    expect([world.screen, world.unlock?.compartment]).toEqual(['asking', 'A01']);
    const before = world.effects.filter(({ kind }) => kind === 'unlock').length;
    world.reply(GRANTED);
    expect(world.effects.filter(({ kind }) => kind === 'unlock').length).toBe(before + 1);
    world.through('A01');
    expect(world.entry('loanPosted')).toMatchObject({
      item: 'book-1',
      patron: 'p1',
      grantedBy: 'platform',
      due: GRANTED.due,
      pass: PASS.pass,
    });
    expect(world.state.items).toEqual({});
  });

  test('a refusal opens nothing, and is entered with who said so', () => {
    const world = visiting().choose('book-1').reply({ outcome: 'refused', by: 'platform', reason: 'limit' });
    expect(world.entry('loanRefused')).toMatchObject({ by: 'platform', reason: 'limit' });
    expect([world.notice, world.screen]).toEqual(['limitReached', 'visit']);
  });

  test('with nobody to ask the pass itself lends, within its limits', () => {
    const world = visiting().choose('book-1').reply({ outcome: 'unavailable' }).through('A01');
    expect(world.entry('loanPosted')).toMatchObject({ grantedBy: 'pass', due: '2026-12-24T00:00:00.000Z' });
    expect(world.state.passes[PASS.pass]?.used).toBe(1);
  });

  test('an unset clock says no date: the platform will', () => {
    const world = open();
    world.clock = 'untrusted';
    visiting(world).choose('book-1').reply({ outcome: 'unavailable' }).through('A01');
    expect(world.entry('loanPosted')).toMatchObject({ grantedBy: 'pass' });
    expect(world.entry('loanPosted')).not.toHaveProperty('due');
  });

  test('but not what its tag keeps for times with a network', () => {
    const world = new World(sensed('compartment')).boardUp().couriers();
    world.command({ kind: 'setPassKeys', keys: [{ key: 1, publicKey: PUBLIC_KEY }] });
    world.command(stock('book-1')).scan(BADGE).scan('book-1').through('A01');
    world.tags(['book-1'], { onlineOnly: ['book-1'] }).scan(BADGE);
    visiting(world).choose('book-1').reply({ outcome: 'unavailable' });
    expect(world.entry('loanRefused')).toMatchObject({ by: 'terminal', reason: 'notOffline' });
    world.choose('book-1').reply(GRANTED).through('A01').tags([]);
    expect(world.entry('loanPosted')?.grantedBy).toBe('platform');
  });

  test('nor what the platform keeps so', () => {
    const world = visiting(open(sensed('no'), { onlineOnly: true }));
    world.choose('book-1').reply({ outcome: 'unavailable' });
    expect(world.entry('loanRefused')?.reason).toBe('notOffline');
  });

  test('a pass that is used up borrows nothing more, offline or not', () => {
    const world = open();
    world
      .scan(pass({ itemsMax: 1 }))
      .choose('book-1')
      .reply({ outcome: 'unavailable' })
      .through('A01');
    world.wait(TIMES.noticeMs + 1).press('finish');
    world.command(stock('book-2')).scan(BADGE).scan('book-2').through('A01').scan(BADGE);
    world.scan(pass({ itemsMax: 1 })).choose('book-2');
    expect([world.notice, world.entry('loanRefused')?.reason]).toEqual(['limitReached', 'limit']);
    expect(world.view.screen).toMatchObject({ name: 'visit', left: 0 });
  });

  test('also after the controller was killed: the count is kept', () => {
    const world = visiting().choose('book-1').reply({ outcome: 'unavailable' }).through('A01').restart();
    expect(world.state.passes[PASS.pass]?.used).toBe(1);
  });

  test('also when it is renewed, and another pass is used in between', () => {
    const world = open();
    world.command(stock('book-2')).scan(BADGE).scan('book-2').through('A02').scan(BADGE);
    const borrows = (text: string, item: string) =>
      world.scan(text).choose(item).reply({ outcome: 'unavailable' });
    borrows(pass({ itemsMax: 1 }), 'book-1')
      .through('A01')
      .wait(TIMES.noticeMs + 1)
      .press('finish');
    world.wallMs = NOW_MS + 2 * DAY_MS;
    const later = { fromMs: NOW_MS + DAY_MS, untilMs: NOW_MS + 3 * DAY_MS };
    borrows(pass({ ...later, pass: 'aaaaaaaaaaaaaaaa', patron: 'p2' }), 'book-2')
      .through('A02')
      .wait(TIMES.noticeMs + 1)
      .press('finish');
    world.scan(pass({ ...later, itemsMax: 2 }));
    expect(world.view.screen).toMatchObject({ name: 'visit', left: 1 });
  });

  test('a recall that comes while the platform is being asked opens nothing', () => {
    const world = visiting().choose('book-1').command({ kind: 'recallItem', item: 'book-1' });
    const unlocks = world.entries.filter(({ kind }) => kind === 'unlockRequested').length;
    world.reply(GRANTED);
    expect(world.entries.filter(({ kind }) => kind === 'unlockRequested')).toHaveLength(unlocks);
    expect([world.notice, world.screen]).toEqual(['itemRecalled', 'visit']);
  });

  test('what came in doubt is kept from lending offline all the same, and a bookshop’s stays its own', () => {
    const world = new World(sensed('compartment')).boardUp().couriers();
    const shop = { isbn: '9787020002207', priceFen: 4_500 };
    world
      .command({ ...stock('book-1'), onlineOnly: true, shop })
      .scan(BADGE)
      .scan('book-1');
    const { compartment = '' } = world.unlock ?? {};
    world.door(compartment, true).door(compartment, false);
    world.tags([], { partly: ['book-1'] });
    expect(world.state.items['book-1']).toMatchObject({
      doubt: 'partsMissing',
      as: 'shop',
      onlineOnly: true,
      shop,
    });
  });

  test('an answer that comes too late, or twice, opens nothing', () => {
    const world = visiting()
      .choose('book-1')
      .wait(TIMES.askMs + 3_000);
    expect(world.entry('unlockRequested')?.cause).toBe('borrow');
    const unlocks = world.effects.filter(({ kind }) => kind === 'unlock').length;
    world.reply(GRANTED).reply(GRANTED);
    expect(world.effects.filter(({ kind }) => kind === 'unlock').length).toBe(unlocks);
  });

  test('a killed controller waits for no answer, and the patron may ask again', () => {
    const world = visiting().choose('book-1').restart().boardUp();
    expect(world.view.screen).toMatchObject({ name: 'visit' });
    world.choose('book-1').reply(GRANTED);
    expect(world.screen).toBe('opening');
  });

  test('a recall blocks it at once, and the courier is told to take the book out', () => {
    const world = open().command({ kind: 'recallItem', item: 'book-1' });
    visiting(world).choose('book-1');
    expect([world.notice, world.view.screen]).toMatchObject(['itemRecalled', { name: 'visit', stock: [] }]);
    world.press('finish').scan(BADGE);
    expect(world.view.screen).toMatchObject({ toTakeOut: [{ item: 'book-1', why: 'recalled' }] });
    world.choose('book-1').through('A01');
    expect(world.entry('itemUnloaded')).toMatchObject({ item: 'book-1', why: 'recalled' });
    expect(world.state.recalls).toEqual({});
  });

  test('a recall that is lifted lets it be lent again', () => {
    const world = open().command({ kind: 'recallItem', item: 'book-1' });
    world.command({ kind: 'liftRecall', item: 'book-1' }).command({ kind: 'liftRecall', item: 'book-1' });
    expect(world.kinds().filter((kind) => kind === 'recallLifted')).toHaveLength(1);
    visiting(world).choose('book-1').reply(GRANTED);
    expect(world.screen).toBe('opening');
  });

  test('the book that stays inside is not lent, and the pass not used', () => {
    const world = visiting(open(sensed('compartment')))
      .choose('book-1')
      .reply(GRANTED)
      .through('A01');
    world.tags(['book-1']);
    expect([world.entry('loanVoided')?.reason, world.state.passes]).toEqual(['itemStillInside', {}]);
  });
});

test('whoever has seen what was lent goes on at once', () => {
  const world = visiting().choose('book-1').reply(GRANTED).through('A01');
  expect(world.screen).toBe('collected');
  expect(world.press('finish').screen).toBe('visit');
  expect(world.press('finish').screen).toBe('idle');
});

describe('a bookshop’s new book', () => {
  const shop = { shop: { isbn: '9787020002207', priceFen: 5_980 } };

  test('is bought and lent in one step, when the platform agrees', () => {
    const world = visiting(open(sensed('no'), shop));
    expect(world.view.screen).toMatchObject({ stock: [{ item: 'book-1', priceFen: 5_980 }] });
    world.choose('book-1');
    expect(world.question.question).toEqual({ kind: 'purchase', patron: 'p1', item: 'book-1', ...shop.shop });
    world.reply(GRANTED).through('A01');
    expect(world.entry('loanPosted')).toMatchObject({ purchase: shop.shop, grantedBy: 'platform' });
  });

  test.each(['tooExpensive', 'enoughCopies'] as const)('is not bought when it says %s', (reason) => {
    const world = visiting(open(sensed('no'), shop));
    world.choose('book-1').reply({ outcome: 'refused', by: 'platform', reason });
    expect([world.notice, world.entry('loanRefused')?.reason]).toEqual(['notBought', reason]);
  });

  test('nor with nobody to ask', () => {
    const world = visiting(open(sensed('no'), shop))
      .choose('book-1')
      .reply({ outcome: 'unavailable' });
    expect([world.notice, world.entry('loanRefused')?.reason]).toEqual(['notNow', 'needsNetwork']);
  });
});
