/** The two bytes beside a tag's memory: AFI, which the gate at the door looks at, and DSFID, which names the model. */

/** What a library writes as AFI. It is its choice: the same value means the opposite elsewhere. */
export interface AfiPair {
  readonly inStock: number;
  readonly onLoan: number;
}

/** ISO/IEC 15961: 07h where the AFI guards the gate, C2h for any library item. */
export const AFI_STANDARD: AfiPair = { inStock: 0x07, onLoan: 0xc2 };
/** 3M: D7h is secured. */
export const AFI_3M: AfiPair = { inStock: 0xd7, onLoan: 0xda };
/** Some German libraries of the Danish model. */
export const AFI_DANISH: AfiPair = { inStock: 0x07, onLoan: 0x21 };

export function afiSays(
  afi: number | undefined,
  pair: AfiPair = AFI_STANDARD,
): 'inStock' | 'onLoan' | 'unknown' {
  if (afi === undefined) return 'unknown';
  if (afi === pair.inStock) return 'inStock';
  return afi === pair.onLoan ? 'onLoan' : 'unknown';
}

/** A hint, no more: many tags of either model carry 00h. */
export function dsfidHint(dsfid: number | undefined): 'iso28560-2' | 'iso28560-3' | undefined {
  if (dsfid === 0x06) return 'iso28560-2';
  return dsfid === 0x3e ? 'iso28560-3' : undefined;
}
