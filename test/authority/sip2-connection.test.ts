/** The SIP2 client’s login, answers and connection, whatever goes wrong with them, over real TCP. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import type { AnswerFault } from '../../simulator/library/quirks.ts';
import { selfSigned } from '../unit/self-signed.ts';
import { BOOK, keptBenches, LIMIT_MS, OTHER, PATRON, PIN, SECOND } from './sip2-bench.ts';

const { up, start } = keptBenches();
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Silences end soon. */
const BRISK = { limits: { answerMs: 100, loginMs: 400 } };

const lend = { patronId: PATRON, pin: PIN, itemId: BOOK };

describe('the login', () => {
  test('comes first: a server that is asked for its status before closes the connection', async () => {
    const bench = await start({}, { login: undefined });
    await waitFor('closed', LIMIT_MS, async () => bench.connections > 1);
    expect(bench.codes[0]).toBe('99');
    expect(bench.client.link).toBe('down');
  });

  test('is left out where there is no account', async () => {
    const { client, acs } = await up({ statusBeforeLogin: true }, { login: undefined });
    expect(acs.log).toEqual(['connected', '990']);
    expect(client.link).toBe('up');
  });

  test('that is refused is told, and the server is left alone for a while', async () => {
    const bench = await start({}, { login: { userId: 'terminal', password: 'Xy_secret_2' } });
    await waitFor('trouble', LIMIT_MS, async () => bench.troubles.length > 0);
    expect(bench.troubles[0]).toMatchObject({
      code: 'library.refusedLogin',
      message: expect.stringContaining('check the account'),
    });
    expect(bench.troubles[0]?.message).not.toContain('secret');
    await rest(150);
    expect(bench.connections).toBe(1);
    await waitFor('the next attempt', LIMIT_MS, async () => bench.connections === 2);
    expect(bench.troubles).toHaveLength(1);
  });

  test('that a busy server does not answer ends by its limit, and succeeds when the other client leaves', async () => {
    const bench = await up({ workers: 1 });
    const second = bench.another({ limits: { loginMs: 150 } });
    second.client.start();
    await waitFor('given up', LIMIT_MS, async () => second.troubles.length > 0);
    expect(second.troubles[0]).toMatchObject({ code: 'library.timeout' });
    expect(bench.codes).toEqual(['93', '99']);
    await bench.client.stop();
    await second.until('up');
    await second.client.stop();
  });
});

