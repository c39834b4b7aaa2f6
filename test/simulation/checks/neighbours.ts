/** Promise 6: handling one item never touches the others: what changes about an item is told by an entry about it. */
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '6 neighbours';

export function neighbours({ seen }: World): Check {
  return {
    batch: ({ entries, changed }) => {
      const named = new Set(entries.flatMap(({ event }) => itemsOf(event.data)));
      const holds = new Set(entries.flatMap(({ event }) => ('hold' in event.data ? [event.data.hold] : [])));
      for (const { collection, key, body } of changed) {
        if (collection !== 'items' || named.has(key)) continue;
        const hold = (body as { hold?: string } | undefined)?.hold;
        // A withdrawn hold takes the record of its doubted item with it; the entry names the hold.
        if (holds.size > 0 && (hold === undefined || holds.has(hold))) continue;
        seen.fail(
          PROMISE,
          `${key} is changed by ${entries.map(({ event }) => event.data.kind).join('+') || 'nothing'}`,
        );
      }
    },
  };
}

function itemsOf(entry: object): string[] {
  const {
    item,
    missing = [],
    unexpected = [],
  } = entry as {
    item?: string;
    missing?: readonly string[];
    unexpected?: readonly string[];
  };
  return [...(item ? [item] : []), ...missing, ...unexpected];
}
