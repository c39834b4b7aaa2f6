/**
 * The worst hosts: killed, hung, cut off, or resetting their board, each at 200 points of a pulse. In emulated time, so
 * that a point is exact to the cycle; then some of each on the real controller process.
 */

import { LIMITS } from '../../protocol/board/messages.ts';
import { readHex } from '../../simulator/avr/hex.ts';
import { factsOf } from '../story.ts';
import { disturbPulses, FAULTS } from './coil-safety-real.ts';
import { type Extremes, Rig } from './coil-safety-rig.ts';
import type { Scenario } from './scenario.ts';

const POINTS = 200;
const REAL_ROUNDS = 4;
const KINDS = ['mega2560', 'uno'] as const;

export const coilSafety: Scenario = {
  about:
    'host killed, hung, cut off, board reset, each at 200 points of a pulse; then on the real controller',
  async run({ start, say }) {
    const worst: Extremes = { onMsMax: 0, togetherMax: 0, onMsIn1sMax: 0, pulses: 0 };
    for (const kind of KINDS) {
      const program = await readHex(`firmware/release/${kind}.hex`);
      for (const fault of FAULTS) {
        for (let point = 0; point < POINTS; point += 1) {
          take(worst, new Rig(kind, program).suffer(fault, (point / POINTS) * LIMITS.PULSE_MS_MAX));
          // The page and Ctrl-C are not kept waiting.
          if (point % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        say(`${kind}, ${fault}: ${POINTS} points`);
      }
    }
    const stack = await start({});
    const realPulsesStruck = await disturbPulses(stack, REAL_ROUNDS);
    say(`the real controller was struck in ${realPulsesStruck} pulses`);
    const real = await factsOf(stack);
    const facts = {
      coilOnMsMax: Math.max(worst.onMsMax, real.coilOnMsMax),
      coilsTogetherMax: Math.max(worst.togetherMax, real.coilsTogetherMax),
      limitMs: LIMITS.PULSE_MS_MAX,
      points: POINTS * FAULTS.length * KINDS.length,
      pulses: worst.pulses,
      /** Of one coil, on time added up over any second: pulses are never joined. */
      coilOnMsIn1sMax: worst.onMsIn1sMax,
      realPulsesStruck,
      realCoilOnMsMax: real.coilOnMsMax,
    };
    const ok =
      facts.coilOnMsMax <= LIMITS.PULSE_MS_MAX &&
      facts.coilsTogetherMax === 1 &&
      facts.coilOnMsIn1sMax <= LIMITS.PULSE_MS_MAX &&
      facts.pulses > 0;
    return { ok, facts };
  },
};

function take(worst: { -readonly [K in keyof Extremes]: number }, one: Extremes): void {
  worst.onMsMax = Math.max(worst.onMsMax, one.onMsMax);
  worst.togetherMax = Math.max(worst.togetherMax, one.togetherMax);
  worst.onMsIn1sMax = Math.max(worst.onMsIn1sMax, one.onMsIn1sMax);
  worst.pulses += one.pulses;
}
