/** A firmware's Intel HEX file as the bytes of the flash. */
import { readFile } from 'node:fs/promises';
import nrfIntelHex from 'nrf-intel-hex';

/** A CommonJS package whose declarations are written for bundlers: the default import is the class itself. */
const MemoryMap = nrfIntelHex as unknown as typeof nrfIntelHex.default;

export async function readHex(path: string): Promise<Uint8Array> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`the firmware ${path} is not there: run "npm run firmware", or name another with --hex`);
  });
  try {
    const blocks = MemoryMap.fromHex(text);
    const end = Math.max(...[...blocks.entries()].map(([at, bytes]) => at + bytes.length));
    return blocks.slicePad(0, end, 0xff);
  } catch (error) {
    throw new Error(`the firmware ${path} is not Intel HEX: ${(error as Error).message}`);
  }
}
