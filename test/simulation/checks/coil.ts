/** Promise 1: a coil is never on for longer than the board's limit; never two at once on a board. */
import { LIMITS } from '../../../protocol/board/messages.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '1 coil';

export function coil({ seen }: World): Check {
  const on = new Map<string, string>();
  return {
    pulse: ({ board, compartment }) => {
      const other = on.get(board);
      if (other) seen.fail(PROMISE, `${compartment} is pulsed while ${other} is on`);
      on.set(board, compartment);
    },
    pulseEnded: ({ board, compartment }, onMs) => {
      on.delete(board);
      if (onMs > LIMITS.PULSE_MS_MAX) seen.fail(PROMISE, `${compartment} was on for ${onMs} ms`);
    },
  };
}
