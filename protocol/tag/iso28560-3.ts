/** ISO 28560-3 and the Danish model: the basic block, then extension blocks. The check sum says whether it is one. */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import {
  BASIC_BYTES,
  type BasicBlock,
  crcStored,
  crcUnpadded,
  hasRightCrc,
  ITEM_BYTES_MAX,
  readBasicBlock,
  TRUNCATED_BYTES,
  writeBasicBlock,
} from './basic-block.ts';
import { reverseBlocks } from './blocks-reversed.ts';
import type { FixedContent, TagToWrite } from './content.ts';
import {
  blocksOf,
  type ExtensionBlock,
  LIBRARY_BLOCK,
  RESERVED_ID_MAX,
  readExtensionBlocks,
  writeExtensionBlock,
} from './extension-block.ts';
import { basicBlockOfOwner, isIsil, ownerOfBasicBlock } from './isil.ts';
import { Lenience, type Leniency, type Rules } from './leniency.ts';
import { OID } from './oid.ts';
import { plain, plainBytes } from './text.ts';

export interface FixedReading {
  readonly model: FixedContent['model'];
  readonly rules: Partial<Rules> | undefined;
  readonly partial: boolean;
  readonly trail: FieldSeen[] | undefined;
}

/** @throws WireError where these bytes are no such tag, or a damaged one. */
export function readFixed(memory: Uint8Array, reading: FixedReading): FixedContent {
  if (memory.length < TRUNCATED_BYTES)
    throw new WireError('wire.short', `${memory.length} bytes hold no basic block of ${TRUNCATED_BYTES}`);
  const { bytes, leniencies } = inRightOrder(memory, new Lenience(reading.rules).rules);
  const lenience = new Lenience(reading.rules, leniencies);
  const trail = reading.trail;
  if (leniencies.includes('blocksReversed'))
    trail?.push({
      at: 0,
      bytes: memory,
      name: 'memory',
      words: 'each 4-byte block backwards, turned round here',
    });
  const basic = readBasicBlock(new Cursor(bytes.subarray(0, BASIC_BYTES), trail), lenience);
  const blocks = readBlocks(bytes, basic, reading.partial, trail);
  return assemble(basic, blocks, lenience, reading.model);
}

interface Ordered {
  readonly bytes: Uint8Array;
  readonly leniencies: readonly Leniency[];
}

function inRightOrder(memory: Uint8Array, rules: Rules): Ordered {
  const orders: Ordered[] = [{ bytes: memory, leniencies: [] }];
  if (rules.blocksReversed) orders.push({ bytes: reverseBlocks(memory), leniencies: ['blocksReversed'] });
  for (const order of orders) if (hasRightCrc(order.bytes)) return order;
  for (const order of orders)
    if (rules.crcUnpadded && isUnpadded(order.bytes))
      return { bytes: order.bytes, leniencies: [...order.leniencies, 'crcUnpadded'] };
  const order = orders[memory[3] === CIRCULATING ? 1 : 0] ?? (orders[0] as Ordered);
  if (rules.crcWrongOwnerOdd && !hasDanishOwner(order.bytes))
    return { bytes: order.bytes, leniencies: [...order.leniencies, 'crcWrongOwnerOdd'] };
  throw new WireError('wire.checksum', 'the check sum does not fit');
}

/** Byte 0 of nearly every tag; as byte 3 a quick sign of reversed blocks. */
const CIRCULATING = 0x11;

/** The two sums have the factor x + 1 in common, so that one damaged bit, or any odd number of them, never makes a tag
 * with the one right sum into one with the other. */
const isUnpadded = (bytes: Uint8Array): boolean =>
  bytes.length < BASIC_BYTES && crcUnpadded(bytes) === crcStored(bytes);

const hasDanishOwner = (bytes: Uint8Array): boolean =>
  /^[A-Z]{2}\d{5}\0*$/.test(String.fromCharCode(...bytes.subarray(21, BASIC_BYTES)));

interface Blocks {
  readonly blocks: readonly ExtensionBlock[];
  readonly blocksDamaged: boolean;
}

/** A damaged block ends the list; only where the item identifier is in one does it spoil the tag. */
function readBlocks(
  bytes: Uint8Array,
  basic: BasicBlock,
  partial: boolean,
  trail: FieldSeen[] | undefined,
): Blocks {
  const cursor = new Cursor(bytes.subarray(BASIC_BYTES), trail, BASIC_BYTES);
  const blocks: ExtensionBlock[] = [];
  try {
    for (const block of readExtensionBlocks(cursor, partial)) blocks.push(block);
    return { blocks, blocksDamaged: false };
  } catch (error) {
    if (basic.item !== undefined && error instanceof WireError) return { blocks, blocksDamaged: true };
    throw error;
  }
}

