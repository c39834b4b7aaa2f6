/** A courier’s round: what goes out, what goes in, what is looked into. */
import { describe, expect, test } from 'vitest';
import { open } from './lending-visitor.ts';
import { BADGE, sensed, World } from './lending-world.ts';

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
