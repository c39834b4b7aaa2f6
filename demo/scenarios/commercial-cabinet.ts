/**
 * The path of an item on each commercial board of a cabinet: ordered, loaded, collected, posted, acknowledged. Then a
 * door that is jammed: a loan that is voided, since no contact told that it opened, whatever the board answered.
 */
import type { Stack } from '../stack.ts';
import {
  collect,
  everythingUp,
  factsOf,
  lentAndAcknowledged,
  load,
  placeOrder,
  type ReadyOrder,
} from '../story.ts';
import type { DemoLockBoard } from '../terminal-config.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const VOIDED_MS_MAX = 20_000;
/** Each board's own pulse is not told to it; a door has this long to open. */
const OPEN_WAIT_MS = 1_000;
/** Contacts are polled: a door that is shut again after half a second may never have been seen open. */
const HANDS = { afterMs: 500, closeAfterMs: 1_000 };

export function commercialCabinet(about: string, lockBoards: readonly DemoLockBoard[]): Scenario {
  return {
    about,
    async run({ start, say }) {
      const stack = await start({
        boards: [],
        lockBoards,
        config: { times: { openWaitMs: OPEN_WAIT_MS } },
      });
      await everythingUp(stack);
      say('every board is up');
      const orders: ReadyOrder[] = [];
      for (const { name } of lockBoards) {
        const order = await loadBehind(stack, name, lockBoards);
        orders.push(order);
        say(`an item is behind a door of ${name}`);
      }
      for (const order of orders) {
        await collect(stack, order, HANDS);
        await lentAndAcknowledged(stack, order);
      }
      say('every item is collected');
      const before = await factsOf(stack);
      const jammed = await jammedDoor(stack);
      const facts = {
        ...before,
        boards: lockBoards.map(({ driver }) => driver),
        unlockProof: await proof(stack),
        jammedPulses: jammed.pulses,
        jammedEnds: jammed.ends,
        loansAfterJam: (await stack.platform.counts()).loans,
      };
      return { ok: isGood(facts, lockBoards.length), facts };
    },
  };
}

type Facts = Awaited<ReturnType<typeof factsOf>> & {
  readonly unlockProof: string;
  readonly jammedPulses: number;
  readonly jammedEnds: readonly string[];
  readonly loansAfterJam: number;
};

function isGood(facts: Facts, boards: number): boolean {
  const { loans, acknowledged, coilPulses, coilsTogetherMax, chain, itemsLeftInside } = facts;
  const path = loans === boards && acknowledged && coilPulses === 2 * boards && itemsLeftInside === 0;
  const safe = coilsTogetherMax === 1 && chain === 'whole' && facts.unlockProof === 'contact';
  const jam = facts.loansAfterJam === boards && facts.jammedPulses === 2;
  return path && safe && jam && facts.jammedEnds.every((end) => end === 'notOpened');
}

/** With only one board's cable in, the item goes behind one of its doors. */
async function loadBehind(stack: Stack, name: string, all: readonly DemoLockBoard[]): Promise<ReadyOrder> {
  const others = all.filter((board) => board.name !== name);
  for (const other of others) await stack.cabinet.cable(other.name, 'cut');
  await waitFor('the others to be away', VOIDED_MS_MAX, async () => {
    const { boards } = await stack.kiosk.health();
    return boards.every(({ board, link }) => (link === 'up') === (board === name));
  });
  const order = await load(stack, await placeOrder(stack), HANDS);
  for (const other of others) await stack.cabinet.cable(other.name, 'ok');
  await everythingUp(stack);
  return order;
}

/** Every unlock that ended as opened has its door's opening before it in the journal. */
async function proof(stack: Stack): Promise<string> {
  const kinds = (await stack.platform.journal()).map(({ data }) => data);
  const opened = kinds.filter(({ kind, outcome }) => kind === 'unlockEnded' && outcome === 'opened');
  const proven = opened.filter((ended) => {
    const before = kinds.slice(0, kinds.indexOf(ended)).reverse();
    const told = before.find(({ compartment }) => compartment === ended.compartment);
    return told?.kind === 'doorOpened';
  });
  return opened.length > 0 && proven.length === opened.length ? 'contact' : 'none';
}

/** The board answers as ever; the door stays shut, and nobody owes the item. */
async function jammedDoor(stack: Stack): Promise<{ pulses: number; ends: string[] }> {
  const order = await load(stack, await placeOrder(stack), HANDS);
  const state = await stack.cabinet.state();
  const compartment = state.compartments.findIndex(({ items }) => items.includes(order.item));
  await stack.cabinet.jam(compartment, true);
  const pulsesBefore = pulsesOf(state);
  const entriesBefore = (await stack.platform.journal()).length;
  await stack.cabinet.scan(order.code);
  const ended = await waitFor('the loan to be voided', VOIDED_MS_MAX, async () => {
    const entries = (await stack.platform.journal()).slice(entriesBefore).map(({ data }) => data);
    return entries.some(({ kind }) => kind === 'loanVoided') && entries;
  });
  await stack.cabinet.jam(compartment, false);
  return {
    pulses: pulsesOf(await stack.cabinet.state()) - pulsesBefore,
    ends: ended.filter(({ kind }) => kind === 'unlockEnded').map(({ outcome }) => String(outcome)),
  };
}

const pulsesOf = ({ boards }: Awaited<ReturnType<Stack['cabinet']['state']>>) =>
  boards.reduce((sum, { coils }) => sum + coils.pulses, 0);
