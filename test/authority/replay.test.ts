/** What has happened is told to the library: in order, once, over days without a network, refusals and restarts. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Telling } from '../../controller/lending/state.ts';
import { inOrder } from '../../controller/lending/tellings.ts';
import { setTimer } from '../../controller/port/timer.ts';
import { waitFor } from '../../demo/wait.ts';
import type { AnswerFault } from '../../simulator/library/quirks.ts';
import { World } from '../unit/lending-world.ts';
import { AuthorityBench, type BenchOptions } from './authority-bench.ts';
import { BLOCKED, BOOK, LIMIT_MS, OTHER, PATRON, SECOND } from './sip2-bench.ts';

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const DAY_MS = 24 * 3_600_000;
const FIRST_MS = new Date('2026-03-01T08:00:00').getTime();

let last = 0;
/** One a day, in the order of the list. */
const tellings = (...some: readonly (Pick<Telling, 'what' | 'item'> & Partial<Telling>)[]): Telling[] =>
  some.map((one, index) => {
    last += 1;
    return { id: last, wallMs: FIRST_MS + index * DAY_MS, ...one };
  });
const out = (item: string, card: string, more: Partial<Telling> = {}) =>
  ({ what: 'checkout', item, card, ...more }) as const;
const back = (item: string) => ({ what: 'checkin', item }) as const;

/** The real lending keeps the list, as the ledger would: durable a moment later. */
class Rig {
  readonly world = new World();
  readonly bench: AuthorityBench;
  /** Commits stand still. */
  held = false;
  #life = 0;

  private constructor(bench: AuthorityBench) {
    this.bench = bench;
    this.world.library = true;
    bench.onTold = ({ telling, outcome, reason }) => {
      const life = this.#life;
      setTimeout(() => {
        // Whoever died before the commit has told nobody.
        if (this.held || life !== this.#life) return;
        this.world.take({
          kind: 'libraryTold',
          telling,
          outcome,
          ...(reason === undefined ? {} : { reason }),
        });
        this.replay();
      }, 1);
    };
  }

  static async start(some: readonly Telling[], options: BenchOptions = {}): Promise<Rig> {
    const rig = new Rig(await AuthorityBench.start(options));
    rigs.push(rig);
    rig.add(some);
    return rig;
  }

  add(some: readonly Telling[]): void {
    const added = Object.fromEntries(some.map((one) => [`${one.id}`, one]));
    this.world.state = { ...this.world.state, tellings: { ...this.world.state.tellings, ...added } };
    this.replay();
  }

  get left(): number {
    return Object.keys(this.world.state.tellings).length;
  }

  get effects(): readonly string[] {
    return this.bench.acs.collection.effects;
  }

  get refused() {
    return this.world.entries.filter((entry) => entry.kind === 'libraryRefused');
  }

  replay(): void {
    this.bench.authority.replay(inOrder(this.world.state.tellings));
  }

  /** Killed, and started with what the ledger kept. */
  async restart(): Promise<void> {
    this.#life += 1;
    await this.bench.restart();
    this.world.restart();
    this.replay();
  }

  all(limitMs = LIMIT_MS): Promise<unknown> {
    return waitFor('everything told', limitMs, async () => this.left === 0);
  }
}

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.bench.stop();
});

const DAYS = [
  out(BOOK, PATRON),
  back(BOOK),
  out(SECOND, OTHER),
  out(BOOK, OTHER),
  back(SECOND),
  out(SECOND, PATRON),
] as const;
const EFFECTS = [
  `checkout ${BOOK} to ${PATRON}`,
  `checkin ${BOOK}`,
  `checkout ${SECOND} to ${OTHER}`,
  `checkout ${BOOK} to ${OTHER}`,
  `checkin ${SECOND}`,
  `checkout ${SECOND} to ${PATRON}`,
];

