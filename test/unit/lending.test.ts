import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputOf } from '../../controller/lending/inputs.ts';
import { BADGE, CODE, TIMES, World } from './lending-world.ts';

describe('loading', () => {
  test('badge, barcode, open, close: the item is loaded into the smallest compartment that fits', () => {
    const world = new World().loaded();
    expect(world.state.holds.h1?.state).toBe('loaded');
    expect(world.state.items['item-1']).toMatchObject({ compartment: 'A01', as: 'hold', hold: 'h1' });
    expect(world.kinds().slice(-6)).toEqual([
      'unlockRequested',
      'doorOpened',
      'unlockEnded',
      'doorClosed',
      'itemLoaded',
      'sessionEnded',
    ]);
  });

  test('an item that nobody ordered is named as such and opens nothing', () => {
    const world = new World().prepared().scan(BADGE).scan('item-9');
    expect([world.notice, world.unlock]).toEqual(['wrongItem', undefined]);
  });

  test('no compartment that fits: the courier is told, nothing opens', () => {
    const world = new World()
      .prepared()
      .place('h2', 'item-2', 'large')
      .place('h3', 'item-3', 'large')
      .scan(BADGE);
    world.scan('item-2').door('A02', true).door('A02', false).scan('item-3');
    expect(world.notice).toBe('noFreeCompartment');
    expect(world.state.holds.h3?.state).toBe('placed');
  });

  test('a door that does not open gets a second pulse, then another compartment', () => {
    const world = new World().prepared().scan(BADGE).scan('item-1');
    const first = world.unlock?.unlockId;
    world.answer('notOpened');
    expect(world.unlock?.unlockId).not.toBe(first);
    world.answer('notOpened');
    expect(world.kinds()).toContain('loadingVoided');
    expect(world.scan('item-1').unlock).toMatchObject({ compartment: 'A02' });
  });

  test('a courier who walks away is taken to have left', () => {
    const world = new World()
      .prepared()
      .scan(BADGE)
      .wait(TIMES.courierIdleMs + 1);
    expect([world.screen, world.state.sessions]).toEqual(['idle', {}]);
  });
});

