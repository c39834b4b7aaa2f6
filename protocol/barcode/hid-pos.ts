/**
 * Scanners in USB HID POS mode (usage page 8Ch): one input report of 64 bytes, or several for a long code.
 *
 *     byte    0    1     2 3 4      5 ... 60     61     62     63
 *     AIM   +----+-----+----------+------------+------+------+-------+
 *           | 02 | len | ] C 1    | data (56)  | code |  0   | bit 0 |   Honeywell, Access-IS
 *           +----+-----+----------+------------+------+------+-------+
 *     byte    0    1     2 ... 57   58 ... 61     62             63
 *     plain +----+-----+----------+------------+------+--------------+
 *           | 02 | len | data(56) | reserved   | code | bit 0        |   Newland
 *           +----+-----+----------+------------+------+--------------+
 *
 * Bit 0 of byte 63: the code goes on in the next report. Sources: capture of a Honeywell Voyager 1602g
 * (HenkVanAsselt/python_hon_usbhid); Access-IS LSR118 manual, appendix B.1; Newland FM420 guide, "HID-POS".
 * The usage page is the same for both, so only the vendor can tell them apart.
 */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { aimIdentifier, aimWords } from './aim-identifier.ts';
import { Assembly, type Garbage, type Half } from './assembly.ts';
import { dataWords, latin1 } from './text.ts';

export const POS_REPORT_BYTES = 64;
const REPORT_ID = 0x02;
const DATA_BYTES = 56;
const CONTINUED_AT = 63;
const CONTINUED_BIT = 0x01;
const STX = '\x02';
const ETX = '\x03';

/** `aim`: as Honeywell sends it. `plain`: as Newland sends it; a code ends with CR, which is no part of it. */
export type PosLayout = 'aim' | 'plain';

const LAYOUT_OF_VENDOR: ReadonlyMap<number, PosLayout> = new Map([
  // Metrologic's id, which Honeywell goes on using (public udev rules for Voyager, Xenon, Granit).
  [0x0c2e, 'aim'],
  // Newland FM420 guide, "VID and PID table"; FM430 is 1EAB:1D10.
  [0x1eab, 'plain'],
]);

/** `configured` wins. `undefined`: a vendor whose layout is not known and must be configured, never guessed. */
export function posLayout(
  vendorId: number | undefined,
  configured?: PosLayout | undefined,
): PosLayout | undefined {
  return configured ?? (vendorId === undefined ? undefined : LAYOUT_OF_VENDOR.get(vendorId));
}

export interface PosReport {
  /** Such as `]C1`; the plain layout has none. */
  readonly aim: string | undefined;
  readonly data: Uint8Array;
  /** The maker's own letter for the symbology. */
  readonly codeId: number;
  readonly continued: boolean;
}

/** @throws WireError `wire.unexpected` for another report id, others for a report that is not of this layout. */
export function decodePosReport(report: Uint8Array, layout: PosLayout, trail?: FieldSeen[]): PosReport {
  const cursor = new Cursor(report, trail);
  if (cursor.u8('report id') !== REPORT_ID)
    throw new WireError('wire.unexpected', `report id ${report[0]}, not ${REPORT_ID}`);
  const length = cursor.u8('length of the data');
  if (length > DATA_BYTES)
    throw new WireError('wire.length', `${length} bytes of data, a report has room for ${DATA_BYTES}`);
  const aim = layout === 'aim' ? takeAim(cursor) : undefined;
  const data = cursor.take(length, 'data', dataWords);
  if (length < DATA_BYTES) cursor.take(DATA_BYTES - length, 'padding');
  if (layout === 'plain') cursor.take(4, 'reserved');
  const codeId = cursor.u8('code id of the maker', (id) =>
    id === 0 ? 'none' : dataWords(Uint8Array.of(id)),
  );
  if (layout === 'aim') cursor.u8('reserved');
  const flags = cursor.u8('decoded data continued', (value) => continuedWords(value));
  cursor.end();
  return { aim, data, codeId, continued: (flags & CONTINUED_BIT) !== 0 };
}

function takeAim(cursor: Cursor): string {
  const identifier = latin1(cursor.take(3, 'AIM identifier', (bytes) => aimWords(latin1(bytes))));
  // The other layout has the code itself here: the error must not tell it.
  if (!aimIdentifier(identifier)) throw new WireError('wire.marker', 'no AIM identifier: another layout?');
  return identifier;
}

const continuedWords = (flags: number): string =>
  (flags & CONTINUED_BIT) !== 0 ? 'the code goes on in the next report' : 'the code ends here';

export type PosPart =
  | { readonly kind: 'code'; readonly text: string; readonly aim: string | undefined }
  /** What the scanner says to a command; nobody scanned it. */
  | { readonly kind: 'answer'; readonly text: string }
  | Garbage
  | Half;

/** Joins continued reports into one code. */
export class PosAssembler {
  readonly #layout: PosLayout;
  readonly #assembly = new Assembly();
  #aim: string | undefined;

  constructor(layout: PosLayout) {
    this.#layout = layout;
  }

  /** Whether a further report is awaited, and `expire` must follow when none comes in time. */
  get waiting(): boolean {
    return this.#assembly.waiting;
  }

  /** One report, as node-hid gives it: with its report id. */
  push(report: Uint8Array): PosPart[] {
    let decoded: PosReport;
    try {
      decoded = decodePosReport(report, this.#layout);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return [this.#refuse(report, error)].filter((part) => part !== undefined);
    }
    const garbage = this.#join(decoded);
    if (garbage) {
      if (!decoded.continued) this.#assembly.end();
      return [garbage];
    }
    return decoded.continued ? [] : this.#finish();
  }

  /** The next report did not come in time. */
  expire(): Half | undefined {
    return this.#assembly.expire();
  }

  /** Another identifier within one code: the end of one and the start of the other were lost, so neither is whole. */
  #join({ aim, data }: PosReport): Garbage | undefined {
    if (!this.#assembly.waiting) this.#aim = aim;
    if (aim !== this.#aim) return this.#assembly.fail('mixed', `${this.#aim} goes on as ${aim}`);
    return this.#assembly.add(latin1(data));
  }

  #finish(): PosPart[] {
    const text = this.#assembly.end();
    if (text === undefined || text === '') return [];
    if (this.#layout === 'aim') {
      // `]Z6`: the echo of a menu command (capture of a Voyager 1602g).
      if (this.#aim === ']Z6') return [{ kind: 'answer', text }];
      return [{ kind: 'code', text, aim: this.#aim }];
    }
    // STX SOH 0000 ... ETX answers a command `~ SOH 0000 # TAG ; ETX` (Newland NLS-HR42 guide, "Responses").
    if (text.startsWith(STX) && text.endsWith(ETX)) return [{ kind: 'answer', text: text.slice(1, -1) }];
    const code = text.endsWith('\r') ? text.slice(0, -1) : text;
    return code === '' ? [] : [{ kind: 'code', text: code, aim: undefined }];
  }

  /** A report that cannot be read. One of another id is no part of a code; any other spoils the code it is in. */
  #refuse(report: Uint8Array, error: WireError): Garbage | undefined {
    const why = error.code === 'wire.length' ? 'length' : 'notThisReport';
    if (error.code === 'wire.unexpected') return { kind: 'garbage', why, detail: error.message };
    const whole = report.length === POS_REPORT_BYTES;
    const goesOn = whole ? ((report[CONTINUED_AT] ?? 0) & CONTINUED_BIT) !== 0 : this.#assembly.waiting;
    const garbage = this.#assembly.fail(why, error.message);
    if (!goesOn) this.#assembly.end();
    return garbage;
  }
}