describe('what has happened', () => {
  test('is told in order, one after the other, with its own date and its due date', async () => {
    const due = '2026-03-20T15:59:59Z';
    const rig = await Rig.start([]);
    rig.add(tellings(out(BOOK, PATRON, { due }), back(SECOND), out(SECOND, OTHER)));
    await rig.all();
    expect(rig.effects).toEqual([
      `checkout ${BOOK} to ${PATRON}`,
      `checkin ${SECOND}`,
      `checkout ${SECOND} to ${OTHER}`,
    ]);
    const local = (ms: number) =>
      new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    const { loans } = rig.bench.acs.collection;
    expect(loans.get(BOOK)).toMatchObject({ since: local(FIRST_MS), dueDate: local(Date.parse(due)) });
    // Nobody had promised a date: the library's usual time, from the day of the loan.
    expect(loans.get(SECOND)).toMatchObject({
      since: local(FIRST_MS + 2 * DAY_MS),
      dueDate: local(FIRST_MS + 32 * DAY_MS),
    });
    expect(rig.bench.codes).toEqual(['93', '99', '11', '09', '11']);
  });

  test('is recorded, not asked: the book is gone whatever the library would have said', async () => {
    const rig = await Rig.start(tellings(out('31000003', PATRON), out(BOOK, BLOCKED)));
    await rig.all();
    expect(rig.effects).toEqual([`checkout 31000003 to ${PATRON}`, `checkout ${BOOK} to ${BLOCKED}`]);
    expect(rig.refused).toEqual([]);
  });

  test('waits for days while the library is away, and none is lost', async () => {
    const rig = await Rig.start(tellings(...DAYS));
    rig.bench.acs.cable = 'cut';
    rig.add(tellings(back(BOOK)));
    await rest(60);
    await rig.restart();
    await rest(60);
    expect([rig.effects, rig.left, rig.bench.authority.health.tellings]).toEqual([[], 7, 7]);
    rig.bench.acs.cable = 'ok';
    await rig.all();
    expect(rig.effects).toEqual([...EFFECTS, `checkin ${BOOK}`]);
  });

  test('is followed by the next only when the ledger has it', async () => {
    const rig = await Rig.start([]);
    await rig.bench.until('up');
    rig.held = true;
    rig.add(tellings(...DAYS));
    await waitFor('the first', LIMIT_MS, async () => rig.effects.length === 1);
    rig.replay();
    await rest(60);
    expect(rig.effects).toHaveLength(1);
  });

  test('waits while somebody waits for an answer', async () => {
    const rig = await Rig.start([], { askMs: 300 });
    await rig.bench.until('up');
    rig.bench.platform.silent = true;
    rig.bench.authority.ask(1, { kind: 'loan', patron: 'p1', item: 'X' });
    rig.add(tellings(...DAYS));
    await rest(150);
    expect(rig.effects).toEqual([]);
    await rig.all();
    expect(rig.bench.answers.size).toBe(1);
  });

  test('has now for its date where the clock said 1970', async () => {
    const rig = await Rig.start(tellings(out(BOOK, PATRON, { wallMs: 5_000 })));
    await rig.all();
    expect(rig.bench.acs.collection.loans.get(BOOK)?.since).toBe('2026-03-04T10:05:06');
  });
});

describe('a restart', () => {
  for (const committed of [true, false])
    test.each([0, 1, 2, 3, 4, 5])(
      `after %i were taken, the last of them committed: ${committed}`,
      async (taken) => {
        const rig = await Rig.start(tellings(...DAYS));
        await waitFor('taken', LIMIT_MS, async () => rig.effects.length >= taken);
        rig.held = !committed;
        if (taken > 0)
          await waitFor('told', LIMIT_MS, async () => rig.bench.told.length >= (committed ? taken : 1));
        await rig.restart();
        rig.held = false;
        rig.replay();
        await rig.all();
        expect(rig.effects).toEqual(EFFECTS);
        expect(rig.refused).toEqual([]);
      },
    );
});

describe('what the library did not answer', () => {
  test.each([
    ['barcodes', {}, {}],
    ['titles', {}, {}],
    ['barcodes', { encoding: 'gb18030' }, { encoding: 'gb18030' }],
    ['titles', { encoding: 'gb18030' }, { encoding: 'gb18030' }],
    ['barcodes', { checksum: 'utf16', sequence: 'fixed' }, { checksum: 'utf16' }],
  ] as const)('and took is not lent twice (lists: %s, %o)', async (listsHold, quirks, peer) => {
    const rig = await Rig.start([], { quirks, settings: { peer }, habits: { listsHold } });
    await rig.bench.until('up');
    rig.bench.acs.fail('drop', 'none', 'none', 'none', 'none', 'drop');
    rig.add(tellings(out(BOOK, PATRON), back(BOOK)));
    await rig.all();
    expect(rig.effects).toEqual([`checkout ${BOOK} to ${PATRON}`, `checkin ${BOOK}`]);
    expect(rig.bench.codes.slice(2)).toEqual(['11', '93', '99', '17', '63', '09', '93', '99', '17']);
  });

  test('and did not take is told again', async () => {
    const rig = await Rig.start([], { askMs: 200 });
    await rig.bench.until('up');
    rig.bench.acs.cable = 'hung';
    rig.add(tellings(...DAYS));
    await rig.bench.until('down');
    rig.bench.acs.cable = 'ok';
    await rig.all();
    expect(rig.effects).toEqual(EFFECTS);
    expect(rig.bench.codes.filter((code) => code === '17')).toHaveLength(1);
  });

  test('though somebody else has the item is told: the library decides', async () => {
    // After a start the first of the list may have been told before.
    const rig = await Rig.start(tellings(out(BOOK, PATRON)));
    rig.bench.acs.collection.loans.set(BOOK, { patronId: OTHER, dueDate: '', since: undefined });
    await rig.all();
    expect(rig.bench.codes).toEqual(['93', '99', '17', '63', '11']);
    expect(rig.effects).toEqual([`checkout ${BOOK} to ${PATRON}`]);
  });

  test('and never will is given up, and a person is told; the next goes on', async () => {
    const brisk = (run: () => void, ms: number) => setTimer(run, Math.min(ms, 40));
    const rig = await Rig.start([], { habits: { takesNoBlock: false }, setTimer: brisk });
    rig.add(tellings(out(BOOK, PATRON)));
    await rig.all();
    expect(rig.refused).toMatchObject([
      { item: BOOK, what: 'checkout', reason: 'the library did not answer, and may have taken it' },
    ]);
    expect(rig.bench.codes.filter((code) => code === '11')).toHaveLength(10);
    rig.bench.acs.collection.habits = { ...rig.bench.acs.collection.habits, takesNoBlock: true };
    rig.add(tellings(out(SECOND, PATRON)));
    await rig.all();
    expect(rig.effects).toEqual([`checkout ${SECOND} to ${PATRON}`]);
  });
});

