/** The only file that knows pino. Messages carry names of parts and ids of ours, never codes, badges or patrons. */
import { destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Fields that must not be logged even by mistake. */
const PERSONAL = [
  'patron',
  'code',
  'text',
  'badge',
  'courier',
  '*.patron',
  '*.code',
  '*.text',
  '*.badge',
  '*.courier',
];

/** `base` goes into every line: which terminal, or which program. */
export function openLog(level: string, base: object): Log {
  return pino(
    {
      level,
      base,
      redact: { paths: PERSONAL, censor: '[personal]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    // To stderr and at once: the last line before a crash is the one that is needed.
    destination({ fd: 2, sync: true }),
  );
}
