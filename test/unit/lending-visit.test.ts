/** Patrons who are known: by a credit pass or a card; what they collect, borrow, renew and deny. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type CreditPass, writePass } from '../../protocol/platform/credit-pass.ts';
import { BADGE, sensed, TIMES, World } from './lending-world.ts';

const pair = generateKeyPairSync('ed25519');
const forger = generateKeyPairSync('ed25519');
const raw = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 24);
const PASS: CreditPass = {
  key: 1,
  pass: '00112233445566ff',
  patron: 'p1',
  fromMs: NOW_MS - DAY_MS,
  untilMs: NOW_MS + DAY_MS,
  tier: 2,
  itemsMax: 2,
  loanDays: 30,
};
const pass = (odd: Partial<CreditPass> = {}, key = pair.privateKey) => writePass({ ...PASS, ...odd }, key);
const stock = (item: string) =>
  ({ kind: 'placeStock', item, title: `title of ${item}`, size: 'small' }) as const;

/** The platform's keys are known, and a book of open stock lies behind A01. */
function open(plan = sensed('no'), more: object = {}): World {
  const world = new World(plan).boardUp().secondBoardUp().couriers();
  world.command({ kind: 'setPassKeys', keys: [{ key: 1, publicKey: raw(pair.publicKey) }] });
  world.command({ ...stock('book-1'), ...more });
  world.scan(BADGE).scan('book-1').through('A01');
  if (plan[0]?.sensed === 'compartment') world.tags(['book-1']);
  return world.scan(BADGE);
}
const visiting = (world = open()) => world.scan(pass());
const GRANTED = { outcome: 'granted', by: 'platform', due: '2026-12-24T00:00:00Z' } as const;

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
    world.command({ kind: 'setPassKeys', keys: [{ key: 1, publicKey: raw(pair.publicKey) }] });
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

describe('collecting', () => {
  /** Three holds of one patron, two of them behind one door of a cabinet with readers. */
  function three(plan = sensed('no')): World {
    const world = open(plan).place('h1', 'item-1', 'large').place('h2', 'item-2', 'large').scan(BADGE);
    for (const [item, door] of [
      ['item-1', 'A02'],
      ['item-2', 'B01'],
    ] as const) {
      world.scan(item).through(door);
      if (plan[0]?.sensed === 'compartment') world.tags([item]);
    }
    return world.scan(BADGE);
  }

  test('all of it: one door after another, one loan each', () => {
    const world = three().scan(pass()).press('collectAll');
    world.through('A02').through('B01');
    const loans = world.entries.filter(({ kind }) => kind === 'loanPosted');
    expect(loans).toMatchObject([{ hold: 'h1' }, { hold: 'h2' }]);
    expect(world.state.sessions).toMatchObject({});
  });

  test('only a part of it: what stays inside stays on hold', () => {
    const world = three(sensed('compartment')).scan(pass()).press('collectAll');
    world.through('A02').tags(['item-1']).through('B01').tags([]);
    expect(world.entries.filter(({ kind }) => kind === 'loanPosted')).toMatchObject([{ hold: 'h2' }]);
    expect(world.state.holds.h1?.state).toBe('loaded');
  });

  test('a door that does not open leaves the others open', () => {
    const world = three().scan(pass()).press('collectAll');
    world.answer('notOpened').answer('notOpened').through('B01');
    expect(world.entry('loanVoided')).toMatchObject({ hold: 'h1', reason: 'doorNotOpened' });
    expect(world.entry('loanPosted')?.hold).toBe('h2');
  });

  test('whoever walks off from an open door gets no further one when it is shut', () => {
    const world = three().scan(pass()).press('collectAll').door('A02', true).wait(TIMES.leftOpenMs);
    expect(world.entry('inDoubt')?.reason).toBe('doorLeftOpen');
    world.door('A02', false);
    expect(world.entry('loanPosted')?.hold).toBe('h1');
    expect(world.entry('unlockRequested')?.compartment).toBe('A02');
  });

  test('nor does anybody after the controller was killed', () => {
    const world = three().scan(pass()).press('collectAll').answer('opened').restart();
    world.boardUp(1, { A01: 'closed', A02: 'open' }).secondBoardUp().door('A02', false);
    expect(world.entry('loanPosted')?.hold).toBe('h1');
    expect(world.entry('unlockRequested')?.compartment).toBe('A02');
  });

  test.each([
    ['recalled', { kind: 'recallItem', item: 'item-2' }],
    ['withdrawn', { kind: 'withdrawHold', hold: 'h2' }],
  ] as const)('what is %s while the first door is open stays behind the second', (_, action) => {
    const world = three().scan(pass()).press('collectAll').command(action).through('A02');
    expect(world.entry('loanPosted')?.hold).toBe('h1');
    expect(world.entry('unlockRequested')?.compartment).toBe('A02');
  });

  test('the platform opens for a patron, and only while the clock is trusted', () => {
    const world = three();
    world.clock = 'untrusted';
    world.command({ kind: 'openFor', holds: ['h1'] });
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'clockUntrusted' } });
    world.clock = 'trusted';
    world.command({ kind: 'openFor', holds: ['h1', 'h2'] });
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'done' } });
    world.through('A02').through('B01');
    expect(world.entries.filter(({ kind }) => kind === 'loanPosted')).toHaveLength(2);
  });

  test('nobody collects what is on hold for somebody else', () => {
    const world = three()
      .scan(pass({ patron: 'p2', pass: 'ffffffffffffffff' }))
      .choose('item-1');
    expect([world.notice, world.screen]).toEqual(['wrongItem', 'visit']);
  });
});

