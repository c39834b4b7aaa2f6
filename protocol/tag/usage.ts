/** Type of usage (ISO 28560-1, 4.2.5): a class of half a byte; ISO 28560-2 adds a qualifier of half a byte. */

export type UsageKind =
  | 'acquisition'
  | 'circulating'
  | 'notForCirculation'
  | 'local'
  | 'reserved'
  | 'noInformation'
  | 'discarded'
  | 'patronCard'
  | 'equipment'
  /** The tag has no such element. */
  | 'notSaid'
  /** The tag has it, or may have it, outside of the bytes that were read. */
  | 'notRead';

export interface Usage {
  readonly kind: UsageKind;
  /** Class in the high half, qualifier in the low half; missing where the tag says, or we read, nothing. */
  readonly byte?: number;
  readonly words: string;
  /** Not to be lent at all: a reference copy, a discarded item, a patron's card. */
  readonly forbidsIssue: boolean;
  readonly forbidsIssueOffline: boolean;
  readonly forbidsReturnOffline: boolean;
}

const KINDS: readonly UsageKind[] = [
  'acquisition',
  'circulating',
  'notForCirculation',
  'local',
  'local',
  'reserved',
  'noInformation',
  'discarded',
  'patronCard',
  'equipment',
];

const CLASS_WORDS: Readonly<Record<UsageKind, string>> = {
  acquisition: 'acquisition item',
  circulating: 'circulating',
  notForCirculation: 'not for circulation',
  local: 'local use',
  reserved: 'reserved for the future',
  noInformation: 'no information about the usage',
  discarded: 'discarded',
  patronCard: 'patron card',
  equipment: 'library equipment',
  notSaid: 'the tag says nothing about the usage',
  notRead: 'the usage was not read',
};

const QUALIFIERS: Partial<Record<UsageKind, readonly string[]>> = {
  acquisition: ['', 'for an automated process', 'for a manual process'],
  circulating: [
    '',
    'for automatic sorting',
    'not for automatic sorting',
    'not for issue while offline',
    'not for return while offline',
    'neither for issue nor for return while offline',
  ],
  discarded: ['', 'for sale', 'sold', 'for disposal'],
  patronCard: ['', 'adult', 'young adult', 'child'],
  equipment: ['', 'computer', 'video projector', 'overhead projector', 'whiteboard'],
};

const FORBIDS_ISSUE: ReadonlySet<UsageKind> = new Set(['notForCirculation', 'discarded', 'patronCard']);

export function usageOf(byte: number): Usage {
  const kind = KINDS[byte >> 4] ?? 'reserved';
  const qualifier = byte & 0x0f;
  const more = QUALIFIERS[kind]?.[qualifier] ?? `qualifier ${qualifier}`;
  return {
    kind,
    byte,
    words: qualifier === 0 ? CLASS_WORDS[kind] : `${CLASS_WORDS[kind]}, ${more}`,
    forbidsIssue: FORBIDS_ISSUE.has(kind),
    forbidsIssueOffline: byte === 0x13 || byte === 0x15,
    forbidsReturnOffline: byte === 0x14 || byte === 0x15,
  };
}

export const USAGE_NOT_SAID: Usage = {
  kind: 'notSaid',
  words: CLASS_WORDS.notSaid,
  forbidsIssue: false,
  forbidsIssueOffline: false,
  forbidsReturnOffline: false,
};

/** Forbids what a tag can forbid for offline times: what was not read must not be taken for a permission. */
export const USAGE_NOT_READ: Usage = {
  kind: 'notRead',
  words: CLASS_WORDS.notRead,
  forbidsIssue: false,
  forbidsIssueOffline: true,
  forbidsReturnOffline: true,
};
