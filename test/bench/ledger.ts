/**
 * Durable decisions: one entry and one changed view each, acknowledged and pruned as they are in service. Against the
 * disk (4 KiB overwritten and fdatasync) and against the bare driver that commits the same bytes by one INSERT.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sqlite3 from 'sqlite3';
import { Ledger } from '../../controller/ledger/ledger.ts';
import { eventHash, journalEventText, type Moment } from '../../protocol/platform/journal-event.ts';
import { median, type Result, result } from './statistics.ts';
import { type Decision, decisions } from './visits.ts';

/** Short turns: whoever else uses the disk disturbs all of them alike. */
const COMMITS_ONE_BY_ONE = 20;
const IN_FLIGHT = 32;
const COMMITS_PIPELINED = 5 * IN_FLIGHT;
/** Until the WAL has been written over once: only then its file no longer grows. */
const WARM = 2_000;
const DECISIONS = 700;
const PAGE_BYTES = 4_096;
const WEAR_ENTRIES = 4_000;
const WEAR_BATCH = 10;
const WEAR_KB_MAX = 5;
const MOMENT: Moment = { wallMs: Date.UTC(2026, 10, 24), clock: 'trusted', monotonicMs: 5, boot: 1 };

/** Commits one decision durably. */
type Commit = () => Promise<void>;

export async function ledger(runs: number): Promise<Result[]> {
  await mkdir('build', { recursive: true });
  // Beside the program: /tmp is a RAM disk on some machines.
  const folder = await mkdtemp(resolve('build', 'bench-ledger-'));
  const ours = await openOurs(join(folder, 'ours.db'));
  const bare = await openBare(join(folder, 'bare.db'));
  const disk = openDisk(join(folder, 'disk'));
  const rates = new Map<string, number[]>();
  const measure = async (name: string, count: number, inFlight: number, commit: Commit) => {
    const perSecond = await rate(count, inFlight, commit);
    rates.set(name, [...(rates.get(name) ?? []), perSecond]);
  };
  try {
    for (const { commit } of [ours, bare]) await rate(WARM, IN_FLIGHT, commit);
    for (let run = 0; run < runs; run += 1) {
      await measure('disk', COMMITS_ONE_BY_ONE, 1, disk.commit);
      await measure('bare one by one', COMMITS_ONE_BY_ONE, 1, bare.commit);
      await measure('ours one by one', COMMITS_ONE_BY_ONE, 1, ours.commit);
      await measure('bare pipelined', COMMITS_PIPELINED, IN_FLIGHT, bare.commit);
      await measure('bare in groups', COMMITS_PIPELINED / IN_FLIGHT, 1, bare.commitGroup);
      await measure('ours pipelined', COMMITS_PIPELINED, IN_FLIGHT, ours.commit);
    }
  } finally {
    await Promise.all([ours.close(), bare.close()]);
    disk.close();
  }
  const kilobytes = await wear(join(folder, 'wear.db')).finally(() =>
    rm(folder, { recursive: true, force: true }),
  );
  const of = (name: string, times = 1) => median(rates.get(name) ?? []) * times;
  const line = (name: string, own: string, against: string, reference: number) =>
    result(`ledger ${name}`, 'decisions/s', runs, of(own), against, reference);
  return [
    line('one by one', 'ours one by one', 'bare sqlite3, one INSERT', of('bare one by one')),
    line('one by one', 'ours one by one', 'fdatasync of 4 KiB', of('disk')),
    line('pipelined', 'ours pipelined', 'bare sqlite3, one INSERT each', of('bare pipelined')),
    line(
      'pipelined',
      'ours pipelined',
      `bare sqlite3, one INSERT of ${IN_FLIGHT}`,
      of('bare in groups', IN_FLIGHT),
    ),
    result('ledger written, batches of 10', 'KB/entry', 1, kilobytes, 'limit', WEAR_KB_MAX),
  ];
}

/** Commits per second with so many on their way at once. */
async function rate(count: number, inFlight: number, commit: Commit): Promise<number> {
  let left = count;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left > 0) {
        left -= 1;
        await commit();
      }
    }),
  );
  return (count * 1000) / (performance.now() - from);
}

async function openOurs(path: string) {
  const opened = await Ledger.open(path, 'demo');
  const next = takeTurns(decisions('ours'));
  const commit = async () => {
    const { entry, change } = next();
    await opened.commit([entry], [change], MOMENT);
    if (opened.durable - opened.acknowledged >= IN_FLIGHT) opened.acknowledge(opened.durable);
  };
  return { commit, close: () => opened.close() };
}

/** Made before the clock runs; again and again. */
function takeTurns(from: Generator<Decision>): () => Decision {
  const made = Array.from({ length: DECISIONS }, () => from.next().value as Decision);
  let at = 0;
  return () => made[at++ % DECISIONS] as Decision;
}

/** The same bytes with the same guarantees, by one INSERT a commit: no chain, no views, no acknowledging. */
async function openBare(path: string) {
  const database = new sqlite3.Database(path);
  const done = (start: (callback: (error: Error | null) => void) => void) =>
    new Promise<void>((settle, reject) => {
      start((error) => (error ? reject(error) : settle()));
    });
  await done((callback) =>
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       CREATE TABLE bare (sequence INTEGER PRIMARY KEY, text TEXT NOT NULL, body TEXT NOT NULL);`,
      callback,
    ),
  );
  const insert = database.prepare('INSERT INTO bare VALUES (NULL, ?, ?)');
  const group = database.prepare('INSERT INTO bare SELECT NULL, value ->> 0, value ->> 1 FROM json_each(?)');
  const rows = texts();
  const batch = JSON.stringify(Array.from({ length: IN_FLIGHT }, (_, at) => rows[at % rows.length]));
  let at = 0;
  return {
    commit: () => {
      at += 1;
      return done((callback) => insert.run(rows[at % rows.length], callback));
    },
    commitGroup: () => done((callback) => group.run(batch, callback)),
    close: async () => {
      await done((callback) => insert.finalize(() => group.finalize(() => callback(null))));
      await done((callback) => database.close(callback));
    },
  };
}

/** Entries and views as the ledger stores them. */
function texts(): [string, string][] {
  const next = decisions('bare');
  return Array.from({ length: 64 }, (_, index) => {
    const { entry, change } = next.next().value;
    const position = { terminal: 'demo', journal: '0123456789abcdef', sequence: 100_000 + index };
    const text = journalEventText(entry, { ...position, previousHash: eventHash('') }, MOMENT);
    return [text, JSON.stringify([change.collection, change.key, change.body])];
  });
}

/** What no store can beat: one page over the last one, and the disk's word that it is there. */
function openDisk(path: string) {
  const file = openSync(path, 'w');
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const commit = async () => {
    writeSync(file, page, 0, PAGE_BYTES, 0);
    fdatasyncSync(file);
  };
  return { commit, close: () => closeSync(file) };
}

/** KB that reach the disk for each entry; the checkpoint at the end is counted too. */
async function wear(path: string): Promise<number> {
  const opened = await Ledger.open(path, 'demo');
  const next = decisions('wear');
  const before = bytesWritten();
  for (let written = 0; written < WEAR_ENTRIES; written += WEAR_BATCH) {
    await Promise.all(
      Array.from({ length: WEAR_BATCH }, () => {
        const { entry, change } = next.next().value;
        return opened.commit([entry], [change], MOMENT);
      }),
    );
    opened.acknowledge(opened.durable);
  }
  await opened.close();
  return (bytesWritten() - before) / WEAR_ENTRIES / 1024;
}

function bytesWritten(): number {
  return Number(/write_bytes: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