describe('an answer', () => {
  test.each(['badChecksum', 'cut', 'never', 'late', 'slow', 'doubled', 'echoed', 'askAgain'] as const)(
    'that is %s once: the loan is made once, and told',
    async (fault) => {
      for (const quirks of [{}, { remembersSequence: true }]) {
        const bench = await up(quirks, BRISK);
        bench.acs.fail('none', fault);
        expect(await bench.client.checkout(lend)).toMatchObject({ answer: { ok: true, itemId: BOOK } });
        expect(await bench.client.item(SECOND)).toMatchObject({ itemId: SECOND });
        expect(bench.acs.collection.effects).toEqual([`checkout ${BOOK} to ${PATRON}`]);
        expect(bench.connections).toBe(1);
      }
    },
  );

  test('that is broken is asked for with 97; one that the server asks for is sent again with its number', async () => {
    const bench = await up();
    bench.acs.fail('badChecksum', 'askAgain');
    await bench.client.item(BOOK);
    await bench.client.item(BOOK);
    expect(bench.acs.log.slice(3)).toEqual(['172', '97', '173', '173']);
  });

  test('that is silent is asked for by the same message where the server knows it again', async () => {
    const bench = await up({ remembersSequence: true }, { ...BRISK, peer: { resend: 'repeat' } });
    bench.acs.fail('none', 'never');
    expect(await bench.client.checkout(lend)).toMatchObject({ answer: { ok: true } });
    expect(bench.acs.log.slice(3)).toEqual(['632', '113', '113']);
    expect(bench.acs.collection.effects).toHaveLength(1);
  });

  test.each([
    ['never', 'library.timeout'],
    ['cut', 'library.timeout'],
    ['badChecksum', 'library.answer'],
    ['askAgain', 'library.answer'],
  ] as const)('that is %s each time ends by %s, and a new connection is made', async (fault, code) => {
    const bench = await up({}, BRISK);
    bench.acs.fail(fault, fault, fault);
    await expect(bench.client.patron(PATRON, PIN)).rejects.toMatchObject({ code });
    await waitFor('a new connection', LIMIT_MS, async () => bench.connections === 2);
    await bench.until('up');
    expect(bench.links).toEqual(['up', 'down', 'up']);
    expect(await bench.client.item(BOOK)).toMatchObject({ itemId: BOOK });
  });

  test('is not asked for a second time where the server cannot be', async () => {
    const bench = await up({}, { ...BRISK, peer: { resend: 'none' } });
    bench.acs.fail('never');
    await expect(bench.client.item(BOOK)).rejects.toMatchObject({ code: 'library.timeout' });
    expect(bench.codes).toEqual(['93', '99', '17']);
  });

  test('that a lost connection took is not known to have happened', async () => {
    const bench = await up();
    bench.acs.fail('none', 'drop');
    await expect(bench.client.checkout(lend)).rejects.toMatchObject({ code: 'library.timeout' });
    expect(bench.acs.collection.effects).toHaveLength(1);
    await bench.until('up');
  });

  test('that comes twice, without sequence numbers, does not answer the next request', async () => {
    const { client, acs } = await up({ checksum: 'none' }, { peer: { checksum: 'off' } });
    acs.fail('doubled', 'doubled', 'doubled');
    expect(await client.patron(PATRON, PIN)).toMatchObject({ patronId: PATRON });
    expect(await client.patron(OTHER, '0000')).toMatchObject({ patronId: OTHER });
    expect(await client.item(BOOK)).toMatchObject({ itemId: BOOK });
    expect(await client.item(SECOND)).toMatchObject({ itemId: SECOND });
    expect(client.counts.unasked).toBeGreaterThan(0);
  });

  test.each([{ checksum: 'none' }, { checksum: 'good' }] as const)(
    'that comes once more, later, does not answer the next request ($checksum)',
    async (quirks) => {
      const checksum = quirks.checksum === 'none' ? 'off' : 'strict';
      const { client, acs } = await up(quirks, { peer: { checksum }, limits: { answerMs: 1_000 } });
      acs.fail('echoed', 'late', 'echoed', 'late');
      expect(await client.patron(PATRON, PIN)).toMatchObject({ patronId: PATRON });
      expect(await client.patron(OTHER, '0000')).toMatchObject({ patronId: OTHER });
      expect(await client.item(BOOK)).toMatchObject({ itemId: BOOK });
      expect(await client.item(SECOND)).toMatchObject({ itemId: SECOND });
      expect(client.counts).toEqual({ unasked: 2, bad: 0, checksumsWrong: 0 });
    },
  );

  test('in two halves, without checksums, is not taken as one and a half', async () => {
    const { client, acs } = await up({ checksum: 'none' }, { ...BRISK, peer: { checksum: 'off' } });
    acs.fail('cut');
    expect((await client.item(BOOK)).titleId).toBe('红楼梦 | Dream of the Red Chamber');
  });

  test('of any kind, in any order: each request ends, and by its own answer', async () => {
    const faults: (AnswerFault | 'none')[] = [
      'none',
      'cut',
      'slow',
      'doubled',
      'late',
      'never',
      'badChecksum',
    ];
    faults.push('doubled', 'askAgain', 'drop');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...faults), { minLength: 6, maxLength: 12 }),
        async (some) => {
          const bench = await up({}, { limits: { answerMs: 30, loginMs: 50 } });
          bench.acs.fail(...some);
          for (const id of [BOOK, SECOND, BOOK, SECOND, BOOK, SECOND]) {
            const answer = await bench.client.item(id).catch((error: { code: string; message: string }) => {
              expect(error.code).toMatch(/^library\.(away|timeout|answer)$/);
              return undefined;
            });
            if (answer) expect(answer.itemId).toBe(id);
          }
          bench.acs.fail();
          await bench.stop();
        },
      ),
      { numRuns: 12 },
    );
  }, 30_000);
});

