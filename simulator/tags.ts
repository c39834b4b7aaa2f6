/** The tag in each item: written as a library writes it, and always the same one for the same item. */
import { createHash } from 'node:crypto';
import { writeTag } from '../protocol/tag/tag.ts';
import { type SimTag, simTag } from './devices/field.ts';

const OWNER = 'CN-330000';
const TAG_BYTES = 112;
const EPC_BYTES = 12;
const UID_TAIL_CHARS = 12;

/**
 * Both tags of one item: whichever reader looks finds its own. An item of a set is called `ITEM#2/3`, one that its tag
 * keeps for times with a network (ISO 28560-2, usage 13h) `ITEM!13`.
 */
export class Tags {
  readonly #tags = new Map<string, readonly SimTag[]>();

  of(item: string): readonly SimTag[] {
    const known = this.#tags.get(item);
    if (known) return known;
    const made = makeTags(item);
    this.#tags.set(item, made);
    return made;
  }
}

function makeTags(text: string): SimTag[] {
  const [, item = text, number = '1', of = '1', usage] =
    /^([^#!]+)(?:#(\d+)\/(\d+))?(?:!([0-9a-f]{2}))?$/i.exec(text) ?? [];
  const unique = createHash('sha256').update(text).digest('hex').toUpperCase().slice(0, UID_TAIL_CHARS);
  const uid = `E004${unique}`;
  const part = { number: Number(number), of: Number(of) };
  return [
    simTag({ uid, memory: memoryOf(item, part, usage) }),
    simTag({ uid: unique, kind: 'epc', epc: epcOf(item) }),
  ];
}

/** An item whose name no tag can hold has a blank one. */
function memoryOf(
  item: string,
  part: { readonly number: number; readonly of: number },
  usage: string | undefined,
): Uint8Array {
  try {
    if (usage === undefined) return writeTag('iso28560-3', { item, owner: OWNER, part }, TAG_BYTES);
    return writeTag('iso28560-2', { item, part, usage: { byte: Number.parseInt(usage, 16) } }, TAG_BYTES);
  } catch (error) {
    if (error instanceof RangeError) return new Uint8Array(TAG_BYTES);
    throw error;
  }
}

/** The characters as they are, zeros behind: the rule `ascii` of protocol/tag/epc.ts. */
function epcOf(item: string): string {
  const bytes = Buffer.alloc(EPC_BYTES);
  bytes.write(item, 'latin1');
  return bytes.toString('hex').toUpperCase();
}
