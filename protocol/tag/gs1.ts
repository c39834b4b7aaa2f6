/** The 96-bit GS1 schemes a library may use (GS1 EPC Tag Data Standard 1.13, 14.6.1 and 14.6.5): header 8 bits, filter 3,
 * partition 3, company prefix and reference 44 together, serial 38. */

export interface Gs1 {
  readonly scheme: 'sgtin-96' | 'grai-96';
  readonly companyPrefix: string;
  /** Indicator and item reference, or asset type. */
  readonly reference: string;
  readonly serial: string;
}

const HEADERS: Readonly<Record<number, Gs1['scheme']>> = { 48: 'sgtin-96', 51: 'grai-96' };
const EPC_BYTES = 12;
const SERIAL_BITS = 38n;
const BOTH_BITS = 44n;

/** Bits and digits of the company prefix, by partition; the reference has the other bits and what is left of the digits:
 * 13 for SGTIN, 12 for GRAI. */
const PARTITIONS: readonly (readonly [bits: bigint, digits: number])[] = [
  [40n, 12],
  [37n, 11],
  [34n, 10],
  [30n, 9],
  [27n, 8],
  [24n, 7],
  [20n, 6],
];
const DIGITS: Readonly<Record<Gs1['scheme'], number>> = { 'sgtin-96': 13, 'grai-96': 12 };

/** `undefined` where it is no such number, or one with more digits than its partition allows. */
export function readGs1(epc: Uint8Array): Gs1 | undefined {
  const scheme = HEADERS[epc[0] ?? 0];
  if (epc.length !== EPC_BYTES || !scheme) return undefined;
  const bits = epc.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const take = (width: bigint, above: bigint) => (bits >> above) & ((1n << width) - 1n);
  const partition = PARTITIONS[Number(take(3n, SERIAL_BITS + BOTH_BITS))];
  if (!partition) return undefined;
  const [prefixBits, prefixDigits] = partition;
  const referenceBits = BOTH_BITS - prefixBits;
  const referenceDigits = DIGITS[scheme] - prefixDigits;
  const companyPrefix = take(prefixBits, SERIAL_BITS + referenceBits)
    .toString()
    .padStart(prefixDigits, '0');
  const reference = referenceText(take(referenceBits, SERIAL_BITS), referenceDigits);
  if (companyPrefix.length > prefixDigits || reference.length > referenceDigits) return undefined;
  return { scheme, companyPrefix, reference, serial: take(SERIAL_BITS, 0n).toString() };
}

/** An asset type may have no digits at all, and then no value. */
const referenceText = (value: bigint, digits: number): string =>
  digits === 0 && value === 0n ? '' : value.toString().padStart(digits, '0');
