/** Terminals with readers, and what passes their doors. */
import { BADGE, CODE, sensed, World } from './lending-world.ts';

export const A02_IS_A_BIN = sensed('compartment', 'returns');

/** One hold ready behind A01, put there under a reader's eye. */
export function ready(plan = sensed('compartment')): World {
  const world = new World(plan).prepared().scan(BADGE).scan('item-1').door('A01', true).door('A01', false);
  if (plan === PAD) return world.scan(BADGE).ready();
  return world.tags(['item-1']).scan(BADGE).ready();
}
export const PAD = sensed('pad');

/** The patron's door has been open and is closed again. */
export const visited = (world: World) => world.scan(CODE).door('A01', true).door('A01', false);

/** A book brought back into the bin. */
export function broughtBack(world: World, item: string, inside: readonly string[]): World {
  return world.press('return').scan(item).door('A02', true).door('A02', false).tags(inside).press('finish');
}
export const bin = () => new World(A02_IS_A_BIN).boardUp().couriers();
