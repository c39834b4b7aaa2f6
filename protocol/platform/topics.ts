/** MQTT topics between one terminal and the platform: `credit-reading/v1/{terminal}/{channel}`. */

const PREFIX = 'credit-reading/v1';
/** Also the MQTT user name and the certificate's common name, so it must need no escaping in a topic. */
export const TERMINAL_ID_PATTERN = '^[a-z0-9][a-z0-9-]{1,31}$';

const TERMINAL_ID = new RegExp(TERMINAL_ID_PATTERN);

export const CHANNELS = {
  journal: { direction: 'up', about: 'entries, QoS 1, strictly by sequence, hash-chained' },
  acknowledged: { direction: 'down', about: 'highest sequence the platform has stored without a gap' },
  state: { direction: 'up', about: 'retained birth, and the last will' },
  telemetry: { direction: 'up', about: 'measurements that may be dropped' },
  command: { direction: 'down', about: 'what the terminal shall do, with an id and an expiry' },
  reply: { direction: 'up', about: 'the answer to each command' },
  ask: { direction: 'up', about: 'what a terminal must know while a person waits' },
  answer: { direction: 'down', about: 'the answer to each question' },
} as const;
export type Channel = keyof typeof CHANNELS;

export function topic(terminal: string, channel: Channel): string {
  return `${PREFIX}/${terminal}/${channel}`;
}

/** The filter that matches one channel of every terminal. */
export function everyTerminal(channel: Channel): string {
  return `${PREFIX}/+/${channel}`;
}

/** Terminal and channel of a topic, or `undefined` for a topic that is not ours. */
export function parseTopic(name: string): { terminal: string; channel: Channel } | undefined {
  const [a, b, terminal, channel, ...rest] = name.split('/');
  if (`${a}/${b}` !== PREFIX || rest.length > 0 || !terminal || !channel) return undefined;
  if (!TERMINAL_ID.test(terminal) || !Object.hasOwn(CHANNELS, channel)) return undefined;
  return { terminal, channel: channel as Channel };
}
