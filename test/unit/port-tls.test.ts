/** The TLS port against real TLS servers with certificates of their own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPort } from '../../controller/port/open-port.ts';
import { openTlsPort } from '../../controller/port/tls-port.ts';
import { selfSigned } from './self-signed.ts';

const NAME = 'library.test';
const ours = selfSigned(NAME);
let folder: string;
let ca: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  ca = join(folder, 'ca.pem');
  await writeFile(ca, ours.cert);
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true });
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A server that says everything back. */
const echo = (identity = ours) =>
  listen(
    createServer(identity, (socket) => {
      socket.on('error', () => {});
      socket.pipe(socket);
    }),
  );

function recorder() {
  const told: string[] = [];
  return {
    told,
    data: (bytes: Uint8Array) => void told.push(`data ${Buffer.from(bytes).toString('latin1')}`),
    closed: (why: string) => void told.push(`closed ${why}`),
  };
}

test('bytes go both ways, and closing tells closed once', async () => {
  const handlers = recorder();
  const url = `tls://127.0.0.1:${await echo()}?ca=${ca}&name=${NAME}`;
  const port = await openPort(url, handlers);
  await port.write(Buffer.from('hello'));
  await expect.poll(() => handlers.told).toEqual(['data hello']);
  await port.close();
  await expect(port.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'port.lost' });
  expect(handlers.told).toEqual(['data hello', 'closed closed here']);
});

test('a server that ends is told', async () => {
  const port = await listen(createServer(ours, (socket) => void socket.end('bye')));
  const handlers = recorder();
  await openPort(`tls://127.0.0.1:${port}?ca=${ca}&name=${NAME}`, handlers);
  await expect.poll(() => handlers.told).toEqual(['data bye', 'closed the other side closed the connection']);
});

test.each([
  ['of another authority', async () => `${await echo(selfSigned(NAME))}?ca=${ca}&name=${NAME}`],
  ['with another name', async () => `${await echo()}?ca=${ca}&name=other.test`],
  ['without a name, for an address', async () => `${await echo()}?ca=${ca}`],
  ['of no authority that the system knows', async () => `${await echo()}?name=${NAME}`],
])('a certificate %s is not believed', async (_what, where) => {
  const handlers = recorder();
  await expect(openPort(`tls://127.0.0.1:${await where()}`, handlers)).rejects.toMatchObject({
    code: 'port.open',
    message: expect.stringContaining('certificate'),
  });
  expect(handlers.told).toEqual([]);
});

test('a server that does not speak TLS ends at the limit', async () => {
  const port = await listen(createTcpServer((socket) => void socket.on('error', () => {})));
  const address = { kind: 'tls', host: '127.0.0.1', port } as const;
  await expect(openTlsPort(address, recorder(), undefined, 50)).rejects.toMatchObject({
    code: 'port.open',
    message: expect.stringContaining('nothing after 50 ms'),
  });
});

test('a certificate file that is not there is told', async () => {
  const url = `tls://127.0.0.1:${await echo()}?ca=${folder}/none.pem`;
  await expect(openPort(url, recorder())).rejects.toMatchObject({
    code: 'port.open',
    message: expect.stringContaining('none.pem'),
  });
});

test('an abort settles the opening at once', async () => {
  const port = await listen(createTcpServer((socket) => void socket.on('error', () => {})));
  const cancel = new AbortController();
  const address = { kind: 'tls', host: '127.0.0.1', port } as const;
  const opening = openTlsPort(address, recorder(), cancel.signal);
  const result = expect(opening).rejects.toMatchObject({ code: 'port.open' });
  cancel.abort();
  await result;
});
