/** UHF tags: a library puts the item identifier into the EPC in a way of its own. The configuration says which; what does
 * not fit it is unknown. */
import { hex } from '../wire/hex.ts';
import { type Gs1, readGs1 } from './gs1.ts';

interface BytesRule {
  /** `hex`: digits as they are. `bcd`: the same, 0 to 9 only, Fh fills the end. `decimal`: a number, high byte first.
   * `ascii`: characters, zeros fill the end. */
  readonly form: 'hex' | 'ascii' | 'bcd' | 'decimal';
  /** The first bytes of every EPC of this library, in hexadecimal: what tells it from a supermarket's. */
  readonly prefixHex?: string | undefined;
  /** Where the identifier begins; behind the prefix where it is missing. */
  readonly offsetBytes?: number | undefined;
  /** Up to the end where it is missing. What follows the identifier is not looked at. */
  readonly lengthBytes?: number | undefined;
  /** How many digits or characters an identifier has. `decimal` fills up with zeros in front; the others must fit. */
  readonly digits?: number | undefined;
}

interface Gs1Rule {
  readonly form: Gs1['scheme'];
  /** The library's own; another company's numbers are not its items. */
  readonly companyPrefix: string;
  readonly reference?: string | undefined;
  /** Fills the serial number, which is the item identifier, up with zeros in front. */
  readonly digits?: number | undefined;
}

export type EpcRule = BytesRule | Gs1Rule;

export type EpcItem = { readonly item: string } | { readonly item?: undefined; readonly why: string };

/** 31 words: what five bits of the protocol control word can count. */
const EPC_BYTES_MAX = 62;

const unknown = (why: string): EpcItem => ({ why });

/** Never throws. */
export function itemOfEpc(epc: Uint8Array, rule: EpcRule): EpcItem {
  if (epc.length > EPC_BYTES_MAX) return unknown(`${epc.length} bytes are no EPC`);
  return isGs1Rule(rule) ? itemOfGs1(epc, rule) : itemOfBytes(epc, rule);
}

/** By the form alone: a rule without its company prefix fits nothing. */
const isGs1Rule = (rule: EpcRule): rule is Gs1Rule => rule.form === 'sgtin-96' || rule.form === 'grai-96';

function itemOfGs1(epc: Uint8Array, rule: Gs1Rule): EpcItem {
  const found = readGs1(epc);
  if (found?.scheme !== rule.form) return unknown(`no ${rule.form}`);
  if (found.companyPrefix !== rule.companyPrefix) return unknown(`company ${found.companyPrefix}`);
  if (rule.reference !== undefined && found.reference !== rule.reference)
    return unknown(`reference ${found.reference}`);
  return filled(found.serial, rule.digits);
}

function itemOfBytes(epc: Uint8Array, rule: BytesRule): EpcItem {
  const prefix = (rule.prefixHex ?? '').toLowerCase();
  if (!hex(epc).startsWith(prefix)) return unknown('another prefix');
  const from = rule.offsetBytes ?? Math.ceil(prefix.length / 2);
  const to = rule.lengthBytes === undefined ? epc.length : from + rule.lengthBytes;
  if (!(from >= 0 && from < to && to <= epc.length)) return unknown(`${epc.length} bytes are too few`);
  const bytes = epc.subarray(from, to);
  if (rule.form === 'decimal') return filled(decimalOf(bytes), rule.digits);
  const text = textOf(bytes, rule.form);
  if (text === undefined) return unknown(`no ${rule.form}`);
  return rule.digits === undefined || text.length === rule.digits
    ? { item: text }
    : unknown(`${text.length} digits`);
}

function textOf(bytes: Uint8Array, form: 'hex' | 'ascii' | 'bcd'): string | undefined {
  if (form === 'hex') return hex(bytes).toUpperCase();
  if (form === 'bcd') return /^(\d+)f*$/.exec(hex(bytes))?.[1];
  return /^([!-~]+)\0*$/.exec(String.fromCharCode(...bytes))?.[1];
}

const decimalOf = (bytes: Uint8Array): string =>
  bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n).toString();

function filled(digits: string, length: number | undefined): EpcItem {
  if (length === undefined) return { item: digits };
  return digits.length > length ? unknown(`${digits.length} digits`) : { item: digits.padStart(length, '0') };
}
