/** The platform's process: broker (embedded or by URL), ingest, web API and page. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { openLog } from '../drivers/log.ts';
import { apiServer } from './api.ts';
import { Broker } from './broker.ts';
import { Credit } from './credit.ts';
import { seedDemo } from './demo-seed.ts';
import { Fleet } from './fleet.ts';
import { Orders } from './orders.ts';
import { Stock } from './stock.ts';
import { Store } from './store.ts';
import { Terminals } from './terminals.ts';

const STOP_MS_MAX = 1_000;

interface Options {
  readonly data: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly broker?: string;
  readonly page: string;
  readonly admin?: boolean;
  readonly seedDemo?: boolean;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('a port: 0 to 65535');
  return value;
}

new Command('credit-reading-platform')
  .description('The provincial platform, reference implementation: orders, credit, stock, journals, loans')
  .requiredOption('--data <dir>', 'folder of the database')
  .option('--page <file>', 'HTML of the page, made by "npm run build"', 'dist/pages/platform.html')
  .option('--http-port <n>', 'web API and page; 0: any free one', port, 0)
  .option('--mqtt-port <n>', 'embedded broker; 0: any free one', port, 0)
  .option('--broker <url>', 'another broker than the embedded one, such as mqtt://host:1883')
  .option('--admin', 'let scenarios stop and start the embedded broker')
  .option(
    '--seed-demo',
    'begin with the terminal "demo", the courier badge COURIER-1, and patrons with cards',
  )
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  });

async function run(options: Options): Promise<void> {
  const log = openLog('info', { program: 'platform' });
  const page = await readFile(options.page, 'utf8').catch(() => {
    throw new Error(`the page ${options.page} is not there: run "npm run build"`);
  });
  const store = await Store.open(join(options.data, 'platform.db'));
  const embedded = options.broker ? undefined : new Broker(options.mqttPort);
  await embedded?.start();
  let changed = () => {};
  const trouble = (message: string, about: object) => log.warn(about, message);
  const terminals = new Terminals({
    store,
    broker: options.broker ?? `mqtt://127.0.0.1:${embedded?.port}`,
    ...(embedded ? { open: embedded.openInside } : {}),
    changed: () => changed(),
    trouble,
  });
  const orders = new Orders(store, terminals);
  const fleet = new Fleet(store, terminals);
  const stock = new Stock(store, terminals);
  const credit = await Credit.open(store, terminals, options.data);
  const broker = options.admin ? embedded : undefined;
  const api = apiServer({ orders, fleet, credit, stock, page, trouble, broker });
  changed = api.changed;
  if (options.seedDemo) await seedDemo(fleet, credit, stock);
  credit.start((why) => trouble('keys of credit passes were not looked after', { why }));
  await terminals.start();
  await api.app
    .listen({ host: '127.0.0.1', port: options.httpPort })
    .catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE'
        ? new Error(`port ${options.httpPort} is in use: choose another --http-port`)
        : error;
    });
  const address = api.app.server.address();
  const http = address && typeof address === 'object' ? address.port : 0;
  process.stdout.write(
    `${JSON.stringify({ ready: true, http, ...(embedded ? { mqtt: embedded.port } : {}) })}\n`,
  );
  const stop = async () => {
    setTimeout(() => process.exit(0), STOP_MS_MAX).unref();
    credit.stop();
    await api.app.close();
    await terminals.stop();
    await embedded?.stop();
    await store.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
