/** What a tag says, and what can be written on one. */
import type { ExtensionBlock, TextField } from './extension-block.ts';
import type { Leniency } from './leniency.ts';
import type { TagObject } from './objects.ts';
import type { Part } from './part.ts';
import type { Usage } from './usage.ts';

export type TagModel = 'iso28560-3' | 'danish' | 'iso28560-2' | 'rfid501';

interface ItemContent {
  /** The primary item identifier, exactly as it is written. */
  readonly item: string;
  /** The owner's library identifier with its hyphen, `DK-718500`. Missing where the tag has none that is one. */
  readonly owner?: string;
  /** Missing where the tag says nothing of parts. */
  readonly part?: Part;
  readonly usage: Usage;
  /** What protects the item identifier against a damaged byte. `none`: read the tag twice before it decides anything. */
  readonly protection: 'crc' | 'xor' | 'none';
  /** The rules that reading this tag needed, besides its standard. */
  readonly leniencies: readonly Leniency[];
}

/** ISO 28560-3 and DS/INF 163-1 share their bytes; the latter calls the owner's front the country. */
export interface FixedContent extends ItemContent {
  readonly model: 'iso28560-3' | 'danish';
  /** The version of the model: 1. */
  readonly contentParameter: number;
  readonly crc: number;
  /** The owner field as it stands. */
  readonly ownerText: string;
  readonly country?: string;
  readonly blocks: readonly ExtensionBlock[];
  /** What follows `blocks` is damaged. The item is right all the same. */
  readonly blocksDamaged: boolean;
}

export interface ObjectContent extends ItemContent {
  readonly model: 'iso28560-2';
  readonly objects: readonly TagObject[];
}

export interface Rfid501Content extends ItemContent {
  readonly model: 'rfid501';
  readonly itemType: number;
  readonly branchNumber: number;
  readonly libraryNumber: number;
  readonly custom: number;
}

export type ItemTag = FixedContent | ObjectContent | Rfid501Content;

export type TagContent =
  | ItemTag
  /** Nothing is written on it yet. */
  | { readonly model: 'blank' }
  | { readonly model: 'unknown'; readonly why: string };

/** What `writeTag` writes; it refuses what the model has no place for. */
export interface TagToWrite {
  readonly item: string;
  readonly owner?: string | undefined;
  readonly part?: Part | undefined;
  /** Class in the high half, qualifier in the low half. Circulating where it is missing. */
  readonly usage?: Pick<Usage, 'byte'> | undefined;
  /** ISO 28560-2 objects and ISO 28560-3 fields by their object identifiers: 17 is the title. */
  readonly texts?: readonly TextField[] | undefined;
  /** ISO 28560-3: blocks of one's own, identifiers from 101 on, as bytes. */
  readonly localBlocks?: readonly { readonly id: number; readonly payload: Uint8Array }[] | undefined;
  /** RFID 501. */
  readonly itemType?: number | undefined;
  readonly branchNumber?: number | undefined;
  readonly libraryNumber?: number | undefined;
  readonly custom?: number | undefined;
}
