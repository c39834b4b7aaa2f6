/** The technician's command, as it is typed. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Lines of JSON as they come; resolves with the exit code and the last of them. */
export async function service(
  data: string,
  args: readonly string[],
  heard: (line: Record<string, unknown>) => void = () => {},
): Promise<{ readonly code: number | null; readonly last: Record<string, unknown>; readonly told: string }> {
  const child = spawn(process.execPath, ['dist/service.mjs', '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last: Record<string, unknown> = {};
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  createInterface(child.stdout).on('line', (line) => {
    if (!line.startsWith('{')) return;
    last = JSON.parse(line) as Record<string, unknown>;
    heard(last);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, last, told };
}
