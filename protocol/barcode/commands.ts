/**
 * What can be told to a scanner: start and stop reading, beep. Only commands that a maker's manual or a capture names.
 * Left out as unverified: presentation mode and trigger modes of Honeywell, start of a Zebra SSI scanner, and the
 * length byte of a Honeywell menu command (a capture says 0Fh for ten bytes, Access-IS's manual counts them).
 */

export type ScannerCommand = 'triggerOn' | 'triggerOff' | 'beep';
export type ScannerMake = 'honeywell' | 'newland';
/** `hid`: the whole output report, its report id first, for `HID.write`. */
export type ScannerChannel = 'hid' | 'serial';

const SOH = 0x01;
const EOT = 0x04;
const BEL = 0x07;
const CR = 0x0d;
const SYN = 0x16;
const [P, T, U] = [0x50, 0x54, 0x55];

/** The scanner must be in its manual or serial trigger mode, or it reads all the time anyway. */
const COMMANDS: Readonly<Record<ScannerMake, Partial<Record<ScannerCommand, readonly number[]>>>> = {
  honeywell: {
    // Honeywell and Metrologic manuals, "Serial trigger commands": SYN T CR, SYN U CR. The README of
    // HenkVanAsselt/python_hon_usbhid prints T for both, which is a slip of its author.
    triggerOn: [SYN, T, CR],
    triggerOff: [SYN, U, CR],
    // The same README, tried on a Voyager 1602g; no answer follows.
    beep: [SYN, BEL, CR],
  },
  newland: {
    // FM430 driver in a public repository, "manual reference p. 35". No beep is known.
    triggerOn: [SOH, T, EOT],
    triggerOff: [SOH, P, EOT],
  },
};

/** Honeywell: as the README above; Access-IS LSR118 manual, B.2. Newland: "Send Command to the Scanner". */
const OUTPUT_REPORT_ID: Readonly<Record<ScannerMake, number>> = { honeywell: 0xfd, newland: 0x04 };

/** `undefined`: this make has no such command that we could source. */
export function scannerCommand(
  make: ScannerMake,
  channel: ScannerChannel,
  command: ScannerCommand,
): Uint8Array | undefined {
  const bytes = COMMANDS[make][command];
  if (!bytes) return undefined;
  return Uint8Array.from(channel === 'hid' ? [OUTPUT_REPORT_ID[make], bytes.length, ...bytes] : bytes);
}
