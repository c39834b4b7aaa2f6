/** Which ports may carry a board: fixed URLs at once, patterns whenever a device file appears. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PortFinder } from '../../controller/cabinet/ports.ts';
import { waitFor } from '../../demo/wait.ts';

let folder: string;
let finder: PortFinder | undefined;
const found: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'by-id-'));
  found.length = 0;
});
afterEach(async () => {
  finder?.stop();
  await rm(folder, { recursive: true });
});

function look(...urls: string[]): void {
  finder = new PortFinder(urls, (url) => found.push(url));
  finder.start();
}

test('a fixed port is found at once, whether its device is there or not', async () => {
  look('serial:/dev/nowhere?baud=115200', 'tcp://127.0.0.1:4001');
  await waitFor('both', 1_000, async () => found.length === 2);
  expect(found).toEqual(['serial:/dev/nowhere?baud=115200', 'tcp://127.0.0.1:4001']);
});

test('a pattern finds what fits, with its settings, and later what is plugged in later, each once', async () => {
  await writeFile(join(folder, 'usb-Arduino_0042-if00'), '');
  await writeFile(join(folder, 'usb-Honeywell_Scanner-if00'), '');
  look(`serial:${folder}/usb-Arduino*?baud=115200`);
  await waitFor('the first', 1_000, async () => found.length === 1);
  await writeFile(join(folder, 'usb-Arduino_0043-if00'), '');
  await waitFor('the second', 5_000, async () => found.length === 2);
  expect(found).toEqual(
    ['usb-Arduino_0042-if00', 'usb-Arduino_0043-if00'].map((name) => `serial:${folder}/${name}?baud=115200`),
  );
});

test('a folder that is not there holds no ports, and may come', async () => {
  const later = join(folder, 'by-id');
  look(`serial:${later}/usb-*`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(found).toEqual([]);
});
