/** What an RFID reader can be asked, whoever made it. Each driver says it in the reader's own bytes. */
import type { Talk, Wire } from '../wire/talk.ts';

export type TagKind = 'iso15693' | 'epc' | 'iso14443a';

export interface TagSeen {
  readonly kind: TagKind;
  /** Upper-case hexadecimal: the UID with its most significant byte (E0 of ISO 15693) first, or the EPC. */
  readonly id: string;
  /** Data storage format identifier, where the inventory tells it. */
  readonly dsfid?: number;
  /** As the reader gives it: larger is nearer, no unit. */
  readonly rssi?: number;
}

export interface Inventory {
  readonly tags: readonly TagSeen[];
  /** The reader heard answers that it could not tell apart, or has no room for more: a tag may be missing. */
  readonly complete: boolean;
}

/** Get System Information, ISO/IEC 15693-3, 10.3.12. `undefined`: the tag does not tell. */
export interface TagMemory {
  readonly blocks: number | undefined;
  readonly blockBytes: number | undefined;
  readonly afi: number | undefined;
  readonly dsfid: number | undefined;
}

export interface ReaderIdentity {
  readonly model: string;
  readonly version: string;
  /** What else it tells of itself, for the technician: `power 26 dBm`. */
  readonly told?: readonly string[];
}

/** What lending and the technician may count on. */
export interface ReaderCapabilities {
  readonly tags: TagKind;
  /** The most antennas it can tell apart. */
  readonly antennasMax: number;
}

/**
 * A tag is named by its `id`. Talks end with `wire.refused` where the reader answers that it could not (no such tag
 * in its field, a locked block), and tell in words why. A missing function: the reader cannot.
 */
export interface ReaderDriver<F = unknown> {
  readonly wire: Wire<F>;
  readonly can: ReaderCapabilities;
  /** Also the probe that shows that the reader is alive. */
  identify(): Talk<ReaderIdentity, F>;
  /** `antenna` counts from 0. */
  inventory(antenna: number): Talk<Inventory, F>;
  memory?(id: string): Talk<TagMemory, F>;
  /** Blocks in the order of their addresses, the bytes of a block in the order of ISO 28560 (lowest first). */
  readBlocks?(id: string, first: number, count: number): Talk<Uint8Array, F>;
  /** `data` fills whole blocks. */
  writeBlocks?(id: string, first: number, data: Uint8Array, blockBytes: number): Talk<void, F>;
  readAfi?(id: string): Talk<number, F>;
  writeAfi?(id: string, afi: number): Talk<void, F>;
  readEas?(id: string): Talk<boolean, F>;
  writeEas?(id: string, armed: boolean): Talk<void, F>;
}
