/** The two-level guarantee: the local library first, the province as supplement; and what the library missed. */
import { entries, entryAfter, HANDS, leave, screenIs, told } from '../patron.ts';
import type { Stack } from '../stack.ts';
import { allAcknowledged, bringBack, COURIER_BADGE, everythingUp, factsOf, settled } from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const LIMIT_MS = 30_000;
const SHELF = [{ name: 'shelf', driver: 'feig', antennas: 16 }] as const;
const CARD = '20210042';
const PIN = '1357';
const PROVINCE_CARD = '2023400051786';
const PROVINCE_PIN = '2468';
const OWN = '33002000000014';
const PROVINCE = '33009000000022';

const LIBRARY = {
  content: {
    patrons: [{ id: CARD, pin: PIN, name: 'Li Hua' }],
    items: [{ id: OWN, title: 'Own book' }],
  },
};

/** Both books are open stock: the library knows one of them. */
async function stockBoth(stack: Stack): Promise<void> {
  for (const item of [OWN, PROVINCE]) {
    await stack.platform.stock({ item, title: `Book ${item}`, size: 'small' });
    await entryAfter(stack, 0, 'the stock', (entry) => entry.kind === 'stockPlaced' && entry.item === item);
  }
  await stack.cabinet.scan(COURIER_BADGE);
  for (const item of [OWN, PROVINCE]) {
    const from = await told(stack);
    await screenIs(stack, 'courier');
    await stack.cabinet.people({ puts: item, ...HANDS });
    await stack.cabinet.scan(item);
    await entryAfter(stack, from, `${item} to be in`, ({ kind }) => kind === 'itemLoaded');
  }
  await stack.cabinet.scan(COURIER_BADGE);
  await settled(stack);
}

/** A card and its PIN. */
async function identifies(stack: Stack, card: string, pin: string): Promise<void> {
  await stack.kiosk.press('card');
  await screenIs(stack, 'showCard');
  await stack.cabinet.scan(card);
  await screenIs(stack, 'enterPin');
  await stack.kiosk.pin(pin);
  await screenIs(stack, 'visit');
}

async function borrows(stack: Stack, item: string) {
  const from = await told(stack);
  await stack.cabinet.people({ takes: [item], ...HANDS });
  await stack.kiosk.choose(item);
  const posted = await entryAfter(stack, from, `the loan of ${item}`, (entry) => entry.kind === 'loanPosted');
  await leave(stack);
  return posted;
}

const libraryTold = (stack: Stack, fits: (effects: readonly string[]) => boolean) =>
  waitFor('the library to be told', LIMIT_MS, async () => {
    const { effects } = await stack.cabinet.library();
    return fits(effects) && effects;
  });

export const localFirstThenProvince: Scenario = {
  about: 'the library grants its own book to its patron; what it does not know, the province grants',
  async run({ start, say }) {
    const stack = await start({ readers: SHELF, library: LIBRARY });
    await everythingUp(stack);
    await stockBoth(stack);
    await identifies(stack, CARD, PIN);
    say('the library knows the patron');
    const own = await borrows(stack, OWN);
    await identifies(stack, CARD, PIN);
    const province = await borrows(stack, PROVINCE);
    const effects = await libraryTold(stack, (all) =>
      all.some((effect) => effect.startsWith(`checkout ${OWN}`)),
    );
    await identifies(stack, PROVINCE_CARD, PROVINCE_PIN);
    await leave(stack);
    say('a card that only the province knows opens as well');
    const facts = {
      ownBook: own.grantedBy,
      otherBook: province.grantedBy,
      libraryHas: effects,
      conflicts: await stack.platform.conflicts(),
      cardNowhere: !JSON.stringify(await entries(stack)).includes(CARD),
      ...(await factsOf(stack)),
    };
    const ok = own.grantedBy === 'library' && province.grantedBy === 'platform' && facts.cardNowhere;
    return { ok: ok && facts.loans === 2 && facts.conflicts.length === 0, facts };
  },
};

export const libraryDownReplay: Scenario = {
  about: 'the library is away: what happens meanwhile is told to it afterwards, in order, once',
  async run({ start, say }) {
    const stack = await start({ readers: SHELF, library: LIBRARY });
    await everythingUp(stack);
    await stockBoth(stack);
    await identifies(stack, CARD, PIN);
    await stack.cabinet.libraryCable('cut');
    await waitFor(
      'the library to be away',
      LIMIT_MS,
      async () => (await stack.kiosk.health()).libraryLink === 'down',
    );
    say('the library is gone while its patron stands there');
    const lent = await borrows(stack, OWN);
    await bringBack(stack, OWN, { puts: OWN });
    const { tellings } = await stack.kiosk.health();
    const child = await stack.restartController();
    await child.ready;
    say('the controller was killed meanwhile');
    await stack.cabinet.libraryCable('ok');
    const effects = await libraryTold(stack, (all) => all.some((effect) => effect.startsWith('checkin')));
    await everythingUp(stack);
    await waitFor(
      'nothing to be left to tell',
      LIMIT_MS,
      async () => (await stack.kiosk.health()).tellings === 0,
    );
    await waitFor('the journal to be acknowledged', LIMIT_MS, () => allAcknowledged(stack));
    const order = effects.map((effect) => effect.split(' ')[0]);
    const facts = {
      grantedWhileAway: lent.grantedBy,
      waiting: tellings,
      told: effects,
      ...(await factsOf(stack)),
    };
    return { ok: order.join() === 'checkout,checkin' && tellings === 2 && facts.loans === 1, facts };
  },
};
