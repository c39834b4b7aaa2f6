/** Pickup codes and badges: a person shows the secret, only its hash is stored at the terminal. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of salt (hex) and code. The salt is per hold, so one table does not serve for all. */
export function pickupCodeHash(salt: string, code: string): string {
  return createHash('sha256').update(Buffer.from(salt, 'hex')).update(code).digest('hex');
}

export function badgeHash(badge: string): string {
  return createHash('sha256').update(`badge:${badge}`).digest('hex');
}

export function cardHash(card: string): string {
  return createHash('sha256').update(`card:${card}`).digest('hex');
}

/** Equal hashes, compared in constant time. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
