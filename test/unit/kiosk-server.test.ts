/** The kiosk's server: what it takes from a page, and what it sends to one. */
import { afterEach, expect, test } from 'vitest';
import { Kiosk, type KioskOptions } from '../../controller/kiosk/server.ts';
import { BUTTONS, type KioskInput, type KioskView } from '../../controller/lending/screen.ts';

const view = (nowMs: number): KioskView => ({
  screen: { name: 'idle' },
  nowMs,
  platformLink: 'up',
  compartments: [],
});

let kiosks: Kiosk[] = [];
afterEach(async () => {
  for (const kiosk of kiosks.splice(0)) await kiosk.stop();
  kiosks = [];
});

async function start(more: Partial<KioskOptions> = {}) {
  const inputs: KioskInput[] = [];
  const kiosk = new Kiosk({
    host: '127.0.0.1',
    port: 0,
    page: '<!doctype html><html lang="zh"><body>page</body></html>',
    onInput: (input) => inputs.push(input),
    health: () => ({ ok: true, boards: 1 }),
    ...more,
  });
  kiosks.push(kiosk);
  const { port } = await kiosk.start();
  const base = `http://127.0.0.1:${port}`;
  const post = async (path: string, body: unknown, type = 'application/json') => {
    const answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return [answer.status, await answer.json()] as const;
  };
  return { kiosk, inputs, base, post, port };
}

