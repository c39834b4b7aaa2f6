/** The configuration: what it fills in, and how it says what is wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../controller/config.ts';
import { TerminalError } from '../../controller/error.ts';

const GOOD = `terminal: demo
data: ./data
boardPorts: [ "tcp://127.0.0.1:4000" ]
boards:
  - serialNumber: CR000001
    compartments: [ { name: A01, size: small }, { name: A02, size: large } ]
`;
const FILE = '/etc/credit-reading/terminal.yaml';

function errorOf(text: string): TerminalError {
  try {
    parseConfig(text, FILE);
  } catch (error) {
    if (error instanceof TerminalError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

test('defaults are filled in and paths start from the folder of the file', () => {
  const config = parseConfig(`${GOOD}platform: { broker: "mqtts://b:8883", ca: ca.pem }\n`, FILE);
  expect(config).toEqual({
    terminal: 'demo',
    data: '/etc/credit-reading/data',
    platform: { broker: 'mqtts://b:8883', ca: '/etc/credit-reading/ca.pem' },
    kiosk: { host: '127.0.0.1', port: 8080, language: 'zh' },
    boardPorts: ['tcp://127.0.0.1:4000'],
    boards: [
      {
        serialNumber: 'CR000001',
        compartments: [
          { name: 'A01', size: 'small', use: 'any', reach: 'high' },
          { name: 'A02', size: 'large', use: 'any', reach: 'high' },
        ],
      },
    ],
    times: {
      pulseMs: 200,
      openWaitMs: 2_000,
      debounceMs: 20,
      hostSilentMs: 3_000,
      leftOpenMs: 180_000,
      courierIdleMs: 300_000,
      returnIdleMs: 60_000,
      visitIdleMs: 90_000,
      askMs: 8_000,
      checkMs: 10_000,
      noticeMs: 8_000,
    },
    readers: [],
    tags: {},
    lockBoards: [],
    log: { level: 'info' },
  });
});

test('two configurations do not share their defaults', () => {
  const first = parseConfig(GOOD, FILE);
  (first.times as { pulseMs: number }).pulseMs = 1;
  expect(parseConfig(GOOD, FILE).times.pulseMs).toBe(200);
});

test('given values stay, a scanner and kiosk port 0 too', () => {
  const config = parseConfig(
    `${GOOD}scanner: { port: tcp://127.0.0.1:4001 }\nkiosk: { port: 0, language: en }\ntimes: { pulseMs: 300 }\n`,
    FILE,
  );
  expect(config.scanner).toEqual({ port: 'tcp://127.0.0.1:4001' });
  expect(config.kiosk).toEqual({ host: '127.0.0.1', port: 0, language: 'en' });
  expect(config.times).toMatchObject({ pulseMs: 300, openWaitMs: 2_000 });
});

test('a file that is not there says where it was sought', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-'));
  await expect(loadConfig(join(folder, 'no.yaml'))).rejects.toMatchObject({
    code: 'config.missing',
    message: expect.stringContaining(join(folder, 'no.yaml')),
  });
  await expect(loadConfig(folder)).rejects.toMatchObject({ code: 'config.missing' });
  await writeFile(join(folder, 'yes.yaml'), GOOD);
  expect((await loadConfig(join(folder, 'yes.yaml'))).data).toBe(join(folder, 'data'));
  await rm(folder, { recursive: true });
});

test.each([
  ['terminal: demo\n  data: x\n', 'line 1, column 11'],
  ['boards: [1\n', 'line '],
  [`${GOOD}terminal: twice\n`, 'line 7, column 1'],
  ['terminal: *nobody\n', 'alias'],
])('syntax: %j', (text, part) => {
  expect(errorOf(text)).toMatchObject({ code: 'config.syntax', message: expect.stringContaining(part) });
});

test.each([
  ['', 'terminal: is missing; allowed: 2 to 32 of a-z'],
  ['- a list\n', 'the file (line 1): found a list of 1'],
  [GOOD.replace('demo', 'Demo!'), 'terminal (line 1): found "Demo!"; allowed: 2 to 32'],
  [GOOD.replace('data:', 'dta:'), 'dta (line 2): is not known; did you mean "data"?'],
  [
    GOOD.replace('small', 'tiny'),
    'boards[0].compartments[0].size (line 6): found "tiny"; allowed: small, medium or large',
  ],
  [GOOD.replace('name: A01', 'name: door 1'), 'boards[0].compartments[0].name (line 6): found "door 1"'],
  [
    GOOD.replace('A02', 'A01'),
    'boards[0].compartments[1].name (line 6): compartment A01 is already at boards[0].comp',
  ],
  [
    GOOD.replace('tcp://127.0.0.1:4000', 'tcp://127.0.0.1'),
    'boardPorts[0] (line 3): port "tcp://127.0.0.1": the port',
  ],
  [
    `${GOOD}scanner: { port: "tcp://127.0.0.1:4000" }\n`,
    'boardPorts[0] (line 3): port tcp://127.0.0.1:4000 is already',
  ],
  [`${GOOD}scanner:\n`, 'scanner (line 7): found nothing; allowed: a group of port'],
  [
    `${GOOD}times: { pulseMs: 501 }\n`,
    'times.pulseMs (line 7): found 501; allowed: whole milliseconds from 20 to 500',
  ],
  [`${GOOD}times: { pulseMs: 19 }\n`, 'times.pulseMs (line 7): found 19'],
  [`${GOOD}times: { pulse: 100 }\n`, 'times.pulse (line 7): is not known; did you mean "pulseMs"?'],
  [`${GOOD}times: { xyzzy: 100 }\n`, 'times.xyzzy (line 7): is not known; allowed: pulseMs, '],
  [
    `${GOOD}kiosk: { port: "8080" }\n`,
    'kiosk.port (line 7): found "8080"; allowed: a port from 0 (any) to 65535',
  ],
  [`${GOOD}kiosk: { language: fr }\n`, 'kiosk.language (line 7): found "fr"; allowed: zh or en'],
  [
    `${GOOD}platform: { broker: "http://b" }\n`,
    'platform.broker (line 7): found "http://b"; allowed: a broker such',
  ],
  [
    `${GOOD}platform: { broker: "mqtts://b", cert: c.pem }\n`,
    'platform.key: is missing; cert and key belong together',
  ],
  [GOOD.replace(/boardPorts.*\n/, ''), 'boardPorts: is missing; allowed: the ports that may carry a board'],
  [
    `${GOOD}  - { serialNumber: CR000001, compartments: [ { name: B01, size: small } ] }\n`,
    'boards[1].serialNumber (line 7): serial number CR000001 is already at boards[0]',
  ],
  [`${GOOD}log: { level: loud }\n`, 'log.level (line 7): found "loud"; allowed: trace, '],
  [GOOD.replace(/\[ { .* \]/, '[]'), 'boards[0].compartments (line 6): found a list of 0; allowed: 1 to 16'],
  [GOOD.replace('CR000001', 'CR0000012'), 'boards[0].serialNumber (line 5): found "CR0000012"'],
])('field: %j', (text, part) => {
  expect(errorOf(text)).toMatchObject({ code: 'config.field', message: expect.stringContaining(part) });
});

test('an unknown field is told before the one that is missing because of it', () => {
  const { message } = errorOf(GOOD.replace('boards:', 'bords:'));
  expect(message.indexOf('bords')).toBeLessThan(message.indexOf('boards: is missing'));
});

test('a password never stands in an error', () => {
  expect(errorOf(`${GOOD}platform: { broker: "mqtt://b", password: 99887766 }\n`).message).not.toContain(
    '99887766',
  );
});
