/** What the library writes on its tags, as the configuration says it, for whoever reads them. */
import { bytesNeeded } from '../../protocol/tag/bytes-needed.ts';
import type { TagModel } from '../../protocol/tag/content.ts';
import { type EpcRule, itemOfEpc } from '../../protocol/tag/epc.ts';
import type { Rules } from '../../protocol/tag/leniency.ts';
import { readTag } from '../../protocol/tag/tag.ts';
import { fromHex } from '../../protocol/wire/hex.ts';
import type { TagRules } from './antenna.ts';

export interface TagConfig {
  /** All models where it is missing. */
  readonly models?: readonly TagModel[];
  readonly rules?: Partial<Rules>;
  /** How UHF tags hold the item; without it none of them names one. */
  readonly epc?: EpcRule;
}

export function tagRules({ models, rules, epc }: TagConfig = {}): TagRules {
  return {
    read: (memory, dsfid, partial) => readTag(memory, { dsfid, models, rules, partial }),
    bytesNeeded: (front) => bytesNeeded(front, models),
    itemOfEpc: (text) => epc && itemOfEpc(fromHex(text), epc).item,
  };
}