describe('pickup', () => {
  test('code, open, close: one loan is posted with its evidence', () => {
    const world = new World()
      .loaded()
      .ready()
      .scan(CODE)
      .answer('opened')
      .door('A01', true)
      .door('A01', false);
    const loans = world.entries.filter(({ kind }) => kind === 'loanPosted');
    expect(loans).toMatchObject([
      { hold: 'h1', item: 'item-1', patron: 'p1', evidence: ['doorOpened', 'doorClosed'] },
    ]);
    expect(world.state.items).toEqual({});
    expect(world.screen).toBe('collected');
  });

  test('the cause is entered before the door is unlocked, and names it', () => {
    const world = new World().loaded().ready().scan(CODE);
    const at = world.entries.findLastIndex(({ kind }) => kind === 'unlockRequested');
    expect(world.unlock?.unlockId).toBe(at + 1);
  });

  test('a door that never opened leaves nobody owing, and the code still opens', () => {
    const world = new World().loaded().ready().scan(CODE).answer('notOpened').answer('notOpened');
    expect(world.kinds()).not.toContain('loanPosted');
    expect(world.entries.at(-2)).toMatchObject({ kind: 'loanVoided', reason: 'doorNotOpened' });
    world.scan(CODE).answer('opened').door('A01', true).door('A01', false);
    expect(world.kinds()).toContain('compartmentBack');
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(1);
  });

  test('nothing of the patron stays after the loan', () => {
    const world = new World().loaded().ready().scan(CODE).door('A01', true).door('A01', false);
    expect(JSON.stringify(world.state)).not.toContain('p1');
  });

  test.each([
    ['usedCode', (world: World) => world.scan(CODE).door('A01', true).door('A01', false).scan(CODE)],
    ['unknownCode', (world: World) => world.scan('87654321')],
    ['boardAway', (world: World) => world.take({ kind: 'boardDown', board: 'b1' }).scan(CODE)],
    ['busy', (world: World) => world.scan(CODE).scan(CODE)],
  ])('answers %s', (notice, act) => {
    const world = new World().loaded().ready();
    expect(act(world).notice).toBe(notice);
  });

  test('an expired code is refused when the clock is trusted, and opens when it is not', () => {
    const late = Date.UTC(2028, 0, 1);
    const world = new World().loaded().ready();
    world.wallMs = late;
    expect(world.scan(CODE).notice).toBe('expiredCode');
    world.clock = 'untrusted';
    expect(world.scan(CODE).screen).toBe('opening');
  });

  test('five wrong codes make the kiosk wait, each further one longer, over a restart too', () => {
    const world = new World().loaded().ready();
    for (let code = 0; code < 5; code += 1) world.scan(`0000000${code}`);
    expect(world.view.screen).toEqual({ name: 'waitAfterCodes', untilMs: 30_000 });
    expect(world.scan(CODE).screen).toBe('waitAfterCodes');
    world.restart().boardUp();
    expect(world.screen).toBe('waitAfterCodes');
    world.wait(30_001).scan('00000009');
    expect(world.view.screen).toEqual({ name: 'waitAfterCodes', untilMs: 90_001 });
    world.wait(60_000).scan(CODE);
    expect(world.screen).toBe('opening');
  });

  test('a used code in between ends no guessing: whoever has one could go on for ever', () => {
    const world = new World().loaded().ready().scan(CODE).through('A01');
    world.wait(TIMES.noticeMs + 1);
    for (let code = 0; code < 4; code += 1) world.scan(`0000000${code}`);
    expect(world.scan(CODE).notice).toBe('usedCode');
    expect(world.scan('00000004').screen).toBe('waitAfterCodes');
  });

  test('nor one whose hold is in doubt, or whose board is away', () => {
    const world = new World().loaded().ready();
    for (let code = 0; code < 4; code += 1) world.scan(`0000000${code}`);
    world.take({ kind: 'boardDown', board: 'b1' });
    expect(world.scan(CODE).notice).toBe('boardAway');
    expect(world.scan('00000004').screen).toBe('waitAfterCodes');
  });

  test('a door that read open before it was asked for proves nothing: in doubt until its tag is seen, or a courier looks', () => {
    const collecting = () => new World().loaded().ready().door('A01', true).scan(CODE);
    const world = collecting().answer('opened').door('A01', false);
    expect(world.entry('inDoubt')).toMatchObject({ reason: 'pulseUnknown', wayOut: 'courierChecks' });
    expect(world.kinds()).not.toContain('loanPosted');
    expect(collecting().restart().boardUp(1, { A01: 'open' }).door('A01', false).kinds()).not.toContain(
      'loanPosted',
    );
    const mended = collecting().door('A01', false).door('A01', true).door('A01', false);
    expect(mended.entry('loanPosted')?.evidence).toEqual(['doorOpened', 'doorClosed']);
  });

  test('a door left open puts the loan in doubt, and closing it posts the loan', () => {
    const world = new World()
      .loaded()
      .ready()
      .scan(CODE)
      .door('A01', true)
      .wait(TIMES.leftOpenMs + 1);
    expect(world.entries.at(-1)).toMatchObject({
      kind: 'inDoubt',
      reason: 'doorLeftOpen',
      wayOut: 'closeTheDoor',
    });
    expect(world.screen).toBe('idle');
    world.door('A01', false);
    expect(world.kinds().slice(-2)).toEqual(['loanPosted', 'sessionEnded']);
  });
});

describe('recovery', () => {
  const collecting = () => new World().loaded().ready().scan(CODE);

  test('killed before the pulse reached the board: voided, and the code still opens', () => {
    const world = collecting().restart().boardUp();
    expect(world.effects.at(-1)).toMatchObject({ kind: 'askUnlock' });
    world.answer('unknownId');
    expect(world.entries.at(-2)).toMatchObject({ kind: 'loanVoided', reason: 'notPulsed' });
    expect(world.state.holds.h1?.state).toBe('ready');
  });

  test('killed while the door was open: the close that the board kept posts the loan', () => {
    const world = collecting().door('A01', true).restart().door('A01', true).door('A01', false).boardUp();
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(1);
    expect(world.state.sessions).toEqual({});
  });

  test('killed while the door was open, the board forgot too: the closed door posts the loan', () => {
    const world = collecting().door('A01', true).restart().boardUp(2);
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(1);
  });

  test('the board forgot whether it pulsed: in doubt, and the courier who finds the item settles it', () => {
    const world = collecting().restart().boardUp(2);
    expect(world.entries.at(-3)).toMatchObject({
      kind: 'inDoubt',
      reason: 'boardRestarted',
      wayOut: 'courierChecks',
    });
    world.scan(BADGE).scan('item-1').door('A01', true).door('A01', false);
    expect(world.entries.at(-1)).toMatchObject({ kind: 'itemLoaded', compartment: 'A01' });
    expect(world.state.holds.h1?.state).toBe('loaded');
  });

  test('a door that reports closed and was never seen open posts nothing', () => {
    const world = collecting().take({ kind: 'boardDown', board: 'b1' }).door('A01', false);
    expect(world.kinds()).not.toContain('loanPosted');
  });

  test('the board stays away: in doubt in the end, with a way out', () => {
    const world = collecting().take({ kind: 'boardDown', board: 'b1' });
    world.wait(10_000).wait(TIMES.leftOpenMs + 1);
    expect(world.kinds()).toContain('inDoubt');
    expect(world.state.sessions).toEqual({});
  });
});

