/** What outlives the process, and the state after a start. */

import type { Times } from './inputs.ts';
import type { Board, Collection, Compartment, Kiosk, LendingState, Movement } from './state.ts';

export type CompartmentPlan = Pick<Compartment, 'name' | 'size' | 'board' | 'sensed' | 'use' | 'reach'>;

/** What of a value outlives the process: not doors, links and notices, which are only true while it runs. */
export function kept(collection: Collection, value: unknown): unknown {
  if (collection === 'compartments') return { ...(value as Compartment), door: 'unknown' };
  if (collection === 'boards') return { ...(value as Board), link: 'down' };
  if (collection !== 'kiosk') return value;
  const { id, wrongCodes, front } = value as Kiosk;
  return { id, wrongCodes, front, wrongAtMs: 0, waitUntilMs: 0, asked: 0 };
}

const EMPTY: LendingState = {
  compartments: {},
  boards: {},
  holds: {},
  items: {},
  stock: {},
  recalls: {},
  passes: {},
  passKeys: {},
  revoked: {},
  pins: {},
  tellings: {},
  neighbours: { neighbours: { names: [] } },
  sessions: {},
  couriers: {},
  answered: {},
  kiosk: { kiosk: { id: 'kiosk', wrongCodes: 0, wrongAtMs: 0, waitUntilMs: 0, asked: 0 } },
};

/**
 * The state after a start: what the ledger kept, the compartments that the configuration names, and nothing that is
 * only true while a process runs: doors and links are unknown until the boards tell, deadlines begin anew.
 */
export function restore(
  kept: Partial<LendingState>,
  plan: readonly CompartmentPlan[],
  nowMs: number,
  times: Times,
) {
  const was = { ...EMPTY, ...kept };
  const compartments = Object.fromEntries(
    plan.map((planned) => {
      const { outReason } = was.compartments[planned.name] ?? {};
      return [planned.name, { ...planned, door: 'unknown' as const, outReason }];
    }),
  );
  const boards = Object.fromEntries(
    plan.map(({ board }) => [board, { boot: 0, ...was.boards[board], name: board, link: 'down' as const }]),
  );
  const sessions = mapValues(was.sessions, (session) => ({
    ...session,
    idleUntilMs: session.idleUntilMs === 0 ? 0 : nowMs + times.courierIdleMs,
    movement: session.movement && renewed(session.movement, nowMs + times.leftOpenMs),
    // Whoever was asked has no one to answer to; and nobody is known to stand at further doors.
    asking: undefined,
    queue: undefined,
  }));
  const { wrongCodes, front } = was.kiosk.kiosk;
  const waitUntilMs = codeWaitMs(wrongCodes) + (wrongCodes ? nowMs : 0);
  const kiosk = {
    kiosk: { id: 'kiosk' as const, wrongCodes, wrongAtMs: nowMs, waitUntilMs, front, asked: 0 },
  };
  const pins = mapValues(was.pins, (tries) => ({ ...tries, waitUntilMs: nowMs + pinWaitMs(tries.wrong) }));
  return { ...was, compartments, boards, sessions, pins, kiosk } satisfies LendingState;
}

/** A doubt that waits for its door has no deadline. */
function renewed(movement: Movement, untilMs: number): Movement {
  return movement.step === 'doubt' ? movement : { ...movement, untilMs };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

const FREE_WRONG_CODES = 4;
const FIRST_WAIT_MS = 30_000;
const WAIT_MS_MAX = 15 * 60_000;

/** How long the kiosk waits after so many wrong codes: 30 s at the fifth, twice as long at each further one. */
export function codeWaitMs(wrongCodes: number): number {
  const waits = wrongCodes - FREE_WRONG_CODES;
  return waits <= 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(waits - 1, 10), WAIT_MS_MAX);
}

/** Of a card: two wrong PINs are free, not four. */
export const pinWaitMs = (wrong: number): number => codeWaitMs(wrong + 2);
