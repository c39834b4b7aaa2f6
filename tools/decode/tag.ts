/** What a tag says, in one sentence. */
import type { ItemTag } from '../../protocol/tag/content.ts';
import { explainTag } from '../../protocol/tag/tag.ts';
import type { FieldSeen } from '../../protocol/wire/cursor.ts';
import { WireError } from '../../protocol/wire/error.ts';

const MODELS: Readonly<Record<ItemTag['model'], string>> = {
  'iso28560-3': 'ISO 28560-3',
  danish: 'DS/INF 163-1',
  'iso28560-2': 'ISO 28560-2',
  rfid501: '3M RFID 501',
};
const PROTECTIONS: Readonly<Record<ItemTag['protection'], string>> = {
  crc: 'the CRC is right',
  xor: 'the check sum is right',
  none: 'nothing protects it: read it twice',
};

/** @throws WireError where no model explains the bytes; it says why for each. */
export function explainedTag(memory: Uint8Array, dsfid: number | undefined, trail: FieldSeen[]): string {
  const content = explainTag(memory, trail, { dsfid });
  if (content.model === 'unknown') throw new WireError('wire.value', `no model explains it: ${content.why}`);
  if (content.model === 'blank') return 'a blank tag: nothing is written on it';
  const { owner, part, usage, leniencies } = content;
  const words = [
    `item ${content.item}`,
    owner === undefined ? 'no owner' : `owner ${owner}`,
    ...(part ? [`part ${part.number} of ${part.of}`] : []),
    usage.words,
    PROTECTIONS[content.protection],
    ...(leniencies.length > 0 ? [`taken in spite of its standard: ${leniencies.join(', ')}`] : []),
  ];
  return `${MODELS[content.model]}: ${words.join(', ')}`;
}
