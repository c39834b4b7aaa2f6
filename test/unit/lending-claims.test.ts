/** What a patron says against the door, before it closes and after. */
import { describe, expect, test } from 'vitest';
import { GRANTED, open, visiting } from './lending-visitor.ts';
import { BADGE, sensed, TIMES } from './lending-world.ts';

describe('what a patron says against the door', () => {
  const borrowed = (plan = sensed('no')) => {
    const world = visiting(open(plan)).choose('book-1').reply(GRANTED).door('A01', true);
    return world;
  };

  test('before it closes, where no tag can tell: no loan, a courier looks', () => {
    const world = borrowed().press('notMine').door('A01', false);
    expect(world.entry('inDoubt')).toMatchObject({
      item: 'book-1',
      reason: 'disputed',
      wayOut: 'courierChecks',
    });
    expect(world.kinds()).not.toContain('loanPosted');
  });

  test('before it closes, where its tag is seen inside: no loan, and no doubt', () => {
    const world = borrowed(sensed('compartment')).press('notMine').door('A01', false).tags(['book-1']);
    expect(world.entry('loanVoided')).toMatchObject({ item: 'book-1', reason: 'itemStillInside' });
    expect(world.kinds()).not.toContain('inDoubt');
  });

  test('before it closes, where no tag is seen: the patron owes nothing that a blind reader overlooked', () => {
    const world = borrowed(sensed('compartment')).press('nothingInside').door('A01', false).tags([]);
    expect(world.entry('inDoubt')).toMatchObject({ reason: 'disputed', wayOut: 'courierChecks' });
    expect(world.kinds()).not.toContain('loanPosted');
    expect(world.entry('contentChecked')).toMatchObject({ verdict: 'confirmed' });
  });

  test('after it closed: the loan is disputed, and ends when the courier finds the book', () => {
    const world = borrowed().door('A01', false);
    world.library = true;
    expect(world.screen).toBe('collected');
    world.press('notTaken');
    expect(world.entry('loanDisputed')).toMatchObject({ item: 'book-1', claim: 'notTaken' });
    world.press('finish').scan(BADGE).choose('book-1').through('A01');
    expect(world.kinds().slice(-2)).toEqual(['itemReturned', 'itemUnloaded']);
    expect(Object.values(world.state.tellings)).toMatchObject([{ what: 'checkin', item: 'book-1' }]);
    expect(world.state.items).toEqual({});
  });

  test('or when its tag is seen inside', () => {
    const world = borrowed(sensed('compartment')).door('A01', false).tags([]);
    world.press('notTaken').tags(['book-1']);
    expect(world.entry('itemReturned')).toMatchObject({ item: 'book-1', evidence: ['tagSeen'] });
  });

  test('a courier who finds nothing says so, and the operator settles it', () => {
    const world = borrowed().door('A01', false).press('notTaken').press('finish');
    world.scan(BADGE).choose('book-1').door('A01', true).press('nothingInside').door('A01', false);
    expect(world.entry('inDoubt')).toMatchObject({ reason: 'itemMissing', wayOut: 'operatorSettles' });
  });

  test('the same door again, for whoever shut it too early: one loan', () => {
    const world = borrowed().door('A01', false).press('openAgain');
    expect(world.entry('unlockRequested')).toMatchObject({ cause: 'again', compartment: 'A01' });
    world.through('A01');
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(1);
  });

  test('whoever puts it back at that has brought it back', () => {
    const world = borrowed(sensed('compartment')).door('A01', false).tags([]);
    world.press('openAgain').through('A01').tags(['book-1']);
    expect(world.entry('itemReturned')).toMatchObject({ item: 'book-1' });
    expect(world.state.items['book-1']).toMatchObject({ as: 'returned' });
  });

  test('is too late when the next person stands there', () => {
    const world = borrowed()
      .door('A01', false)
      .wait(TIMES.noticeMs + 1)
      .press('notTaken');
    expect(world.kinds()).not.toContain('loanDisputed');
  });
});
