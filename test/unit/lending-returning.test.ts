/** Books that are brought back: seen by a reader, by the door alone, or not at all. */
import { describe, expect, test } from 'vitest';
import { A02_IS_A_BIN, bin, broughtBack, ready } from './lending-reader.ts';
import { BADGE, CODE, TIMES, World } from './lending-world.ts';

describe('a book that is brought back', () => {
  test('is named first, then a door opens, and it is returned when its tag is seen inside', () => {
    const world = bin().press('return');
    expect([world.screen, world.unlock]).toEqual(['returning', undefined]);
    world.scan('item-5').door('A02', true).door('A02', false).tags(['item-5']);
    expect(world.entry('itemReturned')).toMatchObject({
      item: 'item-5',
      compartment: 'A02',
      evidence: ['doorOpened', 'doorClosed', 'tagSeen'],
    });
    expect(world.view.screen).toEqual({ name: 'returning', returned: 1 });
    world.press('finish');
    expect([world.screen, world.entry('sessionEnded')?.outcome]).toEqual(['idle', 'done']);
  });

  test('without a reader the door is believed', () => {
    const world = new World().boardUp().press('return').scan('item-5').door('A02', true).door('A02', false);
    expect(world.entry('itemReturned')?.evidence).toEqual(['doorOpened', 'doorClosed']);
  });

  test('of which no reader sees anything may be in all the same: a courier looks, and its library is told', () => {
    const world = bin();
    world.library = true;
    world.press('return').scan('item-5').door('A02', true).door('A02', false).tags([]).press('finish');
    expect(world.entry('inDoubt')).toMatchObject({ reason: 'returnUnknown', wayOut: 'courierChecks' });
    expect([world.notice, world.kinds().includes('itemReturned')]).toEqual(['returnInDoubt', false]);
    world.command({ kind: 'forgetItem', item: 'item-5' });
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'refused' } });
    world.scan(BADGE).choose('item-5').door('A02', true).door('A02', false).tags(['item-5']);
    expect(world.entry('itemReturned')).toMatchObject({ item: 'item-5', evidence: ['tagSeen'] });
    expect(Object.values(world.state.tellings)).toMatchObject([{ what: 'checkin', item: 'item-5' }]);
  });

  test('that is not put in is not returned: whoever has borrowed it still has it', () => {
    const world = broughtBack(bin(), 'item-6', ['item-6']).press('return').scan('item-5');
    world.door('A02', true).door('A02', false).tags(['item-6']);
    expect(world.entry('returnVoided')?.reason).toBe('itemNotInside');
    expect([world.notice, world.state.items['item-5']]).toEqual(['itemNotInside', undefined]);
  });

  test('another one than announced is held in doubt, and a second one that was taken is missed', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    world.press('return').scan('item-6').door('A02', true).door('A02', false).tags(['item-7']);
    expect(world.entry('contentChecked')).toMatchObject({
      verdict: 'missing',
      missing: ['item-5', 'item-6'],
      unexpected: ['item-7'],
    });
    expect(world.entry('returnVoided')?.item).toBe('item-6');
    const doubts = world.entries.filter((entry) => entry.kind === 'inDoubt');
    expect(doubts).toMatchObject([
      { item: 'item-5', reason: 'itemMissing', wayOut: 'operatorSettles', session: expect.any(String) },
      { item: 'item-7', reason: 'itemUnexpected', wayOut: 'courierChecks' },
    ]);
    expect(world.notice).toBe('otherItemInside');
  });

  test('a stray stays one, however often it is seen, until it is taken out', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5', 'item-7']);
    world.door('A02', true).door('A02', false).tags(['item-5', 'item-7']);
    expect(world.state.items['item-7']).toMatchObject({ as: 'stray', doubt: 'itemUnexpected' });
    expect(world.kinds()).not.toContain('itemFound');
  });

  test('one that was missing may come back, and is in doubt no more', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    broughtBack(world, 'item-6', ['item-6']);
    expect(world.state.items['item-5']?.doubt).toBe('itemMissing');
    broughtBack(world, 'item-5', ['item-5', 'item-6']);
    expect(world.state.items['item-5']).toMatchObject({ as: 'returned' });
    expect(world.state.items['item-5']?.doubt).toBeUndefined();
  });

  test('one that was missing while somebody waited for it ends the hold, and a courier takes it out', () => {
    const world = new World().loaded().ready();
    world.take({ kind: 'boardDown', board: 'b1' }).boardUp(1, { A01: 'open', A02: 'closed' }).scan(CODE);
    world.answer('opened').door('A01', false).scan(BADGE).choose('item-1');
    world.door('A01', true).press('nothingInside').door('A01', false).scan(BADGE);
    expect(world.state.items['item-1']).toMatchObject({ doubt: 'itemMissing', hold: 'h1' });
    world.press('return').scan('item-1').door('A02', true).door('A02', false).press('finish');
    expect([world.entry('holdWithdrawn'), world.state.holds]).toEqual([
      { kind: 'holdWithdrawn', hold: 'h1' },
      {},
    ]);
    world.scan(BADGE).choose('item-1').door('A02', true).door('A02', false).scan(BADGE);
    expect(world.entry('itemUnloaded')).toMatchObject({ item: 'item-1', why: 'returned' });
    expect(world.state.items).toEqual({});
  });

  test('one that is missing stays in doubt where somebody only says to bring it', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    broughtBack(world, 'item-6', ['item-6']);
    broughtBack(world, 'item-5', ['item-6']);
    expect(world.entries.slice(-3).map(({ kind }) => kind)).toEqual([
      'returnVoided',
      'inDoubt',
      'sessionEnded',
    ]);
    expect(world.state.items['item-5']?.doubt).toBe('itemMissing');
  });

  test('is never touched by what happens to the others in its bin', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    broughtBack(world, 'item-6', ['item-5', 'item-6']);
    const five = world.state.items['item-5'];
    world
      .scan(BADGE)
      .take({ kind: 'choose', item: 'item-6' })
      .door('A02', true)
      .door('A02', false)
      .tags(['item-5']);
    expect(world.state.items).toEqual({ 'item-5': five });
  });

  test.each([
    ['thatIsACode', (world: World) => world.scan(CODE)],
    ['alreadyHere', (world: World) => world.scan('item-1')],
    ['wrongItem', (world: World) => world.scan('x'.repeat(65))],
    ['busy', (world: World) => world.scan('item-5').scan('item-6')],
    ['boardAway', (world: World) => world.scan('item-5').answer('boardAway')],
    ['doorDidNotOpen', (world: World) => world.scan('item-5').answer('notOpened').answer('notOpened')],
  ])('answers %s', (notice, act) => {
    const world = ready(A02_IS_A_BIN).press('return');
    expect(act(world).notice).toBe(notice);
    expect(world.kinds()).not.toContain('itemReturned');
  });

  test('somebody who walks away is taken to have left', () => {
    const world = bin()
      .press('return')
      .wait(TIMES.returnIdleMs + 1);
    expect([world.screen, world.entry('sessionEnded')?.outcome]).toEqual(['idle', 'voided']);
  });

  test('the board forgot whether it pulsed: in doubt until the tag is seen, then returned', () => {
    const world = bin().press('return').scan('item-5').restart().boardUp(2);
    expect(world.entry('inDoubt')).toMatchObject({ reason: 'returnUnknown', item: 'item-5' });
    world.tags(['item-5']);
    expect(world.entry('itemReturned')).toMatchObject({ item: 'item-5', evidence: ['tagSeen'] });
  });
});
