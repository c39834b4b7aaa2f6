/** Real programs that only some machines have: a test that needs one is skipped by name, or fails in CI. */
import { spawnSync } from 'node:child_process';

export function missing(program: string): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (!found && process.env.PEERS === 'required')
    throw new Error(`${program} is required (PEERS=required) and not installed: apt-get install ${program}`);
  return !found;
}
