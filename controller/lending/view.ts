/** What others may see of lending's state: the kiosk's picture, and the compartments as the platform is told. */
import type { TerminalState } from '../../protocol/platform/state.ts';
import { toTakeOut } from './loading.ts';
import type { KioskView, Screen } from './screen.ts';
import { settlementOf } from './settlement.ts';
import type { Compartment, LendingState, Movement } from './state.ts';

export function kioskView(state: LendingState, nowMs: number, platformLink: 'up' | 'down'): KioskView {
  const { notice } = state.kiosk.kiosk;
  return {
    screen: screenOf(state, nowMs),
    ...(notice ? { notice } : {}),
    nowMs,
    platformLink,
    compartments: Object.values(state.compartments).map((compartment) => ({
      compartment: compartment.name,
      door: compartment.door,
      service: inService(state, compartment) ? 'in' : 'out',
    })),
  };
}

function screenOf(state: LendingState, nowMs: number): Screen {
  const { front, collected, waitUntilMs } = state.kiosk.kiosk;
  const session = state.sessions[front ?? ''];
  if (session?.movement) return movementScreen(state, session.movement);
  if (session?.purpose === 'loading') return courierScreen(state, session.count);
  if (session) return { name: 'returning', returned: session.count };
  if (waitUntilMs > nowMs) return { name: 'waitAfterCodes', untilMs: waitUntilMs };
  if (collected) return { name: 'collected', title: collected.title };
  return { name: 'idle' };
}

function movementScreen(state: LendingState, movement: Movement): Screen {
  const { compartment, attempt, step, cause, passages } = movement;
  const title = passages.map((passage) => passage.title).join(', ');
  if (step === 'unlocking') return { name: 'opening', compartment, title, attempt };
  if (step === 'doubt') return { name: 'closeDoor', compartment };
  if (step === 'checking') {
    const at = state.compartments[compartment]?.sensed === 'pad' ? 'pad' : 'compartment';
    return { name: 'checking', compartment, at };
  }
  return { name: settlementOf(cause).direction === 'out' ? 'takeItem' : 'putItem', compartment, title };
}

/** A courier takes at most so many things from the list before it is told anew. */
const TO_TAKE_OUT_SHOWN = 12;

function courierScreen(state: LendingState, moved: number): Screen {
  const waiting = Object.values(state.holds).filter((hold) => hold.state === 'placed').length;
  const out = Object.values(state.items).filter((item) => toTakeOut(state, item));
  return {
    name: 'courier',
    moved,
    waiting,
    toTakeOut: out
      .slice(0, TO_TAKE_OUT_SHOWN)
      .map(({ id, title, compartment }) => ({ item: id, title, compartment })),
  };
}

function inService(state: LendingState, { outReason, board }: Compartment): boolean {
  return !outReason && state.boards[board]?.link === 'up';
}

export function compartmentsForPlatform(state: LendingState): TerminalState['compartments'] {
  return Object.values(state.compartments).map((compartment) => ({
    compartment: compartment.name,
    size: compartment.size,
    service: inService(state, compartment) ? 'in' : 'out',
    door: compartment.door,
    content: contentOf(state, compartment),
  }));
}

function contentOf(
  { items, sessions }: LendingState,
  { name }: Compartment,
): 'free' | 'reserved' | 'loaded' | 'inDoubt' {
  const inside = Object.values(items).filter(({ compartment }) => compartment === name);
  if (inside.some(({ doubt }) => doubt)) return 'inDoubt';
  if (inside.length > 0) return 'loaded';
  const moving = Object.values(sessions).some(({ movement }) => movement?.compartment === name);
  return moving ? 'reserved' : 'free';
}
