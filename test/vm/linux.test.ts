/**
 * The controller's ports on a real Linux: one boot of a Debian kernel in QEMU, every instruction emulated, so it runs
 * where there is no hardware and no /dev/kvm. The guest finds facts out; each test here judges one of them.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import golden from '../../protocol/vectors/barcode.json' with { type: 'json' };
import { missingFile } from '../integration/peers.ts';
import { guestImage } from './image.ts';
import { debianKernel } from './kernel.ts';
import { type MachineRun, runMachine } from './machine.ts';
import { readerOnHost, TAG } from './reader-on-host.ts';
import { LONG_CODES, TYPED_CODE } from './report.ts';

/** The first run downloads and unpacks a kernel. */
const PREPARE_MS_MAX = 420_000;
/** The serial port looks for its device file every 2 s; the emulated machine and its busy host are slow. */
const CLOSED_MS_MAX = 5_000;
/** The back-off pauses up to 5 s, and USB needs its time to find a device. */
const AGAIN_MS_MAX = 10_000;
/** FTDI's vendor requests (as linux/drivers/usb/serial/ftdi_sio.h names them), host to device: type 40h. */
const FTDI = { modemControl: 0x4001, setData: 0x4004 };
const EIGHT_BITS_EVEN = 0x0208;
/** The high byte of modem control says which lines are meant, the low one how they shall be; DTR is bit 0. */
const DTR_RAISED = 0x0101;
const DTR_LOWERED = 0x0100;

const PEERS: readonly (readonly [file: string, debianPackage: string])[] = [
  ['/usr/bin/qemu-system-x86_64', 'qemu-system-x86'],
  ['/bin/busybox', 'busybox-static'],
  ['/usr/sbin/depmod', 'kmod'],
  ['/usr/bin/cpio', 'cpio'],
  ['/usr/bin/apt-get', 'apt'],
];
const absent = PEERS.filter(([file, debianPackage]) => missingFile(file, debianPackage));
const advice = absent.length ? ` (skipped: apt-get install ${absent.map(([, name]) => name).join(' ')})` : '';
/** The guest runs this machine's own Node. */
const foreign =
  process.arch === 'x64' ? '' : ` (skipped: this Node is for ${process.arch}, the guest for x64)`;

