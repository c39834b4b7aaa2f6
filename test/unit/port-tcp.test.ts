/** The TCP port against real servers. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openPort } from '../../controller/port/open-port.ts';
import { openTcpPort } from '../../controller/port/tcp-port.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function serve(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function recorder() {
  const told: string[] = [];
  return {
    told,
    data: (bytes: Uint8Array) => void told.push(`data ${Buffer.from(bytes).toString('latin1')}`),
    closed: (why: string) => void told.push(`closed ${why}`),
  };
}

const soon = (ms = 30) => new Promise((resolve) => setTimeout(resolve, ms));
const until = (told: readonly string[], start: string) =>
  expect.poll(() => told.some((line) => line.startsWith(start))).toBe(true);

test('bytes go both ways', async () => {
  const port = await serve((socket) => socket.pipe(socket));
  const handlers = recorder();
  const open = await openPort(`tcp://127.0.0.1:${port}`, handlers);
  await open.write(Buffer.from('hello'));
  await until(handlers.told, 'data hello');
  await open.close();
});

test('closing here tells closed once, settles again, and refuses writes', async () => {
  const port = await serve(() => {});
  const handlers = recorder();
  const open = await openPort(`tcp://127.0.0.1:${port}`, handlers);
  await open.close();
  await open.close();
  await soon();
  expect(handlers.told).toEqual(['closed closed here']);
  await expect(open.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'port.lost' });
});

test('data that arrives after closing is never delivered', async () => {
  const port = await serve((socket) => setInterval(() => socket.write('late'), 1).unref());
  const handlers = recorder();
  const open = await openPort(`tcp://127.0.0.1:${port}`, handlers);
  await until(handlers.told, 'data');
  await open.close();
  const then = handlers.told.length;
  await soon();
  expect(handlers.told.length).toBe(then);
  expect(handlers.told.at(-1)).toBe('closed closed here');
});

test.each(['end', 'resetAndDestroy'] as const)('a server that goes by %s tells closed once', async (how) => {
  const port = await serve((socket) => setTimeout(() => socket[how](), 10));
  const handlers = recorder();
  const open = await openPort(`tcp://127.0.0.1:${port}`, handlers);
  await until(handlers.told, 'closed');
  await soon();
  expect(handlers.told).toHaveLength(1);
  await expect(open.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'port.lost' });
});

test('a write that closing overtakes is settled', async () => {
  const port = await serve((socket) => socket.pause());
  const open = await openPort(`tcp://127.0.0.1:${port}`, recorder());
  const written = open.write(new Uint8Array(50_000_000));
  const result = expect(written).rejects.toMatchObject({ code: 'port.lost' });
  await open.close();
  await result;
});

test('nobody listening is port.open with advice, and the handlers hear nothing', async () => {
  const port = await serve(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const handlers = recorder();
  await expect(openPort(`tcp://127.0.0.1:${port}`, handlers)).rejects.toMatchObject({
    code: 'port.open',
    message: expect.stringContaining('check that'),
  });
  expect(handlers.told).toEqual([]);
});

test('a silent host ends at the connect limit', async () => {
  // RFC 5737: 192.0.2.0/24 answers nowhere. Where there is no route, the attempt fails at once instead.
  const address = { kind: 'tcp', host: '192.0.2.1', port: 9 } as const;
  const before = performance.now();
  await expect(openTcpPort(address, recorder(), undefined, 50)).rejects.toMatchObject({ code: 'port.open' });
  expect(performance.now() - before).toBeLessThan(1_000);
});

test('an abort settles the opening at once, before and during', async () => {
  const address = { kind: 'tcp', host: '192.0.2.1', port: 9 } as const;
  await expect(openTcpPort(address, recorder(), AbortSignal.abort())).rejects.toMatchObject({
    code: 'port.open',
  });
  const cancel = new AbortController();
  const opening = openTcpPort(address, recorder(), cancel.signal);
  const result = expect(opening).rejects.toMatchObject({ code: 'port.open' });
  cancel.abort();
  await result;
});
