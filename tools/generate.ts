/** Writes what is generated from the wire declarations; with `--check` it only compares and fails on drift. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asyncApi } from './generate/asyncapi.ts';
import { boardTable } from './generate/board-table.ts';
import { cHeader } from './generate/c-header.ts';
import { boardVectors, cVectors } from './generate/vectors.ts';

const outputs: Record<string, () => string | Promise<string>> = {
  'firmware/src/protocol.h': cHeader,
  'firmware/host/vectors.h': cVectors,
  'protocol/vectors/board.json': boardVectors,
  'docs/protocol/board.md': boardTable,
  'docs/protocol/asyncapi.json': asyncApi,
};

const check = process.argv.includes('--check');
let drifted = 0;
for (const [path, make] of Object.entries(outputs)) {
  const wanted = await make();
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === wanted) continue;
  if (check) {
    drifted += 1;
    console.error(`${path} is not what the declarations give: run "npm run generate"`);
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, wanted);
    console.error(`wrote ${path}`);
  }
}
process.exit(drifted ? 1 : 0);
