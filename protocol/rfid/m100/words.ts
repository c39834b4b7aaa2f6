/** Numbers of M100, QM100 and R200 modules in words (vendor's command manual, sections 2 to 4). */
import { byteText } from '../../wire/cursor.ts';
import { GEN2_ERRORS } from '../epc.ts';

export const M100 = {
  information: 0x03,
  select: 0x0c,
  poll: 0x22,
  pollMany: 0x27,
  stop: 0x28,
  read: 0x39,
  write: 0x49,
  getPower: 0xb7,
  setPower: 0xb6,
  changeEas: 0xe3,
  /** What a module answers to any command that it could not do. */
  failed: 0xff,
} as const;

export const COMMANDS: ReadonlyMap<number, string> = new Map([
  [M100.information, 'module information'],
  [0x04, 'idle mode'],
  [0x07, 'set region'],
  [0x08, 'get region'],
  [0x0b, 'get select'],
  [M100.select, 'set select'],
  [0x0d, 'get query'],
  [0x0e, 'set query'],
  [0x11, 'set baud rate'],
  [0x12, 'set select mode'],
  [0x17, 'sleep'],
  [0x1d, 'idle sleep time'],
  [M100.poll, 'poll once'],
  [M100.pollMany, 'poll many times'],
  [M100.stop, 'stop polling'],
  [M100.read, 'read'],
  [M100.write, 'write'],
  [0x65, 'kill'],
  [0x82, 'lock'],
  [0xaa, 'get channel'],
  [0xab, 'set channel'],
  [0xad, 'frequency hopping'],
  [M100.setPower, 'set power'],
  [M100.getPower, 'get power'],
  [M100.changeEas, 'change EAS'],
  [0xe4, 'EAS alarm'],
  [M100.failed, 'failed'],
]);

export const REGIONS: ReadonlyMap<number, string> = new Map([
  [0x01, 'China 900 MHz'],
  [0x02, 'America'],
  [0x03, 'Europe'],
  [0x04, 'China 800 MHz'],
  [0x06, 'South Korea'],
]);

/** No tag, or one whose answer had a wrong checksum: the module does not tell these apart. */
export const NO_TAG = 0x15;

const FAILURES: ReadonlyMap<number, string> = new Map([
  [0x09, 'not read: no such tag'],
  [0x0e, 'a parameter is wrong'],
  [0x10, 'not written: no such tag'],
  [0x12, 'not killed: no such tag'],
  [0x13, 'not locked: no such tag'],
  [0x14, 'not locked for ever: no such tag'],
  [NO_TAG, 'no tag'],
  [0x16, 'wrong access password'],
  [0x17, 'the module does not know the command'],
  [0x1b, 'EAS not changed: no such tag'],
  [0x1d, 'no tag is armed'],
  [0x20, 'frequency hopping found no free channel'],
]);
/** From these on a failure carries the tag's own error in its low digit. */
const TAG_FAILURES: ReadonlyMap<number, string> = new Map([
  [0xa0, 'not read'],
  [0xb0, 'not written'],
  [0xc0, 'not locked'],
  [0xd0, 'not killed'],
  [0xe0, 'not locked for ever'],
]);

export function failureText(code: number): string {
  const own = FAILURES.get(code);
  if (own) return own;
  const what = TAG_FAILURES.get(code & 0xf0);
  if (!what) return `error ${byteText(code)}`;
  return `${what}: ${GEN2_ERRORS.get(code & 0x0f) ?? `error ${code & 0x0f} of the tag`}`;
}
