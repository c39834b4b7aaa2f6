/** Promise 5: each committed entry takes effect on the platform exactly once, in order; nothing acknowledged is missing. */
import { CHAIN_START, eventHash } from '../../../protocol/platform/journal-event.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '5 exactly once';

/** Conflicts that honest machines cannot prevent: what was decided on one side had not reached the other, or a clock was unset. */
const HONEST: readonly string[] = [
  'holdWithdrawn',
  'heldForAnother',
  'itemRecalled',
  'passRevoked',
  'passExpired',
  'patronOverLimit',
  'disputedAndGone',
  // Judged by library.ts.
  'libraryRefused',
];

interface Counted {
  readonly events: number;
  readonly head: number;
  readonly loans: number;
  readonly returns: number;
  readonly broken: number;
}

export function journal(world: World): Check {
  const { seen } = world;
  let chain = CHAIN_START;
  let stored = 0;
  const posted = { loans: 0, returns: 0 };
  const forget = () => {
    const upTo = Math.min(stored, seen.acknowledged) - 2_000;
    for (const sequence of seen.entries.keys()) {
      if (sequence > upTo) break;
      seen.entries.delete(sequence);
    }
  };
  return {
    batch: ({ entries, acknowledged }) => {
      for (const { sequence, text, event } of entries) {
        if (event.sequence !== sequence || event.previoushash !== chain)
          seen.fail(PROMISE, `entry ${sequence} does not continue the chain`);
        chain = eventHash(text);
        if (event.data.kind === 'loanPosted') posted.loans += 1;
        if (event.data.kind === 'itemReturned') posted.returns += 1;
      }
      if (acknowledged > stored)
        seen.fail(PROMISE, `${acknowledged} is taken as acknowledged, and the platform has ${stored}`);
      forget();
    },
    stored: (texts) => {
      for (const { sequence, text } of texts) {
        if (sequence !== stored + 1) seen.fail(PROMISE, `the platform stores ${sequence} after ${stored}`);
        if (seen.entries.get(sequence)?.text !== text)
          seen.fail(PROMISE, `the platform stores another entry ${sequence} than the terminal committed`);
        stored = sequence;
      }
    },
    rest: async () => {
      const [row] = await world.platform.rows<Counted>(
        `SELECT count(*) AS events, max(sequence) AS head, (SELECT count(*) FROM loan) AS loans,
           (SELECT count(*) FROM item_return) AS returns,
           (SELECT count(*) FROM terminal WHERE chain <> 'whole') AS broken FROM journal_event`,
      );
      if (!row || row.events !== seen.head || row.head !== seen.head)
        seen.fail(
          PROMISE,
          `the terminal has ${seen.head} entries, the platform ${row?.events} up to ${row?.head}`,
        );
      if (row?.loans !== posted.loans || row?.returns !== posted.returns)
        seen.fail(PROMISE, `entered ${JSON.stringify(posted)}, in effect ${JSON.stringify(row)}`);
      if (row?.broken !== 0) seen.fail(PROMISE, 'the chain is broken');
      const conflicts = await world.platform.rows<{ rule: string; item: string; detail: string }>(
        'SELECT rule, item, detail FROM conflict',
      );
      for (const { rule, item, detail } of conflicts) {
        seen.count(`conflict:${rule}`);
        if (!HONEST.includes(rule))
          seen.fail(PROMISE, `a conflict that no people can make: ${rule} of ${item}, ${detail}`);
      }
    },
  };
}
