/** The faults of the coil-safety story on the real controller process, in the middle of its pulses. */
import type { Stack } from '../stack.ts';
import { everythingUp, load, placeOrder, settled } from '../story.ts';
import { ONE_BOARD } from '../terminal-config.ts';
import { waitFor } from '../wait.ts';

export const FAULTS = ['hostKilled', 'hostHung', 'cableCut', 'boardReset'] as const;
export type Fault = (typeof FAULTS)[number];

const BOARD = ONE_BOARD[0]?.serialNumber ?? '';
const PULSE_MS = 200;
/** Longer than the board waits for a silent host. */
const HUNG_MS = 3_600;
const CUT_MS = 400;
const COIL_MS_MAX = 5_000;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Strikes each fault so many times, later in the pulse each time; returns how often a coil was on at that moment. */
export async function disturbPulses(stack: Stack, times: number): Promise<number> {
  let struck = 0;
  for (let round = 0; round < times; round += 1)
    for (const fault of FAULTS) {
      await everythingUp(stack);
      const order = await load(stack, await placeOrder(stack));
      await stack.cabinet.people({ takes: true, afterMs: 60, closeAfterMs: 300 });
      await stack.cabinet.scan(order.code);
      await waitFor('a coil to be on', COIL_MS_MAX, () => coilOn(stack));
      await sleep((round / times) * PULSE_MS);
      if (await coilOn(stack)) struck += 1;
      await strike(stack, fault);
      await settled(stack);
    }
  return struck;
}

async function coilOn(stack: Stack): Promise<boolean> {
  const { compartments } = await stack.cabinet.state();
  return compartments.some(({ coil }) => coil);
}

async function strike(stack: Stack, fault: Fault): Promise<void> {
  if (fault === 'hostKilled') await (await stack.restartController()).ready;
  else if (fault === 'boardReset') await stack.cabinet.reset(BOARD, 'external');
  else if (fault === 'hostHung') {
    stack.controller.kill('SIGSTOP');
    await sleep(HUNG_MS);
    stack.controller.kill('SIGCONT');
  } else {
    await stack.cabinet.cable(BOARD, 'cut');
    await sleep(CUT_MS);
    await stack.cabinet.cable(BOARD, 'ok');
  }
}
