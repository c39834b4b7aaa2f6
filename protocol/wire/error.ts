/** The one error of every decoder: bytes that are not what they should be. Anything else it throws is a defect. */

export type WireErrorCode =
  /** Bytes are missing at the end. */
  | 'wire.short'
  /** Bytes are left over where nothing may follow. */
  | 'wire.long'
  | 'wire.checksum'
  /** A fixed byte, such as the start of a frame, is another one. */
  | 'wire.marker'
  /** A length, count or address does not fit the rest. */
  | 'wire.length'
  /** A value that its standard does not know. */
  | 'wire.value'
  /** A whole and correct frame that answers something else. */
  | 'wire.unexpected'
  /** The device answered: it refuses, or could not. */
  | 'wire.refused';

export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.name = 'WireError';
    this.code = code;
  }
}
