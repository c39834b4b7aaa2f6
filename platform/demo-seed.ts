/** What a demonstration begins with: a terminal, its courier, its neighbours, and patrons of every tier with cards. */
import type { Credit } from './credit.ts';
import type { Fleet } from './fleet.ts';
import type { Stock } from './stock.ts';

const TERMINAL = 'demo';
const COURIERS = [{ courier: 'courier-1', badge: 'COURIER-1' }];
const NEIGHBOURS = ['Shuixin Caotang', 'Luqiao Library'];
const PATRONS = [
  { patron: 'patron-demo', tier: 2, card: '2023400051786', pin: '2468' },
  { patron: 'patron-young', tier: 1, card: '2023400051794', pin: '1357' },
  { patron: 'patron-keen', tier: 3, card: '2023400051802', pin: '9753' },
];
/** So many copies that no more are bought. */
const HELD = [{ isbn: '9787020008735', copies: 60 }];

/** Nothing is undone that somebody has changed since. */
export async function seedDemo(fleet: Fleet, credit: Credit, stock: Stock): Promise<void> {
  const terminals = (await fleet.terminals()) as { terminal: string }[];
  const fresh = !terminals.some(({ terminal }) => terminal === TERMINAL);
  await fleet.register(TERMINAL, 'Demonstration terminal', COURIERS);
  if (fresh) await fleet.setNeighbours(TERMINAL, NEIGHBOURS);
  const known = new Set(((await credit.patrons()) as { patron: string }[]).map(({ patron }) => patron));
  for (const { patron, ...about } of PATRONS) if (!known.has(patron)) await credit.putPatron(patron, about);
  if (known.size === 0) for (const { isbn, copies } of HELD) await stock.hold(isbn, copies);
}