/** Everything the stream sends from now on, as text. */
async function listen(base: string) {
  const answer = await fetch(`${base}/events`);
  const heard = { text: '', ended: false, status: answer.status };
  const read = async () => {
    for await (const chunk of answer.body ?? []) heard.text += Buffer.from(chunk).toString();
  };
  void read()
    .catch(() => {})
    .finally(() => {
      heard.ended = true;
    });
  return heard;
}
const views = (text: string) => [...text.matchAll(/^data: ?(\{.*)$/gm)].map((m) => JSON.parse(m[1] ?? ''));

test('the page comes in the language of the terminal, and nothing may load from elsewhere', async () => {
  const { base } = await start({ language: 'en' });
  const answer = await fetch(base);
  expect(await answer.text()).toContain('<html lang="en">');
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('health is what the terminal says', async () => {
  const { base } = await start();
  expect(await (await fetch(`${base}/health`)).json()).toEqual({ ok: true, boards: 1 });
});

test('a code, a choice and every button reach the terminal', async () => {
  const { post, inputs } = await start();
  expect(await post('/code', { code: '12345678' })).toEqual([202, { accepted: true }]);
  expect(await post('/code', { code: 'x' })).toEqual([202, { accepted: true }]);
  for (const button of BUTTONS) expect(await post('/button', { button })).toEqual([202, { accepted: true }]);
  // As long as an item may be, and each character an escape of six.
  const item = '书'.repeat(64);
  const escaped = `{"item":"${'\\u4e66'.repeat(64)}"}`;
  expect(await post('/choose', { item: '33001000123456' })).toEqual([202, { accepted: true }]);
  expect(await post('/choose', escaped)).toEqual([202, { accepted: true }]);
  expect(inputs).toEqual([
    { kind: 'code', text: '12345678' },
    { kind: 'code', text: 'x' },
    ...BUTTONS.map((button) => ({ kind: 'button', button })),
    { kind: 'choose', item: '33001000123456' },
    { kind: 'choose', item },
  ]);
});

test('a credit pass is a code, however JSON writes it', async () => {
  const { post, inputs } = await start();
  const longest = `"${' '.repeat(254)}"`;
  const escaped = [...longest].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('');
  for (const body of [{ code: `CR1:${'A 9'.repeat(62)}` }, `{"code":"${escaped}"}`])
    expect(await post('/code', body)).toEqual([202, { accepted: true }]);
  expect(inputs.at(-1)).toEqual({ kind: 'code', text: longest });
});

test('a PIN reaches the terminal, and is kept, told and logged nowhere', async () => {
  const logged: object[] = [];
  const inputs: KioskInput[] = [];
  let fault = false;
  const { post, base } = await start({
    log: { error: (fields) => logged.push(fields) },
    onInput: (input) => {
      inputs.push(input);
      if (fault) throw new Error(`no use for ${JSON.stringify(input)}`);
    },
  });
  for (const pin of ['7391', 'Xq7391Xq7391'])
    expect(await post('/pin', { pin })).toEqual([202, { accepted: true }]);
  expect(inputs).toEqual([
    { kind: 'pin', pin: '7391' },
    { kind: 'pin', pin: 'Xq7391Xq7391' },
  ]);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${base}/pin`, { method: 'POST', headers, body: '{"pin":"7391"}' });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  fault = true;
  const told = [
    await post('/pin', { pin: '7391' }),
    await post('/pin', '{"pin":"7391"x'),
    await post('/pin', { pin: '7391!' }),
  ];
  expect(told.map(([status]) => status)).toEqual([500, 400, 400]);
  expect(logged).toHaveLength(1);
  expect(
    Object.values(logged[0] ?? {})
      .map(String)
      .join(),
  ).not.toContain('7391');
  expect(JSON.stringify(told)).not.toContain('7391');
  expect(await (await fetch(base)).text()).not.toContain('7391');
});

test.each([
  ['/code', {}],
  ['/code', { code: '' }],
  ['/code', { code: 12345678 }],
  ['/code', { code: 'x'.repeat(257) }],
  ['/code', { code: 'a\u0000b' }],
  ['/code', { code: ' 12345678' }],
  ['/code', { code: '12345678', more: 1 }],
  ['/code', 'not json'],
  ['/button', { button: 'unlock' }],
  ['/button', []],
  ['/button', { button: 'return', item: '1' }],
  ['/pin', {}],
  ['/pin', { pin: '123' }],
  ['/pin', { pin: '1234567890123' }],
  ['/pin', { pin: 1234 }],
  ['/pin', { pin: '1234 ' }],
  ['/pin', { pin: '密码密码' }],
  ['/pin', { pin: '1234', card: 'C1' }],
  ['/choose', {}],
  ['/choose', { item: '' }],
  ['/choose', { item: 33001000 }],
  ['/choose', { item: 'x'.repeat(65) }],
  ['/choose', { item: 'i1', compartment: 'A01' }],
  ['/choose', 'not json'],
])('%s %j is refused with what is expected, and reaches nobody', async (path, body) => {
  const { post, inputs } = await start();
  const [status, answer] = await post(path, body);
  expect(status).toBe(400);
  expect(answer).toEqual({ error: expect.stringContaining('send {') });
  expect(inputs).toEqual([]);
});

test('a large body, another type and an unknown path are refused', async () => {
  const { post, inputs, base } = await start();
  expect((await post('/code', { code: 'x'.repeat(5_000) }))[0]).toBe(413);
  expect((await post('/code', 'code=12345678', 'application/x-www-form-urlencoded'))[0]).toBe(415);
  expect((await post('/code', '{"code":"12345678"}', 'text/plain'))[0]).toBe(400);
  expect((await fetch(`${base}/config`)).status).toBe(404);
  expect(inputs).toEqual([]);
});

test('a view goes to every page, and the last one to a page that comes later, with its time moved on', async () => {
  let nowMs = 5_000;
  const { kiosk, base } = await start({ nowMs: () => nowMs });
  const early = await listen(base);
  kiosk.show(view(100));
  kiosk.show(view(200));
  await expect.poll(() => views(early.text).map((v) => v.nowMs)).toEqual([100, 200]);
  nowMs += 7_000;
  const late = await listen(base);
  await expect.poll(() => views(late.text).map((v) => v.nowMs)).toEqual([7_200]);
});

test('stopping ends open streams at once', async () => {
  const { kiosk, base } = await start();
  const heard = await listen(base);
  const before = performance.now();
  await kiosk.stop();
  await expect.poll(() => heard.ended).toBe(true);
  expect(performance.now() - before).toBeLessThan(1_000);
});

test('more pages than anybody needs are refused', async () => {
  const { base } = await start();
  for (let i = 0; i < 16; i += 1) expect((await listen(base)).status).toBe(200);
  expect((await fetch(`${base}/events`)).status).toBe(503);
});

test('a port in use says which and what to do', async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toMatchObject({
    code: 'kiosk.listen',
    message: expect.stringMatching(new RegExp(`${port}.*another program uses this port`)),
  });
});

test('a fault of the terminal is a 500 that goes to the log and names no detail', async () => {
  const errors: object[] = [];
  const { post } = await start({
    log: { error: (fields) => errors.push(fields) },
    onInput: () => {
      throw new Error('inner secret');
    },
  });
  const [status, answer] = await post('/code', { code: '1' });
  expect(status).toBe(500);
  expect(JSON.stringify(answer)).not.toContain('secret');
  expect(errors).toHaveLength(1);
});
