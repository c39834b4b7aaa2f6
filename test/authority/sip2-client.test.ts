/** The SIP2 client against a simulated library, over real TCP: what it asks, and each quirk of real servers. */
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import { BLOCKED, BOOK, keptBenches, LIMIT_MS, NOW, OTHER, PATRON, PIN, SECOND } from './sip2-bench.ts';

const { up, start } = keptBenches();
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
