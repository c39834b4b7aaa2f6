/**
 * The credit pass: signed proof of a patron's standing, short-lived, checked with no network. As a QR code it is text:
 * `CR1:` and base45 of
 *
 *   version(1) key(1) pass(8) from(4) until(4) tier(1) items(1) days(1) length(1) patron(length) signature(64)
 *
 * Times are seconds since 1970, high byte first. The signature is Ed25519 (RFC 8032) over a fixed word and everything
 * before it. 38 bytes of patron give at most 190 characters, a QR code of version 8 in alphanumeric mode.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { base45, fromBase45 } from '../barcode/base45.ts';
import { Cursor } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { hex } from '../wire/hex.ts';

export interface CreditPass {
  /** Which of the platform's keys signed it, 0 to 255. */
  readonly key: number;
  /** 16 hexadecimal digits; names the pass in entries and on the revocation list. */
  readonly pass: string;
  /** Opaque. */
  readonly patron: string;
  /** Epoch milliseconds, whole seconds. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly tier: number;
  /** So many items in all, at whatever terminal. */
  readonly itemsMax: number;
  readonly loanDays: number;
}

export type PassFault =
  /** Not even the shape of one. */
  | 'notAPass'
  /** Signed with a key that this terminal does not know. */
  | 'unknownKey'
  | 'forged'
  /** Longer than any honest one: a stolen key must not give passes for ever. */
  | 'spanTooLong';

export const PASS_MARK = 'CR1:';
const VERSION = 1;
const PASS_BYTES = 8;
const PATRON_BYTES_MAX = 38;
const SIGNATURE_BYTES = 64;
const DOMAIN = new TextEncoder().encode('credit-reading pass 1\n');
/** A pass is made anew whenever the patron's telephone sees the network. */
export const PASS_SPAN_MS_MAX = 7 * 24 * 3_600_000;
/** Of an Ed25519 public key in SubjectPublicKeyInfo (RFC 8410, 4), before its 32 bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** From 64 hexadecimal digits. @throws Error where it is no key. */
export function passKey(publicKeyHex: string): KeyObject {
  const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKeyHex, 'hex')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

export function passKeys(
  keys: readonly { readonly key: number; readonly publicKey: string }[],
): ReadonlyMap<number, KeyObject> {
  return new Map(keys.map(({ key, publicKey }) => [key, passKey(publicKey)]));
}

/** @throws RangeError where a field has no room. */
export function writePass(pass: CreditPass, privateKey: KeyObject): string {
  const body = bodyOf(pass);
  const signature = sign(null, Buffer.concat([DOMAIN, body]), privateKey);
  return PASS_MARK + base45(Buffer.concat([body, signature]));
}

function bodyOf({ key, pass, patron, fromMs, untilMs, tier, itemsMax, loanDays }: CreditPass): Buffer {
  const patronBytes = Buffer.from(patron, 'utf8');
  if (!/^[0-9a-f]{16}$/.test(pass)) throw new RangeError(`"${pass}" is not 16 hexadecimal digits`);
  if (patronBytes.length < 1 || patronBytes.length > PATRON_BYTES_MAX)
    throw new RangeError(`a patron's reference has 1 to ${PATRON_BYTES_MAX} bytes`);
  const times = Buffer.alloc(8);
  times.writeUInt32BE(fromMs / 1_000, 0);
  times.writeUInt32BE(untilMs / 1_000, 4);
  const small = [tier, itemsMax, loanDays, patronBytes.length];
  if ([key, ...small].some((value) => !Number.isInteger(value) || value < 0 || value > 0xff))
    throw new RangeError('key, tier, items and days are whole numbers from 0 to 255');
  return Buffer.concat([
    Buffer.from([VERSION, key]),
    Buffer.from(pass, 'hex'),
    times,
    Buffer.from(small),
    patronBytes,
  ]);
}

/** Whether a text claims to be one: then it is nothing else, right or wrong. */
export const looksLikePass = (text: string): boolean => text.startsWith(PASS_MARK);

/** Who signed it is checked; when it holds is for whoever has a clock to say. */
export function readPass(
  text: string,
  keys: Pick<ReadonlyMap<number, KeyObject>, 'get'>,
): { readonly pass: CreditPass } | { readonly fault: PassFault } {
  const bytes = looksLikePass(text) ? fromBase45(text.slice(PASS_MARK.length)) : undefined;
  const decoded = bytes && decode(bytes);
  if (!decoded) return { fault: 'notAPass' };
  const { pass, body, signature } = decoded;
  const key = keys.get(pass.key);
  if (!key) return { fault: 'unknownKey' };
  if (!verify(null, Buffer.concat([DOMAIN, body]), key, signature)) return { fault: 'forged' };
  const spanMs = pass.untilMs - pass.fromMs;
  return spanMs > 0 && spanMs <= PASS_SPAN_MS_MAX ? { pass } : { fault: 'spanTooLong' };
}

function decode(bytes: Uint8Array) {
  const cursor = new Cursor(bytes);
  try {
    cursor.marker(VERSION, 'version');
    const key = cursor.u8('key');
    const pass = hex(cursor.take(PASS_BYTES, 'pass'));
    const fromMs = seconds(cursor) * 1_000;
    const untilMs = seconds(cursor) * 1_000;
    const [tier, itemsMax, loanDays] = [cursor.u8('tier'), cursor.u8('items'), cursor.u8('days')];
    const patron = new TextDecoder('utf-8', { fatal: true }).decode(
      cursor.take(cursor.u8('length'), 'patron'),
    );
    const body = bytes.subarray(0, cursor.at);
    const signature = cursor.take(SIGNATURE_BYTES, 'signature');
    cursor.end();
    if (patron === '') return undefined;
    return { pass: { key, pass, patron, fromMs, untilMs, tier, itemsMax, loanDays }, body, signature };
  } catch (error) {
    if (error instanceof WireError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const seconds = (cursor: Cursor): number =>
  cursor.u16be('seconds, high') * 0x10000 + cursor.u16be('seconds, low');
