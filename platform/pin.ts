/** PINs: kept salted and hashed, slow to try (scrypt, RFC 7914), and each card may be tried only so often. */
import { randomBytes, scrypt } from 'node:crypto';

const HASH_BYTES = 32;
const SALT_BYTES = 16;

export type PinHash = (pin: string, salt: string) => Promise<string>;

/** Off the event loop: some 40 ms of one core. */
export const pinHash: PinHash = (pin, salt) =>
  new Promise((resolve, reject) => {
    scrypt(pin, Buffer.from(salt, 'hex'), HASH_BYTES, (error, key) =>
      error ? reject(error) : resolve(key.toString('hex')),
    );
  });

export const freshSalt = (): string => randomBytes(SALT_BYTES).toString('hex');

const WRONG_FREE = 4;
const WAIT_MS = 60_000;
/** Of four digits, one in a year of guessing. */
const WAIT_MS_MAX = 24 * 3_600_000;

/** How long a card waits after so many wrong PINs in a row. */
export function pinWaitMs(wrong: number): number {
  return wrong <= WRONG_FREE ? 0 : Math.min(WAIT_MS_MAX, WAIT_MS * 2 ** (wrong - WRONG_FREE - 1));
}
