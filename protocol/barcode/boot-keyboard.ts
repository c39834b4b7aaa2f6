/**
 * Scanners in keyboard mode, read as HID boot reports (HID 1.11, appendix B.1) and not as characters: so the host's
 * keyboard layout plays no part. The scanner itself must be set to a US keyboard.
 *
 *     byte   0           1          2 ... 7
 *          +-----------+----------+-------------------+
 *          | modifiers | reserved | keys that are down |   unused places are 00
 *          +-----------+----------+-------------------+
 */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { Assembly, type Garbage, type Half } from './assembly.ts';
import { KEY_ENTER, KEYPAD_ENTER, keyName, typedBy } from './us-keys.ts';

export const BOOT_REPORT_BYTES = 8;
const KEYS = 6;
const NO_KEY = 0x00;
const ERROR_ROLL_OVER = 0x01;
const SHIFTS = 0x22;
const MODIFIERS = [
  'left Ctrl',
  'left Shift',
  'left Alt',
  'left GUI',
  'right Ctrl',
  'right Shift',
  'right Alt',
  'right GUI',
];

export interface BootReport {
  readonly modifiers: number;
  /** Usages of page 07h in the report's order, unused places left out. */
  readonly keys: readonly number[];
}

/** @throws WireError where the report is not 8 bytes long. */
export function decodeBootReport(report: Uint8Array, trail?: FieldSeen[]): BootReport {
  const cursor = new Cursor(report, trail);
  const modifiers = cursor.u8('modifiers', modifierWords);
  cursor.u8('reserved');
  const places = cursor.take(KEYS, 'keys that are down', (usages) => keyWords(downOf(usages)));
  cursor.end();
  return { modifiers, keys: downOf(places) };
}

const downOf = (places: Uint8Array): number[] => [...places].filter((usage) => usage !== NO_KEY);
const keyWords = (keys: readonly number[]): string =>
  keys.length > 0 ? keys.map(keyName).join(', ') : 'none';

function modifierWords(bits: number): string {
  const names = MODIFIERS.filter((_, bit) => (bits & (1 << bit)) !== 0);
  return names.length > 0 ? names.join(', ') : 'none';
}

export type KeyPart = { readonly kind: 'code'; readonly text: string } | Garbage | Half;

/** Boot reports to codes. A code ends with Enter; a key that is not understood spoils it, as half of it is missing. */
export class BootKeyboard {
  readonly #assembly = new Assembly();
  #down: readonly number[] = [];

  /** Whether Enter is awaited, and `expire` must follow when it does not come in time. */
  get waiting(): boolean {
    return this.#assembly.waiting;
  }

  push(report: Uint8Array): KeyPart[] {
    let decoded: BootReport;
    try {
      decoded = decodeBootReport(report);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return this.#refuse(error);
    }
    if (decoded.keys.includes(ERROR_ROLL_OVER)) return this.#rolledOver();
    // In the report's order, as the Linux input layer takes them, and a key named twice is one key.
    const pressed = new Set(decoded.keys.filter((key) => !this.#down.includes(key)));
    this.#down = decoded.keys;
    const parts: KeyPart[] = [];
    for (const key of pressed) {
      const part = this.#press(key, decoded.modifiers);
      if (part) parts.push(part);
    }
    return parts;
  }

  /** No key for too long. The keys that are down stay down. */
  expire(): Half | undefined {
    return this.#assembly.expire();
  }

  #press(key: number, modifiers: number): KeyPart | undefined {
    if (key === KEY_ENTER || key === KEYPAD_ENTER) {
      const text = this.#assembly.end();
      return text === undefined || text === '' ? undefined : { kind: 'code', text };
    }
    const others = modifiers & ~SHIFTS;
    // A scanner may type a control character, such as the GS of a GS1 code, as Ctrl and a key; which, it does not say.
    if (others !== 0) return this.#assembly.fail('chord', `a key with ${modifierWords(others)}`);
    const char = typedBy(key, (modifiers & SHIFTS) !== 0);
    return char === undefined ? this.#assembly.fail('unknownKey', keyName(key)) : this.#assembly.add(char);
  }

  /** HID 1.11, appendix C: too many keys at once. Which, it does not say, so one of the code's may be among them. */
  #rolledOver(): KeyPart[] {
    const garbage = this.#assembly.fail('unknownKey', keyName(ERROR_ROLL_OVER));
    return garbage ? [garbage] : [];
  }

  /** A report of another size may be of another device on the same interface; a code that it falls into is spoiled. */
  #refuse(error: WireError): KeyPart[] {
    const waiting = this.#assembly.waiting;
    const garbage = this.#assembly.fail('notThisReport', error.message);
    if (!waiting) this.#assembly.end();
    return garbage ? [garbage] : [];
  }
}
