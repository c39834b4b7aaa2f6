/** The HID port over a device of our own; node-hid itself is proven where there is a kernel with HID (test/vm). */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type HidDevice, type HidSurroundings, openHidPort } from '../../controller/port/hid-port.ts';
import { openPort } from '../../controller/port/open-port.ts';
import { type HidAddress, parsePortUrl } from '../../controller/port/port-url.ts';

const VENDOR = { vendorId: 0x05e0, productId: 0x1300 };
const address = parsePortUrl('hid:05e0:1300') as HidAddress;

class Handle extends EventEmitter {
  written: string[] = [];
  closed = 0;
  async write(report: Buffer): Promise<number> {
    this.written.push(report.toString('hex'));
    return report.length;
  }
  async close(): Promise<void> {
    this.closed += 1;
  }
}

function around(
  devices: readonly HidDevice[],
  handle = new Handle(),
): HidSurroundings & { opened: string[] } {
  const opened: string[] = [];
  return {
    opened,
    devices: async () => devices,
    open: async (path) => {
      opened.push(path);
      return handle;
    },
  };
}

function recorder() {
  const told: string[] = [];
  return {
    told,
    data: (bytes: Uint8Array) => void told.push(`data ${Buffer.from(bytes).toString('hex')}`),
    closed: (why: string) => void told.push(`closed ${why}`),
  };
}

test('reports go both ways, whole', async () => {
  const handle = new Handle();
  const handlers = recorder();
  const port = await openHidPort(
    address,
    handlers,
    undefined,
    around([{ ...VENDOR, path: '/dev/hidraw0' }], handle),
  );
  handle.emit('data', Buffer.from('0205', 'hex'));
  await port.write(Uint8Array.of(0xfd, 3));
  expect(handlers.told).toEqual(['data 0205']);
  expect(handle.written).toEqual(['fd03']);
});

test('a device that is unplugged tells closed once, is let go, and takes no more reports', async () => {
  const handle = new Handle();
  const handlers = recorder();
  const port = await openHidPort(
    address,
    handlers,
    undefined,
    around([{ ...VENDOR, path: '/dev/hidraw0' }], handle),
  );
  handle.emit('error', 'could not read from HID device');
  handle.emit('error', 'could not read from HID device');
  handle.emit('data', Buffer.from('00', 'hex'));
  expect(handlers.told).toEqual(['closed could not read from HID device']);
  expect(handle.closed).toBe(1);
  await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port.lost' });
});

test('the device is found by vendor, product, serial number and usage page', async () => {
  const devices = [
    { ...VENDOR, path: '/dev/hidraw0', serialNumber: 'A', usagePage: 1 },
    { ...VENDOR, path: '/dev/hidraw1', serialNumber: 'A', usagePage: 0x8c },
    { ...VENDOR, path: '/dev/hidraw2', serialNumber: 'B', usagePage: 0x8c },
    { vendorId: 0x0c2e, productId: 0x1300, path: '/dev/hidraw3', serialNumber: 'A', usagePage: 0x8c },
  ];
  const surroundings = around(devices);
  const url = parsePortUrl('hid:05e0:1300?serial=A&usagePage=8c') as HidAddress;
  await openHidPort(url, recorder(), undefined, surroundings);
  expect(surroundings.opened).toEqual(['/dev/hidraw1']);
  await expect(openHidPort(address, recorder(), undefined, surroundings)).rejects.toThrow(/more than once/);
});

test('a device that lists one path for each of its usages is one device', async () => {
  const surroundings = around([1, 6].map((usagePage) => ({ ...VENDOR, path: '/dev/hidraw0', usagePage })));
  await openHidPort(address, recorder(), undefined, surroundings);
  expect(surroundings.opened).toEqual(['/dev/hidraw0']);
});

test('a device that is not there says what to check, with the real node-hid as well', async () => {
  await expect(openHidPort(address, recorder(), undefined, around([]))).rejects.toThrow(/lsusb/);
  await expect(openPort('hid:fffe:fffe', recorder())).rejects.toMatchObject({ code: 'port.open' });
});

test('opening that is cancelled leaves nothing open', async () => {
  const handle = new Handle();
  const surroundings = around([{ ...VENDOR, path: '/dev/hidraw0' }], handle);
  const cancel = new AbortController();
  const slow = {
    ...surroundings,
    open: (path: string) => {
      cancel.abort();
      return surroundings.open(path);
    },
  };
  await expect(openHidPort(address, recorder(), cancel.signal, slow)).rejects.toMatchObject({
    code: 'port.open',
  });
  expect(handle.closed).toBe(1);
});
