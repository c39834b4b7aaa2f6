/** The serial port over serialport's own stream and its mock binding. */
import { SerialPortMock } from 'serialport';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsePortUrl, type SerialAddress } from '../../controller/port/port-url.ts';
import { openSerialPort, type SerialSurroundings } from '../../controller/port/serial-port.ts';
import { setTimer } from '../../controller/port/timer.ts';

// By way of serialport: imported on its own, the mock would be a second instance with other ports.
const MockBinding = SerialPortMock.binding;
type MockPortBinding = Awaited<ReturnType<typeof MockBinding.open>>;
const PATH = '/dev/serial/by-id/mock';
const address = parsePortUrl(`serial:${PATH}?baud=38400&parity=even`) as SerialAddress;
const soon = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

let streams: SerialPortMock[] = [];
const surroundings: SerialSurroundings = {
  create: (settings) => {
    const stream = new SerialPortMock(settings);
    streams.push(stream);
    return stream;
  },
  exists: async () => true,
  setTimer,
};
const mock = (): MockPortBinding => streams.at(-1)?.port as MockPortBinding;

function recorder() {
  const told: string[] = [];
  return {
    told,
    data: (bytes: Uint8Array) => void told.push(`data ${Buffer.from(bytes).toString('latin1')}`),
    closed: (why: string) => void told.push(`closed ${why}`),
  };
}

beforeEach(() => MockBinding.createPort(PATH, { record: true }));
afterEach(() => {
  MockBinding.reset();
  streams = [];
});

test('it opens with the settings of the URL, and bytes go both ways', async () => {
  const handlers = recorder();
  const port = await openSerialPort(address, handlers, undefined, surroundings);
  expect(mock().openOptions).toMatchObject({ path: PATH, baudRate: 38_400, parity: 'even', lock: true });
  await port.write(Buffer.from('out'));
  expect(mock().recording.toString()).toBe('out');
  mock().emitData('in');
  await expect.poll(() => handlers.told).toEqual(['data in']);
  await port.close();
});

test('closing here tells closed once, frees the device, and refuses writes', async () => {
  const handlers = recorder();
  const port = await openSerialPort(address, handlers, undefined, surroundings);
  await port.close();
  await port.close();
  await soon();
  expect(handlers.told).toEqual(['closed closed here']);
  await expect(port.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'port.lost' });
  const again = await openSerialPort(address, recorder(), undefined, surroundings);
  await again.close();
});

test('data that the device still sends while it closes is never delivered', async () => {
  const handlers = recorder();
  const port = await openSerialPort(address, handlers, undefined, surroundings);
  const closing = port.close();
  streams.at(-1)?.push('late');
  await closing;
  await soon();
  expect(handlers.told).toEqual(['closed closed here']);
});

test('unplugging tells closed once', async () => {
  const handlers = recorder();
  await openSerialPort(address, handlers, undefined, surroundings);
  streams.at(-1)?._disconnected(new Error('bad file descriptor'));
  await expect.poll(() => handlers.told).toEqual(['closed bad file descriptor']);
  await soon();
  expect(handlers.told).toHaveLength(1);
});

test('a device whose file is gone counts as unplugged, also when serialport says nothing', async () => {
  const handlers = recorder();
  const probes: (() => void)[] = [];
  let there = true;
  await openSerialPort(address, handlers, undefined, {
    ...surroundings,
    exists: async () => there,
    setTimer: (run) => {
      probes.push(run);
      return () => {};
    },
  });
  probes.shift()?.();
  await soon();
  expect(handlers.told).toEqual([]);
  there = false;
  probes.shift()?.();
  await expect.poll(() => handlers.told).toEqual(['closed the device was unplugged']);
});

test('a write that closing overtakes is settled', async () => {
  const port = await openSerialPort(address, recorder(), undefined, surroundings);
  mock().write = () => new Promise(() => {});
  const written = expect(port.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'port.lost' });
  await port.close();
  await written;
});

test('a device that hangs while closing holds nobody up', async () => {
  const port = await openSerialPort(address, recorder(), undefined, {
    ...surroundings,
    setTimer: (run, afterMs) => setTimer(run, afterMs / 100),
  });
  mock().close = () => new Promise(() => {});
  await port.close();
});

test('errors of opening say what to do', async () => {
  const open = await openSerialPort(address, recorder(), undefined, surroundings);
  await expect(openSerialPort(address, recorder(), undefined, surroundings)).rejects.toMatchObject({
    code: 'port.open',
    message: expect.stringContaining('another program uses it'),
  });
  await open.close();
  // The real binding, as far as it goes without a device.
  const missing = { ...address, path: '/dev/serial/by-id/not-there' };
  await expect(openSerialPort(missing, recorder())).rejects.toMatchObject({
    code: 'port.open',
    message: expect.stringContaining('plugged in'),
  });
});

test('an abort while it opens closes the device again', async () => {
  const cancel = new AbortController();
  const opening = openSerialPort(address, recorder(), cancel.signal, surroundings);
  cancel.abort();
  await expect(opening).rejects.toMatchObject({ code: 'port.open' });
  const again = await openSerialPort(address, recorder(), undefined, surroundings);
  await again.close();
});
