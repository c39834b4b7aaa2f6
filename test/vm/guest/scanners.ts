/** Stories of HID scanners: plugged in, scanned with, unplugged, plugged in again, while the controller listens. */
import { openPort } from '../../../controller/port/open-port.ts';
import { Scanner, type ScannerOptions } from '../../../controller/sensing/scanner.ts';
import { waitFor } from '../../../demo/wait.ts';
import golden from '../../../protocol/vectors/barcode.json' with { type: 'json' };
import { fromHex, hex } from '../../../protocol/wire/hex.ts';
import { LONG_CODES } from '../report.ts';
import { countedPorts } from './counted-port.ts';
import { BOOT_KEYBOARD_DESCRIPTOR, POS_DESCRIPTOR } from './descriptors.ts';
import { ask, check } from './tell.ts';
import { UhidDevice } from './uhid.ts';

/** The controller waits up to 5 s between two attempts. */
const WAIT_MS = 12_000;
/** A second `closed` or a second code would come at once. */
const SETTLE_MS = 300;
/** Honeywell's vendor id and a Voyager's product id. */
const POS = { name: 'Voyager 1602g', vendorId: 0x0c2e, productId: 0x0b61, serialNumber: 'VM-0001' };
const POS_ID = 'hid:0c2e:0b61';
const POS_REPORT_BYTES = 64;
const POS_DATA_BYTES = 56;
const WEDGE = { name: 'Keyboard wedge', vendorId: 0x05fe, productId: 0x1010, serialNumber: 'VM-0002' };
const WEDGE_URL = 'hid:05fe:1010?usagePage=1';
/** What QEMU's `usb-kbd` calls itself. */
const USB_KEYBOARD_URL = 'hid:0627:0001';

interface Plug {
  in(): void | Promise<void>;
  out(): void | Promise<void>;
  /** `time` counts from 0. */
  scan(time: number): void | Promise<void>;
}

/** The controller's own scanner, with everything on record that it tells. */
function listen(options: Pick<ScannerOptions, 'url' | 'mode' | 'make'>) {
  const ports = countedPorts();
  const codes: string[] = [];
  const troubles: string[] = [];
  const scanner = new Scanner({
    ...options,
    open: ports.open,
    onCode: (text) => codes.push(text),
    onTrouble: (why) => troubles.push(why),
  });
  const up = () => waitFor('the scanner is up', WAIT_MS, async () => scanner.link === 'up');
  scanner.start();
  return { ...ports, codes, troubles, scanner, up };
}
type Listening = ReturnType<typeof listen>;

/** What every scanner must survive, whatever carries it. */
async function unplugAndReplug(name: string, plug: Plug, on: Listening): Promise<void> {
  const scanned = async (time: number): Promise<string[]> => {
    await plug.scan(time);
    await waitFor('a code', WAIT_MS, async () => on.codes.length > 0);
    await rest(SETTLE_MS);
    return on.codes.splice(0);
  };
  await check(`${name}: codes`, async () => {
    await on.up();
    return { codes: await scanned(0), troubles: on.troubles };
  });
  await check(`${name}: unplugged`, async () => {
    const startedMs = performance.now();
    await plug.out();
    await waitFor('closed', WAIT_MS, async () => on.closed.length > 0);
    const ms = performance.now() - startedMs;
    // Closed here as well, as by a controller that stops just then.
    await on.opened.at(-1)?.close();
    await rest(SETTLE_MS);
    return { closed: on.closed, link: on.scanner.link, ms };
  });
  await check(`${name}: plugged in again`, async () => {
    const startedMs = performance.now();
    await plug.in();
    await on.up();
    const ms = performance.now() - startedMs;
    return { ms, codes: await scanned(1), troubles: on.troubles, opened: on.opened.length };
  });
  await on.scanner.stop();
}

export async function posScannerStory(): Promise<void> {
  const identity = { ...POS, descriptor: POS_DESCRIPTOR };
  let device = await UhidDevice.plug(identity);
  const on = listen({ url: `${POS_ID}?usagePage=8c`, make: 'honeywell' });
  await check('POS scanner: listed', async () => {
    await on.up();
    return {
      bySerialAndUsage: await opening(`${POS_ID}?serial=${POS.serialNumber}&usagePage=8c`),
      byAnotherUsage: await opening(`${POS_ID}?usagePage=1`),
      byAnotherVendor: await opening('hid:0c2f:0b61'),
    };
  });
  const heard = () => waitFor('a command', WAIT_MS, async () => device.outputs.shift());
  await check('POS scanner: commands', async () => {
    const onOpening = hex(await heard());
    const beeped = await on.scanner.beep();
    return { onOpening, beeped, toBeep: hex(await heard()) };
  });
  await check('POS scanner: captured reports', async () => {
    await reports(device, golden.honeywell.reports);
    await rest(SETTLE_MS);
    return { received: on.received.splice(0), codes: on.codes, troubles: on.troubles.splice(0) };
  });
  await unplugAndReplug(
    'POS scanner',
    {
      in: async () => {
        device = await UhidDevice.plug(identity);
      },
      out: () => device.unplug(),
      scan: (time) => reports(device, posReports(LONG_CODES[time] ?? '')),
    },
    on,
  );
  await device.unplug();
}

export async function keyboardWedgeStory(): Promise<void> {
  const identity = { ...WEDGE, descriptor: BOOT_KEYBOARD_DESCRIPTOR };
  let device = await UhidDevice.plug(identity);
  await unplugAndReplug(
    'keyboard wedge',
    {
      in: async () => {
        device = await UhidDevice.plug(identity);
      },
      out: () => device.unplug(),
      scan: () => reports(device, golden.keyboard.reports),
    },
    listen({ url: WEDGE_URL }),
  );
  await device.unplug();
}

/** A real USB keyboard, as far as the guest can tell: its bus, its driver and its reports are the kernel's own. */
export async function usbKeyboardStory(): Promise<void> {
  await unplugAndReplug(
    'USB keyboard',
    {
      in: () => ask('plug keyboard'),
      out: () => ask('unplug keyboard'),
      scan: () => ask('type code'),
    },
    listen({ url: USB_KEYBOARD_URL, mode: 'keyboard' }),
  );
}

/** A QR code as a Honeywell scanner tells it (protocol/barcode/hid-pos.ts): the last byte says that more follows. */
function posReports(text: string): string[] {
  const told: string[] = [];
  for (let from = 0; from < text.length; from += POS_DATA_BYTES) {
    const part = text.slice(from, from + POS_DATA_BYTES);
    const report = Buffer.alloc(POS_REPORT_BYTES);
    report.set([0x02, part.length]);
    report.write(`]Q1${part}`, 2, 'latin1');
    report[POS_REPORT_BYTES - 1] = from + POS_DATA_BYTES < text.length ? 1 : 0;
    told.push(report.toString('hex'));
  }
  return told;
}

async function reports(device: UhidDevice, texts: readonly string[]): Promise<void> {
  for (const text of texts) await device.report(fromHex(text));
}

/** Whether this port opens, or why not; closed as soon as it is open, as when the controller stops just then. */
async function opening(url: string): Promise<string> {
  try {
    const port = await openPort(url, { data: () => {}, closed: () => {} });
    await port.close();
    return 'opens';
  } catch (error) {
    return (error as Error).message;
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
