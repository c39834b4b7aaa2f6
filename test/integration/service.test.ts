/** The technician's command against the running controller: what it lists, and how it says what is wrong. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stack } from '../../demo/stack.ts';
import { everythingUp } from '../../demo/story.ts';
import { service } from '../../demo/technician.ts';

const LONG = 60_000;

describe('the service command', { timeout: LONG }, () => {
  let folder: string;
  let stack: Stack;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'credit-reading-service-'));
    stack = await Stack.start({ data: folder });
    await everythingUp(stack);
  }, LONG);
  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }, LONG);

  function post(path: string, body: string): Promise<{ status: number | undefined; text: string }> {
    return new Promise((done, fail) => {
      const asked = request(
        { socketPath: join(stack.data, 'service.sock'), method: 'POST', path },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          done({ status: response.statusCode, text });
        },
      );
      asked.on('error', fail);
      asked.end(body);
    });
  }

  test('lists boards and ports', async () => {
    const { last, code } = await service(stack.data, ['boards', '--json']);
    expect(code).toBe(0);
    expect(last).toMatchObject({
      boards: [{ board: 'DEMO0001', link: 'up', firmware: '0.2.0', kind: 'mega2560' }],
      ports: [{ condition: 'identified', board: 'DEMO0001' }],
    });
  });

  test('only this machine’s users of the data folder may use it', async () => {
    const { mode } = await stat(join(stack.data, 'service.sock'));
    expect(mode & 0o007).toBe(0);
  });

  test('a board behind a serial server is not flashed from here, and stays in service', async () => {
    const hex = resolve('firmware/release/mega2560.hex');
    const { code, last } = await service(stack.data, ['flash', 'DEMO0001', hex, '--json']);
    expect(code).toBe(1);
    expect(last).toMatchObject({
      error: { code: 'flash.board', message: expect.stringMatching(/its own USB port/) },
    });
    expect((await stack.kiosk.health()).boards).toMatchObject([{ link: 'up' }]);
  });

  test('a board that is nowhere is told', async () => {
    const { code, told } = await service(stack.data, ['flash', 'NOBODY', 'firmware/release/uno.hex']);
    expect(code).toBe(1);
    expect(told).toMatch(/NOBODY is not found/);
  });

  test('a wrong data folder is told', async () => {
    const { code, told } = await service(join(folder, 'elsewhere'), ['boards']);
    expect(code).toBe(1);
    expect(told).toMatch(/is it running with this data folder/);
  });

  test.each([
    ['/provision', '{', 'not JSON'],
    ['/provision', '{"port":"x","serialNumber":"has blank"}', 'serialNumber'],
    ['/provision', '{"port":"tcp://nowhere:1","serialNumber":"OK"}', 'no board port'],
    ['/flash', '{"hex":1}', 'port'],
    ['/flash', `{"port":"${'x'.repeat(20_000)}"}`, 'too long'],
    ['/nothing', '{}', 'there is no'],
  ])('%s with %.40s is refused with the reason', async (path, body, why) => {
    const { status, text } = await post(path, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toContain(why);
  });
});
