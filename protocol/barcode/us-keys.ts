/** Keys of a US keyboard by their usage on page 07h (USB HID Usage Tables 1.12, section 10). */
import { byteText } from '../wire/cursor.ts';

export const KEY_ENTER = 0x28;
export const KEYPAD_ENTER = 0x58;

/** From 04h. Two rows: alone, with Shift. A blank stands for a key that types nothing here. */
const LETTERS_AT = 0x04;
const PLAIN_LETTERS = 'abcdefghijklmnopqrstuvwxyz1234567890';
const SHIFT_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()';

/** From 2Dh. 32h, `#` and `~` of other keyboards, is left out: no US keyboard has it. */
const SIGNS_AT = 0x2d;
const PLAIN_SIGNS = "-=[]\\ ;'`,./";
const SHIFT_SIGNS = '_+{}| :"~<>?';

/** From 54h, Num Lock taken to be on: a scanner that types on the keypad means digits. 58h is Enter. */
const KEYPAD_AT = 0x54;
const KEYPAD = '/*-+ 1234567890.';

const typed = new Map<number, readonly [plain: string, shifted: string]>();
function fill(first: number, plain: string, shifted: string): void {
  for (let at = 0; at < plain.length; at += 1) {
    if (plain[at] !== ' ') typed.set(first + at, [plain.charAt(at), shifted.charAt(at)]);
  }
}
fill(LETTERS_AT, PLAIN_LETTERS, SHIFT_LETTERS);
fill(SIGNS_AT, PLAIN_SIGNS, SHIFT_SIGNS);
fill(KEYPAD_AT, KEYPAD, KEYPAD);
typed.set(0x2c, [' ', ' ']);
typed.set(0x67, ['=', '=']);

/** `undefined`: the key types no character. */
export function typedBy(usage: number, shift: boolean): string | undefined {
  return typed.get(usage)?.[shift ? 1 : 0];
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x01, 'ErrorRollOver'],
  [0x02, 'POSTFail'],
  [0x03, 'ErrorUndefined'],
  [KEY_ENTER, 'Enter'],
  [0x29, 'Escape'],
  [0x2a, 'Backspace'],
  [0x2b, 'Tab'],
  [0x2c, 'Space'],
  [0x32, 'non-US #'],
  [0x39, 'Caps Lock'],
  [0x46, 'Print Screen'],
  [0x47, 'Scroll Lock'],
  [0x48, 'Pause'],
  [0x49, 'Insert'],
  [0x4a, 'Home'],
  [0x4b, 'Page Up'],
  [0x4c, 'Delete'],
  [0x4d, 'End'],
  [0x4e, 'Page Down'],
  [0x4f, 'Right'],
  [0x50, 'Left'],
  [0x51, 'Down'],
  [0x52, 'Up'],
  [0x53, 'Num Lock'],
  [KEYPAD_ENTER, 'keypad Enter'],
  [0x64, 'non-US \\'],
]);

/** For a person: the key's label, or its usage. */
export function keyName(usage: number): string {
  const name = NAMES.get(usage);
  if (name !== undefined) return name;
  if (usage >= 0x3a && usage <= 0x45) return `F${usage - 0x39}`;
  const [plain] = typed.get(usage) ?? [];
  if (plain === undefined) return `key ${byteText(usage)}`;
  return usage >= KEYPAD_AT ? `keypad ${plain}` : plain;
}
