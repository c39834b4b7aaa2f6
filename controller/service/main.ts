/** What a technician types: asks the running controller through its service socket. */
import { Console } from 'node:console';
import { type IncomingMessage, request } from 'node:http';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Argument, Command, Option } from 'commander';
import { TerminalError } from '../error.ts';
import { type Progress, socketPath } from './server.ts';

const program = new Command('credit-reading-service')
  .description('Looks after the boards of a running Credit Reading terminal')
  .requiredOption('--data <folder>', 'data folder of the terminal, as in its configuration');

program
  .command('boards')
  .description('boards of the configuration, and ports with what is behind them')
  .option('--json', 'as JSON')
  .action(({ json }: { json?: boolean }) => boards(json === true));
program
  .command('flash')
  .description('writes a firmware; the board’s compartments are out of service meanwhile')
  .addArgument(new Argument('<board>', 'serial number of the board, or the URL of its port'))
  .argument('<hex>', 'firmware, such as firmware/release/mega2560.hex')
  .addOption(new Option('--kind <kind>', 'for a board that does not answer').choices(['mega2560', 'uno']))
  .option('--json', 'one JSON object a line')
  .action(flash);
program
  .command('provision')
  .description('gives the board at a port its serial number')
  .argument('<port>', 'URL of the port, as `boards` lists it')
  .argument('<serial-number>', '1 to 8 characters without blanks')
  .action(async (port: string, serialNumber: string) => {
    await ask('POST', '/provision', { port, serialNumber });
    process.stdout.write(`the board at ${port} is ${serialNumber} now\n`);
  });

interface BoardRow {
  readonly board: string;
  readonly link: string;
  readonly port?: string;
  readonly firmware?: string;
  readonly kind?: string;
  readonly trouble?: string;
}
interface PortRow {
  readonly port: string;
  readonly condition: string;
  readonly board?: string;
}
interface Listing {
  readonly boards: readonly BoardRow[];
  readonly ports: readonly PortRow[];
}

async function boards(json: boolean): Promise<void> {
  const listing = await ask<Listing>('GET', '/boards');
  if (json) process.stdout.write(`${JSON.stringify(listing)}\n`);
  else {
    const table = new Console(process.stdout);
    table.table(listing.boards);
    table.table(listing.ports);
  }
}

async function flash(name: string, hex: string, options: { kind?: string; json?: boolean }): Promise<void> {
  const { kind, json } = options;
  const port = name.includes(':') ? name : await portOf(name);
  const body = { port, hex: resolve(hex), ...(kind ? { kind } : {}) };
  let last: Progress | undefined;
  for await (const line of linesOf(await answer('POST', '/flash', body))) {
    last = JSON.parse(line) as Progress;
    show(last, json === true);
  }
  if (!last || !('done' in last)) process.exitCode = 1;
}

async function portOf(board: string): Promise<string> {
  const listing = await ask<Listing>('GET', '/boards');
  const port = listing.ports.find((row) => row.board === board)?.port;
  if (port) return port;
  const asking = listing.ports.filter(({ condition }) => condition === 'asking').map((row) => row.port);
  const hint = asking.length ? `; ports where no board answers: ${asking.join(', ')}` : '';
  throw new TerminalError('link.closed', `board ${board} is not found on any port${hint}`);
}

function show(progress: Progress, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(progress)}\n`);
  else if ('done' in progress) process.stdout.write(`\ndone: ${JSON.stringify(progress.done)}\n`);
  else if ('error' in progress) process.stderr.write(`\n${progress.error.code}: ${progress.error.message}\n`);
  else {
    const { step, percent, attempt } = progress;
    const begin = process.stdout.isTTY ? '\r\x1b[K' : '\n';
    process.stdout.write(
      `${begin}${step}${percent === undefined ? '' : ` ${percent} %`}${attempt && attempt > 1 ? ` (attempt ${attempt})` : ''}`,
    );
  }
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  return JSON.parse(await textOf(await answer(method, path, body))) as T;
}

/** An answer that is not a success is thrown as what it says. */
async function answer(method: string, path: string, body?: object): Promise<IncomingMessage> {
  const socket = socketPath(resolve(program.opts<{ data: string }>().data));
  const response = await new Promise<IncomingMessage>((done, fail) => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const asked = request({ socketPath: socket, method, path, headers }, done);
    asked.on('error', (cause) => {
      const what = `no controller answers at ${socket}: is it running with this data folder?`;
      fail(new TerminalError('service.away', what, { cause }));
    });
    asked.end(body ? JSON.stringify(body) : undefined);
  });
  if (response.statusCode === 200) return response;
  const told = JSON.parse(await textOf(response)) as {
    error?: { code: string; message: string };
    message?: string;
  };
  throw new Error(told.error ? `${told.error.code}: ${told.error.message}` : (told.message ?? 'refused'));
}

/** Begins to listen at once: readline forgets lines that come before somebody does. */
function linesOf(response: IncomingMessage): AsyncIterable<string> {
  return createInterface({ input: response });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
