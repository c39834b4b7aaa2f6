/** The model of a library: the terminal's own client understands it, and it has the traps of real ones. */
import { expect, test } from 'vitest';
import { Sip2Client } from '../../controller/authority/sip2-client.ts';
import { LIBRARY_ACCOUNT } from './host/terminal-config.ts';
import { owner, VirtualClock } from './virtual/clock.ts';
import { Line } from './virtual/line.ts';
import { Random } from './virtual/random.ts';
import { Cards } from './world/cards.ts';
import { ModelLibrary } from './world/library.ts';

function rig() {
  const clock = new VirtualClock(Date.UTC(2026, 10, 24));
  const random = new Random(1);
  const line = new Line(clock, random);
  const cards = new Cards(true);
  const effects: string[] = [];
  const library = new ModelLibrary(clock, random, line, cards.holders, (_request, _answer, some) => {
    effects.push(...some);
  });
  library.owns('book');
  library.collection.habits = { ...library.collection.habits, takesNoBlock: true };
  const by = owner('controller');
  const client = new Sip2Client({
    url: 'tcp://library:1',
    login: LIBRARY_ACCOUNT,
    open: line.opener(by),
    peer: { dates: 'utc' },
    random: () => 0.5,
    setTimer: (run, ms) => {
      const timer = clock.at(by, ms, run);
      return () => clock.cancel(timer);
    },
    now: () => new Date(clock.trueWallMs),
  });
  client.start();
  const pass = (ms: number) => clock.runUntil(clock.nowMs + ms);
  const soon = async <T>(answer: Promise<T>): Promise<T> => {
    // The request is on its way before virtual time goes on.
    await new Promise((resolve) => setImmediate(resolve));
    await pass(1_000);
    return answer;
  };
  const [holder] = cards.holders.filter(({ of }) => of === 'library');
  if (!holder) throw new Error('no card');
  return { library, client, effects, holder, pass, soon };
}

test('lets a terminal log in, tells a wrong PIN by CQ alone, and lends all the same', async () => {
  const { client, effects, holder, pass, soon } = rig();
  await pass(5_000);
  expect(client.link).toBe('up');
  const { card, pin } = holder;
  expect(await soon(client.patron(card, pin))).toMatchObject({ validPatronPassword: true });
  expect(await soon(client.patron(card, '0000'))).toMatchObject({ validPatronPassword: false });
  const [at, due] = [new Date(), new Date()];
  await soon(client.checkout({ patronId: card, itemId: 'book', pin: '0000', offLine: { at, due } }));
  expect(effects).toEqual([`checkout book to ${card}`]);
});

test('is gone with its cable, refuses a login, and comes back', async () => {
  const { library, client, pass } = rig();
  await pass(5_000);
  library.line.cable = 'out';
  library.refusesLogin = true;
  await pass(60_000);
  expect(client.link).toBe('down');
  library.line.cable = 'in';
  await pass(60_000);
  expect(client.link).toBe('down');
  library.heal();
  await pass(600_000);
  expect(client.link).toBe('up');
});