function assemble(
  basic: BasicBlock,
  found: Blocks,
  lenience: Lenience,
  model: FixedContent['model'],
): FixedContent {
  const blocks = basic.item === undefined ? found.blocks.map(withItem) : found.blocks;
  const { ownerText, part } = basic;
  const item = basic.item ?? longItem(blocks);
  const owner =
    ownerOfBasicBlock(ownerText, lenience) ?? (ownerText === '' ? ownerOfBlock(blocks) : undefined);
  const country = /^[A-Z]{2}/.exec(ownerText)?.[0];
  return {
    model,
    item,
    ...(owner === undefined ? {} : { owner }),
    ...(part ? { part } : {}),
    usage: basic.usage,
    protection: protectionOf(basic, lenience),
    leniencies: lenience.used,
    contentParameter: basic.contentParameter,
    crc: basic.crc,
    ownerText,
    ...(model === 'danish' && country ? { country } : {}),
    blocks,
    blocksDamaged: found.blocksDamaged,
  };
}

function protectionOf(basic: BasicBlock, lenience: Lenience): FixedContent['protection'] {
  if (basic.item === undefined) return 'xor';
  return lenience.used.includes('crcWrongOwnerOdd') ? 'none' : 'crc';
}

/** The library block's identifier is the primary one when the basic block sends there. */
function withItem(block: ExtensionBlock): ExtensionBlock {
  if (block.id !== LIBRARY_BLOCK) return block;
  const fields = block.fields.map((field) =>
    field.oid === OID.alternativeItem ? { ...field, oid: OID.item } : field,
  );
  return { ...block, fields };
}

const fieldOf = (blocks: readonly ExtensionBlock[], oid: number): string | undefined =>
  blocks.flatMap(({ fields }) => fields).find((field) => field.oid === oid)?.text;

function longItem(blocks: readonly ExtensionBlock[]): string {
  const item = fieldOf(blocks, OID.item);
  // A shorter one belongs into the basic block (ISO 28560-3 clarification, 6, entry 1): this one is cut off.
  if (item === undefined || new TextEncoder().encode(item).length <= ITEM_BYTES_MAX)
    throw new WireError('wire.value', 'the basic block sends to an item identifier that is not there');
  return plain(item, 'the item identifier');
}

function ownerOfBlock(blocks: readonly ExtensionBlock[]): string | undefined {
  const owner = fieldOf(blocks, OID.alternativeOwner);
  return owner !== undefined && isIsil(owner) ? owner : undefined;
}

const CIRCULATING_USAGE = 0x10;

/** @throws RangeError where the model has no place for something, or the tag none. */
export function writeFixed(model: FixedContent['model'], content: TagToWrite, sizeBytes: number): Uint8Array {
  const memory = new Uint8Array(sizeBytes);
  const item = plainBytes(content.item, 'the item identifier');
  const isLong = item.length > ITEM_BYTES_MAX;
  if (isLong && model === 'danish')
    throw new RangeError(`"${content.item}" is longer than ${ITEM_BYTES_MAX} bytes`);
  writeBasicBlock(memory, {
    usageByte: content.usage ? (content.usage.byte ?? NO_INFORMATION) : CIRCULATING_USAGE,
    part: content.part,
    itemBytes: isLong ? undefined : item,
    ownerText: content.owner === undefined ? '' : basicBlockOfOwner(content.owner),
  });
  const texts = [
    ...(content.texts ?? []),
    ...(isLong ? [{ oid: OID.alternativeItem, text: content.item }] : []),
  ];
  const local = (content.localBlocks ?? []).map(({ id, payload }) => localBlock(id, payload));
  const blocks = [...blocksOf(texts), ...local].flatMap((block) => [...block]);
  if (blocks.length > 0 && BASIC_BYTES + blocks.length > sizeBytes)
    throw new RangeError(`${BASIC_BYTES + blocks.length} bytes do not fit a tag of ${sizeBytes}`);
  memory.set(blocks, Math.min(BASIC_BYTES, sizeBytes));
  return memory;
}

/** The class for tags that say nothing (ISO 28560-1, 4.2.5). */
const NO_INFORMATION = 0x60;

function localBlock(id: number, payload: Uint8Array): Uint8Array {
  if (!(id > RESERVED_ID_MAX && id <= 0xffff))
    throw new RangeError(`${id} is no identifier of a local block`);
  return writeExtensionBlock(id, payload);
}
