/** Three boards; one is unplugged while a patron stands at its open door, and comes back in another port. */
import type { Stack } from '../stack.ts';
import {
  allAcknowledged,
  everythingUp,
  factsOf,
  lentAndAcknowledged,
  load,
  placeOrder,
  type ReadyOrder,
  settled,
  showCode,
} from '../story.ts';
import type { DemoBoard } from '../terminal-config.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const BOARDS: readonly DemoBoard[] = [
  { serialNumber: 'DEMO0001', kind: 'mega2560', compartments: 16 },
  { serialNumber: 'DEMO0002', kind: 'mega2560', compartments: 16 },
  { serialNumber: 'DEMO0003', kind: 'mega2560', compartments: 12 },
];
const UNPLUGGED = 'DEMO0002';
const LETTER = 'B';
const NOTICE_MS_MAX = 10_000;
/** The patron at the board that is unplugged closes the door while it is away. */
const SLOW_HANDS = { afterMs: 60, closeAfterMs: 4_000 };

export const boards: Scenario = {
  about: 'three boards, 44 compartments; one is unplugged in the middle of a session and comes back',
  async run({ start, say }) {
    const stack = await start({ boards: BOARDS });
    await everythingUp(stack);
    const [first, middle, last] = await loadEach(stack);
    if (!first || !middle || !last) throw new Error('an item was not loaded');
    say('an item is behind a door of each board');
    await showCode(stack, middle, SLOW_HANDS);
    await doorIsOpen(stack, LETTER);
    await stack.cabinet.cable(UNPLUGGED, 'cut');
    const out = await outOfService(stack);
    say(`unplugged: ${out.length} compartments are out of service`);
    const disturbed = [await disturbs(stack, first), await disturbs(stack, last)].filter(Boolean).length;
    say('both other patrons have been here');
    await waitFor('the door to be shut', NOTICE_MS_MAX, () => shut(stack));
    await replug(stack);
    await everythingUp(stack);
    await settled(stack);
    await waitFor('the journal to be acknowledged', NOTICE_MS_MAX, () => allAcknowledged(stack));
    const facts = {
      boards: BOARDS.length,
      compartments: (await stack.kiosk.view()).compartments.length,
      outOfServiceWhileAway: out.length,
      onlyItsOwn: out.every((name) => name.startsWith(LETTER)),
      lostEvents: await lostEvents(stack),
      otherSessionsDisturbed: disturbed,
      ...(await factsOf(stack)),
    };
    const { loans, lostEvents: lost, otherSessionsDisturbed, onlyItsOwn } = facts;
    return { ok: loans === 3 && lost === 0 && otherSessionsDisturbed === 0 && onlyItsOwn, facts };
  },
};

/** With only one board plugged in, the item goes behind one of its doors. */
async function loadEach(stack: Stack): Promise<ReadyOrder[]> {
  const loaded: ReadyOrder[] = [];
  for (const { serialNumber } of BOARDS) {
    const others = BOARDS.filter((board) => board.serialNumber !== serialNumber);
    for (const other of others) await stack.cabinet.cable(other.serialNumber, 'cut');
    await waitFor('the others to be away', NOTICE_MS_MAX, async () => {
      const { boards: known } = await stack.kiosk.health();
      return known.every(({ board, link }) => (link === 'up') === (board === serialNumber));
    });
    loaded.push(await load(stack, await placeOrder(stack)));
    for (const other of others) await stack.cabinet.cable(other.serialNumber, 'ok');
    await everythingUp(stack);
  }
  return loaded;
}

/** The controller has seen it, and entered it. */
async function doorIsOpen(stack: Stack, letter: string): Promise<void> {
  await waitFor(`a door of ${letter} to be open`, NOTICE_MS_MAX, async () => {
    const { compartments } = await stack.kiosk.view();
    return compartments.some(({ compartment, door }) => compartment.startsWith(letter) && door === 'open');
  });
}

function outOfService(stack: Stack): Promise<string[]> {
  return waitFor('the compartments to be out of service', NOTICE_MS_MAX, async () => {
    const { compartments } = await stack.kiosk.view();
    const out = compartments.filter(({ service }) => service === 'out').map(({ compartment }) => compartment);
    return out.length > 0 && out;
  });
}

/** Whether this patron's visit ended otherwise than with the loan. */
async function disturbs(stack: Stack, order: ReadyOrder): Promise<boolean> {
  await showCode(stack, order);
  return lentAndAcknowledged(stack, order, NOTICE_MS_MAX).then(
    () => false,
    () => true,
  );
}

async function shut(stack: Stack): Promise<boolean> {
  const { compartments } = await stack.cabinet.state();
  return compartments.every(({ door }) => door === 'closed');
}

/** Into the port of the board after it, which takes its place: found by serial number, not by port. */
async function replug(stack: Stack): Promise<void> {
  await stack.cabinet.plug(UNPLUGGED, 2);
  await stack.cabinet.cable(UNPLUGGED, 'ok');
}

/** Each pulse opened a door, and a hand shut it: what of that is not in the journal. */
async function lostEvents(stack: Stack): Promise<number> {
  const { boards: all } = await stack.cabinet.state();
  const pulses = all.reduce((sum, { coils }) => sum + coils.pulses, 0);
  const journal = await stack.platform.journal();
  const moves = journal.filter(({ data }) => /^door(Opened|Closed)$/.test(String(data.kind)));
  return 2 * pulses - moves.length;
}
