/** The controller dies at every point of the story in turn, is started again, and people go on as people do. */
import type { Order } from '../clients.ts';
import type { Stack } from '../stack.ts';
import { allAcknowledged, COURIER_BADGE, everythingUp, factsOf, placeOrder } from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const HANDS = { afterMs: 30, closeAfterMs: 60 };
const STORY_MS_MAX = 30_000;
/** A person looks at the screen for a moment before doing the next thing, and again when nothing happens. */
const LOOK_MS = 120;
/** More points than the story can have: the loop ends by the story that nobody interrupts. */
const POINTS_MAX = 400;

export const pickupKilled: Scenario = {
  about: 'the controller is killed at every journal entry and effect of the story in turn',
  async run({ start, say }) {
    const stack = await start({});
    await everythingUp(stack);
    const points: Record<string, number> = {};
    let kills = 0;
    let inDoubt = 0;
    let stories = 0;
    for (let point = 1; point <= POINTS_MAX; point += 1) {
      stories += 1;
      const killed = await storyKilledAt(stack, point);
      inDoubt += killed.inDoubt;
      if (killed.at === undefined) break;
      kills += 1;
      points[killed.at] = (points[killed.at] ?? 0) + 1;
      say(`killed ${killed.at}`);
    }
    await waitFor('the journal to be acknowledged', STORY_MS_MAX, () => allAcknowledged(stack));
    const facts = { ...(await factsOf(stack)), kills, stories, inDoubt, ...(await verdict(stack)), points };
    const ok = kills > 0 && facts.lost === 0 && facts.doubled === 0 && facts.chain === 'whole';
    return { ok, facts };
  },
};

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

/** One order from placing to loan, with the controller dying at its `point`-th point. */
async function storyKilledAt(
  stack: Stack,
  point: number,
): Promise<{ at: string | undefined; inDoubt: number }> {
  const armed = await stack.restartController({ CREDIT_READING_CRASH_AT: `${point}` });
  const order = await placeOrder(stack);
  let at: string | undefined;
  let doubts = 0;
  await waitFor(`story killed at point ${point}`, STORY_MS_MAX, async () => {
    if (stack.controller.ended) {
      at ??= crashPointOf(armed.lastLines);
      await stack.restartController();
    }
    const now = await stack.platform.orderOf(order.hold);
    if (now.status === 'inDoubt') doubts += 1;
    const settled = now.status === 'lent' && (await stack.kiosk.health()).unfinishedSessions === 0;
    if (!settled) await nextThing(stack, now);
    return settled;
  });
  if (at === undefined && armed.ended)
    throw new Error(`the controller died by itself:\n${armed.lastLines.join('\n')}`);
  return { at, inDoubt: doubts };
}

function crashPointOf(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const point = /"crashPoint":"([^"]*)"/.exec(line)?.[1];
    if (point) return point;
  }
  return undefined;
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
