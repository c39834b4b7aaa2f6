/** The SIP2 client against a simulated library, over real TCP: what it asks, and each quirk of real servers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import type { AnswerFault } from '../../simulator/library/quirks.ts';
import { selfSigned } from '../unit/self-signed.ts';
import {
  BLOCKED,
  BOOK,
  LIMIT_MS,
  NOW,
  OTHER,
  PATRON,
  PERSONAL,
  PIN,
  SECOND,
  Sip2Bench,
} from './sip2-bench.ts';

const benches: Sip2Bench[] = [];
const up: typeof Sip2Bench.up = async (...args) => kept(await Sip2Bench.up(...args));
const start: typeof Sip2Bench.start = async (...args) => kept(await Sip2Bench.start(...args));
function kept(bench: Sip2Bench): Sip2Bench {
  benches.push(bench);
  return bench;
}
afterEach(async () => {
  for (const bench of benches.splice(0)) {
    await bench.stop();
    for (const { message } of bench.troubles)
      for (const text of PERSONAL) expect(message).not.toContain(text);
  }
});

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Silences end soon. */
const BRISK = { limits: { answerMs: 100, loginMs: 400 } };
const lend = { patronId: PATRON, pin: PIN, itemId: BOOK };

describe('a library that behaves', () => {
  test('is logged in to, and tells what it can', async () => {
    const { client, acs } = await up();
    expect(acs.log).toEqual(['connected', '930', '991']);
    expect(client.capabilities).toMatchObject({
      onLine: true,
      checkoutOk: true,
      offLineOk: true,
      timeoutMs: 5_000,
      retries: 5,
      libraryName: 'Simulated library',
    });
    expect(client.capabilities?.supports).toContain('hold');
    expect(client.capabilities?.supports).not.toContain('feePaid');
  });

  test('tells of a patron what the terminal needs, and no more', async () => {
    const { client } = await up();
    const patron = await client.patron(PATRON, PIN);
    expect(patron).toMatchObject({ validPatron: true, validPatronPassword: true, personalName: '王小明' });
    expect(Object.keys(patron).join()).not.toMatch(/address|mail|phone|others/i);
  });

  test('says of a wrong PIN that the patron is valid: only the PIN’s own word counts, and no name is told', async () => {
    const { client } = await up();
    const patron = await client.patron(PATRON, '0000');
    expect(patron).toMatchObject({ validPatron: true, validPatronPassword: false });
    expect(patron.personalName).toBeUndefined();
    expect(await client.patron('unknown', PIN)).toMatchObject({
      validPatron: false,
      validPatronPassword: false,
    });
    expect(await client.patron(BLOCKED, '1111')).toMatchObject({ patronStatus: ['chargePrivilegesDenied'] });
  });

  test('lends after it was asked about the patron', async () => {
    const bench = await up();
    const outcome = await bench.client.checkout(lend);
    expect(outcome).toMatchObject({ kind: 'answered', answer: { ok: true, itemId: BOOK } });
    expect(bench.codes).toEqual(['93', '99', '63', '11']);
    expect(await bench.client.checkout({ ...lend, patronId: OTHER, pin: '0000' })).toMatchObject({
      answer: { ok: false, screenMessages: ['Item is lent'] },
    });
  });

  test('would lend with a wrong PIN, and is not asked to', async () => {
    const bench = await up();
    for (const refused of [{ pin: '0000' }, { pin: '' }, { patronId: 'unknown', pin: undefined }])
      expect((await bench.client.checkout({ ...lend, ...refused })).kind).toBe('patronRefused');
    expect(bench.codes).not.toContain('11');
    expect(bench.acs.collection.effects).toEqual([]);
    // Without a PIN, as for a pickup code, the patron must be known.
    expect((await bench.client.checkout({ ...lend, pin: undefined })).kind).toBe('answered');
  });

  test('records a loan made off line, with its own date, and is not asked about it', async () => {
    const bench = await up();
    bench.acs.collection.loans.set(BOOK, { patronId: OTHER, dueDate: '', since: undefined });
    const offLine = { at: new Date('2026-03-01T08:00:00'), due: new Date('2026-04-01T23:59:59') };
    const outcome = await bench.client.checkout({ patronId: PATRON, itemId: BOOK, offLine });
    expect(outcome).toMatchObject({ answer: { ok: true } });
    expect(bench.codes).toEqual(['93', '99', '11']);
    expect(bench.acs.collection.loans.get(BOOK)).toEqual({
      patronId: PATRON,
      since: '2026-03-01T08:00:00',
      dueDate: '2026-04-01T23:59:59',
    });
  });

  test('takes back, holds, renews, tells of items, and ends a session', async () => {
    const { client, acs } = await up(
      {},
      { institutionId: 'HZ', terminalPassword: 'tp', currentLocation: 'village' },
    );
    await client.checkout(lend);
    expect(await client.item(BOOK)).toMatchObject({
      circulationStatus: '04',
      titleId: '红楼梦 | Dream of the Red Chamber',
    });
    expect(await client.renew({ patronId: PATRON, pin: PIN, itemId: BOOK })).toMatchObject({ ok: true });
    const hold = { mode: 'add', patronId: OTHER, itemId: BOOK, pickupLocation: 'village' } as const;
    expect(await client.hold(hold)).toMatchObject({ ok: true, available: false, pickupLocation: 'village' });
    expect(await client.checkin({ itemId: BOOK, at: new Date(NOW) })).toMatchObject({
      ok: true,
      alert: true,
      alertType: '01',
      institutionId: 'HZ',
    });
    expect(await client.hold({ ...hold, mode: 'delete' })).toMatchObject({ ok: true });
    expect(await client.endSession(PATRON, PIN)).toMatchObject({ endSession: true });
    expect(acs.collection.effects).toEqual([
      `checkout ${BOOK} to ${PATRON}`,
      `renew ${BOOK}`,
      `hold + ${BOOK} for ${OTHER}`,
      `checkin ${BOOK}`,
      `hold - ${BOOK} for ${OTHER}`,
    ]);
  });

  test('hears sequence numbers that wrap at 9, one request at a time', async () => {
    const { client, acs } = await up();
    await Promise.all(Array.from({ length: 14 }, () => client.item(BOOK)));
    await Promise.all(Array.from({ length: 11 }, () => client.item(SECOND)));
    const numbers = acs.log.slice(1).map((line) => line.slice(2));
    expect(numbers).toEqual(Array.from({ length: 27 }, (_, at) => String(at % 10)));
  });

  test('is asked for its status when nobody asks anything else', async () => {
    const bench = await up({}, { limits: { keepAliveMs: 40 } });
    await waitFor(
      'keep-alives',
      LIMIT_MS,
      async () => bench.codes.filter((code) => code === '99').length >= 4,
    );
    expect(bench.connections).toBe(1);
  });

  test('is not asked for its status while it is busy', async () => {
    const bench = await up({}, { limits: { keepAliveMs: 200 } });
    for (let at = 0; at < 8; at += 1) {
      await rest(50);
      await bench.client.item(BOOK);
    }
    expect(bench.codes.filter((code) => code === '99')).toHaveLength(1);
  });

  test('that says it is off line is down, until it says otherwise', async () => {
    const bench = await up({}, { limits: { keepAliveMs: 30 } });
    bench.acs.collection.habits = { ...bench.acs.collection.habits, onLine: false };
    await bench.until('down');
    await expect(bench.client.item(BOOK)).rejects.toMatchObject({ code: 'library.away' });
    bench.acs.collection.habits = { ...bench.acs.collection.habits, onLine: true };
    await bench.until('up');
    expect(bench.connections).toBe(1);
    expect(bench.troubles.map(({ code }) => code)).toEqual(['library.away']);
  });
});

