/**
 * The journal of a month offline: sent by the real ledger and uplink through a real broker, stored by the real platform
 * and acknowledged. Against bare mqtt.js that publishes the same texts to the same broker with the same window: to
 * nobody, where a PUBACK ends it, and to a bare subscriber, where each text has arrived. Neither stores anything. The
 * slow disk is a library before libc (slow-fsync.ts), under the platform and under whoever sends.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Ledger } from '../../controller/ledger/ledger.ts';
import { WINDOW_MAX } from '../../controller/uplink/journal-pump.ts';
import { Child } from '../../demo/child.ts';
import { type BrokerKind, openNetwork } from '../../demo/network.ts';
import { topic } from '../../protocol/platform/topics.ts';
import { missing } from '../integration/peers.ts';
import type { Span, Task, Told } from './journal-sender.ts';
import { slowFsync } from './slow-fsync.ts';
import { median, type Result, result } from './statistics.ts';
import { decisions } from './visits.ts';

const ENTRIES = 10_000;
const FSYNC_MS = 5;
const COMMITS_AT_ONCE = 500;
const MOMENT = { wallMs: Date.UTC(2026, 10, 24), clock: 'trusted', monotonicMs: 5, boot: 1 } as const;
const JOURNAL = topic('demo', 'journal');

type Env = Readonly<Record<string, string>>;

export async function journalDrain(runs: number): Promise<Result[]> {
  await mkdir('build', { recursive: true });
  const folder = await mkdtemp(resolve('build', 'bench-drain-'));
  const results: Result[] = [];
  try {
    const slow = await slowFsync(folder, FSYNC_MS);
    const brokers: BrokerKind[] = missing('mosquitto') ? ['embedded'] : ['embedded', 'mosquitto'];
    for (const broker of brokers)
      for (const [disk, env] of [
        ['this disk', {}],
        [`fsync +${FSYNC_MS} ms`, slow],
      ] as const)
        results.push(...(await drain(broker, disk, env, join(folder, `${broker}-${disk}`), runs)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return results;
}

async function drain(
  kind: BrokerKind,
  disk: string,
  env: Env,
  folder: string,
  runs: number,
): Promise<Result[]> {
  const network = await openNetwork(kind, join(folder, 'broker'));
  const { broker: own } = network.stackOptions;
  const platform = new Child({
    name: 'platform',
    args: [
      ...['dist/platform.mjs', '--data', join(folder, 'platform'), '--page', 'dist/pages/platform.html'],
      ...['--seed-demo', ...(own ? ['--broker', own] : [])],
    ],
    env,
  });
  const [sender, taker] = [new Sender(env), new Sender(env)];
  const [ours, toNobody, toOne]: [number[], number[], number[]] = [[], [], []];
  try {
    const { mqtt } = await platform.ready;
    const broker = own ?? `mqtt://127.0.0.1:${mqtt}`;
    // The first run of each is not counted: programs compile as they go.
    for (let run = 0; run <= runs; run += 1) {
      const path = join(folder, `${run}.db`);
      await monthOffline(path, `r${run}`);
      const task = { broker, path, window: WINDOW_MAX, topic: 'nobody', count: ENTRIES } as const;
      const alone = await sender.span({ ...task, kind: 'publish' });
      const both = await published({ ...task, topic: 'bench' }, sender, taker);
      const whole = await sender.span({ ...task, kind: 'terminal', topic: JOURNAL });
      if (run === 0) continue;
      toNobody.push(alone);
      toOne.push(both);
      ours.push(whole);
    }
  } finally {
    sender.end();
    taker.end();
    await platform.stop();
    await network.end();
  }
  const perSecond = (spans: readonly number[]) => (ENTRIES * 1000) / median(spans);
  const line = (against: string, spans: readonly number[]) =>
    result(`journal-drain ${kind}, ${disk}`, 'entries/s', runs, perSecond(ours), against, perSecond(spans));
  return [line('mqtt.js publishing to nobody', toNobody), line('mqtt.js publishing to mqtt.js', toOne)];
}

/** A ledger that nobody has acknowledged anything of. */
async function monthOffline(path: string, mark: string): Promise<void> {
  const ledger = await Ledger.open(path, 'demo');
  const next = decisions(mark);
  while (ledger.head < ENTRIES)
    await Promise.all(
      Array.from({ length: COMMITS_AT_ONCE }, () => {
        const { entry, change } = next.next().value;
        return ledger.commit([entry], [change], MOMENT);
      }),
    );
  await ledger.close();
}

/** From the first CONNECT until all are acknowledged and all have arrived. */
async function published(task: Omit<Task, 'kind'>, sender: Sender, taker: Sender): Promise<number> {
  const taken = taker.begin({ ...task, kind: 'subscribe' });
  await taken.listening;
  const [sent, arrived] = await Promise.all([sender.begin({ ...task, kind: 'publish' }).ended, taken.ended]);
  return Math.max(sent.toMs, arrived.toMs) - sent.fromMs;
}

/** One process of journal-sender.ts. */
class Sender {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(env: Env) {
    this.#process = fork(join(import.meta.dirname, 'journal-sender.ts'), {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ...env },
    });
    this.#exited = once(this.#process, 'exit');
  }

  begin(task: Task): { listening: Promise<unknown>; ended: Promise<Span> } {
    const listening = once(this.#process, 'message');
    const ended = new Promise<Span>((settle, reject) => {
      const heard = (told: Told) => {
        if ('listening' in told) return;
        this.#process.off('message', heard);
        if ('error' in told) reject(new Error(told.error));
        else settle(told);
      };
      this.#process.on('message', heard);
      this.#exited.then(() => reject(new Error('the sender has ended')));
    });
    this.#process.send(task);
    return { listening, ended };
  }

  async span(task: Task): Promise<number> {
    const { fromMs, toMs } = await this.begin(task).ended;
    return toMs - fromMs;
  }

  end(): void {
    this.#process.disconnect();
  }
}
