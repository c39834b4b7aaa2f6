/** The firmware's logic on this machine, under sanitizers; and that the released hexes are what the sources build. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readHex } from '../../simulator/avr/hex.ts';

const FIRMWARE = fileURLToPath(new URL('../../firmware/', import.meta.url));
/** A cold build with sanitizers on a small machine. */
const BUILD_MS_MAX = 180_000;
const BOARDS = ['mega2560', 'uno'];
const FLASH_BYTES_MAX = 12 * 1024;
/** Leaves the stack, which was measured at 132 bytes in the emulator, room enough within 1.5 KB. */
const STATIC_RAM_BYTES_MAX = 1300;
const peersRequired = process.env.PEERS === 'required';

const present = (command: string) => spawnSync(command, ['--version']).status === 0;
const missingOf = (commands: readonly string[]) => commands.filter((command) => !present(command));

function make(target: string, ...variables: string[]) {
  const { status, stdout, stderr } = spawnSync('make', ['-C', FIRMWARE, target, ...variables], {
    encoding: 'utf8',
    timeout: BUILD_MS_MAX,
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Skipped by name without its peers, unless they are required: then it runs, and fails with make's own words. */
function withPeers(name: string, commands: readonly string[], test: () => void): void {
  const missing = missingOf(commands);
  const skipped = missing.length > 0 && !peersRequired;
  it.skipIf(skipped)(
    skipped ? `${name} (skipped: no ${missing.join(', ')})` : name,
    () => {
      expect(missing, 'peers that PEERS=required asks for').toEqual([]);
      test();
    },
    BUILD_MS_MAX,
  );
}

describe('firmware', () => {
  const compiler = !present('gcc') && present('clang') ? 'clang' : 'gcc';

  withPeers('passes its host tests under sanitizers', ['make', compiler], () => {
    const { status, output } = make('host', `HOST_CC=${compiler}`);
    expect(status, output).toBe(0);
    expect(output).toMatch(/16 compartments: \d+ passed, 0 failed/);
    expect(output).toMatch(/4 compartments: \d+ passed, 0 failed/);
  });

  withPeers('is released as the hexes that its sources build, within its budget', ['make', 'avr-gcc'], () => {
    const { status, output } = make('verify');
    expect(status, output).toBe(0);
    for (const board of BOARDS) {
      const sizes = spawnSync('avr-size', [`${FIRMWARE}build/verify/${board}.elf`], {
        encoding: 'utf8',
      }).stdout;
      const [text = NaN, data = NaN, bss = NaN] = (sizes.split('\n')[1] ?? '')
        .trim()
        .split(/\s+/)
        .map(Number);
      expect(text + data, `flash of ${board}`).toBeLessThanOrEqual(FLASH_BYTES_MAX);
      expect(data + bss, `static RAM of ${board}`).toBeLessThanOrEqual(STATIC_RAM_BYTES_MAX);
    }
  });

  it.each(BOARDS)('carries the name of its board in the hex: %s', async (board) => {
    const flash = Buffer.from(await readHex(`${FIRMWARE}release/${board}.hex`)).toString('latin1');
    const markers = flash.match(/credit-reading-board:[^\0]*\0/g);
    expect(markers).toEqual([`credit-reading-board:${board}:0.2.0\0`]);
  });
});
