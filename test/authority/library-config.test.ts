/** The library in the configuration: what the authority gets from it, and what no error shows. */
import { expect, test } from 'vitest';
import { SIP2_PEER } from '../../controller/authority/sip2-settings.ts';
import { librarySettings } from '../../controller/config/library.ts';
import { parseConfig } from '../../controller/config.ts';
import { TerminalError } from '../../controller/error.ts';

const GOOD = `terminal: demo
data: ./data
boardPorts: [ "tcp://127.0.0.1:4000" ]
boards: [ { serialNumber: CR000001, compartments: [ { name: A01, size: small } ] } ]
`;
const FILE = '/etc/credit-reading/terminal.yaml';
const settings = (yaml: string) => librarySettings(parseConfig(`${GOOD}${yaml}`, FILE).library);

function errorOf(yaml: string): string {
  try {
    settings(yaml);
  } catch (error) {
    if (error instanceof TerminalError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

test('a terminal may have none', () => {
  expect(settings('')).toBeUndefined();
});

test('an address is enough', () => {
  expect(settings('library: { url: "tcp://127.0.0.1:6001" }')).toEqual({
    url: 'tcp://127.0.0.1:6001',
    loanDays: 30,
    peer: {},
  });
});

test('everything that a library needs may be told', () => {
  const yaml = `library:
  url: tls://library.example:6002?ca=/etc/credit-reading/library.pem
  login: { user: village-017, password: "0077", location: LQ }
  institutionId: LQ
  terminalPassword: "42"
  currentLocation: village-017
  loanDays: 14
  peer: { checksum: utf16, encoding: gb18030, escape: none, sequence: ignore, resend: repeat, lfEnds: true, dates: utc }
`;
  const { peer, ...rest } = settings(yaml) ?? {};
  expect(rest).toEqual({
    url: 'tls://library.example:6002?ca=/etc/credit-reading/library.pem',
    login: { userId: 'village-017', password: '0077', location: 'LQ' },
    institutionId: 'LQ',
    terminalPassword: '42',
    currentLocation: 'village-017',
    loanDays: 14,
  });
  expect(Object.keys(peer ?? {}).sort()).toEqual(Object.keys(SIP2_PEER).sort());
});

test.each([
  ['url: "serial:/dev/ttyS0"', 'library.url', 'tcp:// or tls://'],
  ['url: "tcp://library"', 'library.url', 'the port number is missing'],
  ['url: "tls://l:6002?ca=library.pem"', 'library.url', 'is not a full path'],
  ['login: { user: a, password: b }', 'library.url', 'is missing'],
  ['url: "tcp://l:6001", loanDays: 0', 'library.loanDays', '1 to 365'],
  ['url: "tcp://l:6001", peer: { encoding: gbk }', 'library.peer.encoding', 'gb18030'],
  ['url: "tcp://l:6001", peer: { checksum: dp2 }', 'library.peer.checksum', 'as dp2 counts'],
  ['url: "tcp://l:6001", institutonId: LQ', 'library.institutonId', 'did you mean "institutionId"'],
  ['url: "tcp://l:6001", institutionId: "a\\rb"', 'library.institutionId', 'the library’s id'],
])('%s: %s', (yaml, field, what) => {
  const message = errorOf(`library: { ${yaml} }`);
  expect(message).toContain(field);
  expect(message).toContain(what);
});

test.each([
  'login: { user: a, password: 99887766 }',
  'login: { user: a, password: [ 99887766 ] }',
  'login: "a:99887766"',
  'terminalPassword: 99887766',
  'terminalPassword: "99887766\\r"',
])('no error shows a secret: %s', (yaml) => {
  const message = errorOf(`library: { url: "tcp://l:6001", ${yaml} }`);
  expect(message).toContain('library.');
  expect(message).not.toContain('99887766');
});
