/**
 * A process of the bench `journal-drain`: does what it is told over IPC, and tells when it began and ended. It sends a
 * journal as the terminal does, by ledger and uplink; or it is bare mqtt.js, publishing the same texts or taking them.
 */
import { connectAsync } from 'mqtt';
import { Ledger } from '../../controller/ledger/ledger.ts';
import { Uplink } from '../../controller/uplink/uplink.ts';

export interface Task {
  readonly kind: 'terminal' | 'publish' | 'subscribe';
  readonly broker: string;
  /** The ledger's file. */
  readonly path: string;
  /** How many may be without a PUBACK. */
  readonly window: number;
  readonly topic: string;
  /** A subscriber has taken enough. */
  readonly count: number;
}

export type Told = { readonly listening: true } | { readonly error: string } | Span;

/** Milliseconds of a clock that all processes share. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const READ_AT_ONCE = 1_000;
const TASKS = { terminal, publish, subscribe } as const;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (told: Told) => process.send?.(told);

async function terminal({ broker, path }: Task): Promise<Span> {
  const ledger = await Ledger.open(path, 'demo');
  let done = () => {};
  const acknowledged = new Promise<void>((resolve) => {
    done = resolve;
  });
  const uplink = new Uplink({
    terminal: 'demo',
    version: 'bench',
    broker: { broker },
    journal: {
      journal: ledger.journal,
      boot: ledger.boot,
      head: ledger.head,
      durable: ledger.durable,
      entriesAfter: (sequence, limit) => ledger.entriesAfter(sequence, limit),
      acknowledge: (upTo) => {
        ledger.acknowledge(upTo);
        if (upTo === ledger.head) done();
      },
    },
    compartments: () => [],
    telemetry: () => ({ uptimeMs: 0, memoryBytes: 0, unacknowledged: 0, boards: [] }),
    onCommand: () => {},
    onLink: () => {},
    trouble: (message, about) => console.error(message, about),
  });
  const fromMs = nowMs();
  uplink.start();
  await acknowledged;
  const toMs = nowMs();
  await uplink.stop();
  await ledger.close();
  return { fromMs, toMs };
}

async function publish({ broker, path, topic, window }: Task): Promise<Span> {
  const texts = await textsOf(path);
  const fromMs = nowMs();
  const client = await connectAsync(broker, { protocolVersion: 4, reconnectPeriod: 0 });
  let at = 0;
  await Promise.all(
    Array.from({ length: window }, async () => {
      for (let text = texts[at++]; text !== undefined; text = texts[at++])
        await client.publishAsync(topic, text, { qos: 1 });
    }),
  );
  const toMs = nowMs();
  await client.endAsync();
  return { fromMs, toMs };
}

async function subscribe({ broker, topic, count }: Task): Promise<Span> {
  const client = await connectAsync(broker, { protocolVersion: 4, reconnectPeriod: 0 });
  let left = count;
  const taken = new Promise<void>((resolve) => {
    client.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
  await client.subscribeAsync(topic, { qos: 1 });
  const fromMs = nowMs();
  tell({ listening: true });
  await taken;
  const toMs = nowMs();
  await client.endAsync();
  return { fromMs, toMs };
}

/** Read before the clock runs. */
async function textsOf(path: string): Promise<string[]> {
  const ledger = await Ledger.open(path, 'demo');
  const texts: string[] = [];
  while (texts.length < ledger.head)
    for (const { text } of await ledger.entriesAfter(texts.length, READ_AT_ONCE)) texts.push(text);
  await ledger.close();
  return texts;
}

process.on('message', (task: Task) => {
  TASKS[task.kind](task).then(tell, (error) => tell({ error: String(error) }));
});
process.on('disconnect', () => process.exit(0));