describe('several boards', () => {
  /** A hold ready at a door of each board. */
  function twoReady(): World {
    return new World()
      .secondBoardUp()
      .couriers()
      .place('h2', 'item-2', 'large')
      .scan(BADGE)
      .scan('item-2')
      .door('B01', true)
      .door('B01', false)
      .scan(BADGE)
      .ready('h2', '22222222')
      .loaded()
      .ready();
  }

  test('a board that goes away takes its own compartments out of service and no other', () => {
    const world = new World().prepared().secondBoardUp().take({ kind: 'boardDown', board: 'b2' });
    expect(world.view.compartments.map(({ compartment, service }) => [compartment, service])).toEqual([
      ['A01', 'in'],
      ['A02', 'in'],
      ['B01', 'out'],
    ]);
  });

  test('its session waits for it, another one goes on', () => {
    const world = twoReady().scan('22222222').door('B01', true);
    world.take({ kind: 'boardDown', board: 'b2' });
    world.scan(CODE).door('A01', true).door('A01', false);
    expect(world.entries.at(-1)).toMatchObject({ kind: 'sessionEnded', outcome: 'done' });
    world.secondBoardUp();
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(2);
    expect(world.kinds()).not.toContain('inDoubt');
  });

  test('a board that left before it told how the unlock ended has time to come back, whoever came meanwhile', () => {
    const world = twoReady().scan('22222222').answer('pulsing');
    world.take({ kind: 'boardDown', board: 'b2' });
    world.scan(CODE).wait(10_000).door('A01', true).door('A01', false);
    expect(world.kinds()).not.toContain('inDoubt');
    world.secondBoardUp();
    expect(world.effects.at(-1)).toMatchObject({ kind: 'askUnlock', compartment: 'B01' });
    world.door('B01', true).door('B01', false);
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(2);
  });

  test('and when it does not come back the loan is in doubt, with a way out', () => {
    const world = twoReady().scan('22222222').answer('pulsing');
    world.take({ kind: 'boardDown', board: 'b2' });
    world.wait(10_000).wait(TIMES.leftOpenMs + 1);
    expect(world.entries.find(({ kind }) => kind === 'inDoubt')).toMatchObject({
      reason: 'pulseUnknown',
      wayOut: 'courierChecks',
    });
  });

  test('the housing is entered when it changes, not when a board comes back', () => {
    const world = new World().prepared();
    world.take({ kind: 'tamperMoved', board: 'b1', open: true });
    world.restart().boardTells('b1', 2, { A01: 'closed' }, 'open');
    world.take({ kind: 'tamperMoved', board: 'b1', open: false });
    world.boardUp();
    expect(world.kinds().filter((kind) => kind.startsWith('tamper'))).toEqual([
      'tamperOpened',
      'tamperClosed',
    ]);
  });

  test('a housing that is open when the board starts is entered', () => {
    const world = new World().boardTells('b1', 1, { A01: 'closed' }, 'open');
    expect(world.entries.at(-1)).toEqual({ kind: 'tamperOpened', board: 'b1' });
  });
});

