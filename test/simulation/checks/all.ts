/** Every promise of the design, in its order. */
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';
import { byCommand } from './by-command.ts';
import { cause } from './cause.ts';
import { coil } from './coil.ts';
import { degrade } from './degrade.ts';
import { journal } from './journal.ts';
import { library } from './library.ts';
import { loans } from './loans.ts';
import { neighbours } from './neighbours.ts';
import { offline } from './offline.ts';
import { passes } from './passes.ts';
import { pins } from './pins.ts';
import { places } from './places.ts';
import { privacy } from './privacy.ts';
import { purchases } from './purchases.ts';
import { renewals } from './renewals.ts';
import { restricted } from './restricted.ts';
import { unsetClock } from './unset-clock.ts';

const ALL: readonly ((world: World) => Check)[] = [
  coil,
  cause,
  places,
  loans,
  passes,
  restricted,
  renewals,
  purchases,
  journal,
  library,
  neighbours,
  offline,
  privacy,
  pins,
  unsetClock,
  byCommand,
  degrade,
];

export const allChecks = (world: World): Check[] => ALL.map((check) => check(world));
