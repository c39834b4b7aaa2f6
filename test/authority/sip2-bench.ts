/** A SIP2 client and a simulated library on a real TCP port, with short limits. */
import { afterEach, expect } from 'vitest';
import { Sip2Client, type Sip2ClientOptions } from '../../controller/authority/sip2-client.ts';
import type { TerminalError } from '../../controller/error.ts';
import { waitFor } from '../../demo/wait.ts';
import { SimulatedAcs } from '../../simulator/library/acs.ts';
import { Collection, HABITS, type Habits } from '../../simulator/library/collection.ts';
import type { Quirks } from '../../simulator/library/quirks.ts';

export const PATRON = '20210042';
export const PIN = '7391';
export const OTHER = '20210077';
export const BLOCKED = '20219999';
export const BOOK = '31000001';
export const SECOND = '31000002';
export const ACCOUNT = { userId: 'terminal', password: 'Xy_secret_1' };
export const NOW = '2026-03-04T10:05:06';
/** What may stand in no error and no trouble. */
export const PERSONAL = [PATRON, PIN, OTHER, ACCOUNT.password, '王小明', 'Li Hua'];

/** Long enough for a busy machine; tests of silence set short ones. */
export const LIMITS = {
  loginMs: 2_000,
  answerMs: 2_000,
  tries: 3,
  keepAliveMs: 60_000,
  quietMs: 10,
  refusedLoginMs: 1_000,
};
export const LIMIT_MS = 5_000;

export function library(habits: Partial<Habits> = {}): Collection {
  const collection = new Collection(
    [
      { id: PATRON, pin: PIN, name: '王小明' },
      { id: OTHER, pin: '0000', name: 'Li Hua' },
      { id: BLOCKED, pin: '1111', name: 'Nobody', blocked: true },
    ],
    [
      { id: BOOK, title: '红楼梦 | Dream of the Red Chamber' },
      { id: SECOND, title: '西游记' },
      { id: '31000003', title: 'In a van', inTransit: true },
    ],
    () => NOW,
  );
  collection.habits = { ...HABITS, ...habits };
  return collection;
}

type Changes = Partial<Sip2ClientOptions>;

export class Sip2Bench {
  readonly acs: SimulatedAcs;
  readonly client: Sip2Client;
  readonly links: string[] = [];
  readonly troubles: TerminalError[] = [];

  readonly port: number;

  private constructor(acs: SimulatedAcs, port: number, changes: Changes) {
    this.acs = acs;
    this.port = port;
    this.client = new Sip2Client({
      url: `tcp://127.0.0.1:${port}`,
      login: ACCOUNT,
      backoff: { msMin: 10, msMax: 40, stableMs: 10_000 },
      now: () => new Date(NOW),
      onLink: (link) => this.links.push(link),
      onTrouble: (error) => this.troubles.push(error),
      ...changes,
      limits: { ...LIMITS, ...changes.limits },
    });
  }

  /** The library listens and the client has started. */
  static async start(quirks: Partial<Quirks> = {}, changes: Changes = {}, habits: Partial<Habits> = {}) {
    const acs = new SimulatedAcs(library(habits), ACCOUNT, quirks);
    const bench = new Sip2Bench(acs, await acs.listen(), changes);
    bench.client.start();
    return bench;
  }

  /** ... and logged in. */
  static async up(quirks: Partial<Quirks> = {}, changes: Changes = {}, habits: Partial<Habits> = {}) {
    const bench = await Sip2Bench.start(quirks, changes, habits);
    await bench.until('up');
    return bench;
  }

  /** A second client of the same library. */
  another(changes: Changes): Sip2Bench {
    return new Sip2Bench(this.acs, this.port, changes);
  }

  until(link: 'up' | 'down'): Promise<unknown> {
    return waitFor(`link ${link}`, LIMIT_MS, async () => this.client.link === link);
  }

  /** Codes of the requests that arrived, without their sequence numbers. */
  get codes(): string[] {
    return this.acs.log.filter((line) => /^\d\d/.test(line)).map((line) => line.slice(0, 2));
  }

  get connections(): number {
    return this.acs.log.filter((line) => line === 'connected').length;
  }

  async stop(): Promise<void> {
    await this.client.stop();
    await this.acs.close();
  }
}

/** Benches that end with their test; whatever went wrong in it, nothing personal was said of it. */
export function keptBenches(): Pick<typeof Sip2Bench, 'up' | 'start'> {
  const benches: Sip2Bench[] = [];
  const kept = (bench: Sip2Bench): Sip2Bench => {
    benches.push(bench);
    return bench;
  };
  afterEach(async () => {
    for (const bench of benches.splice(0)) {
      await bench.stop();
      for (const { message } of bench.troubles)
        for (const text of PERSONAL) expect(message).not.toContain(text);
    }
  });
  return {
    up: async (...args) => kept(await Sip2Bench.up(...args)),
    start: async (...args) => kept(await Sip2Bench.start(...args)),
  };
}