describe('commands', () => {
  test('a repeated command is answered again, not executed again', () => {
    const world = new World().boardUp();
    const place = {
      kind: 'placeHold',
      hold: 'h',
      item: 'i',
      title: 't',
      patron: 'p',
      size: 'small',
    } as const;
    world.command(place, 'same').command(place, 'same');
    expect(world.kinds().filter((kind) => kind === 'holdPlaced')).toHaveLength(1);
    expect(world.effects).toMatchObject([{ reply: { outcome: 'done' } }, { reply: { outcome: 'done' } }]);
  });

  test('an expired command is refused, unless the clock is not trusted', () => {
    const world = new World().boardUp();
    world.wallMs = Date.UTC(2028, 0, 1);
    expect(world.place('h', 'i').effects.at(-1)).toMatchObject({ reply: { outcome: 'expired' } });
    world.clock = 'untrusted';
    expect(world.place('h', 'i').effects.at(-1)).toMatchObject({ reply: { outcome: 'done' } });
  });

  test('an item can be on one hold only', () => {
    const world = new World().prepared().place('h2', 'item-1');
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'refused' } });
  });
});

describe('whatever happens', () => {
  const compartment = fc.constantFrom('A01', 'A02');
  const scans = fc.constantFrom(BADGE, CODE, '22222222', 'item-1', 'item-2', 'nonsense');
  const act: fc.Arbitrary<(world: World) => unknown> = fc.oneof(
    scans.map((text) => (world: World) => world.scan(text)),
    fc.tuple(compartment, fc.boolean()).map(
      ([name, open]) =>
        (world: World) =>
          world.door(name, open),
    ),
    fc
      .constantFrom('pulsing', 'opened', 'notOpened', 'cutShort', 'unknownId', 'refused', 'boardAway')
      .map((answer) => (world: World) => world.answer(answer as InputOf<'unlockAnswered'>['answer'])),
    fc.constantFrom(100, 10_000, 200_000, 400_000).map((ms) => (world: World) => world.wait(ms)),
    fc.constant((world: World) => world.restart().boardUp()),
    fc.constant((world: World) => world.restart().boardUp(2, { A01: 'open', A02: 'unknown' })),
    fc.constant((world: World) => world.take({ kind: 'boardDown', board: 'b1' })),
    fc.constant((world: World) => world.boardUp()),
    fc.constant((world: World) => world.ready()),
    fc.constant((world: World) => world.ready('h2', '22222222')),
    fc.constant((world: World) => world.command({ kind: 'withdrawHold', hold: 'h2' })),
    fc.constant((world: World) => world.take({ kind: 'button', button: 'finish' })),
  );

  test('an item is lent at most once per loading, only after its door was seen open, and is never in two places', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const world = new World().prepared().place('h2', 'item-2', 'large');
        for (const one of acts) {
          one(world);
          checkPlaces(world);
        }
        checkLoans(world);
      }),
      { numRuns: 500 },
    );
  });

  test('every session ends once people and boards behave', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const world = new World().prepared().place('h2', 'item-2', 'large');
        for (const one of acts) one(world);
        world.boardUp(9);
        for (const name of ['A01', 'A02']) world.door(name, true).door(name, false);
        for (let round = 0; round < 4; round += 1) world.answer('notOpened').wait(400_000);
        expect(world.state.sessions).toEqual({});
      }),
      { numRuns: 300 },
    );
  });
});

function checkPlaces({ state }: World): void {
  for (const [id, item] of Object.entries(state.items)) {
    expect(item.id).toBe(id);
    expect(state.compartments[item.compartment]).toBeDefined();
    const hold = state.holds[item.hold ?? ''];
    if (hold) expect(hold.item).toBe(id);
    if (hold?.state === 'inDoubt') expect(item.doubt).toBeDefined();
  }
  for (const { item, state: hold } of Object.values(state.holds))
    if (['loaded', 'ready', 'withdrawn'].includes(hold)) expect(state.items[item]).toBeDefined();
  const moving = Object.values(state.sessions).flatMap(({ movement }) =>
    movement ? [movement.compartment] : [],
  );
  expect(new Set(moving).size).toBe(moving.length);
}

/** For each hold the journal must read: loaded, opened, posted; with a new loading before any further loan. */
function checkLoans({ entries }: World): void {
  const loadedSince = new Set<string>();
  const openedBy = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'itemLoaded') loadedSince.add(entry.hold ?? '');
    if (entry.kind === 'unlockEnded' && entry.outcome === 'opened') openedBy.add(entry.session);
    if (entry.kind !== 'loanPosted') continue;
    expect(loadedSince.delete(entry.hold ?? '')).toBe(true);
    expect(openedBy.has(entry.session)).toBe(true);
  }
}
