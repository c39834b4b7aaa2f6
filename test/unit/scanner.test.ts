/** The scanner over a real TCP port: codes, half codes, noise, and coming back. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Scanner, type ScannerOptions } from '../../controller/sensing/scanner.ts';

let server: Server;
let sockets: Socket[];
let url: string;
let scanner: Scanner | undefined;
let told: string[];

beforeEach(async () => {
  sockets = [];
  told = [];
  server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket.setNoDelay());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `tcp://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(async () => {
  await scanner?.stop();
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function start(more: Partial<ScannerOptions> = {}): Promise<Scanner> {
  scanner = new Scanner({
    url,
    backoff: { msMin: 1, msMax: 5, stableMs: 10_000 },
    nowMs: () => 42,
    onCode: (text, atMs) => told.push(`code ${text} at ${atMs}`),
    onTrouble: (why) => told.push(`trouble ${why}`),
    onLink: (link) => told.push(`link ${link}`),
    ...more,
  });
  scanner.start();
  await expect.poll(() => scanner?.link).toBe('up');
  await expect.poll(() => sockets.length).toBeGreaterThan(0);
  return scanner;
}
const scan = (text: string) => sockets.at(-1)?.write(text, 'latin1');
const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a code arrives whole, with the time it came, without its AIM identifier', async () => {
  await start();
  scan(']Q31234');
  await soon(30);
  scan('5678\r\n');
  await expect.poll(() => told).toEqual(['link up', 'code 12345678 at 42']);
});

test('the AIM identifier stays where that is wished', async () => {
  await start({ stripAim: false });
  scan(']C1A\r');
  await expect.poll(() => told).toContain('code ]C1A at 42');
});

test('half a code is discarded after 200 ms, said aloud without the code, and the next one is whole', async () => {
  await start();
  scan('1234');
  await expect.poll(() => told.at(-1)).toBe('trouble half a code, 4 characters: no further byte for 200 ms');
  scan('87654321\r');
  await expect.poll(() => told.at(-1)).toBe('code 87654321 at 42');
});

test('noise is reported and costs no later code', async () => {
  await start();
  scan('\xff\x00\xfe');
  await expect.poll(() => told.at(-1)).toContain('trouble bytes that are not printable');
  await soon(250);
  scan('A1\r');
  await expect.poll(() => told.at(-1)).toBe('code A1 at 42');
});

test('unplugged in the middle of a code: the half is discarded, the link comes back by itself', async () => {
  await start();
  scan('1234');
  await soon(30);
  sockets.at(-1)?.destroy();
  await expect
    .poll(() => told.slice(-3))
    .toEqual(['trouble half a code, 4 characters: the scanner was disconnected', 'link down', 'link up']);
  await expect.poll(() => sockets.length).toBe(2);
  scan('5678\r');
  await expect.poll(() => told.at(-1)).toBe('code 5678 at 42');
});

test('a stopped scanner is silent and down', async () => {
  const stopped = await start();
  await stopped.stop();
  expect(stopped.link).toBe('down');
  expect(told).toEqual(['link up', 'link down']);
});
