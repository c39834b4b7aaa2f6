/** The simulator's process: one cabinet without hardware, its devices on TCP ports, its control API on HTTP. */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { readHex } from './avr/hex.ts';
import { Cabinet } from './cabinet/cabinet.ts';
import { controlServer } from './control.ts';
import { DevicePort } from './device-port.ts';
import { Pace } from './pace.ts';

const STOP_MS_MAX = 1_000;
const EEPROM_SETTLED_MS = 500;

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('a port: 0 to 65535');
  return value;
}

function serialNumber(text: string): string {
  if (!/^[\x21-\x7e]{1,8}$/.test(text)) throw new InvalidArgumentError('1 to 8 printable ASCII characters');
  return text;
}

interface Options {
  readonly hex: string;
  readonly serialNumber: string;
  readonly page: string;
  readonly eeprom?: string;
  readonly boardPort: number;
  readonly scannerPort: number;
  readonly controlPort: number;
}

new Command('credit-reading-simulator')
  .description(
    'A cabinet without hardware: the real firmware in an emulator, doors, a scanner and a pair of hands',
  )
  .option('--hex <file>', 'firmware', 'firmware/release/mega2560.hex')
  .option('--serial-number <text>', 'of the board', serialNumber, 'DEMO0001')
  .option(
    '--eeprom <file>',
    'where the board’s EEPROM outlives the process; a new one each time where it is missing',
  )
  .option('--page <file>', 'HTML of the page, made by "npm run build"', 'dist/pages/cabinet.html')
  .option('--board-port <n>', '0: any free one', port, 0)
  .option('--scanner-port <n>', '0: any free one', port, 0)
  .option('--control-port <n>', '0: any free one', port, 0)
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  });

async function run(options: Options): Promise<void> {
  const program = await readHex(options.hex);
  const page = await readFile(options.page, 'utf8').catch(() => {
    throw new Error(`the page ${options.page} is not there: run "npm run build"`);
  });
  const eeprom = options.eeprom ? await readFile(options.eeprom).catch(() => undefined) : undefined;
  const out: number[] = [];
  const cabinet = new Cabinet({
    program,
    serialNumber: options.serialNumber,
    eeprom,
    sent: (byte) => out.push(byte),
  });
  const pace = new Pace(cabinet, () => {
    if (out.length > 0) board.send(Uint8Array.from(out.splice(0)));
  });
  const board = new DevicePort((bytes) => {
    pace.sync();
    cabinet.chip.receive(bytes);
    pace.sync();
  });
  const scanner = new DevicePort(() => {});
  const control = controlServer({ cabinet, pace, board, scanner, serialNumber: options.serialNumber, page });
  const ports = {
    board: await board.listen(options.boardPort),
    scanner: await scanner.listen(options.scannerPort),
  };
  await control
    .listen({ host: '127.0.0.1', port: options.controlPort })
    .catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE'
        ? new Error(`port ${options.controlPort} is in use: choose another`)
        : error;
    });
  const address = control.server.address();
  const controlPort = address && typeof address === 'object' ? address.port : 0;
  pace.start();
  const keep = () => {
    if (options.eeprom) writeFileSync(options.eeprom, cabinet.eeprom.bytes);
  };
  // The boot is counted in the first moments; nothing else is written.
  setTimeout(keep, EEPROM_SETTLED_MS).unref();
  process.stdout.write(`${JSON.stringify({ ready: true, ...ports, control: controlPort })}\n`);
  const stop = () => {
    setTimeout(() => process.exit(0), STOP_MS_MAX).unref();
    pace.stop();
    keep();
    board.close();
    scanner.close();
    void control.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
