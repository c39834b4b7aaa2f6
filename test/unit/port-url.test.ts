/** Port URLs: what is taken, and which part an error names. */
import { expect, test } from 'vitest';
import { parsePortUrl } from '../../controller/port/port-url.ts';

test('a serial URL takes its settings and fills in the rest', () => {
  expect(parsePortUrl('serial:/dev/serial/by-id/usb-FTDI_A1-if00?baud=38400&parity=even')).toEqual({
    kind: 'serial',
    path: '/dev/serial/by-id/usb-FTDI_A1-if00',
    baud: 38_400,
    parity: 'even',
    dataBits: 8,
    stopBits: 1,
  });
  expect(parsePortUrl('serial:/dev/ttyUSB0')).toMatchObject({ baud: 115_200, parity: 'none' });
});

test('a TCP URL takes names, IPv4 and IPv6', () => {
  expect(parsePortUrl('tcp://127.0.0.1:4000')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 4000 });
  expect(parsePortUrl('tcp://serial-server.local:4001')).toMatchObject({ host: 'serial-server.local' });
  expect(parsePortUrl('tcp://[::1]:4000')).toMatchObject({ host: '::1', port: 4000 });
});

test('a TLS URL takes what TCP takes, an authority and a name', () => {
  expect(parsePortUrl('tls://library.local:6002')).toEqual({
    kind: 'tls',
    host: 'library.local',
    port: 6002,
  });
  expect(parsePortUrl('tls://[::1]:6002?ca=/etc/ca.pem&name=library.local')).toEqual({
    kind: 'tls',
    host: '::1',
    port: 6002,
    ca: '/etc/ca.pem',
    name: 'library.local',
  });
});

test.each([
  ['/dev/ttyUSB0', 'the scheme'],
  ['', 'the scheme'],
  ['http://x:1', 'the scheme "http:"'],
  ['tcp://127.0.0.1', 'the port number is missing'],
  ['tcp://:4000', 'the host'],
  ['tcp:127.0.0.1:4000', 'the address'],
  ['tcp://user@host:1', 'the port number is missing'],
  ['tcp://host:0', 'the port number "0"'],
  ['tcp://host:65536', 'the port number "65536"'],
  ['tcp://host:1/path', 'the rest "/path"'],
  ['tls://host', 'the port number is missing'],
  ['tls://host:1/path', 'the rest "/path"'],
  ['tls://host:1?cert=/x', 'the setting "cert"'],
  ['tls://host:1?ca=x.pem', 'ca "x.pem"'],
  ['serial:ttyUSB0', 'the path "ttyUSB0"'],
  ['serial://dev/ttyUSB0', 'the path'],
  ['serial:/dev/ttyUSB0?baud=fast', 'baud "fast"'],
  ['serial:/dev/ttyUSB0?baud=0', 'baud "0"'],
  ['serial:/dev/ttyUSB0?parity=evne', 'parity "evne"'],
  ['serial:/dev/ttyUSB0?stopBits=3', 'stopBits "3"'],
  ['serial:/dev/ttyUSB0?bauds=9600', 'the setting "bauds"'],
  ['hid:05e0', 'the rest'],
  ['hid:05e0:130', 'the rest'],
  ['hid:05e0:1300?serail=1', 'the setting "serail"'],
  ['hid:05e0:1300?usagePage=xy', 'usagePage "xy"'],
])('%s is refused and the error names the part', (url, part) => {
  let error: unknown;
  try {
    parsePortUrl(url);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    code: 'port.url',
    message: expect.stringContaining(`port "${url}": ${part}`),
  });
  expect((error as Error).message).toContain('write it like');
});
