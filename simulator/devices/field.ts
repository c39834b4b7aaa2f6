/** The tags that a simulated reader can reach, antenna by antenna. */
import type { TagKind } from '../../protocol/rfid/reader.ts';

export interface SimTag {
  readonly kind: TagKind;
  /** UID of ISO 15693 or of a card as upper-case hexadecimal, most significant byte first. */
  readonly uid: string;
  /** What a UHF reader tells instead; upper-case hexadecimal. */
  readonly epc?: string;
  /** What the maker wrote into the TID bank of a UHF tag. */
  readonly tid?: Uint8Array;
  /** User memory in the order of ISO 28560; written by readers. */
  readonly memory: Uint8Array;
  readonly blockBytes: number;
  readonly dsfid: number;
  afi: number;
  easArmed: boolean;
  /** Blocks that take no more writing. */
  readonly locked: ReadonlySet<number>;
  /** SENS_RES and SEL_RES of a card (ISO/IEC 14443-3), as a PN532 tells them. */
  readonly atqa: number;
  readonly sak: number;
  /** Answer to select of a card that speaks ISO 14443-4, without its length. */
  readonly ats?: Uint8Array;
}

const BLOCK_BYTES = 4;
/** NXP ICODE SLI: 28 blocks of 4 bytes for the user. */
const BLOCKS = 28;
/** MIFARE Classic 1K with a UID of 4 bytes; with a longer one bits 7 and 8 of SENS_RES tell its size. */
const ATQA_OF_UID_BYTES: Readonly<Record<number, number>> = { 4: 0x0004, 7: 0x0044, 10: 0x0084 };
const SAK_MIFARE_CLASSIC_1K = 0x08;

/** By the shape of its UID: E0h leads those of ISO 15693, those of cards have 4, 7 or 10 bytes. */
function kindOf(uid: string): TagKind {
  if (/^E0[0-9A-F]{14}$/.test(uid)) return 'iso15693';
  return ATQA_OF_UID_BYTES[uid.length / 2] === undefined ? 'epc' : 'iso14443a';
}

export function simTag(tag: Partial<SimTag> & Pick<SimTag, 'uid'>): SimTag {
  return {
    kind: kindOf(tag.uid),
    memory: new Uint8Array(BLOCKS * BLOCK_BYTES),
    blockBytes: BLOCK_BYTES,
    dsfid: 0,
    afi: 0x07,
    easArmed: false,
    locked: new Set(),
    atqa: ATQA_OF_UID_BYTES[tag.uid.length / 2] ?? 0,
    sak: SAK_MIFARE_CLASSIC_1K,
    ...tag,
  };
}

/** `antenna` counts from 0; tags as they lie there now. */
export type Field = (antenna: number) => readonly SimTag[];

/** What a reader for one kind of tags hears of all that lies there. */
export const only =
  (field: Field, kind: TagKind): Field =>
  (antenna) =>
    field(antenna).filter((tag) => tag.kind === kind);

export const tagOf = (tags: readonly SimTag[], uid: string): SimTag | undefined =>
  tags.find((tag) => tag.uid === uid);

/** One block, or `undefined` beyond the tag's end. */
export function blockOf({ memory, blockBytes }: SimTag, block: number): Uint8Array | undefined {
  const from = block * blockBytes;
  return from + blockBytes <= memory.length ? memory.subarray(from, from + blockBytes) : undefined;
}
