/** Promises 4 and 5 without a hold: who lends says so, and a pass lends no more here than any of its texts allows. */
import type { Movement, Session } from '../../../controller/lending/state.ts';
import type { EntryOf } from '../../../protocol/platform/entries.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '4 loan';
/** As the terminal allows (controller/lending/passes.ts). */
const SKEW_MS = 5 * 60_000;

export function passes(world: World): Check {
  const { seen } = world;
  const used = new Map<string, number>();
  /** What the platform has agreed to, by patron and item. */
  const asked = new Map<string, string>();
  const granted = new Set<string>();
  /** As it was before the write that is being judged. */
  let revoked = new Set<string>();
  const borrowing = (sequence: number): Movement | undefined =>
    [...seen.view('sessions').values()]
      .map((session) => (session as Session).movement)
      .find((movement) => movement?.unlockId === sequence && movement.cause === 'borrow');
  const opened = (sequence: number, atMs: number, trusted: boolean) => {
    for (const { item, grant } of borrowing(sequence)?.passages ?? []) {
      if (grant?.by !== 'pass') continue;
      const { pass = '', patron } = grant;
      if (revoked.has(pass) || revoked.has(patron))
        seen.fail(PROMISE, `${item} is lent by the revoked pass ${pass}`);
      if (trusted && atMs > (world.passes.get(pass)?.untilMs ?? 0) + SKEW_MS)
        seen.fail(PROMISE, `${item} is lent by the pass ${pass}, which has ended`);
    }
  };
  const posted = ({ item, patron, hold, grantedBy, pass }: EntryOf<'loanPosted'>) => {
    if ((hold === undefined) !== (grantedBy !== 'hold') || patron === '')
      seen.fail(PROMISE, `${item} is lent to "${patron}", granted by ${grantedBy}`);
    if (hold !== undefined) return;
    seen.count('loansWithoutHold');
    seen.count(`lentBy:${grantedBy}`);
    if (grantedBy === 'platform' && !granted.delete(`${patron} ${item}`))
      seen.fail(PROMISE, `${item} is lent by the platform's word, and it gave none`);
    if (grantedBy !== 'pass' && pass === undefined) return;
    const known = world.passes.get(pass ?? '');
    const count = (used.get(pass ?? '') ?? 0) + 1;
    used.set(pass ?? '', count);
    if (!known) seen.fail(PROMISE, `${item} is lent by the pass ${pass}, which nobody has made`);
    else if (count > known.itemsMax)
      seen.fail(PROMISE, `the pass ${pass} allows ${known.itemsMax} items, and has lent ${count} here`);
  };
  return {
    batch: ({ entries }) => {
      for (const { sequence, event } of entries) {
        const trusted = event.clock === 'trusted';
        if (event.data.kind === 'unlockRequested' && event.data.attempt === 1)
          opened(sequence, Date.parse(event.time ?? ''), trusted);
        else if (event.data.kind === 'loanPosted') posted(event.data);
      }
      revoked = new Set(seen.view('revoked').keys());
    },
    published: (topic, payload) => {
      if (topic.endsWith('/ask')) {
        const { id, question } = JSON.parse(payload) as Asked;
        if (question.item && question.patron) asked.set(id, `${question.patron} ${question.item}`);
      } else if (topic.endsWith('/answer')) {
        const { id, outcome } = JSON.parse(payload) as { id: string; outcome: string };
        const about = asked.get(id);
        if (outcome === 'granted' && about) granted.add(about);
      }
    },
  };
}

interface Asked {
  readonly id: string;
  readonly question: { readonly kind: string; readonly patron?: string; readonly item?: string };
}
