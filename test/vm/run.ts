/** A program that does one thing and ends: its output, or an error that carries what it said. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export const BUILD = resolve('build/vm');
/** A slow mirror needs a minute for the kernel. */
const RUN_MS_MAX = 180_000;

export function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  return new Promise((done, fail) => {
    execFile(program, args, { cwd, timeout: RUN_MS_MAX, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) fail(new Error(`${program} ${args.join(' ')}: ${stderr || error.message}`));
      else done(stdout);
    });
  });
}
