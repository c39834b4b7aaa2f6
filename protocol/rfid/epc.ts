/** What UHF tags are, whoever reads them (EPC Gen2, ISO/IEC 18000-63). */
import { WireError } from '../wire/error.ts';
import { fromHex } from '../wire/hex.ts';

export const WORD_BYTES = 2;

/** Memory banks (EPC Gen2, 6.3.2.1). */
export const BANK = { reserved: 0, epc: 1, tid: 2, user: 3 } as const;
export const BANKS: ReadonlyMap<number, string> = new Map([
  [BANK.reserved, 'passwords'],
  [BANK.epc, 'EPC'],
  [BANK.tid, 'TID'],
  [BANK.user, 'user memory'],
]);

/** Error codes of tags (EPC Gen2, annex I). */
export const GEN2_ERRORS: ReadonlyMap<number, string> = new Map([
  [0x00, 'an error of its own'],
  [0x03, 'no such memory'],
  [0x04, 'the memory is locked'],
  [0x0b, 'not enough power to write'],
  [0x0f, 'an error that it does not name'],
]);

/** @throws WireError `wire.value` where the text is no EPC: whole words in hexadecimal. */
export function epcBytes(text: string): Uint8Array {
  if (!/^([0-9A-F]{4}){1,31}$/i.test(text)) throw new WireError('wire.value', `"${text}" is not an EPC`);
  return fromHex(text);
}

/** A UHF tag's memory is words: a block of it has two bytes. @throws WireError `wire.refused` */
export function onlyWords(blockBytes: number): void {
  if (blockBytes !== WORD_BYTES)
    throw new WireError('wire.refused', 'a UHF tag is written in words of 2 bytes');
}
