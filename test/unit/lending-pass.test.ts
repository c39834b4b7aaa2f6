/** Who stands there: a credit pass, or a library card with its PIN. */
import { describe, expect, test } from 'vitest';
import { DAY_MS, forger, NOW_MS, open, PASS, pass } from './lending-visitor.ts';
import { BADGE, type World } from './lending-world.ts';

describe('a credit pass', () => {
  test('shows what is on hold for its patron and what may be borrowed', () => {
    const world = open().place('h1', 'item-1').scan(BADGE).scan('item-1').through('A02').scan(BADGE);
    expect(world.scan(pass()).view.screen).toMatchObject({
      name: 'visit',
      holds: [{ item: 'item-1', compartment: 'A02' }],
      stock: [{ item: 'book-1', compartment: 'A01' }],
      left: 2,
    });
  });

  test.each<[string, string, (world: World) => World]>([
    ['forged', 'passInvalid', (world) => world.scan(pass({}, forger.privateKey))],
    ['unknownKey', 'passInvalid', (world) => world.scan(pass({ key: 2 }))],
    ['spanTooLong', 'passInvalid', (world) => world.scan(pass({ untilMs: NOW_MS + 30 * DAY_MS }))],
    ['notYet', 'passExpired', (world) => world.scan(pass({ fromMs: NOW_MS + DAY_MS / 2 }))],
    ['expired', 'passExpired', (world) => world.scan(pass({ untilMs: NOW_MS - DAY_MS / 2 }))],
    ['revoked', 'passRevoked', (world) => revoke(world, { passes: [PASS.pass] }).scan(pass())],
    ['revoked', 'passRevoked', (world) => revoke(world, { patrons: ['p1'] }).scan(pass())],
  ])('that is %s is refused and entered', (fault, notice, show) => {
    const world = show(open());
    expect([world.entry('passRefused')?.fault, world.notice, world.screen]).toEqual([fault, notice, 'idle']);
  });

  const revoke = (world: World, who: { passes?: string[]; patrons?: string[] }) =>
    world.command({ kind: 'revokePasses', passes: [], patrons: [], until: '2027-01-01T00:00:00Z', ...who });

  test('an unset clock neither expires one nor makes it young', () => {
    const world = open();
    world.clock = 'untrusted';
    world.wallMs = 0;
    expect(world.scan(pass()).screen).toBe('visit');
  });

  test('a key that the platform has taken back signs nothing any more', () => {
    const world = open();
    world.command({ kind: 'setPassKeys', keys: [] });
    expect(world.scan(pass()).entry('passRefused')?.fault).toBe('unknownKey');
  });

  test('forging one again and again makes the kiosk wait', () => {
    const world = open();
    for (let tries = 0; tries < 5; tries += 1) world.scan(pass({}, forger.privateKey));
    expect(world.screen).toBe('waitAfterCodes');
  });

  test('a damaged one is a slip of the scanner', () => {
    const world = open().scan(pass().slice(0, -1));
    expect([world.notice, world.kinds().includes('passRefused')]).toEqual(['unknownCode', false]);
  });
});

