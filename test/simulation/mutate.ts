/** Builds a worker from a copy of the sources with one mutation in it. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { MUTATIONS, type Mutation } from './mutations.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** Inside the project, so that packages are found from there. */
const FOLDER = join(ROOT, 'build', 'simulation');

/** Resolves with the worker's file; `remove` it when it has done its work. */
export async function mutatedWorker(name: string): Promise<{ worker: string; remove(): Promise<void> }> {
  const mutation = MUTATIONS[name];
  if (!mutation) throw new Error(`no mutation ${name}; there are: ${Object.keys(MUTATIONS).join(', ')}`);
  await mkdir(FOLDER, { recursive: true });
  const worker = join(FOLDER, `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [WORKER],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    plugins: [patch(mutation)],
  });
  return { worker, remove: () => rm(worker, { force: true }) };
}

function patch({ file, from, to }: Mutation): Plugin {
  const path = resolve(ROOT, file);
  return {
    name: 'mutation',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path: loaded }) =>
        loaded === path
          ? { contents: mutated(await readFile(path, 'utf8'), file, from, to), loader: 'ts' }
          : undefined,
      ),
  };
}

/** @throws Error where the text that is to change does not stand there exactly once: then it has moved on. */
export function mutated(source: string, file: string, from: string, to: string): string {
  const count = source.split(from).length - 1;
  if (count !== 1)
    throw new Error(`the text of the mutation stands ${count} times in ${file}: bring it up to date`);
  return source.replace(from, () => to);
}
