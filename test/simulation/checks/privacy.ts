/**
 * Promise 8: neither a patron's reference nor a title is in the log, in telemetry or in the state that is published. A
 * card and its PIN are nowhere but in a question to whoever knows them; the PIN is never written down.
 */
import type { Check } from '../seen.ts';
import { CARD_MARK, PIN_MARK } from '../world/cards.ts';
import { PATRON_MARK, TITLE_MARK } from '../world/items.ts';
import type { World } from '../world/world.ts';

const PROMISE = '8 personal data';
/** A reference that a terminal makes of a card. */
const LIBRARY_PATRON = /library:[\w-]{43}/;
const CARD_COLLECTIONS = ['sessions', 'tellings', 'pins', 'kiosk'];
const QUIET = ['telemetry', 'state', 'acknowledged'];

export function privacy({ seen }: World): Check {
  const secret = (text: string) => text.includes(CARD_MARK) || text.includes(PIN_MARK);
  const personal = (text: string) =>
    text.includes(PATRON_MARK) || text.includes(TITLE_MARK) || LIBRARY_PATRON.test(text) || secret(text);
  return {
    logged: (line) => {
      if (personal(line)) seen.fail(PROMISE, `the log says: ${line}`);
    },
    published: (topic, payload) => {
      const channel = topic.slice(topic.lastIndexOf('/') + 1);
      if (QUIET.includes(channel) && personal(payload)) seen.fail(PROMISE, `${channel} says: ${payload}`);
      if (channel !== 'ask' && secret(payload))
        seen.fail(PROMISE, `${channel} tells a card or a PIN: ${payload}`);
    },
    batch: ({ entries, changed }) => {
      for (const { text } of entries)
        if (secret(text)) seen.fail(PROMISE, `the journal tells a card or a PIN: ${text}`);
      for (const { collection, body } of changed)
        if (CARD_COLLECTIONS.includes(collection) && JSON.stringify(body ?? '').includes(PIN_MARK))
          seen.fail(PROMISE, `a PIN is written down in ${collection}`);
    },
  };
}
