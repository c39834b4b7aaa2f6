/** How one library's server speaks SIP2: each of these was met in the field. */
import type { Sip2Encoding } from './encoding.ts';

export interface Sip2Options {
  /**
   * `strict`: sent, and an answer without it or with a wrong one is refused. `lenient`: sent, and told of an answer,
   * but refuses none. `off`: not sent. `utf16`: as dp2 counts; refuses a wrong one.
   */
  readonly checksum: 'strict' | 'lenient' | 'off' | 'utf16';
  readonly encoding: Sip2Encoding;
  /** A `|` within a value travels as `&#124;`, or where the server does not know that, as a blank. */
  readonly escape: 'entity' | 'none';
}

export const SIP2_OPTIONS: Sip2Options = { checksum: 'strict', encoding: 'utf-8', escape: 'entity' };

export const DELIMITER = 0x7c;
export const CR = 0x0d;
export const LF = 0x0a;

/** Longest value of a variable field, in characters (3M SIP 2.00, "Variable-length fields"). */
export const VALUE_CHARS_MAX = 255;
/** An answer to 63 with 250 items of the longest titles fits; longer is no message. */
export const FRAME_BYTES_MAX = 65_536;