describe('a library card', () => {
  const carded = () => open().press('card').scan('CARD-1');

  test('and its PIN: the library says who it is and what waits here', () => {
    const world = open().place('h1', 'item-1').scan(BADGE).scan('item-1').through('A02').scan(BADGE);
    world.library = true;
    world.press('card');
    expect(world.screen).toBe('showCard');
    world.scan('CARD-1');
    expect(world.screen).toBe('enterPin');
    world.take({ kind: 'pin', pin: '1234' });
    expect(world.question.question).toMatchObject({ kind: 'patron', library: { card: 'CARD-1' } });
    world.reply({ outcome: 'granted', by: 'library', patron: 'p1', waiting: [] });
    expect(world.view.screen).toMatchObject({ name: 'visit', holds: [{ item: 'item-1' }] });
    world.choose('item-1').through('A02');
    expect(world.entry('loanPosted')?.hold).toBe('h1');
    expect(Object.values(world.state.tellings)).toMatchObject([
      { what: 'checkout', item: 'item-1', card: 'CARD-1' },
    ]);
  });

  test('does not open what is on hold for somebody else, whatever the library lists as waiting', () => {
    const world = open().place('h1', 'item-1').scan(BADGE).scan('item-1').through('A02').scan(BADGE);
    world.library = true;
    world.press('card').scan('CARD-1').take({ kind: 'pin', pin: '1234' });
    world.reply({ outcome: 'granted', by: 'library', patron: 'lib-1', waiting: ['item-1'] });
    expect(world.view.screen).toMatchObject({ name: 'visit', holds: [] });
    expect(world.choose('item-1').notice).toBe('wrongItem');
  });

  test('a wrong PIN makes that card wait, and the kiosk too', () => {
    const world = carded();
    for (let tries = 0; tries < 3; tries += 1) {
      world
        .take({ kind: 'pin', pin: '0000' })
        .reply({ outcome: 'refused', by: 'library', reason: 'wrongPin' });
      world.scan('CARD-1');
    }
    expect([world.notice, world.screen]).toEqual(['pinWait', 'showCard']);
    expect(JSON.stringify(world.state.pins)).not.toContain('CARD-1');
    world.scan('CARD-2');
    expect(world.screen).toBe('enterPin');
  });

  const guess = (world: World, card: string) =>
    world
      .scan(card)
      .take({ kind: 'pin', pin: '0000' })
      .reply({ outcome: 'refused', by: 'library', reason: 'wrongPin' });

  test('guessing with one card after the other makes the kiosk wait, and nobody is served meanwhile', () => {
    const world = open().press('card');
    for (let card = 1; card <= 5; card += 1) guess(world, `CARD-${card}`);
    expect([world.screen, world.notice]).toEqual(['waitAfterCodes', 'wrongPin']);
    const questions = world.entries.length;
    world.scan('CARD-6').press('card').take({ kind: 'pin', pin: '1234' });
    expect([world.screen, world.entries.length]).toEqual(['waitAfterCodes', questions]);
    expect(world.wait(30_001).press('card').screen).toBe('showCard');
  });

  test('neither a pass nor the right PIN of another card in between ends the guessing', () => {
    const world = open().press('card');
    for (let card = 1; card <= 4; card += 1) guess(world, `CARD-${card}`);
    world.press('finish').scan(pass()).press('finish').press('card');
    world
      .scan('CARD-OWN')
      .take({ kind: 'pin', pin: '1234' })
      .reply({ outcome: 'granted', by: 'library', patron: 'p7' });
    expect(world.screen).toBe('visit');
    world.press('finish').press('card');
    guess(world, 'CARD-5');
    expect(world.screen).toBe('waitAfterCodes');
  });

  test('a wrong PIN is forgotten after ten minutes, one after the other', () => {
    const world = open().press('card');
    for (let card = 1; card <= 4; card += 1) guess(world, `CARD-${card}`);
    world
      .press('finish')
      .wait(20 * 60_000 - 1_000)
      .press('card');
    guess(world, 'CARD-5');
    guess(world, 'CARD-6');
    expect(world.screen).toBe('waitAfterCodes');
    const slow = open();
    for (let card = 1; card <= 30; card += 1) {
      slow.press('card');
      guess(slow, `CARD-${card}`);
      expect(slow.screen).toBe('showCard');
      slow.press('finish').wait(10 * 60_000);
    }
  });

  test('a card waits as long after a restart as it would have without', () => {
    const world = open().press('card');
    for (let tries = 0; tries < 3; tries += 1) guess(world, 'CARD-1');
    world.restart();
    expect(world.scan('CARD-1').notice).toBe('pinWait');
    expect(world.wait(30_001).scan('CARD-1').screen).toBe('enterPin');
  });

  test('the PIN is nowhere in what is kept or entered', () => {
    const world = carded().take({ kind: 'pin', pin: '73915' });
    expect(JSON.stringify([world.state, world.entries])).not.toContain('73915');
  });

  test('with nobody to ask a card says nothing, and the patron is told so', () => {
    const world = carded().take({ kind: 'pin', pin: '1234' }).reply({ outcome: 'unavailable' });
    expect([world.notice, world.screen]).toEqual(['notNow', 'showCard']);
  });
});
