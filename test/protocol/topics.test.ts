import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHANNELS, type Channel, parseTopic, topic } from '../../protocol/platform/topics.ts';

const channel = fc.constantFrom(...(Object.keys(CHANNELS) as Channel[]));
const terminal = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,31}$/);

test('a topic is read as it was made', () => {
  fc.assert(
    fc.property(terminal, channel, (id, name) => {
      expect(parseTopic(topic(id, name))).toEqual({ terminal: id, channel: name });
    }),
  );
});

test.each([
  'credit-reading/v1/demo/toString',
  'credit-reading/v1/demo/__proto__',
  'credit-reading/v1/demo/journal/more',
  'credit-reading/v1/NOT A TERMINAL/journal',
  'credit-reading/v2/demo/journal',
  'credit-reading/v1//journal',
  'credit-reading/v1/demo',
  '',
])('%j is none of ours', (name) => {
  expect(parseTopic(name)).toBeUndefined();
});
