/** The basic block of ISO 28560-3, 7.2, which is also the Danish model's (DS/INF 163-1):
 *
 *     0  content parameter (version) | class of usage    3..18  item identifier, UTF-8, padded with zeros
 *     1  number of parts                                19..20  check sum, low byte first
 *     2  ordinal of this part                           21..33  owner without its hyphen; ..31 on a 32-byte tag
 */

import { crc16Forward } from '../wire/crc16.ts';
import type { Cursor } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import type { Lenience } from './leniency.ts';
import { checkedPart, type Part, partOf } from './part.ts';
import { plain, plainBytes, utf8Text, zeroPadded } from './text.ts';
import { type Usage, usageOf } from './usage.ts';

export const BASIC_BYTES = 34;
/** A tag of 32 bytes ends before the owner field does. */
export const TRUNCATED_BYTES = 32;
const CRC_AT = 19;
const OWNER_AT = 21;
export const ITEM_BYTES_MAX = 16;
/** In the identifier's first byte, alone: the identifier is longer, in the library extension block (ISO 28560-3
 * clarification, 6, entry 1). */
const ELSEWHERE = 0x01;
const VERSION = 1;

export interface BasicBlock {
  readonly contentParameter: number;
  readonly usage: Usage;
  readonly part: Part | undefined;
  /** `undefined`: it is in the library extension block. */
  readonly item: string | undefined;
  readonly crc: number;
  readonly ownerText: string;
}

/** The standard's: a shorter tag counts as padded with zeros. */
export function crcPadded(memory: Uint8Array): number {
  const block = new Uint8Array(BASIC_BYTES);
  block.set(memory.subarray(0, BASIC_BYTES));
  return crcOfTheRest(block);
}

/** One implementation's on a 32-byte tag. */
export const crcUnpadded = (memory: Uint8Array): number => crcOfTheRest(memory.subarray(0, TRUNCATED_BYTES));

function crcOfTheRest(block: Uint8Array): number {
  const rest = new Uint8Array(block.length - 2);
  rest.set(block.subarray(0, CRC_AT));
  rest.set(block.subarray(OWNER_AT), CRC_AT);
  return crc16Forward(rest);
}

export const crcStored = (memory: Uint8Array): number =>
  (memory[CRC_AT] as number) | ((memory[CRC_AT + 1] as number) << 8);

/** By the standard. */
export const hasRightCrc = (memory: Uint8Array): boolean => crcPadded(memory) === crcStored(memory);

/** Does not look at the check sum: the caller has. */
export function readBasicBlock(cursor: Cursor, lenience: Lenience): BasicBlock {
  const first = cursor.u8(
    'version and usage',
    (byte) => `version ${byte >> 4}, ${usageOf((byte & 15) << 4).words}`,
  );
  const of = cursor.u8('number of parts');
  const number = cursor.u8('part');
  const itemBytes = cursor.take(ITEM_BYTES_MAX, 'primary item identifier', itemWords);
  const crc = cursor.u16le('check sum', (value) => `${value.toString(16).toUpperCase().padStart(4, '0')}h`);
  const ownerBytes = cursor.take(Math.min(cursor.left, BASIC_BYTES - OWNER_AT), 'owner', paddedWords);
  const { contentParameter, usage } = versionAndUsage(first, lenience);
  return {
    contentParameter,
    usage,
    part: partOf(of, number, lenience),
    item: isElsewhere(itemBytes) ? undefined : itemOf(itemBytes),
    crc,
    ownerText: ownerOf(ownerBytes),
  };
}

function versionAndUsage(byte: number, lenience: Lenience): { contentParameter: number; usage: Usage } {
  const high = byte >> 4;
  const low = byte & 0x0f;
  const swapped = low === VERSION && high > VERSION && high <= 9 && lenience.take('nibblesSwapped');
  return swapped
    ? { contentParameter: low, usage: usageOf(high << 4) }
    : { contentParameter: high, usage: usageOf(low << 4) };
}

const isElsewhere = (bytes: Uint8Array): boolean =>
  bytes[0] === ELSEWHERE && bytes.subarray(1).every((byte) => byte === 0);

/** Whether the item identifier is to be looked for behind the basic block; for the front of a tag. */
export const sendsToLibraryBlock = (memory: Uint8Array): boolean =>
  memory.length >= CRC_AT && isElsewhere(memory.subarray(3, CRC_AT));

const itemOf = (bytes: Uint8Array): string =>
  plain(utf8Text(zeroPadded(bytes, 'the item identifier'), 'the item identifier'), 'the item identifier');

/** A damaged or local owner field costs the owner, not the item. */
function ownerOf(bytes: Uint8Array): string {
  try {
    return utf8Text(zeroPadded(bytes, 'the owner'), 'the owner');
  } catch (error) {
    if (error instanceof WireError) return '';
    throw error;
  }
}

const itemWords = (bytes: Uint8Array): string =>
  isElsewhere(bytes) ? 'in the library extension block' : paddedWords(bytes);

const paddedWords = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return ownerOf(end < 0 ? bytes : bytes.subarray(0, end));
};

export interface BasicBlockToWrite {
  readonly usageByte: number;
  readonly part: Part | undefined;
  /** `undefined`: the caller writes it into the library extension block. */
  readonly itemBytes: Uint8Array | undefined;
  readonly ownerText: string;
}

/** The front of `memory`.
 * @throws RangeError where a field does not fit, or would not be read back. */
export function writeBasicBlock(memory: Uint8Array, block: BasicBlockToWrite): void {
  if (memory.length < TRUNCATED_BYTES) throw new RangeError(`a tag of ${memory.length} bytes is too small`);
  const { usageByte, part, itemBytes, ownerText } = block;
  if (usageByte & 0x0f) throw new RangeError('ISO 28560-3 has no place for a qualifier of the usage');
  const length = memory.length < BASIC_BYTES ? TRUNCATED_BYTES : BASIC_BYTES;
  const owner = ownerText === '' ? new Uint8Array() : plainBytes(ownerText, 'the owner');
  if (owner.length > length - OWNER_AT) throw new RangeError(`owner "${ownerText}" is too long`);
  if (part) checkedPart(part);
  memory[0] = (VERSION << 4) | (usageByte >> 4);
  memory[1] = part?.of ?? 0;
  memory[2] = part?.number ?? 0;
  memory.set(itemBytes ?? [ELSEWHERE], 3);
  memory.set(owner, OWNER_AT);
  const crc = crcPadded(memory.subarray(0, length));
  memory[CRC_AT] = crc & 0xff;
  memory[CRC_AT + 1] = crc >> 8;
}
