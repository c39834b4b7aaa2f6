/** The controller's process: arguments, signals, exit codes (0 clean, 1 failed, 2 wrong arguments or configuration). */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { openLog } from '../drivers/log.ts';
import { loadConfig } from './config.ts';
import { TerminalError } from './error.ts';
import { Terminal } from './terminal.ts';

declare const VERSION: string | undefined;
const version = typeof VERSION === 'string' ? VERSION : 'source';

/** A clean end takes this long at the most; then the supervisor would kill us anyway. */
const STOP_MS_MAX = 2_000;

const program = new Command('credit-reading-controller')
  .description('Runs one Credit Reading terminal: cabinet, scanner, kiosk and the link to the platform')
  .version(version)
  .requiredOption('--config <file>', 'YAML configuration of this terminal')
  .requiredOption('--page <file>', 'HTML of the kiosk, made by "npm run build"')
  .option('--check', 'only check the configuration')
  .action(run);

async function run(options: { config: string; page: string; check?: boolean }): Promise<void> {
  const config = await loadConfig(options.config);
  if (options.check) {
    process.stdout.write(`${options.config} is valid\n`);
    return;
  }
  const log = openLog(config.log.level, { terminal: config.terminal });
  const page = await readFile(options.page, 'utf8').catch(() => {
    throw new TerminalError(
      'config.missing',
      `the kiosk page ${options.page} is not there: run "npm run build"`,
    );
  });
  const checkpoint = crashPoint(process.env.CREDIT_READING_CRASH_AT);
  const terminal = await Terminal.build({
    config,
    log,
    version,
    page,
    onFatal: (error) => {
      log.fatal({ err: error }, 'the terminal cannot go on');
      process.exit(1);
    },
    ...(checkpoint ? { checkpoint } : {}),
  });
  const { kiosk } = await terminal.start();
  log.info({ version, kiosk }, 'terminal ready');
  process.stdout.write(`${JSON.stringify({ ready: true, kiosk })}\n`);
  stopOnSignals(terminal, log);
}

function stopOnSignals(terminal: Terminal, log: ReturnType<typeof openLog>): void {
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    terminal.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'the stop was not clean');
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/**
 * For tests of recovery: die without a word at a point named as in `after effect unlock#2`, the second of its name; or,
 * with `record`, only tell the points that are passed.
 */
function crashPoint(at: string | undefined): ((name: string) => void) | undefined {
  if (!at) return undefined;
  const passed = new Map<string, number>();
  return (name) => {
    const count = (passed.get(name) ?? 0) + 1;
    passed.set(name, count);
    const point = `${name}#${count}`;
    if (at !== 'record' && at !== point) return;
    process.stderr.write(`${JSON.stringify({ crashPoint: point })}\n`);
    if (at === point) process.kill(process.pid, 'SIGKILL');
  };
}

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof TerminalError;
  process.stderr.write(
    known ? `${error.code}: ${error.message}\n` : `${String((error as Error).stack ?? error)}\n`,
  );
  process.exit(known && error.code.startsWith('config.') ? 2 : 1);
});
