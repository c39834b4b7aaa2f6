/** Every reader through the controller's own exchange, in real time over TCP, with answers in several frames. */
import { expect, test } from 'vitest';
import { TerminalError } from '../../controller/error.ts';
import { Exchange } from '../../controller/port/exchange.ts';
import { RFID_DRIVER_NAMES, RFID_DRIVERS } from '../../protocol/rfid/drivers.ts';
import { type SimTag, simTag } from '../../simulator/devices/field.ts';
import { SIMULATED_READERS } from '../../simulator/devices/readers.ts';
import { deviceOnTcp } from './on-tcp.ts';
import { libraryTag, uhfTag } from './reader-story.ts';

const LIBRARY = Array.from({ length: 9 }, (_, n) => libraryTag(n));
const UHF = Array.from({ length: 15 }, (_, n) => uhfTag(n));
const CARDS = ['0439BEEF', '04A1B2C3D4E5F6'].map((uid) => simTag({ uid }));
const LYING: Readonly<Record<string, readonly SimTag[]>> = {
  iso15693: LIBRARY,
  epc: UHF,
  iso14443a: CARDS,
};

const TRIES = 5;
const REOPENED_MS = 500;
const isSilence = (error: unknown) =>
  error instanceof TerminalError && (error.code === 'device.timeout' || error.code === 'device.away');

test.each(RFID_DRIVER_NAMES)('%s is up, and tells every tag', async (name) => {
  const driver = RFID_DRIVERS[name].create();
  const tags = LYING[driver.can.tags] ?? [];
  const device = await deviceOnTcp(SIMULATED_READERS[name](() => tags));
  let up = () => {};
  const ready = new Promise<void>((resolve) => {
    up = resolve;
  });
  const exchange = new Exchange({
    url: device.url,
    wire: driver.wire,
    probe: () => driver.identify(),
    onLink: (link) => link === 'up' && up(),
  });
  let silences = 0;
  /** A machine that is busy elsewhere may keep a reader silent for longer than it may be; then it is asked again. */
  const inventory = async (): Promise<{ readonly tags: readonly { readonly id: string }[] }> => {
    try {
      return await exchange.run(() => driver.inventory(0));
    } catch (error) {
      silences += 1;
      if (silences === TRIES || !isSilence(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, REOPENED_MS));
      return inventory();
    }
  };
  try {
    exchange.start();
    await ready;
    // Twice: nothing of the first may be taken for an answer to the second.
    for (let at = 0; at < 2; at += 1) {
      const told = await inventory();
      expect(told.tags.map(({ id }) => id).sort()).toEqual(tags.map(({ uid }) => uid).sort());
    }
    if (silences === 0) expect(exchange.framesBad).toBe(0);
  } finally {
    await exchange.stop();
    device.close();
  }
});
