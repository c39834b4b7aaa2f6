/** What the tags behind a door say, and what it means: for loans, for books brought back, for everything else there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../controller/lending/inputs.ts';
import type { LendingState } from '../../controller/lending/state.ts';
import { A02_IS_A_BIN, bin, broughtBack, PAD, ready, visited } from './lending-reader.ts';
import { BADGE, CODE, sensed, TIMES, World } from './lending-world.ts';

describe('a loan, with a reader behind the door', () => {
  test('is posted when the tag is gone, and says so', () => {
    const world = visited(ready());
    expect([world.screen, world.entry('loanPosted')]).toEqual(['checking', undefined]);
    world.tags([]);
    expect(world.entry('loanPosted')?.evidence).toEqual(['doorOpened', 'doorClosed', 'tagGone']);
    expect(world.entry('contentChecked')).toMatchObject({
      verdict: 'confirmed',
      missing: [],
      unexpected: [],
    });
    expect(world.screen).toBe('collected');
  });

  test('is voided when the book is still inside: nobody owes what the door kept, and the code still opens', () => {
    const world = visited(ready()).tags(['item-1']);
    expect(world.entry('loanVoided')?.reason).toBe('itemStillInside');
    expect([world.notice, world.entry('loanPosted')]).toEqual(['itemStillInside', undefined]);
    visited(world).tags([]);
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(1);
  });

  test.each<[string, Reading | undefined]>([
    ['the reader could not', undefined],
    [
      'a tag may have been missed',
      { items: [], partly: [], onlineOnly: [], unknownTags: 0, complete: false },
    ],
    ['a tag names no item', { items: [], partly: [], onlineOnly: [], unknownTags: 1, complete: true }],
  ])('rests on the door alone where %s', (_, reading) => {
    const world = visited(ready());
    const asked = world.effects.findLast((effect) => effect.kind === 'readTags');
    world.take({ kind: 'tagsRead', checkId: asked?.checkId ?? 0, compartment: 'A01', reading });
    expect(world.entry('loanPosted')?.evidence).toEqual(['doorOpened', 'doorClosed']);
    expect(world.entry('contentChecked')?.verdict).toBe('unreadable');
  });

  test('does not wait for a reader for ever', () => {
    const world = visited(ready()).wait(TIMES.checkMs + 1);
    expect(world.entry('loanPosted')?.evidence).toEqual(['doorOpened', 'doorClosed']);
  });

  test('an answer that comes late, or to a door that was opened again, counts for nothing', () => {
    const world = visited(ready()).door('A01', true);
    world.tags(['item-1']);
    expect(world.kinds()).not.toContain('loanVoided');
    world.door('A01', false).tags([]);
    expect(world.entry('loanPosted')?.evidence).toContain('tagGone');
    const before = world.entries.length;
    world.tags([]);
    expect(world.entries.slice(before).map(({ kind }) => kind)).toEqual(['contentChecked']);
  });

  test('the answer to an earlier question is not the answer to a later one', () => {
    const world = visited(ready());
    const earlier = world.effects.findLast((effect) => effect.kind === 'readTags')?.checkId ?? 0;
    world.door('A01', true).door('A01', false);
    const reading = { items: ['item-1'], partly: [], onlineOnly: [], unknownTags: 0, complete: true };
    world.take({ kind: 'tagsRead', checkId: earlier, compartment: 'A01', reading });
    expect([world.screen, world.kinds().includes('loanVoided')]).toEqual(['checking', false]);
    world.tags([]);
    expect(world.kinds()).toContain('loanPosted');
  });

  test('is read again after the controller was killed in the middle of it', () => {
    const world = visited(ready()).restart().boardUp();
    world.tags(['item-1']);
    expect(world.entry('loanVoided')?.reason).toBe('itemStillInside');
  });

  test('a board that forgot leaves a doubt, and the tag that is seen inside ends it', () => {
    const world = ready().scan(CODE).restart().boardUp(2);
    expect(world.entry('inDoubt')).toMatchObject({ reason: 'boardRestarted', item: 'item-1' });
    world.tags(['item-1']);
    expect(world.entry('itemFound')).toMatchObject({ hold: 'h1', compartment: 'A01' });
    expect([world.state.holds.h1?.state, world.state.compartments.A01?.outReason]).toEqual([
      'ready',
      undefined,
    ]);
    visited(world).tags([]);
    expect(world.kinds().filter((kind) => kind === 'loanPosted')).toHaveLength(1);
  });

  test('but a tag that is not seen proves nothing without the door', () => {
    const world = ready().scan(CODE).restart().boardUp(2).tags([]);
    expect(world.kinds()).not.toContain('loanPosted');
    expect(world.state.items['item-1']?.doubt).toBe('boardRestarted');
  });
});

describe('a loan, with one reader beside the screen', () => {
  test('is proven by the book on the pad', () => {
    const world = visited(ready(PAD));
    expect(world.view.screen).toMatchObject({ name: 'checking', at: 'pad' });
    world.tags(['item-1']);
    expect(world.entry('loanPosted')?.evidence).toEqual(['doorOpened', 'doorClosed', 'tagAtPad']);
    expect(world.entry('contentChecked')).toMatchObject({ at: 'pad', verdict: 'confirmed' });
  });

  test('rests on the door where nobody shows the book', () => {
    const world = visited(ready(PAD)).tags([]);
    expect(world.entry('contentChecked')?.verdict).toBe('unreadable');
    expect(world.entry('loanPosted')?.evidence).toEqual(['doorOpened', 'doorClosed']);
  });

  test('a book on the pad while nobody is served is one that is brought back', () => {
    const world = new World(PAD).boardUp();
    world.take({ kind: 'code', text: 'item-7', source: 'tag' });
    expect(world.unlock).toMatchObject({ compartment: 'A02' });
    world.door('A02', true).door('A02', false);
    expect(world.entry('itemReturned')).toMatchObject({ item: 'item-7', compartment: 'A02' });
  });
});

describe('loading, with a reader behind the door', () => {
  const loading = () => new World(sensed('compartment')).prepared().scan(BADGE).scan('item-1');

  test('an item that is not seen inside is not loaded, whatever the door did', () => {
    const world = loading().door('A01', true).door('A01', false).tags([]);
    expect(world.entry('loadingVoided')?.reason).toBe('itemNotInside');
    expect([world.state.holds.h1?.state, world.state.items]).toEqual(['placed', {}]);
  });

  test('another item in its place is told, and a courier can take it out again', () => {
    const world = loading().door('A01', true).door('A01', false).tags(['item-9']);
    expect(world.notice).toBe('otherItemInside');
    expect(world.entry('contentChecked')).toMatchObject({
      verdict: 'missing',
      missing: ['item-1'],
      unexpected: ['item-9'],
    });
    expect(world.view.screen).toMatchObject({ toTakeOut: [{ item: 'item-9', compartment: 'A01' }] });
    world.take({ kind: 'choose', item: 'item-9' }).door('A01', true).door('A01', false).tags([]);
    expect(world.entry('itemUnloaded')).toMatchObject({
      item: 'item-9',
      evidence: expect.arrayContaining(['tagGone']),
    });
    expect(world.state.items).toEqual({});
  });
});

describe('a set of several parts', () => {
  test('of which one stays behind is neither lent nor kept: in doubt, and a courier looks', () => {
    const world = visited(ready()).tags([], { partly: ['item-1'] });
    expect(world.entry('inDoubt')).toMatchObject({
      item: 'item-1',
      reason: 'partsMissing',
      wayOut: 'courierChecks',
    });
    expect(world.kinds()).not.toContain('loanPosted');
    expect([world.notice, world.state.holds.h1?.state]).toEqual(['partsMissing', 'inDoubt']);
  });

  test('that is whole again is in doubt no more', () => {
    const world = visited(ready()).tags([], { partly: ['item-1'] });
    world.door('A01', true).door('A01', false).tags(['item-1']);
    expect([world.entry('itemFound')?.item, world.state.holds.h1?.state]).toEqual(['item-1', 'ready']);
  });
});

describe('a door that nobody asked to open', () => {
  test('is entered, and what is missing afterwards is missed', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    world.door('A02', true).door('A02', false).tags([]);
    expect(world.entry('contentChecked')).toMatchObject({ verdict: 'missing', missing: ['item-5'] });
    expect(world.entry('inDoubt')).toMatchObject({ item: 'item-5', reason: 'itemMissing' });
    expect(world.entry('inDoubt')).not.toHaveProperty('session');
  });

  test('costs nothing where all is there', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    world.door('A02', true).door('A02', false).tags(['item-5']);
    expect(world.entry('contentChecked')?.verdict).toBe('confirmed');
    expect(world.kinds()).not.toContain('inDoubt');
  });
});

describe('a withdrawn hold', () => {
  const withdrawn = () => ready().command({ kind: 'withdrawHold', hold: 'h1' });

  test('stays withdrawn, whatever is doubted about its item and settled again', () => {
    const world = withdrawn().door('A01', true).door('A01', false).tags([]);
    expect([world.entry('inDoubt')?.item, world.state.holds.h1?.state]).toEqual(['item-1', 'withdrawn']);
    world.door('A01', true).door('A01', false).tags(['item-1']);
    expect([world.entry('itemFound')?.item, world.state.holds.h1?.state]).toEqual(['item-1', 'withdrawn']);
  });

  test('whose item is missing can be forgotten', () => {
    const world = withdrawn().door('A01', true).door('A01', false).tags([]);
    world.command({ kind: 'forgetItem', item: 'item-1' });
    expect([world.state.items, world.state.holds]).toEqual([{}, {}]);
  });

  test('whose item was seen in part stays in doubt, and a courier takes it out', () => {
    const world = ready()
      .door('A01', true)
      .door('A01', false)
      .tags([], { partly: ['item-1'] });
    world.command({ kind: 'withdrawHold', hold: 'h1' });
    expect(world.kinds().slice(-2)).toEqual(['holdWithdrawn', 'inDoubt']);
    expect(world.state).toMatchObject({ holds: {}, items: { 'item-1': { doubt: 'partsMissing' } } });
    world.scan(BADGE).choose('item-1').door('A01', true).door('A01', false).tags([]);
    expect(world.entry('itemUnloaded')).toMatchObject({ item: 'item-1', why: 'withdrawn' });
  });

  test('that is withdrawn by a word from before its door was opened leaves what is in doubt in doubt', () => {
    const world = ready().scan(CODE).door('A01', true).press('nothingInside').door('A01', false).tags([]);
    world.command({ kind: 'withdrawHold', hold: 'h1' });
    expect(world.kinds().slice(-2)).toEqual(['holdWithdrawn', 'inDoubt']);
    expect(world.state).toMatchObject({ holds: {}, items: { 'item-1': { doubt: 'disputed' } } });
    world.door('A01', true).door('A01', false).tags(['item-1']);
    expect([world.entry('itemFound')?.item, world.kinds().includes('itemReturned')]).toEqual([
      'item-1',
      false,
    ]);
    world.scan(BADGE).choose('item-1').door('A01', true).door('A01', false).tags([]);
    expect(world.entry('itemUnloaded')).toMatchObject({ item: 'item-1', why: 'withdrawn' });
  });

  test('whose item lies here as one that was brought back leaves it here', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']).place('h5', 'item-5');
    world.command({ kind: 'withdrawHold', hold: 'h5' });
    expect(world.state.items['item-5']).toMatchObject({ as: 'returned' });
  });

  test('whose door was left open and whose item is still inside is in doubt no more', () => {
    const world = withdrawn().scan(BADGE).take({ kind: 'choose', item: 'item-1' }).door('A01', true);
    world
      .wait(TIMES.leftOpenMs + 1)
      .door('A01', false)
      .tags(['item-1']);
    expect(world.entry('unloadingVoided')?.reason).toBe('itemStillInside');
    expect(world.state.items['item-1']?.doubt).toBeUndefined();
  });
});

describe('an operator', () => {
  test('settles what is missing, and not what is known to be there', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    world.command({ kind: 'forgetItem', item: 'item-5' });
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'refused' } });
    world.door('A02', true).door('A02', false).tags([]);
    world.command({ kind: 'forgetItem', item: 'item-5' });
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'done' } });
    expect([world.entry('itemForgotten')?.item, world.state.items]).toEqual(['item-5', {}]);
  });

  test('ends the doubt about one item, and no compartment is back while another in it is in doubt', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    world.door('A02', true).door('A02', false).tags([]);
    expect(world.state.items['item-5']?.doubt).toBe('itemMissing');
    world.press('return').scan('item-6').take({ kind: 'boardDown', board: 'b1' }).boardUp(2);
    expect(world.state.items['item-6']?.doubt).toBe('returnUnknown');
    expect(world.state.compartments.A02?.outReason).toBe('contentUnknown');
    world.command({ kind: 'forgetItem', item: 'item-5' });
    expect([world.state.items['item-5'], world.state.compartments.A02?.outReason]).toEqual([
      undefined,
      'contentUnknown',
    ]);
  });

  test('gives up nothing whose tag was seen since: what was missing lies elsewhere', () => {
    const world = broughtBack(bin(), 'item-5', ['item-5']);
    world.door('A02', true).door('A02', false).tags([]);
    expect(world.state.items['item-5']?.doubt).toBe('itemMissing');
    world.door('A02', true).door('A02', false).tags(['item-5', 'item-6']);
    world.command({ kind: 'forgetItem', item: 'item-6' });
    expect(world.effects.at(-1)).toMatchObject({ reply: { outcome: 'refused' } });
    expect(world.state.items['item-6']).toMatchObject({ doubt: 'itemUnexpected' });
  });
});

describe('whatever patrons, couriers and readers do', () => {
  const ITEMS = ['item-1', 'item-2', 'item-3'] as const;
  const reading = fc.record({
    items: fc.subarray([...ITEMS]),
    partly: fc.constant([]),
    onlineOnly: fc.constant([]),
    unknownTags: fc.constantFrom(0, 0, 1),
    complete: fc.boolean(),
  });
  const act: fc.Arbitrary<(world: World) => unknown> = fc.oneof(
    fc.constantFrom(BADGE, CODE, ...ITEMS).map((text) => (world: World) => world.scan(text)),
    fc.constantFrom('finish', 'return').map((button) => (world: World) => world.press(button as 'finish')),
    fc.constantFrom(...ITEMS).map((item) => (world: World) => world.take({ kind: 'choose', item })),
    fc.constantFrom('A01', 'A02').map((name) => (world: World) => world.door(name, true).door(name, false)),
    reading.map((read) => (world: World) => asked(world) && world.tags(read.items, read)),
    fc
      .constantFrom('opened', 'notOpened', 'unknownId')
      .map((answer) => (world: World) => world.answer(answer as 'opened')),
    fc.constantFrom(1_000, 20_000, 400_000).map((ms) => (world: World) => world.wait(ms)),
    fc.constant((world: World) => world.restart().boardUp()),
    fc.constant((world: World) => world.restart().boardUp(2)),
    fc.constantFrom(...ITEMS).map((item) => (world: World) => world.command({ kind: 'forgetItem', item })),
    fc.constant((world: World) => world.ready()),
  );
  const asked = (world: World) => world.effects.some(({ kind }) => kind === 'readTags');

  test('an item is in one place or in doubt, and its entries tell the same story as the state', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const world = new World(A02_IS_A_BIN).prepared();
        for (const one of acts) one(world);
        expect(toldPlaces(world)).toEqual(knownPlaces(world.state));
      }),
      { numRuns: 1_000 },
    );
  });
});

const knownPlaces = ({ items }: LendingState) =>
  Object.fromEntries(
    Object.values(items).map(({ id, compartment, doubt }) => [id, doubt ? 'in doubt' : compartment]),
  );

/** Where each item is, read from the journal alone, as the platform does. */
function toldPlaces({ entries }: World): Record<string, string> {
  const places: Record<string, string> = {};
  for (const entry of entries) {
    if (entry.kind === 'itemLoaded' || entry.kind === 'itemReturned' || entry.kind === 'itemFound')
      places[entry.item] = entry.compartment;
    else if (entry.kind === 'inDoubt') places[entry.item] = 'in doubt';
    else if (entry.kind === 'loanVoided') places[entry.item] = entry.compartment;
    else if (
      entry.kind === 'loanPosted' ||
      entry.kind === 'itemUnloaded' ||
      entry.kind === 'itemForgotten' ||
      entry.kind === 'loadingVoided' ||
      entry.kind === 'returnVoided'
    )
      delete places[entry.item];
  }
  return places;
}
