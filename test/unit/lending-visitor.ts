/** A patron who is known, before a cabinet with a book of open stock. */
import { generateKeyPairSync } from 'node:crypto';
import { type CreditPass, writePass } from '../../protocol/platform/credit-pass.ts';
import { BADGE, sensed, World } from './lending-world.ts';

const pair = generateKeyPairSync('ed25519');
export const forger = generateKeyPairSync('ed25519');
export const PUBLIC_KEY = pair.publicKey
  .export({ format: 'der', type: 'spki' })
  .subarray(-32)
  .toString('hex');
export const DAY_MS = 86_400_000;
export const NOW_MS = Date.UTC(2026, 10, 24);
export const PASS: CreditPass = {
  key: 1,
  pass: '00112233445566ff',
  patron: 'p1',
  fromMs: NOW_MS - DAY_MS,
  untilMs: NOW_MS + DAY_MS,
  tier: 2,
  itemsMax: 2,
  loanDays: 30,
};
export const pass = (odd: Partial<CreditPass> = {}, key = pair.privateKey) =>
  writePass({ ...PASS, ...odd }, key);
export const stock = (item: string) =>
  ({ kind: 'placeStock', item, title: `title of ${item}`, size: 'small' }) as const;

/** The platform's keys are known, and a book of open stock lies behind A01. */
export function open(plan = sensed('no'), more: object = {}): World {
  const world = new World(plan).boardUp().secondBoardUp().couriers();
  world.command({ kind: 'setPassKeys', keys: [{ key: 1, publicKey: PUBLIC_KEY }] });
  world.command({ ...stock('book-1'), ...more });
  world.scan(BADGE).scan('book-1').through('A01');
  if (plan[0]?.sensed === 'compartment') world.tags(['book-1']);
  return world.scan(BADGE);
}
export const visiting = (world = open()) => world.scan(pass());
export const GRANTED = { outcome: 'granted', by: 'platform', due: '2026-12-24T00:00:00Z' } as const;
