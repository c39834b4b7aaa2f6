/** The people of the story, as a person would act: look at the screen, then do the next thing. */
import type { CabinetClient, Order } from './clients.ts';
import { HANDS } from './patron.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait.ts';

export const COURIER_BADGE = 'COURIER-1';
const STEP_MS_MAX = 20_000;

let orders = 0;

export function placeOrder({ platform }: Stack, title = 'The Dream of the Red Chamber'): Promise<Order> {
  orders += 1;
  return platform.order(`3300${String(Date.now() % 1e9).padStart(9, '0')}${orders}`, title);
}

/** Every part up, the platform's commands answered, the board and the scanner connected. */
export async function everythingUp({ platform, kiosk }: Stack): Promise<void> {
  await waitFor('all links up', STEP_MS_MAX, async () => {
    const health = await kiosk.health();
    const { link, unansweredCommands } = await platform.terminal();
    const parts = [
      health.platformLink,
      health.scannerLink,
      ...health.boards.map((board) => board.link),
      ...health.readers.map((reader) => reader.link),
      ...(health.libraryLink === 'none' ? [] : [health.libraryLink]),
      link,
    ];
    return parts.every((part) => part === 'up') && unansweredCommands === 0;
  });
}

const status = (stack: Stack, hold: string, wanted: Order['status']) =>
  waitFor(`order to be ${wanted}`, STEP_MS_MAX, async () => {
    const order = await stack.platform.orderOf(hold);
    return order.status === wanted && order;
  });

/** The courier comes with the item and leaves; the patron's code is there. */
export async function load(stack: Stack, order: Order, hands = HANDS): Promise<ReadyOrder> {
  await status(stack, order.hold, 'placed');
  await stack.cabinet.people({ puts: order.item, ...hands });
  await stack.cabinet.scan(COURIER_BADGE);
  await stack.cabinet.scan(order.item);
  const ready = await status(stack, order.hold, 'ready');
  await stack.cabinet.scan(COURIER_BADGE);
  await waitFor('the courier’s visit to end', STEP_MS_MAX, async () => {
    const { unfinishedSessions } = await stack.kiosk.health();
    return unfinishedSessions === 0;
  });
  if (!ready.code) throw new Error('the platform shows no code for a ready hold');
  return { ...ready, code: ready.code };
}

export type ReadyOrder = Order & { code: string };

/** The patron shows the code, takes the item and closes the door; the terminal has settled it by itself. */
export async function collect(stack: Stack, order: ReadyOrder, hands = HANDS): Promise<void> {
  await showCode(stack, order, hands);
  await settled(stack);
}

/** The session has begun; the patron's hands do the rest. */
export async function showCode(
  stack: Stack,
  { code }: ReadyOrder,
  hands: Parameters<CabinetClient['people']>[0] = HANDS,
): Promise<void> {
  await stack.cabinet.people({ takes: true, ...hands });
  const { journal } = await stack.kiosk.health();
  await stack.cabinet.scan(code);
  await waitFor('the code to be heard', STEP_MS_MAX, async () => {
    const health = await stack.kiosk.health();
    return health.journal.head > journal.head;
  });
}

/** Somebody brings a book back: names it at the kiosk, and does at the open door what `does` says. */
export async function bringBack(
  stack: Stack,
  named: string,
  does: { readonly puts?: string; readonly takes?: readonly string[] },
): Promise<void> {
  const checksBefore = await checks(stack);
  await stack.cabinet.people({ ...does, ...HANDS });
  await stack.kiosk.press('return');
  await waitFor(
    'the kiosk to ask for the book',
    STEP_MS_MAX,
    async () => (await stack.kiosk.screen()) === 'returning',
  );
  await stack.cabinet.scan(named);
  await waitFor(
    'the compartment to be checked',
    STEP_MS_MAX,
    async () => (await checks(stack)) > checksBefore,
  );
  await waitFor(
    'the kiosk to ask for more',
    STEP_MS_MAX,
    async () => (await stack.kiosk.screen()) === 'returning',
  );
  await stack.kiosk.press('finish');
  await settled(stack);
}

/** Of the compartments' tags, as the platform knows them. */
async function checks({ platform }: Stack): Promise<number> {
  const journal = await platform.journal();
  return journal.filter(({ data }) => data.kind === 'contentChecked').length;
}

export async function settled(stack: Stack): Promise<void> {
  await waitFor('the sessions to be settled', STEP_MS_MAX, async () => {
    const { unfinishedSessions } = await stack.kiosk.health();
    return unfinishedSessions === 0;
  });
}

export async function lentAndAcknowledged(stack: Stack, order: Order, limitMs = STEP_MS_MAX): Promise<void> {
  await waitFor('the loan on the platform', limitMs, async () => {
    const { status: now } = await stack.platform.orderOf(order.hold);
    return now === 'lent';
  });
  await waitFor('the journal to be acknowledged', limitMs, () => allAcknowledged(stack));
}

export async function allAcknowledged({ kiosk, platform }: Stack): Promise<boolean> {
  const { journal } = await kiosk.health();
  const { acknowledged } = await platform.terminal();
  return journal.head === journal.acknowledged && acknowledged === journal.head;
}

/** What a story that ended tells of itself. */
export async function factsOf(stack: Stack) {
  const [state, counts, health, journal, terminal] = await Promise.all([
    stack.cabinet.state(),
    stack.platform.counts(),
    stack.kiosk.health(),
    stack.platform.journal(),
    stack.platform.terminal(),
  ]);
  const board = journal.find(({ data }) => data.kind === 'boardStarted');
  return {
    loans: counts.loans,
    doubled: counts.doubled,
    acknowledged: health.journal.acknowledged === health.journal.head,
    journalEntries: health.journal.head,
    chain: terminal.chain,
    coilPulses: state.boards.reduce((sum, { coils }) => sum + coils.pulses, 0),
    coilOnMsMax: Math.max(...state.boards.map(({ coils }) => coils.onMsMax)),
    coilsTogetherMax: Math.max(...state.boards.map(({ coils }) => coils.togetherMax)),
    firmware: board?.data.firmware,
    itemsLeftInside: state.compartments.flatMap(({ items }) => items).length,
  };
}
