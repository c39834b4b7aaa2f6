/** What the guest says to the host, one JSON object a line on its second serial port. */

/** What only the host's hands can do; each is asked for once it is due. */
export type Deed = 'unplug reader' | 'plug reader' | 'type code' | 'unplug keyboard' | 'plug keyboard';

/** What was found out, for a test to judge. */
export type Facts = Readonly<Record<string, unknown>>;

export type GuestLine =
  | { readonly kind: 'wish'; readonly deed: Deed }
  | { readonly kind: 'facts'; readonly check: string; readonly facts: Facts }
  | { readonly kind: 'failed'; readonly check: string; readonly why: string }
  | { readonly kind: 'ready' | 'done' };

/** Typed on the USB keyboard by the host, awaited by the guest. */
export const TYPED_CODE = 'B12-7';
/** As long as a credit pass in a QR code: three reports of a POS scanner. */
export const LONG_CODES = ['first', 'second'].map((name) => `CP1.${name}.${'0123456789abcdef'.repeat(8)}`);
