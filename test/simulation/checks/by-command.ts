/** Promise 9: "open for me" is for somebody who stands there now; a clock that is not trusted cannot tell, and opens nothing. */
import type { Answered } from '../../../controller/lending/state.ts';
import type { JournalEvent } from '../../../protocol/platform/journal-event.ts';
import type { Check } from '../seen.ts';
import type { World } from '../world/world.ts';
import { untrusted } from './unset-clock.ts';

const PROMISE = '9 clock';

export function byCommand(world: World): Check {
  const { seen } = world;
  const opens = new Map<string, string>();
  const judge = (command: string, asked: JournalEvent | undefined, expires: string) => {
    seen.count('openedForMe');
    if (!asked) seen.fail(PROMISE, `the command ${command} is done, and no door was asked for`);
    else if (untrusted(world) || asked.clock === 'untrusted')
      seen.fail(PROMISE, `the command ${command} opens a door by an untrusted clock`);
    else if (Date.parse(asked.time ?? '') > Date.parse(expires))
      seen.fail(PROMISE, `the command ${command} opens a door, and had expired`);
  };
  return {
    published: (topic, payload) => {
      if (!topic.endsWith('/command')) return;
      const { id, expires, action } = JSON.parse(payload) as {
        id: string;
        expires: string;
        action: { kind: string };
      };
      if (action.kind === 'openFor') opens.set(id, expires);
    },
    batch: ({ entries, changed }) => {
      const done = changed.filter(
        ({ collection, key, body }) =>
          collection === 'answered' && opens.has(key) && (body as Answered | undefined)?.outcome === 'done',
      );
      const asked = entries.find(({ event }) => event.data.kind === 'unlockRequested')?.event;
      for (const { key } of done) {
        judge(key, asked, opens.get(key) ?? '');
        opens.delete(key);
      }
    },
  };
}
