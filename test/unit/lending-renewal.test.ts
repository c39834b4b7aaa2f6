/** Renewals, and what the local library is told. */
import { describe, expect, test } from 'vitest';
import { GRANTED, open, visiting } from './lending-visitor.ts';

describe('the local library', () => {
  test('is told no date by a clock that is not trusted, be it of 1970 or three weeks old', () => {
    const world = open();
    world.library = true;
    world.press('return').scan('item-8').through('B01');
    world.clock = 'untrusted';
    world.wallMs -= 21 * 24 * 3_600_000;
    world.scan('item-9').through('A02').press('finish');
    const dates = Object.values(world.state.tellings).map(({ wallMs }) => wallMs);
    expect(dates).toEqual([Date.UTC(2026, 10, 24), 0]);
  });

  test('is told of returns and loans in their order, until it has heard each', () => {
    const world = open();
    world.library = true;
    world.press('return').scan('item-8').through('B01').scan('item-9').through('A02').press('finish');
    const tellings = Object.values(world.state.tellings).map(({ id }) => id);
    expect(tellings).toHaveLength(2);
    world.restart();
    world.take({ kind: 'libraryTold', telling: tellings[0] ?? 0, outcome: 'done' });
    world.take({
      kind: 'libraryTold',
      telling: tellings[1] ?? 0,
      outcome: 'refused',
      reason: 'no such item',
    });
    expect(world.entry('libraryRefused')).toMatchObject({
      what: 'checkin',
      item: 'item-9',
      reason: 'no such item',
    });
    expect(world.state.tellings).toEqual({});
  });
});

describe('a renewal', () => {
  test('is decided by whoever can be asked, and entered with its date', () => {
    const world = open().press('renew').scan('item-7');
    expect(world.question.question).toEqual({ kind: 'renewal', item: 'item-7' });
    world.reply({ outcome: 'granted', by: 'library', due: '2027-01-01T00:00:00Z' });
    expect(world.entry('loanRenewed')).toMatchObject({ item: 'item-7', grantedBy: 'library' });
    expect(world.view.notice).toMatchObject({ name: 'renewed', due: '2027-01-01T00:00:00Z' });
  });

  test.each([
    ['notRenewed', { outcome: 'refused', by: 'platform', reason: 'noRenewal' }],
    ['notOnLoan', { outcome: 'refused', by: 'platform', reason: 'notOnLoan' }],
    ['notNow', { outcome: 'unavailable' }],
  ] as const)('answers %s', (notice, answer) => {
    const world = open().press('renew').scan('item-7').reply(answer);
    expect([world.notice, world.kinds().includes('loanRenewed')]).toEqual([notice, false]);
  });
});

describe('a renewal in a visit', () => {
  const known = (card: boolean) => {
    const world = open();
    world.library = card;
    world.press('card').scan('CARD-1').take({ kind: 'pin', pin: '1234' });
    return world
      .reply({ outcome: 'granted', by: card ? 'library' : 'platform', patron: 'p1' })
      .press('renew');
  };

  test('names the card, which a library renews for, and goes back to the visit', () => {
    const world = known(true).scan('item-7');
    expect(world.question.question).toEqual({
      kind: 'renewal',
      item: 'item-7',
      library: { card: 'CARD-1' },
    });
    world.reply({ outcome: 'granted', by: 'library', due: '2027-01-01T00:00:00Z' });
    expect(world.view.screen).toEqual({ name: 'renewing', renewed: 1 });
    world.press('finish');
    expect(world.screen).toBe('visit');
    world.press('finish');
    expect(world.entry('sessionEnded')?.outcome).toBe('done');
  });

  test('of somebody whom only the platform knows goes without a card', () => {
    const world = known(false).scan('item-7');
    expect(world.question.question).toEqual({ kind: 'renewal', item: 'item-7' });
  });

  test('waits until the door is shut', () => {
    const world = visiting(open()).choose('book-1').reply(GRANTED).door('A01', true).press('renew');
    expect([world.notice, world.screen]).toEqual(['busy', 'takeItem']);
  });
});
