/** Promise 8: neither a patron's reference nor a title is in the log, in telemetry or in the state that is published. */
import type { Check } from '../seen.ts';
import { PATRON_MARK, TITLE_MARK } from '../world/items.ts';
import type { World } from '../world/world.ts';

const PROMISE = '8 personal data';
const QUIET = ['telemetry', 'state', 'acknowledged'];

export function privacy({ seen }: World): Check {
  const personal = (text: string) => text.includes(PATRON_MARK) || text.includes(TITLE_MARK);
  return {
    logged: (line) => {
      if (personal(line)) seen.fail(PROMISE, `the log says: ${line}`);
    },
    published: (topic, payload) => {
      const channel = topic.slice(topic.lastIndexOf('/') + 1);
      if (QUIET.includes(channel) && personal(payload)) seen.fail(PROMISE, `${channel} says: ${payload}`);
    },
  };
}
