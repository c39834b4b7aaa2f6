/** The story of an RFID reader behind a USB serial bridge: the kernel's driver in between, the reader on the host. */
import { execFileSync } from 'node:child_process';
import { Exchange } from '../../../controller/port/exchange.ts';
import { waitFor } from '../../../demo/wait.ts';
import { feig } from '../../../protocol/rfid/feig/driver.ts';
import { hex } from '../../../protocol/wire/hex.ts';
import { countedPorts } from './counted-port.ts';
import { ask, check } from './tell.ts';

const PATH = '/dev/ttyUSB0';
const WAIT_MS = 15_000;
/** Long enough for a second `closed`, and for serialport's late ones. */
const SETTLE_MS = 1_000;
const BLOCK_BYTES = 4;
/** Of what stty tells: speed, parity, data bits, stop bits, and whether closing hangs up. */
const SETTINGS = /\b\d{3,} baud|-?\b(parenb|parodd|cs\d|cstopb|hupcl)\b/g;

export async function usbSerialStory(): Promise<void> {
  const { open, opened, closed } = countedPorts();
  const links: string[] = [];
  const reader = feig();
  const exchange = new Exchange({
    url: `serial:${PATH}?baud=115200&parity=even`,
    wire: reader.wire,
    probe: () => reader.identify(),
    onLink: (link) => links.push(link),
    open,
  });
  const up = () => waitFor('the reader answers', WAIT_MS, async () => exchange.link === 'up');
  exchange.start();
  await check('USB serial: opened', async () => {
    await up();
    const told = execFileSync('stty', ['-F', PATH, '-a'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const settings = told.match(SETTINGS);
    return { identity: await exchange.run(() => reader.identify()), settings };
  });
  await check('USB serial: every byte', async () => {
    const [tag] = (await exchange.run(() => reader.inventory(0))).tags;
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    const id = tag?.id ?? '';
    await exchange.run(() => reader.writeBlocks?.(id, 0, all, BLOCK_BYTES) ?? missing());
    const read = await exchange.run(() => reader.readBlocks?.(id, 0, 256 / BLOCK_BYTES) ?? missing());
    return { id, written: hex(all), read: hex(read), framesBad: exchange.framesBad };
  });
  await check('USB serial: unplugged', async () => {
    const failed = untilItFails(() => exchange.run(() => reader.inventory(0)));
    const startedMs = performance.now();
    ask('unplug reader');
    const error = await failed;
    await waitFor('closed', WAIT_MS, async () => closed.length > 0);
    const ms = performance.now() - startedMs;
    // Closed here as well, as by a controller that stops just then.
    await opened.at(-1)?.close();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return { ms, error, closed: [...closed], links: [...links] };
  });
  await check('USB serial: plugged in again', async () => {
    const startedMs = performance.now();
    ask('plug reader');
    await up();
    const ms = performance.now() - startedMs;
    const { tags } = await exchange.run(() => reader.inventory(0));
    return { ms, tags: tags.map(({ id }) => id), opened: opened.length, links: [...links] };
  });
  await exchange.stop();
}

/** The code of the error that a question under way meets. */
async function untilItFails(attempt: () => Promise<unknown>): Promise<unknown> {
  const deadlineMs = performance.now() + WAIT_MS;
  while (performance.now() < deadlineMs) {
    try {
      await attempt();
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }
  return 'it goes on';
}

function missing(): never {
  throw new Error('the reader has no such command');
}
