import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openNetwork } from '../../demo/network.ts';
import { Stack } from '../../demo/stack.ts';
import { collect, everythingUp, lentAndAcknowledged, load, placeOrder } from '../../demo/story.ts';
import { waitFor } from '../../demo/wait.ts';
import { missing } from './peers.ts';

const LONG = 60_000;

describe('real peers', { timeout: LONG }, () => {
  let data: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'credit-reading-peers-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill();
    await rm(data, { recursive: true, force: true });
  });

  async function story(stack: Stack): Promise<void> {
    try {
      await everythingUp(stack);
      const order = await load(stack, await placeOrder(stack));
      await collect(stack, order);
      await lentAndAcknowledged(stack, order);
      expect((await stack.platform.counts()).loans).toBe(1);
    } finally {
      await stack.stop();
    }
  }

  test.skipIf(missing('mosquitto'))('the story runs over Mosquitto', async () => {
    const network = await openNetwork('mosquitto', join(data, 'broker'));
    await story(await Stack.start({ data, ...network.stackOptions })).finally(() => network.end());
  });

  test.skipIf(missing('socat'))('the story runs over real ttys with the native serial binding', async () => {
    const wire = async (device: string, port: number) => {
      const tty = join(data, device);
      children.push(
        spawn('socat', [`PTY,raw,echo=0,link=${tty}`, `TCP:127.0.0.1:${port}`], { stdio: 'ignore' }),
      );
      await waitFor(`tty ${device}`, 5_000, () =>
        access(tty).then(
          () => true,
          () => false,
        ),
      );
      return `serial:${tty}?baud=115200`;
    };
    await story(await Stack.start({ data, wire }));
  });
});
