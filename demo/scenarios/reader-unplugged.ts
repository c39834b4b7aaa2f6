/** The reader is unplugged in the middle of a check: the loan rests on the door, the terminal goes on, the reader returns. */
import type { Stack } from '../stack.ts';
import {
  collect,
  everythingUp,
  factsOf,
  lentAndAcknowledged,
  load,
  placeOrder,
  settled,
  showCode,
} from '../story.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const READERS = [
  { name: 'shelf', driver: 'feig', antennas: 16 },
  { name: 'pad', driver: 'm3m810', antennas: 0 },
] as const;
const LIMIT_MS = 20_000;
const CHECK_MS = 3_000;

export const readerUnplugged: Scenario = {
  about: 'the RFID reader is unplugged in the middle of a check and plugged in again',
  async run({ start, say }) {
    const stack = await start({ readers: READERS, config: { times: { checkMs: CHECK_MS } } });
    await everythingUp(stack);
    const { pid } = stack.controller;
    const [during, after] = [await loaded(stack), await loaded(stack)];
    say('two items are loaded, each with its tag as a witness');
    // The reader is silent first, as one that is about to fail, so that the check is under way when its plug goes.
    await stack.cabinet.reader('shelf', 'cable', { state: 'hung' });
    await showCode(stack, during);
    await waitFor('the check', LIMIT_MS, async () => (await stack.kiosk.screen()) === 'checking');
    await stack.cabinet.reader('shelf', 'cable', { state: 'cut' });
    await settled(stack);
    await lentAndAcknowledged(stack, during);
    const away = await readerLink(stack);
    say(`the loan is posted on the door's word; the reader is ${away}`);
    await stack.cabinet.reader('shelf', 'cable', { state: 'ok' });
    await everythingUp(stack);
    say('the reader is back');
    await collect(stack, after);
    await lentAndAcknowledged(stack, after);
    const verdicts = await told(stack);
    const facts = {
      readerWhileAway: away,
      recovered: (await readerLink(stack)) === 'up' && verdicts.at(-1) === 'confirmed',
      terminalStopped: stack.controller.ended || stack.controller.pid !== pid,
      verdicts,
      ...(await factsOf(stack)),
    };
    const { recovered, terminalStopped, loans } = facts;
    return { ok: recovered && !terminalStopped && loans === 2 && verdicts.includes('unreadable'), facts };
  },
};

const loaded = async (stack: Stack) => load(stack, await placeOrder(stack));

async function readerLink({ kiosk }: Stack): Promise<'up' | 'down'> {
  const { readers } = await kiosk.health();
  return readers.find(({ reader }) => reader === 'shelf')?.link ?? 'down';
}

/** Of each check, in order. */
async function told({ platform }: Stack): Promise<string[]> {
  const journal = await platform.journal();
  return journal.flatMap(({ data }) => (data.kind === 'contentChecked' ? [String(data.verdict)] : []));
}