describe.skipIf(absent.length > 0 || foreign !== '')(`on a real Linux${foreign || advice}`, () => {
  let run: MachineRun;

  beforeAll(async () => {
    const kernel = await debianKernel();
    run = await runMachine({
      kernelImage: kernel.image,
      guestImage: await guestImage(kernel),
      onReaderLine: readerOnHost,
      keys: keysOf(TYPED_CODE),
    });
    console.error(`  booted in ${Math.round(run.bootMs)} ms, off after ${Math.round(run.wholeMs)} ms`);
  }, PREPARE_MS_MAX);

  /** Fails with the guest's own words where it could not find out. */
  function facts(check: string): Record<string, unknown> {
    const outcome = run.outcomes.get(check);
    if (outcome && 'facts' in outcome) return outcome.facts;
    const failures = [...run.outcomes].filter(([, other]) => 'failed' in other);
    throw new Error(`${check}: ${outcome?.failed ?? `never found out: ${JSON.stringify(failures)}`}`);
  }

  test('a HID scanner is found by vendor, product, serial number and usage page, and no other is taken for it', () => {
    expect(facts('POS scanner: listed')).toEqual({
      bySerialAndUsage: 'opens',
      byAnotherUsage: expect.stringContaining('is not plugged in'),
      byAnotherVendor: expect.stringContaining('is not plugged in'),
    });
  });

  test('commands reach the scanner, each as one output report', () => {
    const { triggerOn, beep } = golden.honeywell.commands;
    expect(facts('POS scanner: commands')).toEqual({ onOpening: triggerOn, beeped: true, toBeep: beep });
  });

  test('captured reports of a real scanner arrive byte for byte, and its menu text is taken for no code', () => {
    const { received, codes, troubles } = facts('POS scanner: captured reports');
    expect(received).toEqual(golden.honeywell.reports);
    expect(codes).toEqual([]);
    expect(troubles).toEqual(['a code with characters that are not printable']);
  });

  test('nothing is thrown past the ports, which would end the controller', () => {
    expect(facts('uncaught')).toEqual({ uncaught: [] });
  });

  describe.each([
    { name: 'POS scanner', first: LONG_CODES[0], second: LONG_CODES[1] },
    { name: 'keyboard wedge', first: golden.keyboard.code, second: golden.keyboard.code },
    { name: 'USB keyboard', first: TYPED_CODE, second: TYPED_CODE },
  ])('$name', ({ name, first, second }) => {
    test('its reports become one code', () => {
      expect(facts(`${name}: codes`)).toEqual({ codes: [first], troubles: [] });
    });

    test('pulling its plug is told once, in time', () => {
      const found = facts(`${name}: unplugged`);
      expect(found.closed).toHaveLength(1);
      expect(found.link).toBe('down');
      expect(found.ms).toBeLessThan(CLOSED_MS_MAX);
    });

    test('plugged in again it opens by itself, and codes flow again', () => {
      const found = facts(`${name}: plugged in again`);
      expect(found.codes).toEqual([second]);
      expect(found.troubles).toEqual([]);
      expect(found.opened).toBe(2);
      expect(found.ms).toBeLessThan(AGAIN_MS_MAX);
    });
  });

  describe('USB serial bridge', () => {
    test('opens with the baud rate and parity of its URL, in the kernel and on the bridge', () => {
      const { identity, settings } = facts('USB serial: opened');
      expect(identity).toMatchObject({ model: 'FEIG ID CPR40', version: '3.3' });
      expect(settings).toEqual(
        expect.arrayContaining(['115200 baud', 'parenb', '-parodd', 'cs8', '-cstopb']),
      );
      expect(controlOf(run.usbTrace, FTDI.setData)).toContain(EIGHT_BITS_EVEN);
      // Divided from 3 MHz, the nearest to 115200.
      expect(run.usbTrace).toContain('baud rate 115384');
    });

    test('carries every byte value both ways, to the simulated reader on the host', () => {
      const { id, written, read, framesBad } = facts('USB serial: every byte');
      expect(id).toBe(TAG.uid);
      expect(read).toBe(written);
      expect(Buffer.from(TAG.memory).toString('hex')).toBe(written);
      expect(framesBad).toBe(0);
    });

    test('pulling its plug in the middle of a question is told once, in time, and fails the question', () => {
      const { ms, error, closed, links } = facts('USB serial: unplugged');
      expect(closed).toHaveLength(1);
      expect(links).toEqual(['up', 'down']);
      expect(error).toBe('device.away');
      expect(ms).toBeLessThan(CLOSED_MS_MAX);
    });

    test('plugged in again it opens by itself, and the reader answers', () => {
      const { ms, tags, opened, links } = facts('USB serial: plugged in again');
      expect(tags).toEqual([TAG.uid]);
      expect(links).toEqual(['up', 'down', 'up']);
      expect(opened).toBe(2);
      expect(ms).toBeLessThan(AGAIN_MS_MAX);
    });

    test('closing leaves DTR as it is, so that no board behind it resets', () => {
      expect(facts('USB serial: opened').settings).toContain('-hupcl');
      const dtr = controlOf(run.usbTrace, FTDI.modemControl).map((value) => value & DTR_RAISED);
      expect(dtr).toContain(DTR_RAISED);
      expect(dtr).not.toContain(DTR_LOWERED);
    });
  });
});

/** In QEMU's words. */
function keysOf(code: string): string[] {
  const key = (char: string): string =>
    char === '-' ? 'minus' : /[A-Z]/.test(char) ? `shift-${char.toLowerCase()}` : char;
  return [...[...code].map(key), 'ret'];
}

/** The values that the bridge was told by one kind of request. */
function controlOf(trace: string, request: number): number[] {
  const line = /got control 0x([0-9a-f]+), value 0x([0-9a-f]+)/g;
  return [...trace.matchAll(line)]
    .filter(([, told = '']) => Number.parseInt(told, 16) === request)
    .map(([, , value = '']) => Number.parseInt(value, 16));
}
