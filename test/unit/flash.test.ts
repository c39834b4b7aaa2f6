/** What is looked at before a board is touched: the hex, the board, the port. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFirmware } from '../../controller/service/firmware.ts';
import { type FlashTarget, flashBoard } from '../../controller/service/flash.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credit-reading-flash-'));
});
afterAll(() => rm(folder, { recursive: true }));

const released = (kind: string) => `firmware/release/${kind}.hex`;

test.each(['mega2560', 'uno'])('the released hex says that it is for %s, and its version', async (kind) => {
  expect(await readFirmware(released(kind))).toEqual({
    kind,
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test.each([
  [
    'a hex of somebody else',
    ':10000000000102030405060708090A0B0C0D0E0F78\n:00000001FF\n',
    /none of this project/,
  ],
  [
    'a hex with a wrong checksum',
    ':10000000000102030405060708090A0B0C0D0E0F79\n:00000001FF\n',
    /not Intel HEX/,
  ],
  ['a picture', '\x89PNG\r\n', /not Intel HEX|none of this project/],
])('%s is refused', async (name, content, why) => {
  const path = join(folder, `${name}.hex`);
  await writeFile(path, content);
  await expect(readFirmware(path)).rejects.toMatchObject({
    code: 'flash.hex',
    message: expect.stringMatching(why),
  });
});

test('a hex that is cut off is refused', async () => {
  const path = join(folder, 'cut.hex');
  const whole = await readFile(released('uno'), 'utf8');
  await writeFile(path, whole.slice(0, whole.length / 2));
  await expect(readFirmware(path)).rejects.toMatchObject({ code: 'flash.hex' });
});

/** Fails the test as soon as anything is done to it. */
function untouchable(kind: 'mega2560' | 'uno' | undefined): FlashTarget {
  const touched = () => {
    throw new Error('it was touched');
  };
  return {
    name: 'B1',
    kind: () => kind,
    portPath: touched,
    drain: touched,
    release: touched,
    resume: touched,
  };
}
const job = { onProgress: () => {} };

test('the hex of the other board is refused before anything is touched', async () => {
  await expect(
    flashBoard({ ...job, board: untouchable('mega2560'), hexPath: released('uno') }),
  ).rejects.toMatchObject({ code: 'flash.board', message: /is for uno, B1 is mega2560/ });
});

test('what the board itself says counts more than what the technician says', async () => {
  await expect(
    flashBoard({ ...job, board: untouchable('mega2560'), kind: 'uno', hexPath: released('uno') }),
  ).rejects.toMatchObject({ code: 'flash.board' });
});

test('a board that does not answer is flashed only with its kind said', async () => {
  await expect(
    flashBoard({ ...job, board: untouchable(undefined), hexPath: released('uno') }),
  ).rejects.toMatchObject({ code: 'flash.board', message: /--kind/ });
});
