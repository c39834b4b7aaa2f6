/** A firmware's hex: which board it is for, and which version it is. */
import { readFile } from 'node:fs/promises';
import nrfIntelHex from 'nrf-intel-hex';
import { TerminalError } from '../error.ts';

export type BoardKind = 'mega2560' | 'uno';
export interface Firmware {
  readonly kind: BoardKind;
  readonly version: string;
}

/** As firmware/src/marker.c has it in the flash. */
const MARKER = /credit-reading-board:(mega2560|uno):(\d+\.\d+\.\d+)\0/;
/** A CommonJS package whose declarations are written for bundlers: the default import is the class itself. */
const MemoryMap = nrfIntelHex as unknown as typeof nrfIntelHex.default;

/** Fails with `flash.hex` where the file is not there, not Intel HEX, or not ours. */
export async function readFirmware(path: string): Promise<Firmware> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new TerminalError('flash.hex', `the firmware ${path} cannot be read: name another file`, { cause });
  });
  const found = MARKER.exec(flashOf(path, text));
  if (!found)
    throw new TerminalError(
      'flash.hex',
      `${path} is a hex, but none of this project's: take one of firmware/release`,
    );
  const [, kind, version] = found;
  return { kind: kind as BoardKind, version: version ?? '' };
}

function flashOf(path: string, text: string): string {
  try {
    const blocks = MemoryMap.fromHex(text);
    return [...blocks.values()].map((bytes) => Buffer.from(bytes).toString('latin1')).join('');
  } catch (cause) {
    const what = (cause as Error).message;
    throw new TerminalError('flash.hex', `${path} is not Intel HEX (${what}): take one of firmware/release`, {
      cause,
    });
  }
}
