/** Real programs and libraries that only some machines have: a test that needs one is skipped by name, or fails in CI. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export function missing(program: string, debianPackage = program): boolean {
  return absent(spawnSync('sh', ['-c', `command -v ${program}`]).status === 0, program, debianPackage);
}

/** A library is there when its header is. */
export function missingFile(path: string, debianPackage: string): boolean {
  return absent(existsSync(path), path, debianPackage);
}

function absent(found: boolean, what: string, debianPackage: string): boolean {
  if (!found && process.env.PEERS === 'required')
    throw new Error(
      `${what} is required (PEERS=required) and not installed: apt-get install ${debianPackage}`,
    );
  return !found;
}
