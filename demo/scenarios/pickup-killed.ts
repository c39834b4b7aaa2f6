/** The controller dies at every point of the story in turn, is started again, and people go on as people do. */
import type { Order } from '../clients.ts';
import type { Stack } from '../stack.ts';
import { allAcknowledged, COURIER_BADGE, everythingUp, factsOf, placeOrder } from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const HANDS = { afterMs: 30, closeAfterMs: 60 };
/** All stories use the same door: with longer pulses its coil would have to cool (10 % duty) most of the time. */
const PULSE_MS = 60;
const STORY_MS_MAX = 30_000;
/** A person looks at the screen for a moment before doing the next thing, and again when nothing happens. */
const LOOK_MS = 120;
/** Threads of a story run side by side, so a point may be passed by; then it is tried again. */
const TRIES = 3;

export const pickupKilled: Scenario = {
  about: 'the controller is killed at every journal entry and effect of the story in turn',
  async run({ start, say }) {
    const stack = await start({ config: { times: { pulseMs: PULSE_MS } } });
    await everythingUp(stack);
    const points = await recordPoints(stack);
    say(`${points.length} points to die at`);
    const missed: string[] = [];
    let kills = 0;
    let inDoubt = 0;
    for (const point of points) {
      const story = await killAt(stack, point);
      kills += story.killed ? 1 : 0;
      inDoubt += story.inDoubt;
      if (!story.killed) missed.push(point);
      say(story.killed ? `killed ${point}` : `never passed ${point}`);
    }
    await waitFor('the journal to be acknowledged', STORY_MS_MAX, () => allAcknowledged(stack));
    const facts = { ...(await factsOf(stack)), kills, inDoubt, ...(await verdict(stack)), missed, points };
    const ok =
      facts.lost === 0 && facts.doubled === 0 && facts.chain === 'whole' && everyKindKilled(points, missed);
    return { ok, facts };
  },
};

/** A repeated answer may come once more or less; but at each kind of entry and effect it must have died. */
function everyKindKilled(points: readonly string[], missed: readonly string[]): boolean {
  const kinds = (names: readonly string[]) => new Set(names.map((name) => name.replace(/#\d+$/, '')));
  const killed = kinds(points.filter((point) => !missed.includes(point)));
  return points.length > 0 && [...kinds(points)].every((kind) => killed.has(kind));
}

/**
 * One story that nobody interrupts tells every point of it. Commits of views alone are left out: a notice on the screen
 * comes or not as the machine is fast or slow, and nothing is decided there.
 */
async function recordPoints(stack: Stack): Promise<string[]> {
  const recorded = await stack.restartController({ CREDIT_READING_CRASH_AT: 'record' });
  await liveThrough(stack, await placeOrder(stack));
  const points = recorded.lastLines.flatMap((line) => /"crashPoint":"([^"]*)"/.exec(line)?.[1] ?? []);
  return points.filter((point) => !point.includes('commit of views only'));
}

async function killAt(stack: Stack, point: string): Promise<{ killed: boolean; inDoubt: number }> {
  let inDoubt = 0;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const armed = await stack.restartController({ CREDIT_READING_CRASH_AT: point });
    inDoubt += await liveThrough(stack, await placeOrder(stack));
    const killed = armed.lastLines.some((line) => line.includes('"crashPoint"'));
    if (armed.ended && !killed)
      throw new Error(`the controller died by itself:\n${armed.lastLines.join('\n')}`);
    if (killed) return { killed, inDoubt };
  }
  return { killed: false, inDoubt };
}

/** One order from placing to loan, with the controller started again whenever it is found dead. */
async function liveThrough(stack: Stack, order: Order): Promise<number> {
  let inDoubt = 0;
  await waitFor(`order ${order.item} to be lent`, STORY_MS_MAX, async () => {
    if (stack.controller.ended) await stack.restartController();
    const now = await stack.platform.orderOf(order.hold);
    if (now.status === 'inDoubt') inDoubt = 1;
    const settled = now.status === 'lent' && (await stack.kiosk.health()).unfinishedSessions === 0;
    if (!settled) await nextThing(stack, now);
    return settled;
  });
  return inDoubt;
}

/** A loan for each order, no more and no less, and nothing left inside. */
async function verdict(stack: Stack): Promise<{ lost: number; doubled: number }> {
  const [orders, loans, counts] = await Promise.all([
    stack.platform.orders(),
    stack.platform.loans(),
    stack.platform.counts(),
  ]);
  const times = (hold: string) => loans.filter((loan) => loan.hold === hold).length;
  return {
    lost: orders.filter(({ hold }) => times(hold) === 0).length,
    doubled: orders.filter(({ hold }) => times(hold) > 1).length + counts.doubled,
  };
}

/** What courier and patron do when they see this screen and know this of the order. */
async function nextThing(stack: Stack, order: Order): Promise<void> {
  const screen = await stack.kiosk.screen();
  const idle = screen === 'idle' || screen === 'collected';
  const toLoad = order.status === 'placed' || order.status === 'inDoubt';
  if (toLoad) await stack.cabinet.people({ puts: order.item, ...HANDS });
  if (order.status === 'ready') await stack.cabinet.people({ takes: true, ...HANDS });
  if (screen === 'courier') await stack.cabinet.scan(toLoad ? order.item : COURIER_BADGE);
  else if (idle && toLoad) await stack.cabinet.scan(COURIER_BADGE);
  else if (idle && order.status === 'ready' && order.code) await stack.cabinet.scan(order.code);
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
