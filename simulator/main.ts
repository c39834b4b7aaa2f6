/** The simulator's process: one cabinet without hardware, its devices on TCP ports, its control API on HTTP. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { LockDriverName } from '../protocol/lock/drivers.ts';
import { readHex } from './avr/hex.ts';
import type { BoardKind } from './avr/kind.ts';
import { Board, KINDS } from './cabinet/board.ts';
import { Cabinet } from './cabinet/cabinet.ts';
import { LockBoard } from './cabinet/lock-board.ts';
import type { SimBoard } from './cabinet/sim-board.ts';
import { controlServer } from './control.ts';
import { DevicePort } from './device-port.ts';
import { libraryPlan, makeLibrary } from './library/plan.ts';
import { type LockBoardPlan, lockBoard } from './lock-board-option.ts';
import { Pace } from './pace.ts';
import { Plugs } from './plugs.ts';
import { type ReaderPlan, readerPlan, SimReader } from './sim-reader.ts';
import { Tags } from './tags.ts';

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
  readonly lockBoard: readonly LockBoardPlan[];
  readonly lockPort: readonly number[];
  readonly reader: readonly ReaderPlan[];
  readonly library?: ReturnType<typeof libraryPlan>;
  readonly libraryPort: number;
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
  .option(
    '--lock-board <name:driver:doors[:address[:line]]>',
    'one more commercial board, such as WEST:8a:8; `line` is the board on whose RS485 line it is',
    lockBoard,
    [],
  )
  .option(
    '--lock-port <n>',
    'of the lines of commercial boards in turn; 0 or missing: any free one',
    ports,
    [],
  )
  .option(
    '--reader <name:driver:antennas>',
    'one more RFID reader, such as shelf:feig:16 or pad:m3m810:pad',
    readerPlan,
    [],
  )
  .option(
    '--library <json>',
    'a local library with a SIP2 server: its patrons, items, loans, holds, habits, quirks',
    libraryPlan,
  )
  .option('--library-port <n>', 'of its server; 0: any free one', port, 0)
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
  const { cabinet, ours, lockBoards, lines, flush } = await makeCabinet(options);
  const pace = new Pace(cabinet, () => flush(plugs));
  const sync = () => pace.sync();
  const plugs = new Plugs([...ours.map((one) => [one]), ...lines], { before: sync, after: sync });
  const scanner = new DevicePort(() => {});
  const tags = new Tags();
  const readers = options.reader.map((plan) => new SimReader(plan, tags, (at) => cabinet.itemsIn(at)));
  const library = options.library && makeLibrary(options.library);
  const wanted = [...ours.map((_, index) => options.boardPort[index] ?? 0), ...options.lockPort];
  const tcpPorts: number[] = [];
  for (const [index, one] of plugs.ports.entries()) tcpPorts.push(await one.listen(wanted[index] ?? 0));
  const listening = {
    boardPorts: tcpPorts.slice(0, ours.length),
    // One for each board, in their order; boards on one line share it.
    lockPorts: lockBoards.map((one) => tcpPorts[plugs.ports.indexOf(plugs.portOf(one))]),
    scanner: await scanner.listen(options.scannerPort),
    readers: await Promise.all(readers.map((reader) => reader.port.listen(0))),
    library: await library?.listen(options.libraryPort),
  };
  const control = await listenForControl(
    controlServer({ cabinet, ours, lockBoards, pace, plugs, scanner, readers, library, page }),
    options,
  );
  pace.start();
  const keep = () => keepEeproms(ours, options.eepromDir);
  // The boot is counted in the first moments; settings are kept when the process ends.
  setTimeout(keep, EEPROM_SETTLED_MS).unref();
  process.stdout.write(`${JSON.stringify({ ready: true, ...listening, control: control.port })}\n`);
  const stop = () => {
    setTimeout(() => process.exit(0), STOP_MS_MAX).unref();
    pace.stop();
    keep();
    void library?.close();
    for (const one of [...plugs.ports, scanner, ...readers.map((reader) => reader.port)]) one.close();
    void control.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** Our boards first, then the commercial ones; what they send waits until the cabinet has been brought to now. */
async function makeCabinet(options: Options) {
  const someBoard = options.board.length > 0 || options.lockBoard.length > 0;
  const plans = someBoard ? options.board : [DEFAULT_BOARD];
  const outs = new Map<SimBoard, number[]>();
  const ours = await Promise.all(
    plans.map(async (plan, index) => {
      const out: number[] = [];
      const made = await makeBoard(plan, index, options, (byte) => out.push(byte));
      outs.set(made, out);
      return made;
    }),
  );
  const lockBoards = options.lockBoard.map(({ name, driver, doors, address }) => {
    const out: number[] = [];
    const made = makeLockBoard(name, driver, doors, address, (bytes) => out.push(...bytes));
    outs.set(made, out);
    return made;
  });
  const cabinet = new Cabinet([
    ...ours.map((one, index) => ({ board: one, doors: plans[index]?.doors ?? 0 })),
    ...lockBoards.map((one) => ({ board: one, doors: one.doors.count })),
  ]);
  const flush = (plugs: Plugs) => {
    for (const [one, out] of outs) if (out.length > 0) plugs.portOf(one).send(Uint8Array.from(out.splice(0)));
  };
  return { cabinet, ours, lockBoards, lines: linesOf(options.lockBoard, lockBoards), flush };
}

function makeLockBoard(
  name: string,
  driver: LockDriverName,
  doors: number,
  address: number | undefined,
  sent: (bytes: Uint8Array) => void,
): LockBoard {
  const settings = address === undefined ? {} : { address };
  return new LockBoard({ name, driver, doors, settings, sent });
}

/** The boards of each RS485 line. */
function linesOf(plans: readonly LockBoardPlan[], boards: readonly LockBoard[]): LockBoard[][] {
  const lines: LockBoard[][] = [];
  for (const [index, { line }] of plans.entries()) {
    const one = boards[index];
    const shared = lines.find((others) => others.some(({ serialNumber }) => serialNumber === line));
    if (one && shared) shared.push(one);
    else if (one) lines.push([one]);
  }
  return lines;
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

function keepEeproms(boards: readonly Board[], folder: string | undefined): void {
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
