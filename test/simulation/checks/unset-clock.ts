/** Promise 9: an unset clock expires nothing; every entry carries sequence, boot and monotonic time. */

import type { Hold } from '../../../controller/lending/state.ts';
import type { JournalEvent } from '../../../protocol/platform/journal-event.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '9 clock';
/** A clock that is so far off is not one that drifts. */
const OFF_MS = 3_600_000;

export function unsetClock(world: World): Check {
  const { seen, clock } = world;
  let last: JournalEvent | undefined;
  return {
    batch: ({ entries }) => {
      for (const { event } of entries) {
        const sameBoot = last?.boot === event.boot;
        if (last && (event.boot < last.boot || (sameBoot && event.monotonicms < last.monotonicms)))
          seen.fail(PROMISE, `entry ${event.sequence} goes back in boot or monotonic time`);
        last = event;
        const { time = '', clock: trust, data } = event;
        const off = Math.abs(Date.parse(time) - clock.trueWallMs);
        if (trust === 'trusted' && off > OFF_MS && Date.parse(time) < Date.UTC(2026, 0, 1))
          seen.fail(PROMISE, `entry ${event.sequence} trusts a clock that says ${time}`);
        if (data.kind === 'terminalStarted') seen.count(trust === 'trusted' ? 'starts' : 'startsUntrusted');
      }
    },
    published: (topic, payload, from) => {
      if (!topic.endsWith('/reply') || from.name !== 'controller') return;
      const { outcome } = JSON.parse(payload) as { outcome: string };
      if (outcome === 'expired' && untrusted(world))
        seen.fail(PROMISE, 'a command is answered as expired by an untrusted clock');
    },
    refused: (hold, notice) => {
      const state = (seen.view('holds').get(hold) as Hold | undefined)?.state;
      if (notice === 'expiredCode' && state === 'ready' && untrusted(world))
        seen.fail(PROMISE, 'a code is said to have expired by an untrusted clock');
    },
  };
}

/** By the rule of controller/clock.ts, without asking it. */
export function untrusted({ controller, clock, seen }: World): boolean {
  const wallMs = clock.trueWallMs + (controller.owner?.wallOffsetMs ?? 0);
  return wallMs < Math.max(Date.UTC(2026, 0, 1), seen.floorMs);
}
