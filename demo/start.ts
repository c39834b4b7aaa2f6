/** npm start: everything on this machine, without hardware. Prints where to look; Ctrl-C ends it within two seconds. */
import { Command, InvalidArgumentError } from 'commander';
import { Stack } from './stack.ts';
import { everythingUp } from './story.ts';
import { ALL_READERS } from './terminal-config.ts';

const PORTS = 7;

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1024 || value > 65_535 - PORTS)
    throw new InvalidArgumentError(
      `a number from 1024 to ${65_535 - PORTS}: this and the ${PORTS - 1} after it are used`,
    );
  return value;
}

new Command('start')
  .description(
    'Platform with its broker, a cabinet without hardware running the real firmware, and the controller',
  )
  .option('--port <n>', 'first of seven ports in a row', port, 8080)
  .option('--data <dir>', 'where all state lives', '.data')
  .option('--verbose', 'the programs’ logs to stderr')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(String((error as Error).message ?? error));
    process.exit(1);
  });

async function main(options: { port: number; data: string; verbose?: boolean }): Promise<void> {
  let stack: Stack | undefined;
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    console.error('\nstopping');
    (stack?.stop() ?? Promise.resolve()).finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  console.error('starting platform, cabinet and controller ...');
  stack = await Stack.start({
    data: options.data,
    firstPort: options.port,
    readers: ALL_READERS,
    ...(options.verbose ? { log: (name: string, line: string) => console.error(`${name}: ${line}`) } : {}),
  });
  await everythingUp(stack);
  process.stdout.write(`
  Kiosk      ${stack.kiosk.base}   what patrons and couriers see
  Platform   ${stack.platform.base}   place an order, see loans and terminals
  Cabinet    ${stack.cabinet.base}   the doors, a scanner, and a pair of hands

  Try it: place an order on the platform page. On the cabinet page scan the courier's badge COURIER-1, then the
  item's barcode; put the book in and close the door. Type the pickup code at the kiosk, take the book, close the door.

  State lives in ${options.data}. Ctrl-C ends everything.
`);
  await stack.controller.exited;
  if (stopping) return;
  console.error(`the controller ended by itself:\n${stack.controller.lastLines.join('\n')}`);
  await stack.stop();
  process.exit(1);
}
