/** Some readers deliver the bytes of a block last one first. */

export const BLOCK_BYTES = 4;

/** Whole blocks only: of a block that is cut off it is not known which bytes are missing. */
export function reverseBlocks(memory: Uint8Array): Uint8Array {
  const turned = memory.slice(0, memory.length - (memory.length % BLOCK_BYTES));
  for (let at = 0; at < turned.length; at += BLOCK_BYTES) turned.subarray(at, at + BLOCK_BYTES).reverse();
  return turned;
}
