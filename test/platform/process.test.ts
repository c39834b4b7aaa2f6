/** The platform as a process: what it keeps when it is killed, how it ends, and what it says when it cannot start. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Child } from '../../demo/child.ts';
import { waitFor } from '../../demo/wait.ts';
import { chain, filler, loan } from './journal.ts';
import { WireTerminal } from './terminal.ts';

const SOON_MS = 8_000;

describe('the platform’s process', { timeout: 40_000 }, () => {
  let folder: string;
  const children: Child[] = [];
  const start = (...more: string[]) => {
    const common = ['--data', join(folder, 'data'), '--page', join(folder, 'page.html'), '--seed-demo'];
    const child = new Child({
      name: 'platform',
      args: ['--import', 'tsx', 'platform/main.ts', ...common, ...more],
    });
    children.push(child);
    return child;
  };
  const connect = async (child: Child) => {
    const { mqtt } = await child.ready;
    const terminal = await WireTerminal.connect(`mqtt://127.0.0.1:${mqtt}`);
    await waitFor('the birth to be answered', SOON_MS, async () => {
      terminal.state('up', 1);
      return terminal.acknowledged.length > 0;
    });
    return terminal;
  };
  const get = async (child: Child, path: string) => {
    const { http } = await child.ready;
    return (await fetch(`http://127.0.0.1:${http}${path}`)).json() as Promise<unknown>;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'platform-'));
    await writeFile(join(folder, 'page.html'), '<!doctype html>the page');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await child.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('what it acknowledged is there after it was killed, and takes effect once', async () => {
    const texts = chain([filler('A01'), loan('h1'), filler('A02'), loan('h2', 'i2')]);
    const first = start();
    const before = await connect(first);
    before.journal(...texts.slice(0, 2));
    await waitFor('both to be acknowledged', SOON_MS, async () => before.acknowledged.at(-1) === 2);
    first.kill('SIGKILL');
    await first.exited;
    await before.end();
    const second = start();
    // Nobody told goodbye, and nobody has told a birth yet.
    expect(await get(second, '/api/terminals')).toMatchObject([{ link: 'down' }]);
    const after = await connect(second);
    expect(after.acknowledged.at(-1)).toBe(2);
    after.journal(...texts);
    await waitFor('all to be acknowledged', SOON_MS, async () => after.acknowledged.at(-1) === 4);
    expect(await get(second, '/api/counts')).toMatchObject({ loans: 2, doubled: 0, duplicates: 2 });
    await after.end();
  });

  test('it ends within a second of SIGTERM, with a page and a terminal connected', async () => {
    const child = start();
    const terminal = await connect(child);
    const { http } = await child.ready;
    const events = await fetch(`http://127.0.0.1:${http}/events`);
    const beganMs = performance.now();
    child.kill('SIGTERM');
    await child.exited;
    expect(performance.now() - beganMs).toBeLessThan(1_200);
    await events.body?.cancel().catch(() => {});
    await terminal.end();
  });

  test('it says what is wrong when it cannot start', async () => {
    const { http, mqtt } = await start().ready;
    const why = (child: Child) =>
      child.ready.then(
        () => 'it started',
        (error: Error) => error.message,
      );
    const data = ['--data', join(folder, 'other')];
    expect(await why(start(...data, '--http-port', `${http}`))).toMatch(/choose another --http-port/);
    expect(await why(start(...data, '--mqtt-port', `${mqtt}`))).toMatch(/choose another --mqtt-port/);
    expect(await why(start('--data', join(folder, 'page.html')))).toMatch(/name another --data folder/);
    expect(await why(start(...data, '--mqtt-port', 'many'))).toMatch(/a port: 0 to 65535/);
  });

  test('its log never shows who borrows what', async () => {
    const child = start();
    const terminal = await connect(child);
    terminal.journal(...chain([loan('h1')]).map((text) => text.replace('"hold":"h1"', '"hold":""')));
    await waitFor('the refusal in the log', SOON_MS, async () =>
      child.lastLines.some((line) => line.includes('fits no schema')),
    );
    expect(child.lastLines.join('\n')).not.toContain('p1');
    await terminal.end();
  });
});
