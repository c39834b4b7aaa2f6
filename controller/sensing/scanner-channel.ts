/** How a scanner speaks: derived from its port's URL where that tells, else from the configuration; never guessed. */
import { BootKeyboard, type KeyPart } from '../../protocol/barcode/boot-keyboard.ts';
import { PosAssembler, type PosLayout, type PosPart, posLayout } from '../../protocol/barcode/hid-pos.ts';
import { LineSplitter, type ScanPart } from '../../protocol/barcode/line-splitter.ts';
import { parsePortUrl } from '../port/port-url.ts';

export const SCANNER_MODES = ['lines', 'pos', 'keyboard'] as const;
/** `lines`: text and CR, over a serial line. `pos`: HID POS reports. `keyboard`: HID keyboard reports. */
export type ScannerMode = (typeof SCANNER_MODES)[number];

export interface ChannelSettings {
  readonly port: string;
  readonly mode?: ScannerMode;
  readonly layout?: PosLayout;
}

export type Channel =
  | { readonly mode: 'lines' }
  | { readonly mode: 'pos'; readonly layout: PosLayout }
  | { readonly mode: 'keyboard' };

/** A field of the settings that does not fit the others, and what would. */
export interface ChannelProblem {
  readonly field: 'mode' | 'layout';
  readonly what: string;
}

/** USB HID usage pages: barcode scanner (HID POS Usage Tables 1.02) and generic desktop, where a keyboard is listed. */
const MODE_OF_PAGE: ReadonlyMap<number | undefined, ScannerMode> = new Map([
  [0x8c, 'pos'],
  [0x01, 'keyboard'],
]);

/** @throws TerminalError `port.url` */
export function scannerChannel({ port, mode, layout }: ChannelSettings): Channel | ChannelProblem {
  const address = parsePortUrl(port);
  if (address.kind !== 'hid') {
    if (mode !== undefined && mode !== 'lines')
      return {
        field: 'mode',
        what: `found "${mode}"; allowed: lines, since ${address.kind}: carries no reports`,
      };
    return layout === undefined ? { mode: 'lines' } : noLayout('lines');
  }
  if (mode === 'lines')
    return { field: 'mode', what: 'found "lines"; allowed: pos or keyboard, since hid: carries reports' };
  const reports = mode ?? MODE_OF_PAGE.get(address.usagePage);
  if (reports === undefined)
    return {
      field: 'mode',
      what: 'is missing; allowed: pos or keyboard; or add usagePage=8c (pos) or usagePage=1 (keyboard) to the port',
    };
  if (reports !== 'pos') return layout === undefined ? { mode: 'keyboard' } : noLayout('keyboard');
  const known = posLayout(address.vendorId, layout);
  if (known !== undefined) return { mode: 'pos', layout: known };
  const vendor = address.vendorId.toString(16).padStart(4, '0');
  const what = `is missing; allowed: aim or plain; that of vendor ${vendor} is not known, try "npm run decode -- hid"`;
  return { field: 'layout', what };
}

const noLayout = (mode: ScannerMode): ChannelProblem => ({
  field: 'layout',
  what: `does not belong to mode ${mode}; only pos has layouts`,
});

export type ScannedPart = ScanPart | PosPart | KeyPart;

/** Cuts what a port tells into parts; `waiting` asks for `expire` when nothing follows in time. */
export interface ScanSplitter {
  readonly waiting: boolean;
  push(bytes: Uint8Array): readonly ScannedPart[];
  expire(): ScannedPart | undefined;
}

/** A new one for each connection: a key that was down when the cable was pulled is not down when it is back. */
export function scanSplitter(channel: Channel): ScanSplitter {
  if (channel.mode === 'pos') return new PosAssembler(channel.layout);
  return channel.mode === 'keyboard' ? new BootKeyboard() : new LineSplitter();
}
