/** What a known patron collects: all or a part of it, one door after another. */
import { describe, expect, test } from 'vitest';
import { GRANTED, open, pass, visiting } from './lending-visitor.ts';
import { BADGE, sensed, TIMES, type World } from './lending-world.ts';

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

  test('nor when the patron came back for a moment and did not shut it', () => {
    const world = three()
      .scan(pass())
      .press('collectAll')
      .door('A02', true)
      .wait(TIMES.leftOpenMs + 1);
    world.scan(pass());
    const unlocks = world.effects.filter(({ kind }) => kind === 'unlock').length;
    world.wait(60_000).door('A02', false);
    expect(world.effects.filter(({ kind }) => kind === 'unlock')).toHaveLength(unlocks);
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
