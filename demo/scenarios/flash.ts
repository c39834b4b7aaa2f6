/**
 * A new board gets its firmware: the real bootloader in simavr, avrdude, the controller and the technician's command.
 * Then it is flashed once more, and avrdude is killed in the middle of the write.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SimavrBoard } from '../simavr-board.ts';
import type { Stack } from '../stack.ts';
import { service } from '../technician.ts';
import { ONE_BOARD } from '../terminal-config.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const HEX = 'firmware/release/mega2560.hex';
const OTHER_HEX = 'firmware/release/uno.hex';
const NAME = ONE_BOARD[0]?.serialNumber ?? '';
/** An emulator that gets a part of a busy core keeps the board's time badly: its answers come late for a while. */
const FOUND_MS_MAX = 120_000;
/** A third of the write is done. */
const KILL_AT_PERCENT = 33;

export const flash: Scenario = {
  about: 'a new board is flashed through its real bootloader, named, and flashed again with an interruption',
  async run({ start, say, folder }) {
    const board = await SimavrBoard.start({ folder });
    const port = `serial:${board.path}?baud=115200`;
    try {
      const wire = async (device: string, tcp: number) =>
        device === 'scanner' ? `tcp://127.0.0.1:${tcp}` : port;
      const stack = await start({ wire });
      const ask = (...args: string[]) => service(stack.data, args);
      const refused = await ask('flash', port, OTHER_HEX, '--kind', 'mega2560', '--json');
      const first = await ask('flash', port, HEX, '--kind', 'mega2560', '--json');
      say(`the erased board is flashed: ${JSON.stringify(first.last)}`);
      const named = await waitFor('the board to take its name', FOUND_MS_MAX, async () => {
        const told = await ask('provision', port, NAME);
        return told.code === 0 && told;
      });
      await up(stack);
      say(`it is ${NAME} now, and up`);
      const again = await interrupted(stack);
      say(`flashed again: ${JSON.stringify(again.last)}`);
      await up(stack);
      return verdict({ refused, first, named, again, listing: await ask('boards', '--json') });
    } finally {
      await board.stop();
    }
  },
};

type Told = Awaited<ReturnType<typeof service>>;

function verdict({ refused, first, named, again, listing }: Record<string, Told>) {
  const done = (told: Told | undefined) => told?.last.done as { attempts: number; ms: number } | undefined;
  const [row] = (listing?.last.boards ?? []) as { board: string; link: string; firmware: string }[];
  const facts = {
    flashed: done(first) !== undefined && done(again) !== undefined,
    wrongHexRefused: refused?.code === 1 && JSON.stringify(refused.last).includes('flash.board'),
    provisioned: named?.code === 0,
    /** avrdude was killed once; the second attempt wrote everything. */
    attemptsWhenInterrupted: done(again)?.attempts,
    firstMs: done(first)?.ms,
    interruptedMs: done(again)?.ms,
    boardAfter: row,
  };
  const { flashed, wrongHexRefused, provisioned, attemptsWhenInterrupted } = facts;
  const ok = flashed && wrongHexRefused && provisioned && attemptsWhenInterrupted === 2 && row?.link === 'up';
  return { ok, facts };
}

async function up(stack: Stack): Promise<void> {
  await waitFor('the board to be up', FOUND_MS_MAX, async () => {
    const { boards } = await stack.kiosk.health();
    return boards.every(({ link }) => link === 'up');
  });
}

/** The controller's avrdude is killed once, in the middle of its write. */
async function interrupted(stack: Stack): Promise<Told> {
  let killed = false;
  return service(stack.data, ['flash', NAME, HEX, '--json'], ({ step, percent }) => {
    if (killed || step !== 'writing' || Number(percent) < KILL_AT_PERCENT) return;
    killed = true;
    void childOf(stack.controller.pid ?? 0, 'avrdude').then((pid) => pid && process.kill(pid, 'SIGKILL'));
  });
}

async function childOf(parent: number, name: string): Promise<number | undefined> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(join('/proc', entry, 'stat'), 'utf8').catch(() => '');
    const [, command, ppid] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
    if (command === name && Number(ppid) === parent) return Number(entry);
  }
  return undefined;
}
