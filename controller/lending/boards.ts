/** Boards come, go, and tell what is true: doors, and how unsettled unlocks ended. */

import type { InputOf } from './inputs.ts';
import { askTags, doorSeenClosed, doorSeenOpen, fallIntoDoubt } from './movement.ts';
import { back } from './places.ts';
import { type Moving, movingAt, movings } from './session.ts';
import { settlementOf } from './settlement.ts';
import type { Door } from './state.ts';
import type { Turn } from './turn.ts';

export function doorMoved(turn: Turn, compartment: string, open: boolean): void {
  const known = turn.state.compartments[compartment];
  const door: Door = open ? 'open' : 'closed';
  if (!known || known.door === door) return;
  turn.change('compartments', compartment, { door });
  const moving = movingAt(turn, compartment);
  const session = moving && { session: moving.session.id };
  turn.enter({ kind: open ? 'doorOpened' : 'doorClosed', compartment, ...session });
  if (moving && open) doorSeenOpen(turn, moving);
  else if (moving) doorSeenClosed(turn, moving);
  else if (open && known.outReason === 'doorDoesNotOpen') back(turn, compartment);
  // Nobody's door, shut again: what has left through it?
  else if (!open && known.sensed === 'compartment')
    turn.effect({ kind: 'readTags', checkId: turn.nextSequence, compartment });
}

/** The housing is shut when nobody has said otherwise: a cabinet that starts open is entered as opened. */
export function tamperMoved(turn: Turn, board: string, open: boolean): void {
  const tamper = open ? 'open' : 'closed';
  if ((turn.state.boards[board]?.tamper ?? 'closed') === tamper) return;
  turn.enter({ kind: open ? 'tamperOpened' : 'tamperClosed', board });
  turn.change('boards', board, { tamper });
}

export function boardDown(turn: Turn, board: string): void {
  turn.change('boards', board, { link: 'down' });
  for (const { name, board: of } of Object.values(turn.state.compartments))
    if (of === board) turn.change('compartments', name, { door: 'unknown' });
}

/**
 * The board has delivered every event it kept and now tells the doors. Movements that are not settled by its events
 * are settled here: by the door, by the board's own memory of the unlock, or, where it forgot, not at all.
 */
export function boardUp(turn: Turn, input: InputOf<'boardUp'>): void {
  const { board, boot, firmware, resetCause } = input;
  if (turn.state.boards[board]?.boot !== boot)
    turn.enter({ kind: 'boardStarted', board, firmware, boot, resetCause });
  turn.change('boards', board, { link: 'up', boot });
  tamperMoved(turn, board, input.tamper === 'open');
  for (const [name, door] of Object.entries(input.doors)) {
    const before = movingAt(turn, name);
    if (door === 'unknown') continue;
    if (before && passed(before, door)) doorMoved(turn, name, door === 'open');
    else turn.change('compartments', name, { door });
  }
  for (const moving of movings(turn)) {
    const compartment = turn.state.compartments[moving.movement.compartment];
    if (compartment?.board !== board) continue;
    if (moving.movement.step === 'unlocking') settleUnlocking(turn, moving, boot);
    // A reading that was under way when the process ended is nobody's any more.
    else if (moving.movement.step === 'checking' && compartment.door === 'closed') askTags(turn, moving);
  }
}

/** Whether the door as told now is a step of the movement that nobody reported. */
function passed({ movement }: Moving, door: Door): boolean {
  const opens = movement.step === 'unlocking' || movement.step === 'checking';
  return door === (opens ? 'open' : 'closed');
}

function settleUnlocking(turn: Turn, moving: Moving, boot: number): void {
  const { movement } = moving;
  if (movement.boardBoot === boot)
    turn.effect({ kind: 'askUnlock', compartment: movement.compartment, unlockId: movement.unlockId });
  else {
    const { direction, unknown } = settlementOf(movement.cause);
    fallIntoDoubt(turn, moving, direction === 'in' ? unknown : 'boardRestarted');
  }
}
