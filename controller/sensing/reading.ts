/** Tags to items: a set of several parts is inside only when all its parts are. */
import type { Reading } from '../lending/inputs.ts';
import type { AntennaReading } from './antenna.ts';

export function readingOf({ tags, complete }: AntennaReading): Reading {
  const parts = new Map<string, { readonly of: number; readonly seen: Set<number> }>();
  let unknownTags = 0;
  for (const { item } of tags) {
    if (!item) unknownTags += 1;
    else {
      const known = parts.get(item.id) ?? { of: item.of, seen: new Set() };
      known.seen.add(item.part);
      parts.set(item.id, known);
    }
  }
  const whole = (id: string) => {
    const { of, seen } = parts.get(id) ?? { of: 1, seen: new Set() };
    return seen.size >= of;
  };
  const ids = [...parts.keys()];
  return {
    items: ids.filter(whole),
    partly: ids.filter((id) => !whole(id)),
    onlineOnly: ids.filter((id) => tags.some(({ item }) => item?.id === id && item.onlineOnly)),
    unknownTags,
    complete,
  };
}
