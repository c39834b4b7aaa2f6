/** What simulated UHF readers see of a tag: its EPC and its banks. */
import { BANK, epcBytes, WORD_BYTES } from '../../protocol/rfid/epc.ts';
import { pcOf, tagCrc } from '../../protocol/rfid/m100/payload.ts';
import type { Field, SimTag } from './field.ts';

const ANTENNAS_MAX = 8;
/** Class E2h of EPC Gen2 and a made-up maker and serial number. */
const TID = Uint8Array.from([0xe2, 0x00, 0x68, 0x06, 0x20, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01]);

/** A library tag stands for a UHF tag of the same number, so that one item serves any reader; a card never does. */
export const heard = (field: Field, antenna: number): readonly SimTag[] =>
  field(antenna).filter(({ kind }) => kind !== 'iso14443a');

/** A tag without an EPC of its own is seen by its UID. */
export const epcOf = ({ epc, uid }: SimTag): string => epc ?? uid;

/** Whatever antenna it lies on. */
export function uhfTag(field: Field, epc: string): SimTag | undefined {
  for (let antenna = 0; antenna < ANTENNAS_MAX; antenna += 1) {
    const tag = heard(field, antenna).find((one) => epcOf(one) === epc);
    if (tag) return tag;
  }
  return undefined;
}

/** PC, EPC and their CRC as the tag sends them. */
export function onAir(tag: SimTag): number[] {
  const epc = epcBytes(epcOf(tag));
  const pc = pcOf(epc);
  const pcAndEpc = Uint8Array.from([pc >> 8, pc & 0xff, ...epc]);
  const crc = tagCrc(pcAndEpc);
  return [...pcAndEpc, crc >> 8, crc & 0xff];
}

/** Words of a bank, as a view where they can be written; `undefined` beyond its end. */
export function wordsOf(tag: SimTag, bank: number, first: number, count: number): Uint8Array | undefined {
  const bytes = bankOf(tag, bank);
  const [from, to] = [first * WORD_BYTES, (first + count) * WORD_BYTES];
  return bytes && to <= bytes.length ? bytes.subarray(from, to) : undefined;
}

function bankOf(tag: SimTag, bank: number): Uint8Array | undefined {
  if (bank === BANK.user) return tag.memory;
  if (bank === BANK.tid) return tag.tid ?? TID;
  if (bank !== BANK.epc) return undefined;
  const told = onAir(tag);
  return Uint8Array.from([...told.slice(-2), ...told.slice(0, -2)]);
}

/** Whether some of the words lie in a block that takes no more writing. */
export function isLocked({ locked, blockBytes }: SimTag, first: number, count: number): boolean {
  for (let word = first; word < first + count; word += 1)
    if (locked.has(Math.floor((word * WORD_BYTES) / blockBytes))) return true;
  return false;
}
