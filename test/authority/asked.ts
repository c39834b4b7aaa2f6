/** What the tests of questions ask, and the benches they ask. */
import { afterEach } from 'vitest';
import type { Question } from '../../controller/lending/inputs.ts';
import { AuthorityBench, type BenchOptions } from './authority-bench.ts';
import { BOOK } from './sip2-bench.ts';

/** Makes benches that end with their test. */
export function benches(make = AuthorityBench.up): (options?: BenchOptions) => Promise<AuthorityBench> {
  const made: AuthorityBench[] = [];
  afterEach(async () => {
    for (const bench of made.splice(0)) await bench.stop();
  });
  return async (options) => {
    const bench = await make(options);
    made.push(bench);
    return bench;
  };
}

export const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
export const cardOf = (card: string, pin: string): Question => ({
  kind: 'patron',
  card,
  pin,
  library: { card },
});
export const loanOf = (item: string, card?: string): Question => ({
  kind: 'loan',
  patron: 'p1',
  item,
  ...(card === undefined ? {} : { library: { card } }),
});
export const renewalOf = (item: string, card?: string): Question => ({
  kind: 'renewal',
  item,
  ...(card === undefined ? {} : { library: { card } }),
});
export const purchase: Question = {
  kind: 'purchase',
  patron: 'p1',
  item: BOOK,
  isbn: '9787020002207',
  priceFen: 5_970,
};
