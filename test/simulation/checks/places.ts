/**
 * Promise 3: an item is in exactly one place, or in doubt with a named way out; and what is claimed without doubt is
 * true. A claim may be wrong only where a person deceived a terminal that has no reader behind that door, or whose
 * reader could not see: then whoever deceived is written down (world/items.ts), and no machine is to blame.
 */
import type { Item, Session } from '../../../controller/lending/state.ts';
import { ALL_COMPARTMENTS } from '../host/terminal-config.ts';
import type { Batch, Check } from '../seen.ts';
import type { World } from '../world/world.ts';

const PROMISE = '3 place';
/** A reading that was begun before the door was last opened may still be told: it takes no longer than `checkMs`. */
const READING_MS = 11_000;

export function places(world: World): Check {
  const { seen, items, clock } = world;
  const closedAtMs = new Map<string, number>();
  const before = new Map<string, number>();
  const moving = () =>
    new Set(
      [...seen.view('sessions').values()].flatMap(
        (session) => (session as Session).movement?.passages.map(({ item }) => item) ?? [],
      ),
    );
  /** What a whole reading of an honest reader says is the truth, as long as the door stays shut. */
  const checkRead = (compartment: string, verdict: string) => {
    const door = world.door(compartment);
    const reader = world.readerOf(compartment);
    const again = clock.nowMs - (before.get(compartment) ?? Number.NEGATIVE_INFINITY) < READING_MS;
    if (verdict === 'unreadable' || door.open || again || !reader?.honestFor(READING_MS)) return;
    const known = [...seen.view('items').values()] as Item[];
    const claimed = known.filter((item) => item.compartment === compartment);
    const busy = moving();
    for (const { id, doubt } of claimed)
      if (!doubt && !busy.has(id) && !items.isIn(id, compartment))
        seen.fail(
          PROMISE,
          `the tags were read, ${id} is said to be in ${compartment}, and is ${items.where(id)}`,
        );
    for (const id of items.inside(compartment))
      if (!claimed.some((item) => item.id === id))
        seen.fail(
          PROMISE,
          `the tags were read, ${id} is in ${compartment}, and nothing is known of it there`,
        );
    for (const id of [...items.inside(compartment), ...claimed.map((item) => item.id)]) items.absolve(id);
  };
  const checkChanged = ({ changed }: Batch) => {
    const busy = moving();
    for (const { collection, key, body } of changed) {
      const item = body as Item | undefined;
      if (collection !== 'items' || busy.has(key) || item?.doubt) continue;
      const wrong = wrongClaim(key, item);
      if (!wrong) items.absolve(key);
      else if (!items.excuseOf(key)) seen.fail(PROMISE, wrong);
    }
  };
  /** `item` as the terminal knows it; nothing where it says that it is not here. */
  const wrongClaim = (id: string, item: Item | undefined): string | undefined => {
    const where = items.where(id);
    if (item)
      return items.isIn(id, item.compartment)
        ? undefined
        : `${id} is said to be in ${item.compartment}, and is ${where}`;
    return ALL_COMPARTMENTS.includes(where) ? `${id} is said to have left, and is in ${where}` : undefined;
  };
  return {
    leaf: (compartment, open) => {
      if (open) before.set(compartment, closedAtMs.get(compartment) ?? Number.NEGATIVE_INFINITY);
      else closedAtMs.set(compartment, clock.nowMs);
    },
    batch: (batch) => {
      for (const { event } of batch.entries)
        if (event.data.kind === 'contentChecked' && event.data.at === 'compartment')
          checkRead(event.data.compartment, event.data.verdict);
      checkChanged(batch);
    },
  };
}
