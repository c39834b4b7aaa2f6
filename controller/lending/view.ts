/** What others may see of lending's state: the kiosk's picture, and the compartments as the platform is told. */
import type { TerminalState } from '../../protocol/platform/state.ts';
import type { KioskView, Screen } from './screen.ts';
import type { Compartment, LendingState, Session } from './state.ts';

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
  if (session?.movement) return movementScreen(state, session, session.movement);
  if (session) return { name: 'courier', loaded: session.loaded, waiting: waitingToLoad(state) };
  if (waitUntilMs > nowMs) return { name: 'waitAfterCodes', untilMs: waitUntilMs };
  if (collected) return { name: 'collected', title: collected.title };
  return { name: 'idle' };
}

function movementScreen(
  state: LendingState,
  session: Session,
  movement: NonNullable<Session['movement']>,
): Screen {
  const { compartment, attempt, step } = movement;
  const title = state.holds[movement.hold]?.title ?? '';
  if (step === 'unlocking') return { name: 'opening', compartment, title, attempt };
  if (step === 'doubt') return { name: 'closeDoor', compartment };
  return { name: session.purpose === 'pickup' ? 'takeItem' : 'putItem', compartment, title };
}

const waitingToLoad = (state: LendingState) =>
  Object.values(state.holds).filter((hold) => hold.state === 'placed').length;

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

function contentOf(state: LendingState, { hold }: Compartment): 'free' | 'reserved' | 'loaded' | 'inDoubt' {
  if (!hold) return 'free';
  const holdState = state.holds[hold]?.state;
  if (holdState === 'inDoubt') return 'inDoubt';
  return holdState === 'loading' ? 'reserved' : 'loaded';
}
