/** Static RAM of a released firmware, as the linker laid it out: from the ELF that gives the same hex. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IN_RAM = /^\.(data|bss|noinit)\s+(\d+)/gm;

/** Bytes of .data, .bss and .noinit. Needs avr-gcc and avr-size. */
export async function staticRamBytes(kind: string): Promise<number> {
  const hex = `build/size/${kind}.hex`;
  await run('make', ['-C', 'firmware', 'BUILD=build/size', hex]);
  const { stdout } = await run('avr-size', ['-A', `firmware/build/size/${kind}.elf`]);
  return [...stdout.matchAll(IN_RAM)].reduce((sum, [, , bytes]) => sum + Number(bytes), 0);
}
