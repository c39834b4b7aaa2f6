/** The one door to what a library writes on a tag. Bytes that no model explains are `unknown`, never a guess: a guessed
 * identifier is the identifier of somebody else's loan. */
import type { FieldSeen } from '../wire/cursor.ts';
import { WireError } from '../wire/error.ts';
import type { FixedContent, ItemTag, TagContent, TagModel, TagToWrite } from './content.ts';
import { readObjectModel, writeObjectModel } from './iso28560-2.ts';
import { readFixed, writeFixed } from './iso28560-3.ts';
import { Lenience, type Rules } from './leniency.ts';
import { dsfidHint } from './marks.ts';
import { readRfid501, writeRfid501 } from './rfid501.ts';

export interface TagOptions {
  /** As the reader reports it. A hint; a right check sum counts for more. */
  readonly dsfid?: number | undefined;
  /** The models that this library's tags have; all where it is missing. ISO 28560-3 and the Danish model look alike:
   * the first of them named here gives the name, unless the DSFID says ISO 28560-3. */
  readonly models?: readonly TagModel[] | undefined;
  readonly rules?: Partial<Rules> | undefined;
  /** These bytes are the front of a tag, as many as `bytesNeeded` asked for. */
  readonly partial?: boolean | undefined;
}

const ALL_MODELS: readonly TagModel[] = ['iso28560-3', 'danish', 'iso28560-2', 'rfid501'];

/** Never throws. */
export const readTag = (memory: Uint8Array, options: TagOptions = {}): TagContent =>
  read(memory, options, undefined);

/** The same, and every field in words: what reads is what explains. */
export const explainTag = (memory: Uint8Array, trail: FieldSeen[], options: TagOptions = {}): TagContent =>
  read(memory, options, trail);

/** A way to read these bytes, with a trail of its own: the trail of a way that leads nowhere explains nothing. */
interface Way {
  readonly name: string;
  readonly read: (trail: FieldSeen[] | undefined) => ItemTag;
}

function read(memory: Uint8Array, options: TagOptions, trail: FieldSeen[] | undefined): TagContent {
  const tell = (words: string) => trail?.push({ at: 0, bytes: memory, name: 'memory', words });
  if (memory.length === 0) return { model: 'unknown', why: 'no bytes' };
  if (isBlank(memory)) {
    tell('blank');
    return { model: 'blank' };
  }
  const reasons: string[] = [];
  for (const way of waysToRead(memory, options)) {
    const ownTrail: FieldSeen[] | undefined = trail ? [] : undefined;
    try {
      const content = way.read(ownTrail);
      trail?.push(...(ownTrail ?? []));
      return content;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      reasons.push(`${way.name}: ${error.message}`);
    }
  }
  const why = reasons.join('; ');
  tell(why);
  return { model: 'unknown', why };
}

/** As 3M ships them: 24 bytes of this, then zeros. */
const BLANK_3M = 0x55;
const BLANK_3M_BYTES = 24;

function isBlank(memory: Uint8Array): boolean {
  const is3m = memory.every((byte, at) => byte === BLANK_3M || (byte === 0 && at >= BLANK_3M_BYTES));
  return is3m || memory.every((byte) => byte === 0);
}

/** Check sum first: no other model's bytes have it right by chance. */
function waysToRead(memory: Uint8Array, options: TagOptions): Way[] {
  const { rules, dsfid, models = ALL_MODELS, partial = false } = options;
  const hint = dsfidHint(dsfid);
  const fixed = fixedModel(models, hint);
  const isFixedForSure = hint === 'iso28560-3' && fixed !== undefined;
  const ways: Way[] = [];
  if (fixed)
    ways.push({ name: fixed, read: (trail) => readFixed(memory, { model: fixed, rules, partial, trail }) });
  if (models.includes('iso28560-2') && !isFixedForSure) {
    const sure = hint === 'iso28560-2' || !fixed;
    const read: Way['read'] = (trail) =>
      readObjectModel(memory, { lenience: new Lenience(rules), partial, sure, trail });
    ways.push({ name: 'iso28560-2', read });
  }
  if (models.includes('rfid501') && hint === undefined)
    ways.push({ name: 'rfid501', read: (trail) => readRfid501(memory, trail) });
  return ways;
}

function fixedModel(
  models: readonly TagModel[],
  hint: ReturnType<typeof dsfidHint>,
): FixedContent['model'] | undefined {
  const fixed = models.filter((model) => model === 'iso28560-3' || model === 'danish');
  return hint === 'iso28560-3' && fixed.includes('iso28560-3') ? 'iso28560-3' : fixed[0];
}

/** The whole memory of a tag of that size, the rest zeros. `readTag` reads the same content from it.
 * @throws RangeError where the model has no place for something, or the tag none. */
export function writeTag(model: TagModel, content: TagToWrite, sizeBytes: number): Uint8Array {
  if (!Number.isInteger(sizeBytes) || sizeBytes < 1 || sizeBytes > TAG_BYTES_MAX)
    throw new RangeError(`no tag has ${sizeBytes} bytes`);
  if (model === 'rfid501') return writeRfid501(content, sizeBytes);
  if (model === 'iso28560-2') {
    if (content.localBlocks?.length) throw new RangeError('ISO 28560-2 has no blocks');
    return writeObjectModel(content, sizeBytes);
  }
  return writeFixed(model, content, sizeBytes);
}

/** ISO/IEC 15693-3: 256 blocks of 32 bytes. */
const TAG_BYTES_MAX = 8192;
