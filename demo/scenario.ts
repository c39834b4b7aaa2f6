/** npm run scenario -- NAME --json: one named story with the real programs; the last line is its result. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { type BrokerKind, type Network, openNetwork } from './network.ts';
import { boards } from './scenarios/boards.ts';
import {
  bookshopNewBook,
  borrowOfflineForbiddenByTag,
  borrowOfflinePass,
  borrowOpenStock,
} from './scenarios/borrow.ts';
import { cabinet8a } from './scenarios/cabinet-8a.ts';
import { cabinetKerong } from './scenarios/cabinet-kerong.ts';
import { courierRound, recall } from './scenarios/care.ts';
import { coilSafety } from './scenarios/coil-safety.ts';
import { collectAllOffline, collectPartial, doorJammed, leftOpen, notMyBook } from './scenarios/collect.ts';
import { flash } from './scenarios/flash.ts';
import { libraryDownReplay, localFirstThenProvince } from './scenarios/library.ts';
import { pickup } from './scenarios/pickup.ts';
import { pickupKilled } from './scenarios/pickup-killed.ts';
import { pickupOffline } from './scenarios/pickup-offline.ts';
import { readerUnplugged } from './scenarios/reader-unplugged.ts';
import { returnAnywhere } from './scenarios/return-anywhere.ts';
import type { Scenario, Stage } from './scenarios/scenario.ts';
import { returnWrongItem, wrongItem } from './scenarios/wrong-item.ts';
import { Stack } from './stack.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  pickup,
  'pickup-offline': pickupOffline,
  'pickup-killed': pickupKilled,
  'coil-safety': coilSafety,
  boards,
  flash,
  'cabinet-8a': cabinet8a,
  'cabinet-kerong': cabinetKerong,
  'wrong-item': wrongItem,
  'collect-partial': collectPartial,
  'collect-all-offline': collectAllOffline,
  'not-my-book': notMyBook,
  'door-jammed': doorJammed,
  'left-open': leftOpen,
  'borrow-open-stock': borrowOpenStock,
  'borrow-offline-pass': borrowOfflinePass,
  'borrow-offline-forbidden-by-tag': borrowOfflineForbiddenByTag,
  'bookshop-new-book': bookshopNewBook,
  'return-anywhere': returnAnywhere,
  'return-wrong-item': returnWrongItem,
  'courier-round': courierRound,
  recall,
  'local-first-then-province': localFirstThenProvince,
  'library-down-replay': libraryDownReplay,
  'reader-unplugged': readerUnplugged,
};

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly broker: BrokerKind;
}

const list = Object.entries(SCENARIOS).map(([name, { about }]) => `  ${name.padEnd(32)} ${about}`);

new Command('scenario')
  .description('Runs one named story with the real controller, firmware and broker, without hardware')
  .addArgument(new Argument('<name>', 'which one').choices(Object.keys(SCENARIOS)))
  .option('--json', 'only one JSON object, on the last line')
  .option('--verbose', 'the programs’ logs to stderr')
  .addOption(
    new Option('--broker <kind>', 'which broker').choices(['embedded', 'mosquitto']).default('embedded'),
  )
  .addHelpText('after', `\nScenarios:\n${list.join('\n')}`)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(String((error as Error).message ?? error));
    process.exit(1);
  });

async function main(name: string, options: Options): Promise<void> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  const started = performance.now();
  const data = await mkdtemp(join(tmpdir(), 'credit-reading-'));
  let stack: Stack | undefined;
  /** Terminals beside the first. */
  const others: Stack[] = [];
  let network: Network | undefined;
  const end = async () => {
    await Promise.all(others.map((other) => other.stop()));
    await stack?.stop();
    await network?.end();
    await rm(data, { recursive: true, force: true });
  };
  stopOn(['SIGINT', 'SIGTERM'], end);
  const result = { scenario: name, ok: false, ms: 0, facts: {} as Readonly<Record<string, unknown>> };
  try {
    network = await openNetwork(options.broker, join(data, 'broker'));
    const stage: Stage = {
      start: async (more) => {
        const started = await Stack.start({
          data: more.terminal ? join(data, more.terminal) : data,
          admin: true,
          ...network?.stackOptions,
          ...verbose(options),
          ...more,
        });
        if (more.beside) others.push(started);
        else stack = started;
        return started;
      },
      folder: data,
      cutNetwork: async () => network?.cut(stack),
      mendNetwork: async () => network?.mend(stack),
      say: (what) => {
        if (!options.json || process.stderr.isTTY) console.error(`${seconds(started)} ${what}`);
      },
    };
    Object.assign(result, await scenario.run(stage));
  } catch (error) {
    const controller = stack?.controller.lastLines.slice(-8) ?? [];
    result.facts = { error: String((error as Error).message ?? error), controller };
  } finally {
    await end();
  }
  result.ms = Math.round(performance.now() - started);
  process.stdout.write(`${options.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2)}\n`);
  process.exit(result.ok ? 0 : 1);
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s`;

function verbose({ verbose: wanted }: Options) {
  return wanted ? { log: (name: string, line: string) => console.error(`${name}: ${line}`) } : {};
}

function stopOn(signals: readonly NodeJS.Signals[], end: () => Promise<void>): void {
  for (const signal of signals) process.once(signal, () => void end().finally(() => process.exit(130)));
}
