/** ISO 28560-2, the model WH/T 44 and GB/T 35660 are based on: an item as objects of ISO/IEC 15962. It has no check sum,
 * so the objects themselves must prove that they are what they look like. */
import { Cursor, type FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import { BLOCK_BYTES } from './blocks-reversed.ts';
import { compact } from './compaction.ts';
import type { ObjectContent, TagToWrite } from './content.ts';
import { isIsil, writeIsilCode } from './isil.ts';
import type { Lenience } from './leniency.ts';
import { isLibraryCode, isOdd, readObjects, type TagObject, writeObject, writeObjects } from './objects.ts';
import { contentParameterOf, OID, oidName, oidsOfContentParameter } from './oid.ts';
import { digitsOfPart, type Part, partOfDigits } from './part.ts';
import { plain, plainBytes } from './text.ts';
import { USAGE_NOT_READ, USAGE_NOT_SAID, type Usage, usageOf } from './usage.ts';

export interface ObjectReading {
  readonly lenience: Lenience;
  readonly partial: boolean;
  /** The DSFID or the configuration says that it is this model. Else a content parameter must name what is there. */
  readonly sure: boolean;
  readonly trail: FieldSeen[] | undefined;
}

interface Found {
  readonly objects: readonly TagObject[];
  /** Nothing follows. */
  readonly ended: boolean;
  /** Objects that the content parameter names; `undefined` where there is none. */
  readonly named: readonly number[] | undefined;
}

/** @throws WireError where these bytes are no such tag. */
export function readObjectModel(memory: Uint8Array, reading: ObjectReading): ObjectContent {
  const { lenience, partial, sure, trail } = reading;
  const { objects, ended } = readObjects(new Cursor(memory, trail), partial);
  const item = objects[0];
  if (item?.oid !== OID.item || item.text === undefined)
    throw new WireError('wire.value', 'the first object is no item identifier');
  const found: Found = { objects, ended, named: namedBy(objects) };
  if (objects.some(isOdd) && !(sure && lenience.take('objectOdd')))
    throw new WireError('wire.value', 'an object does not expand');
  if (!sure && !proves(found)) throw new WireError('wire.value', 'no content parameter names these objects');
  const owner = textOf(objects, OID.owner);
  const part = partOf(objects, lenience);
  return {
    model: 'iso28560-2',
    item: plain(item.text, 'the item identifier'),
    ...(owner !== undefined && isIsil(owner) ? { owner } : {}),
    ...(part ? { part } : {}),
    usage: usageFound(found),
    protection: 'none',
    leniencies: lenience.used,
    objects,
  };
}

const objectOf = (objects: readonly TagObject[], oid: number) => objects.find((object) => object.oid === oid);
const textOf = (objects: readonly TagObject[], oid: number) => objectOf(objects, oid)?.text;

function namedBy(objects: readonly TagObject[]): readonly number[] | undefined {
  const object = objectOf(objects, OID.contentParameter);
  if (!object) return undefined;
  if (object.compaction !== 0) throw new WireError('wire.value', 'the content parameter is no bit map');
  return oidsOfContentParameter(object.data);
}

/** At least one object, and exactly those that are there, or the first of them. Chance does not do that. */
function proves({ objects, ended, named }: Found): boolean {
  if (!named?.length) return false;
  const others = objects.map(({ oid }) => oid).filter((oid) => oid > OID.contentParameter);
  return others.every((oid) => named.includes(oid)) && (!ended || named.length === others.length);
}

function partOf(objects: readonly TagObject[], lenience: Lenience): Part | undefined {
  const digits = textOf(objects, OID.setInformation);
  return digits === undefined ? undefined : partOfDigits(digits, lenience);
}

function usageFound({ objects, ended, named }: Found): Usage {
  const object = objectOf(objects, OID.usage);
  // The byte is the same whether the writer called it an integer or the application's own.
  if (object && (object.compaction > 1 || object.data.length !== 1))
    throw new WireError('wire.value', 'the type of usage is not one byte');
  if (object) return usageOf(object.data[0] as number);
  const isThere = named ? named.includes(OID.usage) : !ended;
  return isThere ? USAGE_NOT_READ : USAGE_NOT_SAID;
}

const CIRCULATING = 0x10;

/** Identifier first, padded to the end of a block so that it can be locked; the content parameter; the others.
 * @throws RangeError where something cannot be written or does not fit. */
export function writeObjectModel(content: TagToWrite, sizeBytes: number): Uint8Array {
  plainBytes(content.item, 'the item identifier');
  const usage = content.usage ? content.usage.byte : CIRCULATING;
  const others: Omit<TagObject, 'text'>[] = [
    ...(content.owner === undefined ? [] : [ownerObject(content.owner)]),
    ...(content.part ? [{ oid: OID.setInformation, ...compact(digitsOfPart(content.part)) }] : []),
    ...(usage === undefined ? [] : [{ oid: OID.usage, compaction: 0, data: Uint8Array.of(usage) }]),
    ...[...(content.texts ?? [])].sort((a, b) => a.oid - b.oid).map(({ oid, text }) => textObject(oid, text)),
  ];
  const oids = others.map(({ oid }) => oid);
  const twice = oids.find((oid, at) => oids.indexOf(oid) !== at);
  if (twice !== undefined) throw new RangeError(`${oidName(twice)} is there twice`);
  const contentParameter = { oid: OID.contentParameter, compaction: 0, data: contentParameterOf(oids) };
  return writeObjects([itemObject(content.item), contentParameter, ...others], sizeBytes);
}

function itemObject(item: string): Omit<TagObject, 'text'> {
  const bare = { oid: OID.item, ...compact(item), padBytes: 0 };
  return { ...bare, padBytes: -writeObject(bare).length & (BLOCK_BYTES - 1) };
}

function ownerObject(owner: string): Omit<TagObject, 'text'> {
  if (!isIsil(owner)) throw new RangeError(`owner "${owner}" is no library identifier`);
  return textObject(OID.owner, owner);
}

function textObject(oid: number, text: string): Omit<TagObject, 'text'> {
  if (oid === OID.item || oid === OID.contentParameter)
    throw new RangeError(`${oidName(oid)} is no further text`);
  if (isLibraryCode(oid, text)) return { oid, compaction: 0, data: writeIsilCode(text) };
  return { oid, ...compact(text) };
}