describe('one door, one visit', () => {
  /** A patron has left the door of A01 open and gone. */
  const leftOpen = () =>
    visiting()
      .choose('book-1')
      .reply(GRANTED)
      .door('A01', true)
      .wait(TIMES.leftOpenMs + 1);

  test('nobody else opens a door at which a visit is not over', () => {
    const world = leftOpen().scan(BADGE).choose('book-1');
    expect([world.notice, world.unlock?.compartment]).toEqual(['busy', 'A01']);
    const unlocks = world.effects.filter(({ kind }) => kind === 'unlock').length;
    world
      .scan(BADGE)
      .scan(pass({ patron: 'p2', pass: 'ffffffffffffffff' }))
      .choose('book-1');
    expect(world.effects.filter(({ kind }) => kind === 'unlock').length).toBe(unlocks);
    world.door('A01', false);
    expect(world.entries.filter(({ kind }) => kind === 'loanPosted')).toMatchObject([{ patron: 'p1' }]);
  });

  test('a door that was said not to open, and opens by itself, is in service again', () => {
    const world = visiting().choose('book-1').reply(GRANTED).answer('notOpened').answer('notOpened');
    expect(world.state.compartments.A01?.outReason).toBe('doorDoesNotOpen');
    world.press('finish').through('A01');
    expect([world.state.compartments.A01?.outReason, world.kinds().includes('compartmentBack')]).toEqual([
      undefined,
      true,
    ]);
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
    expect(world.screen).toBe('collected');
    world.press('notTaken');
    expect(world.entry('loanDisputed')).toMatchObject({ item: 'book-1', claim: 'notTaken' });
    world.press('finish').scan(BADGE).choose('book-1').through('A01');
    expect(world.entry('itemUnloaded')?.item).toBe('book-1');
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

describe('a courier', () => {
  test('takes out what has expired, and never what has not', () => {
    const world = open().place('h1', 'item-1').scan(BADGE).scan('item-1').through('A02').scan(BADGE).ready();
    expect(world.scan(BADGE).view.screen).toMatchObject({ toTakeOut: [] });
    world.wallMs = Date.UTC(2028, 0, 1);
    world.clock = 'untrusted';
    expect(world.view.screen).toMatchObject({ toTakeOut: [] });
    world.clock = 'trusted';
    expect(world.view.screen).toMatchObject({ toTakeOut: [{ item: 'item-1', why: 'expired' }] });
    world.choose('item-1').through('A02');
    expect(world.entry('itemUnloaded')).toMatchObject({ hold: 'h1', why: 'expired' });
    expect(world.state.holds).toEqual({});
  });

  test('in a full cabinet takes one out and puts another in at one opening', () => {
    const world = new World().boardUp().couriers();
    for (const [item, door] of [
      ['item-5', 'A02'],
      ['item-6', 'A01'],
    ] as const)
      world.press('return').scan(item).through(door).press('finish');
    world.place('h1', 'item-1').scan(BADGE).scan('item-1');
    expect(world.unlock?.compartment).toBe('A01');
    world.through('A01');
    expect(world.entry('itemUnloaded')).toMatchObject({ item: 'item-6' });
    expect(world.entry('itemLoaded')).toMatchObject({ item: 'item-1', compartment: 'A01' });
    expect(world.kinds().filter((kind) => kind === 'unlockRequested')).toHaveLength(3);
  });

  test('counts: every compartment with a reader is compared with what should be there', () => {
    const world = open(sensed('compartment')).scan(BADGE);
    const before = world.effects.length;
    world.press('count');
    const asked = world.effects.slice(before).filter((effect) => effect.kind === 'readTags');
    expect(asked.map(({ compartment }) => compartment)).toEqual(['A01', 'A02', 'B01']);
    for (const { checkId, compartment } of asked)
      world.take({
        kind: 'tagsRead',
        checkId,
        compartment,
        reading: { items: [], partly: [], onlineOnly: [], unknownTags: 0, complete: true },
      });
    expect(world.entries.filter(({ kind }) => kind === 'contentChecked').slice(-3)).toMatchObject([
      { verdict: 'missing', missing: ['book-1'] },
      { verdict: 'confirmed' },
      { verdict: 'confirmed' },
    ]);
  });

  test('brings a hold to where its patron reaches', () => {
    const plan = sensed('no').map((planned) => ({
      ...planned,
      reach: planned.name === 'A02' ? ('low' as const) : ('high' as const),
    }));
    const world = new World(plan).boardUp().couriers();
    world.command({
      kind: 'placeHold',
      hold: 'h1',
      item: 'item-1',
      title: 't',
      patron: 'p1',
      size: 'small',
      reach: 'low',
    });
    world.scan(BADGE).scan('item-1');
    expect(world.unlock?.compartment).toBe('A02');
  });

  test('does not load what is recalled', () => {
    const world = open().place('h1', 'item-1').command({ kind: 'recallItem', item: 'item-1' });
    expect(world.scan(BADGE).scan('item-1').notice).toBe('itemRecalled');
  });
});

test('a full cabinet says where else', () => {
  const world = new World().boardUp().command({ kind: 'setNeighbours', neighbours: ['Village hall, 2 km'] });
  world.press('return').scan('item-5').through('A02').scan('item-6').through('A01').scan('item-7');
  expect(world.view.notice).toMatchObject({ name: 'full', elsewhere: 'Village hall, 2 km' });
});
