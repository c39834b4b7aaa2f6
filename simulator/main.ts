/** The simulator's process: one cabinet without hardware, its devices on TCP ports, its control API on HTTP. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readHex } from './avr/hex.ts';
import type { BoardKind } from './avr/kind.ts';
import { Board, KINDS } from './cabinet/board.ts';
import { Cabinet } from './cabinet/cabinet.ts';
import { controlServer } from './control.ts';
import { DevicePort } from './device-port.ts';
import { Pace } from './pace.ts';
import { Plugs } from './plugs.ts';

const STOP_MS_MAX = 1_000;
const EEPROM_SETTLED_MS = 500;

interface BoardPlan {
  readonly serialNumber: string;
  readonly kind: BoardKind;
  readonly doors: number;
}
interface Options {
  readonly hexDir: string;
  readonly board: readonly BoardPlan[];
  readonly boardPort: readonly number[];
  readonly eepromDir?: string;
  readonly page: string;
  readonly scannerPort: number;
  readonly controlPort: number;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('a port: 0 to 65535');
  return value;
}

function board(text: string, before: readonly BoardPlan[]): BoardPlan[] {
  const [serialNumber = '', kind = 'mega2560', wired] = text.split(':');
  if (!/^[\x21-\x7e]{1,8}$/.test(serialNumber))
    throw new InvalidArgumentError('a serial number of 1 to 8 printable ASCII characters comes first');
  if (kind !== 'mega2560' && kind !== 'uno') throw new InvalidArgumentError('the kind: mega2560 or uno');
  const most = KINDS[kind].coils.length;
  const doors = wired === undefined ? most : Number(wired);
  if (!Number.isInteger(doors) || doors < 1 || doors > most)
    throw new InvalidArgumentError(`doors: 1 to ${most} on this kind of board`);
  return [...before, { serialNumber, kind, doors }];
}

const DEFAULT_BOARD: BoardPlan = { serialNumber: 'DEMO0001', kind: 'mega2560', doors: 16 };

new Command('credit-reading-simulator')
  .description(
    'A cabinet without hardware: the real firmware in an emulator, doors, a scanner and a pair of hands',
  )
  .option('--board <serial[:kind[:doors]]>', 'one more board, such as DEMO0002:uno:4', board, [])
  .option('--board-port <n>', 'of the boards in turn; 0 or missing: any free one', ports, [])
  .option('--hex-dir <folder>', 'where mega2560.hex and uno.hex are', 'firmware/release')
  .option(
    '--eeprom-dir <folder>',
    'where the boards’ EEPROMs outlive the process; new ones where it is missing',
  )
  .option('--page <file>', 'HTML of the page, made by "npm run build"', 'dist/pages/cabinet.html')
  .option('--scanner-port <n>', '0: any free one', port, 0)
  .option('--control-port <n>', '0: any free one', port, 0)
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  });

function ports(text: string, before: readonly number[]): number[] {
  return [...before, port(text)];
}

async function run(options: Options): Promise<void> {
  const page = await readFile(options.page, 'utf8').catch(() => {
    throw new Error(`the page ${options.page} is not there: run "npm run build"`);
  });
  const plans = options.board.length > 0 ? options.board : [DEFAULT_BOARD];
  const outs = plans.map((): number[] => []);
  const boards = await Promise.all(
    plans.map(async (plan, index) => ({
      board: await makeBoard(plan, index, options, (byte) => outs[index]?.push(byte)),
      doors: plan.doors,
    })),
  );
  const cabinet = new Cabinet(boards);
  const pace = new Pace(cabinet, () => {
    cabinet.boards.forEach((one, index) => {
      const out = outs[index];
      if (out?.length) plugs.portOf(one).send(Uint8Array.from(out.splice(0)));
    });
  });
  const sync = () => pace.sync();
  const plugs = new Plugs(cabinet.boards, { before: sync, after: sync });
  const scanner = new DevicePort(() => {});
  const boardPorts: number[] = [];
  for (const [index, one] of plugs.ports.entries())
    boardPorts.push(await one.listen(options.boardPort[index] ?? 0));
  const listening = { boardPorts, scanner: await scanner.listen(options.scannerPort) };
  const control = await listenForControl(controlServer({ cabinet, pace, plugs, scanner, page }), options);
  pace.start();
  const keep = () => keepEeproms(cabinet, options.eepromDir);
  // The boot is counted in the first moments; settings are kept when the process ends.
  setTimeout(keep, EEPROM_SETTLED_MS).unref();
  process.stdout.write(`${JSON.stringify({ ready: true, ...listening, control: control.port })}\n`);
  const stop = () => {
    setTimeout(() => process.exit(0), STOP_MS_MAX).unref();
    pace.stop();
    keep();
    for (const one of [...plugs.ports, scanner]) one.close();
    void control.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** Two boards may say the same serial number, so that it can be seen what happens then. */
const eepromPath = (folder: string, index: number, serialNumber: string) =>
  join(folder, `${index}-${encodeURIComponent(serialNumber)}.bin`);

async function makeBoard(
  { serialNumber, kind }: BoardPlan,
  index: number,
  { hexDir, eepromDir }: Options,
  sent: (byte: number) => void,
): Promise<Board> {
  const program = await readHex(join(hexDir, `${kind}.hex`));
  const eeprom = eepromDir
    ? await readFile(eepromPath(eepromDir, index, serialNumber)).catch(() => undefined)
    : undefined;
  return new Board({ kind, program, serialNumber, eeprom, pins: { sent } });
}

function keepEeproms({ boards }: Cabinet, folder: string | undefined): void {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const [index, { serialNumber, eeprom }] of boards.entries())
    writeFileSync(eepromPath(folder, index, serialNumber), eeprom.bytes);
}

async function listenForControl(app: ReturnType<typeof controlServer>, { controlPort }: Options) {
  await app.listen({ host: '127.0.0.1', port: controlPort }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new Error(`port ${controlPort} is in use: choose another`) : error;
  });
  const address = app.server.address();
  return { port: address && typeof address === 'object' ? address.port : 0, close: () => app.close() };
}
