/** Open stock and a bookshop's new book, with the network and without. */
import { entries, entryAfter, HANDS, leave, screenIs, showPass, told } from '../patron.ts';
import type { Stack } from '../stack.ts';
import { allAcknowledged, COURIER_BADGE, everythingUp, factsOf, settled } from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario, Stage } from './scenario.ts';

const LIMIT_MS = 30_000;
const SHELF = [{ name: 'shelf', driver: 'feig', antennas: 16 }] as const;
const PATRON = 'patron-demo';
const BOOK = '33001000000011';

interface Stocked {
  readonly item: string;
  readonly title?: string;
  readonly shop?: { readonly isbn: string; readonly priceFen: number };
  /** What is put in: the item, with what its tag says beside (simulator/tags.ts). */
  readonly puts?: string;
}

/** The platform places it, the courier brings it. */
async function stocked(stack: Stack, book: Stocked): Promise<void> {
  const { item, title = 'Fortress Besieged', shop, puts = item } = book;
  await stack.platform.stock({ item, title, size: 'small', ...(shop ? { shop } : {}) });
  const from = await told(stack);
  await entryAfter(
    stack,
    0,
    'the stock to be placed',
    (entry) => entry.kind === 'stockPlaced' && entry.item === item,
  );
  await stack.cabinet.people({ puts, ...HANDS });
  await stack.cabinet.scan(COURIER_BADGE);
  await screenIs(stack, 'courier');
  await stack.cabinet.scan(item);
  await entryAfter(stack, from, 'the stock to be loaded', ({ kind }) => kind === 'itemLoaded');
  await stack.cabinet.scan(COURIER_BADGE);
  await settled(stack);
}

/** Shows the pass, chooses, takes, and is told how it ended. */
async function borrows(stack: Stack, pass: string, item: string) {
  const from = await told(stack);
  const before = (await stack.kiosk.health()).journal.head;
  await stack.cabinet.people({ takes: true, ...HANDS });
  await showPass(stack, pass);
  await stack.kiosk.choose(item);
  await waitFor('the kiosk to decide', LIMIT_MS, async () => {
    const { journal } = await stack.kiosk.health();
    const { screen } = await stack.kiosk.view();
    return journal.head > before + 1 && ['visit', 'collected'].includes(screen.name);
  });
  await leave(stack);
  return async () => {
    await waitFor('the journal to be acknowledged', LIMIT_MS, () => allAcknowledged(stack));
    const since = (await entries(stack)).slice(from);
    return {
      posted: since.find(({ kind }) => kind === 'loanPosted'),
      refused: since.find(({ kind }) => kind === 'loanRefused'),
    };
  };
}

async function cut(stack: Stack, { cutNetwork }: Stage): Promise<void> {
  await cutNetwork();
  await waitFor(
    'the link to be down',
    LIMIT_MS,
    async () => (await stack.kiosk.health()).platformLink === 'down',
  );
}

export const borrowOpenStock: Scenario = {
  about: 'a patron shows a credit pass, chooses a book on the screen, the platform agrees, its door opens',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    await stocked(stack, { item: BOOK });
    say('a book of open stock is in');
    const outcome = await borrows(stack, (await stack.platform.pass(PATRON)).text, BOOK);
    const { posted } = await outcome();
    const loans = await stack.platform.loans();
    const facts = {
      grantedBy: posted?.grantedBy,
      due: posted?.due,
      loansOfItem: loans.length,
      ...(await factsOf(stack)),
    };
    return {
      ok: posted?.grantedBy === 'platform' && loans.length === 1 && facts.itemsLeftInside === 0,
      facts,
    };
  },
};

export const borrowOfflinePass: Scenario = {
  about: 'with the network down a credit pass borrows within its limit, and no further',
  async run(stage) {
    const stack = await stage.start({});
    await everythingUp(stack);
    const books = [BOOK, '33001000000029'];
    for (const item of books) await stocked(stack, { item });
    const { text } = await stack.platform.pass(PATRON, { itemsMax: 1 });
    await everythingUp(stack);
    await cut(stack, stage);
    stage.say('the network is gone');
    await borrows(stack, text, books[0] ?? '');
    const outcome = await borrows(stack, text, books[1] ?? '');
    await stage.mendNetwork();
    const { refused } = await outcome();
    const posted = (await entries(stack)).filter(({ kind }) => kind === 'loanPosted');
    const facts = {
      grantedBy: posted[0]?.grantedBy,
      secondRefused: refused?.reason,
      conflicts: (await stack.platform.conflicts()).length,
      ...(await factsOf(stack)),
    };
    const ok = posted.length === 1 && facts.grantedBy === 'pass' && refused?.reason === 'limit';
    return { ok: ok && facts.itemsLeftInside === 1 && facts.conflicts === 0, facts };
  },
};

export const borrowOfflineForbiddenByTag: Scenario = {
  about: 'a tag says "not for issue while offline": refused without a network, lent with one',
  async run(stage) {
    const stack = await stage.start({ readers: SHELF });
    await everythingUp(stack);
    await stocked(stack, { item: BOOK, puts: `${BOOK}!13` });
    const { text } = await stack.platform.pass(PATRON);
    await everythingUp(stack);
    await cut(stack, stage);
    const offline = await borrows(stack, text, BOOK);
    await stage.mendNetwork();
    const { refused } = await offline();
    stage.say('refused without a network');
    await everythingUp(stack);
    const { posted } = await (await borrows(stack, text, BOOK))();
    const facts = { offline: refused?.reason, online: posted?.grantedBy, ...(await factsOf(stack)) };
    return { ok: refused?.reason === 'notOffline' && posted?.grantedBy === 'platform', facts };
  },
};

const SHOP = { isbn: '9787020002207', priceFen: 5_980 };
const TOO_DEAR = { isbn: '9787101003048', priceFen: 998_000 };

export const bookshopNewBook: Scenario = {
  about:
    'a bookshop’s new book is bought by the library at this moment and lent; one that is too dear is not',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    const dear = '33001000000037';
    await stocked(stack, { item: BOOK, title: 'The Dream of the Red Chamber', shop: SHOP });
    await stocked(stack, { item: dear, title: 'A facsimile', shop: TOO_DEAR });
    say('two new books of a bookshop are in');
    const { text } = await stack.platform.pass(PATRON);
    const { posted } = await (await borrows(stack, text, BOOK))();
    const { refused } = await (await borrows(stack, text, dear))();
    const facts = {
      bought: posted?.purchase,
      refused: refused?.reason,
      refusedBy: refused?.by,
      ...(await factsOf(stack)),
    };
    const ok = facts.loans === 1 && JSON.stringify(posted?.purchase) === JSON.stringify(SHOP);
    return { ok: ok && refused?.reason === 'tooExpensive' && facts.itemsLeftInside === 1, facts };
  },
};
