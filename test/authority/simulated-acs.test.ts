/** The simulated library's server, byte by byte: what real ones were seen to do to clients less careful than ours. */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import { SimulatedAcs } from '../../simulator/library/acs.ts';
import type { Quirks } from '../../simulator/library/quirks.ts';
import { BOOK, LIMIT_MS, library, PATRON } from './sip2-bench.ts';

const LOGIN = '9300CNterminal|COpin|';
const DATE = '20260304    100506';

let acs: SimulatedAcs;
const sockets: Socket[] = [];

beforeEach(() => serve({}));
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await acs.close();
});

async function serve(quirks: Partial<Quirks>): Promise<void> {
  await acs?.close();
  acs = new SimulatedAcs(library(), { userId: 'terminal', password: 'pin' }, quirks);
}

/** A client that says what it is told to, and hears everything. */
async function client() {
  const socket = connect({ port: await acs.listen(), host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let heard = '';
  let ended = false;
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  socket.on('error', () => {});
  socket.on('end', () => {
    ended = true;
  });
  socket.on('close', () => {
    ended = true;
  });
  return {
    socket,
    say: (text: string) => socket.write(text),
    heard: async (expected: string | RegExp) => {
      const fits = () => (typeof expected === 'string' ? heard === expected : expected.test(heard));
      await waitFor(String(expected), LIMIT_MS, async () => fits());
      heard = '';
    },
    ended: () => waitFor('the end', LIMIT_MS, async () => ended),
    get open() {
      return !ended;
    },
  };
}

test('answers without AY and AZ to a client that sends none, and with them to one that does', async () => {
  const { say, heard } = await client();
  say(`${LOGIN}\r`);
  await heard('941\r');
  say('9900002.00AY5AZFCA4\r');
  await heard(/^98YYYYNY050005.*AY5AZ[0-9A-F]{4}\r$/);
});

test('a login that is refused is answered 940, and the connection ends', async () => {
  const { say, heard, ended } = await client();
  say('9300CNterminal|COwrong|\r');
  await heard('940\r');
  await ended();
});

test('before the login a bad checksum is answered 96, and the connection ends', async () => {
  const { say, heard, ended } = await client();
  say(`${LOGIN}AY0AZ0000\r`);
  await heard('96AZFEF6\r');
  await ended();
});

test('97 as the very first message is answered 96; later it brings the last answer, without AY', async () => {
  const { say, heard } = await client();
  say('97AZFEF5\r');
  await heard('96AZFEF6\r');
  say(`${LOGIN}\r`);
  await heard('941\r');
  say('97AZFEF5\r');
  await heard('941AZFEC7\r');
  say('97\r');
  await heard('941\r');
});

test('an unknown message, or one before the login, ends the connection without a 96', async () => {
  for (const text of ['55whatever\r', `17${DATE}AO|AB${BOOK}|AC|\r`]) {
    await serve({});
    const { say, ended, heard } = await client();
    say(text);
    await ended();
    await heard('');
  }
});

test('AC and AD that are missing are answered 96', async () => {
  const { say, heard } = await client();
  say(`${LOGIN}\r`);
  await heard('941\r');
  say(`23000${DATE}AO|AA${PATRON}|\r`);
  await heard('96\r');
});

test('after a FIN the server keeps its half open', async () => {
  const { socket, say, heard, ...rest } = await client();
  say(`${LOGIN}\r`);
  await heard('941\r');
  socket.end();
  await waitFor('left', LIMIT_MS, async () => acs.log.includes('left'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(rest.open).toBe(true);
});