describe('the connection', () => {
  test('is made again, for as long as it takes, and requests meanwhile are refused at once', async () => {
    const bench = await up({}, { backoff: { msMin: 200, msMax: 300, stableMs: 10_000 } });
    bench.acs.dropAll();
    await bench.until('down');
    await expect(bench.client.item(BOOK)).rejects.toMatchObject({
      code: 'library.away',
      message: expect.stringContaining('nothing was sent'),
    });
    await bench.until('up');
    expect(await bench.client.item(BOOK)).toMatchObject({ itemId: BOOK });
  });

  test.each([true, false])(
    'is left at once, also where the server never closes its end: %s',
    async (closes) => {
      const bench = await up({ closesAfterFin: closes });
      const before = performance.now();
      await bench.client.stop();
      expect(performance.now() - before).toBeLessThan(100);
      await waitFor('left', LIMIT_MS, async () => bench.acs.clients === 0);
    },
  );

  test('that stops settles everything that was asked', async () => {
    const bench = await up();
    bench.acs.fail('never', 'never');
    const asked = [bench.client.item(BOOK), bench.client.item(SECOND)].map((one) =>
      one.catch((error: { code: string }) => error.code),
    );
    await waitFor('sent', LIMIT_MS, async () => bench.codes.includes('17'));
    await bench.client.stop();
    expect(await Promise.all(asked)).toEqual(['library.timeout', 'library.away']);
    await rest(100);
    expect(bench.connections).toBe(1);
  });

  test('takes no more requests than can be answered', async () => {
    const { client } = await up();
    const asked = Array.from({ length: 20 }, () =>
      client.item(BOOK).then(
        () => 'told',
        (error: { code: string }) => error.code,
      ),
    );
    const ends = await Promise.all(asked);
    expect(ends.filter((end) => end === 'told')).toHaveLength(16);
    expect(ends.filter((end) => end === 'library.away')).toHaveLength(4);
  });

  test('sends nothing that SIP2 cannot carry', async () => {
    const bench = await up();
    await expect(bench.client.patron('9'.repeat(300), PIN)).rejects.toMatchObject({
      code: 'library.answer',
      message: expect.not.stringContaining('999'),
    });
    expect(bench.codes).toEqual(['93', '99']);
    // Control characters and a | end no frame.
    expect(await bench.client.item('a\rb|c\n𠀀')).toMatchObject({ itemId: 'a b|c 𠀀' });
  });

  test('may be one over TLS', async () => {
    const bench = await up();
    const name = 'library.test';
    const identity = selfSigned(name);
    const folder = await mkdtemp(join(tmpdir(), 'sip2-'));
    await writeFile(join(folder, 'ca.pem'), identity.cert);
    const stunnel = createServer(identity, (socket) => {
      const library = connect(bench.port, '127.0.0.1');
      for (const end of [socket, library]) end.on('error', () => {});
      socket.pipe(library).pipe(socket);
    });
    await new Promise<void>((resolve) => stunnel.listen(0, '127.0.0.1', resolve));
    const { port } = stunnel.address() as AddressInfo;
    const second = bench.another({
      url: `tls://127.0.0.1:${port}?ca=${join(folder, 'ca.pem')}&name=${name}`,
    });
    second.client.start();
    await second.until('up');
    expect(await second.client.item(BOOK)).toMatchObject({ itemId: BOOK });
    await second.client.stop();
    stunnel.close();
    await rm(folder, { recursive: true });
  });

  test('that nobody answers is told once', async () => {
    const bench = await up();
    await bench.acs.close();
    await bench.until('down');
    await rest(150);
    expect(bench.troubles.map(({ code }) => code)).toEqual(['library.away']);
  });
});
