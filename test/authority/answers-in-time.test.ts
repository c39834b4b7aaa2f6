/** One answer in time in any case, whatever library and platform do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import type { AnswerFault } from '../../simulator/library/quirks.ts';
import { benches, cardOf, loanOf, purchase, renewalOf, rest } from './asked.ts';
import { AuthorityBench, BOOT } from './authority-bench.ts';
import { BOOK, LIMIT_MS, PATRON, PIN } from './sip2-bench.ts';

const up = benches();

describe('the time', () => {
  test('a library that hangs half-open has half of it; then the platform answers', async () => {
    const bench = await up({ askMs: 3_000 });
    bench.acs.cable = 'hung';
    bench.platform.decide = () => ({ outcome: 'granted', patron: 'p42' });
    const before = performance.now();
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ by: 'platform', patron: 'p42' });
    const ms = performance.now() - before;
    expect(ms).toBeGreaterThan(1_490);
    expect(ms).toBeLessThan(2_800);
    // Whoever comes next waits no longer.
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ by: 'platform' });
    bench.acs.cable = 'ok';
    await bench.until('down');
    await bench.until('up');
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ by: 'library' });
  });

  test('both silent: all of it is gone, and the answer comes all the same', async () => {
    const bench = await up({ askMs: 400 });
    bench.acs.cable = 'hung';
    bench.platform.silent = true;
    const before = performance.now();
    expect(await bench.ask(cardOf(PATRON, PIN))).toEqual({ outcome: 'unavailable' });
    const ms = performance.now() - before;
    expect(ms).toBeGreaterThan(390);
    expect(ms).toBeLessThan(3_000);
  });

  test('a library that is slow is heard as long as nobody else has granted', async () => {
    const bench = await up({ askMs: 600 });
    bench.platform.link = 'down';
    bench.acs.lateMs = 400;
    bench.acs.fail('late', 'late', 'late');
    const before = performance.now();
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ outcome: 'granted', by: 'library' });
    expect(performance.now() - before).toBeGreaterThan(390);
  });

  test('an answer of the platform that is late, doubled, or to another start’s question answers nothing', async () => {
    const bench = await up({ askMs: 200 });
    bench.platform.silent = true;
    expect(await bench.ask(purchase)).toEqual({ outcome: 'unavailable' });
    bench.authority.ask(50, purchase);
    await waitFor('asked', LIMIT_MS, async () => bench.platform.asked.length === 2);
    for (const id of [`${BOOT}-1`, `${BOOT - 1}-50`, '50', `${BOOT}-51`, ''.padEnd(64, 'x')])
      bench.platform.tell({ id, outcome: 'granted' });
    expect(bench.answers.get(50)).toBeUndefined();
    for (let times = 0; times < 3; times += 1)
      bench.platform.tell({ id: `${BOOT}-50`, outcome: 'refused', reason: 'enoughCopies' });
    expect(bench.answers.get(50)).toEqual([{ outcome: 'refused', by: 'platform', reason: 'enoughCopies' }]);
  });

  test('an answer before anybody asked the platform is none', async () => {
    const bench = await up({ askMs: 400 });
    bench.acs.cable = 'hung';
    bench.authority.ask(1, loanOf(BOOK, PATRON));
    bench.platform.tell({ id: `${BOOT}-1`, outcome: 'granted' });
    expect(bench.answers.size).toBe(0);
    await waitFor('answer', LIMIT_MS, async () => bench.answers.size === 1);
  });

  test('who stops answers nothing any more', async () => {
    const bench = await up({ askMs: 200 });
    bench.acs.cable = 'hung';
    bench.platform.silent = true;
    bench.authority.ask(1, loanOf(BOOK, PATRON));
    bench.authority.ask(2, purchase);
    await bench.authority.stop();
    await rest(300);
    expect(bench.answers.size).toBe(0);
  });
});

describe('libraries of any kind', () => {
  test.each([
    ['GB 18030', { encoding: 'gb18030' }, { encoding: 'gb18030' }],
    ['dp2’s checksum', { checksum: 'utf16', sequence: 'fixed' }, { checksum: 'utf16' }],
    ['no error detection', { checksum: 'none' }, { checksum: 'off' }],
  ] as const)('%s', async (_name, quirks, peer) => {
    const bench = await up({ quirks, settings: { peer } });
    bench.acs.collection.items.set('书𠀀1', { id: '书𠀀1', title: '红|楼梦', status: '07' });
    bench.acs.collection.holds.push({ patronId: PATRON, itemId: '书𠀀1', waits: true });
    expect(await bench.ask(cardOf(PATRON, PIN))).toMatchObject({ by: 'library', waiting: ['书𠀀1'] });
    expect(await bench.ask(loanOf('书𠀀1', PATRON))).toMatchObject({ by: 'library', reason: 'recalled' });
    expect(bench.platform.asked).toEqual([]);
  });

  test('whatever happens to the answers: one answer each, in time', async () => {
    const faults: readonly (AnswerFault | 'none')[] = [
      ...(['none', 'cut', 'slow', 'doubled', 'echoed', 'late', 'never'] as const),
      ...(['badChecksum', 'askAgain', 'drop'] as const),
    ];
    const any = fc.record({
      faults: fc.array(fc.constantFrom(...faults), { maxLength: 8 }),
      silent: fc.boolean(),
      link: fc.constantFrom('up' as const, 'down' as const),
    });
    await fc.assert(
      fc.asyncProperty(any, async ({ faults: some, silent, link }) => {
        const bench = await AuthorityBench.up({ askMs: 120 });
        Object.assign(bench.platform, { silent, link });
        bench.acs.fail(...some);
        const questions = [cardOf(PATRON, PIN), loanOf(BOOK, PATRON), renewalOf(BOOK, PATRON), purchase];
        const before = performance.now();
        for (const [id, question] of questions.entries()) bench.authority.ask(id, question);
        await waitFor('all answered', LIMIT_MS, async () => bench.answers.size === questions.length);
        expect(performance.now() - before).toBeLessThan(3_000);
        await bench.stop();
      }),
      { numRuns: 15 },
    );
  }, 30_000);
});
