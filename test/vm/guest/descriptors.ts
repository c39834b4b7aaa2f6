/** Report descriptors (HID 1.11, 6.2.2): what a device says of its reports when it is plugged in. */
import { fromHex } from '../../../protocol/wire/hex.ts';

/** Bar code scanner (usage page 8Ch, usage 02h): input report 02h and output report FDh, 63 bytes each. */
export const POS_DESCRIPTOR = joined(
  '058c 0902 a101 1500 26ff00 7508 953f', // Bytes, 63 of them, in an application collection.
  '8502 09fe 8102', // Input, report id 02h: decoded data.
  '85fd 09ff 9102 c0', // Output, report id FDh.
);

/** The keyboard of HID 1.11, appendix B.1: modifiers, a reserved byte, five lamps, six keys. */
export const BOOT_KEYBOARD_DESCRIPTOR = joined(
  '0501 0906 a101',
  '0507 19e0 29e7 1500 2501 7501 9508 8102',
  '9501 7508 8101',
  '9505 7501 0508 1901 2905 9102 9501 7503 9101',
  '9506 7508 1500 2565 0507 1900 2965 8100 c0',
);

function joined(...parts: readonly string[]): Uint8Array {
  return fromHex(parts.join('').replaceAll(' ', ''));
}
