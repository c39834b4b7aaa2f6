/** The simulated PN532 against the real libnfc, over a real tty: what satisfies it is near enough to the chip. */
import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import { type SimTag, simTag } from '../../simulator/devices/field.ts';
import { Pn532Reader } from '../../simulator/devices/pn532.ts';
import { type DeviceOnTcp, deviceOnTcp } from '../devices/on-tcp.ts';
import { missing } from './peers.ts';

const LIST_MS = 15_000;
const unavailable = [missing('socat'), missing('nfc-list', 'libnfc-bin')].some((absent) => absent);

describe.skipIf(unavailable)('nfc-list of libnfc', { timeout: 3 * LIST_MS }, () => {
  let folder: string;
  let tty: string;
  let reader: DeviceOnTcp<unknown>;
  let socat: ChildProcess;
  const cards: SimTag[] = [];

  beforeEach(async () => {
    cards.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'credit-reading-nfc-'));
    tty = join(folder, 'pn532');
    reader = (await deviceOnTcp(new Pn532Reader(() => cards))) as unknown as DeviceOnTcp<unknown>;
    const { hostname, port } = new URL(reader.url);
    socat = spawn('socat', [`PTY,raw,echo=0,link=${tty}`, `TCP:${hostname}:${port}`], { stdio: 'ignore' });
    await waitFor('the tty', 5_000, () =>
      access(tty).then(
        () => true,
        () => false,
      ),
    );
  });
  afterEach(async () => {
    socat.kill();
    reader.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What it prints, with one blank wherever there are several. */
  function list(): Promise<string> {
    const env = { ...process.env, LIBNFC_DEVICE: `pn532_uart:${tty}:115200` };
    return new Promise((resolve, reject) => {
      const child = spawn('nfc-list', ['-v'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const late = setTimeout(() => child.kill('SIGKILL'), LIST_MS);
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (bytes: Buffer) => {
          printed += bytes.toString();
        });
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(late);
        const told = printed.replace(/[ \t]+/g, ' ');
        if (code === 0) resolve(told);
        else reject(new Error(`nfc-list ended with ${code}: ${told}`));
      });
    });
  }

  test('lists no card, then a card, then two, as they are laid down', async () => {
    expect(await list()).toContain('0 ISO14443A passive target(s) found');

    cards.push(simTag({ uid: '0439BEEF' }));
    const one = await list();
    expect(one).toContain('1 ISO14443A passive target(s) found');
    expect(one).toContain('UID (NFCID1): 04 39 be ef');
    expect(one).toContain('MIFARE Classic 1K');

    cards.push(simTag({ uid: '04A1B2C3D4E5F6' }));
    const two = await list();
    expect(two).toContain('2 ISO14443A passive target(s) found');
    expect(two).toContain('UID (NFCID1): 04 a1 b2 c3 d4 e5 f6');
    // Its complaints; of missing USB, which it looks for first, there may be one.
    expect(two).not.toMatch(/error\s+libnfc\.(driver|chip)/);
    expect(reader.device.framesBad).toBe(0);
  });

  test('understands a card of ISO 14443-4 with its answer to select', async () => {
    const ats = Uint8Array.from([0x75, 0x77, 0x81, 0x02, 0x80]);
    cards.push(simTag({ uid: '04112233445566', atqa: 0x0344, sak: 0x20, ats }));
    const told = await list();
    expect(told).toContain('UID (NFCID1): 04 11 22 33 44 55 66');
    expect(told).toContain('ATS: 75 77 81 02 80');
    expect(told).toContain('Compliant with ISO/IEC 14443-4');
    expect(told).toContain('DESFire');
  });

  test('does not list a library tag', async () => {
    cards.push(simTag({ uid: 'E00401003123AA26' }));
    expect(await list()).toContain('0 ISO14443A passive target(s) found');
  });
});