describe('lists of items', () => {
  const holds = [
    { patronId: PATRON, itemId: BOOK, waits: true },
    { patronId: PATRON, itemId: SECOND, waits: false },
  ];

  test('what waits is in one, what does not wait yet in the other', async () => {
    const { client, acs } = await up();
    acs.collection.holds.push(...holds);
    expect(await client.patron(PATRON, PIN, 'holdItems')).toMatchObject({
      holdItems: [BOOK],
      holdItemsCount: 1,
    });
    expect(await client.patron(PATRON, PIN, 'unavailableHolds')).toMatchObject({
      unavailableHoldItems: [SECOND],
    });
    expect((await client.patron(PATRON, PIN)).holdItems).toBeUndefined();
  });

  test('some servers list titles, and mix the two', async () => {
    const { client, acs } = await up({}, {}, { listsHold: 'titles', mixesHolds: true });
    acs.collection.holds.push(...holds);
    expect((await client.patron(PATRON, PIN, 'holdItems')).holdItems).toEqual([
      '红楼梦 | Dream of the Red Chamber',
      '西游记',
    ]);
  });
});

describe('how servers speak', () => {
  test.each([
    ['GB 18030', { encoding: 'gb18030' }, { encoding: 'gb18030' }],
    ['no escape for |', { escape: 'none' }, { escape: 'none' }],
    ['an LF before each answer', { ends: 'lfFirst' }, {}],
    ['LF instead of CR', { ends: 'lf' }, { lfEnds: true }],
    ['LF instead of CR, which is not set and costs time', { ends: 'lf' }, {}],
    ['no CR', { ends: 'none' }, {}],
    ['no CR and no checksum', { ends: 'none', checksum: 'none' }, { checksum: 'off' }],
    ['no AY and AZ in answers', { checksum: 'none' }, { checksum: 'lenient' }],
    ['no error detection at all', { checksum: 'none' }, { checksum: 'off' }],
    [
      'dp2’s checksum and its constant sequence number',
      { checksum: 'utf16', sequence: 'fixed' },
      { checksum: 'utf16' },
    ],
    ['a wrong checksum', { checksum: 'wrong' }, { checksum: 'lenient' }],
    ['a sequence number that is another one', { sequence: 'wrong' }, { sequence: 'ignore' }],
  ] as const)('%s', async (_name, quirks, peer) => {
    const bench = await up(quirks, { peer });
    expect(await bench.client.patron(PATRON, PIN)).toMatchObject({ personalName: '王小明' });
    expect(await bench.client.checkout(lend)).toMatchObject({ answer: { ok: true } });
    const { titleId } = await bench.client.item(BOOK);
    expect(titleId).toBe(`红楼梦 ${'escape' in quirks ? ' ' : '|'} Dream of the Red Chamber`);
    expect(bench.codes).toEqual(['93', '99', '63', '63', '11', '17']);
    expect(bench.client.counts.checksumsWrong > 0).toBe('checksum' in quirks && quirks.checksum === 'wrong');
  });

  test('latin1 tells what it has', async () => {
    const { client, acs } = await up({ encoding: 'latin1' }, { peer: { encoding: 'latin1' } });
    acs.collection.items.set('é', { id: 'é', title: 'Énigme' });
    expect(await client.item('é')).toMatchObject({ itemId: 'é', titleId: 'Énigme' });
  });

  test('an encoding that is set wrong spoils the text and nothing else', async () => {
    const { client } = await up({ encoding: 'gb18030' }, { peer: { encoding: 'utf-8' } });
    expect(await client.patron(PATRON, PIN)).toMatchObject({ patronId: PATRON, validPatronPassword: true });
  });

  test.each([
    ['a wrong checksum', { checksum: 'wrong' }, 'library.answer'],
    ['no checksum', { checksum: 'none' }, 'library.answer'],
    ['dp2’s checksum', { checksum: 'utf16' }, 'library.answer'],
    ['another sequence number', { sequence: 'wrong' }, 'library.timeout'],
  ] as const)('%s, where it is not set, is told and not taken', async (_name, quirks, code) => {
    const bench = await start(quirks, BRISK);
    await waitFor('trouble', LIMIT_MS, async () => bench.troubles.some((error) => error.code === code));
    expect(bench.client.link).toBe('down');
  });
});

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
