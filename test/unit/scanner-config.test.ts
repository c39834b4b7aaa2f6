/** The scanner's part of the configuration: what the port tells, what must be said, and how errors say it. */
import { expect, test } from 'vitest';
import { parseConfig } from '../../controller/config.ts';
import { scannerChannel } from '../../controller/sensing/scanner-channel.ts';

const read = (scanner: string) =>
  parseConfig(
    `terminal: demo
data: ./data
boardPorts: [ "tcp://127.0.0.1:4000" ]
boards: [ { serialNumber: CR000001, compartments: [ { name: A01, size: small } ] } ]
scanner: ${scanner}
`,
    '/etc/credit-reading/terminal.yaml',
  ).scanner;

test.each([
  ['{ port: "serial:/dev/ttyACM0?baud=9600" }', { mode: 'lines' }],
  ['{ port: "tcp://127.0.0.1:4001", mode: lines, stripAim: false }', { mode: 'lines' }],
  ['{ port: "hid:0c2e:0b61?usagePage=8c" }', { mode: 'pos', layout: 'aim' }],
  ['{ port: "hid:1eab:1d10?usagePage=8c", make: newland }', { mode: 'pos', layout: 'plain' }],
  ['{ port: "hid:1eab:1d10", mode: pos, layout: aim }', { mode: 'pos', layout: 'aim' }],
  ['{ port: "hid:05e0:1300", mode: pos, layout: plain }', { mode: 'pos', layout: 'plain' }],
  ['{ port: "hid:05e0:1300?usagePage=1", codes: [codabar14, startStop] }', { mode: 'keyboard' }],
  ['{ port: "hid:05e0:1300", mode: keyboard }', { mode: 'keyboard' }],
])('%s', (text, channel) => {
  const scanner = read(text);
  expect(scanner && scannerChannel(scanner)).toEqual(channel);
});

test.each([
  ['{ port: "hid:0c2e:0b61" }', 'scanner.mode: is missing; allowed: pos or keyboard; or add usagePage=8c'],
  [
    '{ port: "hid:05e0:1300", mode: pos }',
    'scanner.layout: is missing; allowed: aim or plain; that of vendor 05e0',
  ],
  [
    '{ port: "hid:0c2e:0b61", mode: lines }',
    'scanner.mode (line 5): found "lines"; allowed: pos or keyboard, since hid',
  ],
  [
    '{ port: "tcp://h:1", mode: pos }',
    'scanner.mode (line 5): found "pos"; allowed: lines, since tcp: carries no',
  ],
  ['{ port: "tcp://h:1", layout: aim }', 'scanner.layout (line 5): does not belong to mode lines'],
  [
    '{ port: "hid:0c2e:0b61", mode: keyboard, layout: aim }',
    'scanner.layout (line 5): does not belong to mode key',
  ],
  ['{ port: "hid:0c2e" }', 'scanner.port (line 5): port "hid:0c2e": the rest is not VENDOR:PRODUCT'],
  ['{ prt: "hid:0c2e:0b61" }', 'scanner.prt (line 5): is not known; did you mean "port"?'],
  ['{ mode: pos }', 'scanner.port: is missing; allowed: a port such as serial:'],
  [
    '{ port: "tcp://h:1", mode: wedge }',
    'scanner.mode (line 5): found "wedge"; allowed: lines, pos or keyboard',
  ],
  [
    '{ port: "tcp://h:1", make: zebra }',
    'scanner.make (line 5): found "zebra"; allowed: honeywell or newland',
  ],
  [
    '{ port: "tcp://h:1", codes: [luhn] }',
    'scanner.codes[0] (line 5): found "luhn"; allowed: startStop, codabar14',
  ],
  [
    '{ port: "tcp://h:1", codes: [isbn13, isbn13] }',
    'scanner.codes (line 5): found a list of 2; allowed: any of',
  ],
  ['{ port: "tcp://h:1", stripAim: 1 }', 'scanner.stripAim (line 5): found 1; allowed: true or false'],
  ['{ port: "tcp://127.0.0.1:4000" }', 'port tcp://127.0.0.1:4000 is already at scanner.port'],
])('%s', (text, part) => {
  expect(() => read(text)).toThrow(part);
});
