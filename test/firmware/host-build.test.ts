/** The firmware's logic on this machine, under sanitizers; and that the released hex is what the sources build. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const FIRMWARE = fileURLToPath(new URL('../../firmware/', import.meta.url));
/** A cold build with sanitizers on a small machine. */
const BUILD_MS_MAX = 180_000;
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
    expect(output).toMatch(/\d+ passed, 0 failed/);
  });

  withPeers('is released as the hex that its sources build', ['make', 'avr-gcc'], () => {
    const { status, output } = make('verify');
    expect(status, output).toBe(0);
  });
});
