/** A port over a USB HID device; the only file that imports node-hid, and only once a HID port is opened. */
import { TerminalError } from '../error.ts';
import { cancelled, closedOnce, lost } from './closed-once.ts';
import type { Port, PortHandlers } from './port.ts';
import type { HidAddress } from './port-url.ts';

/** What is used of node-hid's devices. */
export interface HidDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly path?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly usagePage?: number | undefined;
}
export interface HidHandle {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown;
  /** node-hid tells a text instead of an error. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
  write(report: Buffer): Promise<number>;
  close(): Promise<void>;
}
export interface HidSurroundings {
  devices(): Promise<readonly HidDevice[]>;
  open(path: string): Promise<HidHandle>;
}

const real: HidSurroundings = {
  devices: async () => (await import('node-hid')).default.devicesAsync(),
  open: async (path) => (await import('node-hid')).default.HIDAsync.open(path),
};

/** Each `data` is one whole report, each `write` one as well, its report identifier first where the device uses them. */
export async function openHidPort(
  address: HidAddress,
  handlers: PortHandlers,
  signal?: AbortSignal,
  surroundings: HidSurroundings = real,
): Promise<Port> {
  const name = hidName(address);
  const path = await find(address, name, surroundings);
  if (signal?.aborted) throw cancelled(name);
  const handle = await surroundings.open(path).catch((error: unknown) => {
    throw notOpened(name, path, error);
  });
  if (signal?.aborted) {
    await handle.close().catch(() => {});
    throw cancelled(name);
  }
  const port = hidPort(name, handle, handlers);
  // node-hid begins to read a tick after it got its listener; closed before that, it throws where nobody can catch it.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  return port;
}

async function find(address: HidAddress, name: string, { devices }: HidSurroundings): Promise<string> {
  const { vendorId, productId, serialNumber, usagePage } = address;
  const fitting = (await devices()).filter(
    (device) =>
      device.vendorId === vendorId &&
      device.productId === productId &&
      (serialNumber === undefined || device.serialNumber === serialNumber) &&
      (usagePage === undefined || device.usagePage === usagePage),
  );
  // A device may list one path several times, once for each of its usages.
  const [path, second] = new Set(fitting.flatMap((device) => device.path ?? []));
  if (path === undefined)
    throw new TerminalError('port.open', `${name} is not plugged in: check it with "lsusb"`);
  if (second !== undefined)
    throw new TerminalError(
      'port.open',
      `${name} is there more than once: add its serial number, as in hid:05e0:1300?serial=NUMBER`,
    );
  return path;
}

function notOpened(name: string, path: string, cause: unknown): TerminalError {
  return new TerminalError(
    'port.open',
    `${name} at ${path} does not open (${String(cause)}): check that the terminal's user may read and write it (udev rule in docs/wiring.md)`,
    { cause },
  );
}

function hidPort(name: string, handle: HidHandle, told: PortHandlers): Port {
  const handlers = closedOnce(told);
  let closing: Promise<void> | undefined;
  const end = (why: string): Promise<void> => {
    closing ??= handle.close().catch(() => {});
    handlers.closed(why);
    return closing;
  };
  handle.on('data', (report) => handlers.data(report));
  handle.on('error', (error) => void end(String(error)));
  return {
    write: async (report) => {
      if (handlers.why !== undefined) throw lost(name, handlers.why);
      await handle.write(Buffer.from(report)).catch((error: unknown) => {
        throw lost(name, handlers.why ?? String(error), error);
      });
    },
    close: () => end('closed here'),
  };
}

const hex4 = (value: number) => value.toString(16).padStart(4, '0');
const hidName = ({ vendorId, productId, serialNumber }: HidAddress) =>
  `hid:${hex4(vendorId)}:${hex4(productId)}${serialNumber === undefined ? '' : `?serial=${serialNumber}`}`;