describe('a refusal', () => {
  test('is entered, with words that name nobody, and the next goes on', async () => {
    const rig = await Rig.start([]);
    rig.bench.acs.collection.items.set(BOOK, { id: BOOK, title: 'T', status: '12' });
    rig.add(tellings(out(BOOK, PATRON), out('X1', PATRON), out(SECOND, '999'), out(SECOND, PATRON)));
    await rig.all();
    expect(rig.refused).toMatchObject([
      { what: 'checkout', item: BOOK, reason: 'the library says of the item: lost' },
      { what: 'checkout', item: SECOND, reason: 'the library says of the item: available' },
    ]);
    expect(rig.effects).toEqual([`checkout ${SECOND} to ${PATRON}`]);
    expect(rig.bench.troubles.filter((text) => text.includes('did not take'))).toHaveLength(2);
    expect(rig.bench.authority.health).toMatchObject({ libraryLink: 'up', tellings: 0 });
  });

  test('of what is so already is none; nor is one of a book that is not the library’s', async () => {
    const habits = { checksInWhatIsIn: false, offLineOk: false, takesNoBlock: false };
    const rig = await Rig.start([], { habits });
    rig.bench.acs.collection.loans.set(BOOK, { patronId: PATRON, dueDate: '', since: undefined });
    rig.add(tellings(out(BOOK, PATRON), back(SECOND), back('X1'), out('X1', PATRON)));
    await rig.all();
    expect([rig.refused, rig.effects]).toEqual([[], []]);
  });

  test('by a library that takes no off-line loans: it is told all the same, without no block', async () => {
    const rig = await Rig.start([], { habits: { offLineOk: false, takesNoBlock: false } });
    rig.add(tellings(out(BOOK, PATRON), out('31000003', PATRON), back(BOOK)));
    await rig.all();
    expect(rig.effects).toEqual([`checkout ${BOOK} to ${PATRON}`, `checkin ${BOOK}`]);
    expect(rig.refused).toMatchObject([
      { item: '31000003', reason: 'the library says of the item: in transit between library locations' },
    ]);
    expect(rig.bench.acs.log.filter((line) => line === 'connected')).toHaveLength(1);
  });
});

describe('at any time', () => {
  test('faults and restarts: each takes effect once, in order', async () => {
    const faults: readonly (AnswerFault | 'none')[] = [
      ...(['none', 'none', 'cut', 'slow', 'doubled', 'echoed', 'late', 'never'] as const),
      ...(['badChecksum', 'askAgain', 'drop', 'drop', 'drop'] as const),
    ];
    const plan = fc.record({
      steps: fc.array(fc.record({ second: fc.boolean(), other: fc.boolean() }), {
        minLength: 3,
        maxLength: 8,
      }),
      faults: fc.array(fc.constantFrom(...faults), { maxLength: 12 }),
      restarts: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
      listsHold: fc.constantFrom('titles' as const, 'barcodes' as const),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, faults: some, restarts, listsHold }) => {
        const lent = new Set<string>();
        const history = steps.map(({ second, other }) => {
          const item = second ? SECOND : BOOK;
          const isBack = lent.delete(item);
          if (!isBack) lent.add(item);
          return isBack ? back(item) : out(item, other ? OTHER : PATRON);
        });
        const rig = await Rig.start([], { askMs: 160, loginMs: 300, habits: { listsHold } });
        await rig.bench.until('up');
        rig.bench.acs.lateMs = 20;
        rig.bench.acs.fail(...some);
        rig.add(tellings(...history));
        for (const ms of restarts) {
          await rest(ms);
          await rig.restart();
        }
        await rig.all(20_000);
        expect(rig.effects).toEqual(
          history.map((one) =>
            one.what === 'checkin' ? `checkin ${one.item}` : `checkout ${one.item} to ${one.card}`,
          ),
        );
        expect(rig.refused).toEqual([]);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
