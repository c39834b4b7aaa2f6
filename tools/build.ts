/** Builds what runs into dist/: four programs by esbuild and three pages, one file each, by Vite. */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { build as bundle } from 'esbuild';
import { build as buildPage } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const PAGES = {
  kiosk: 'controller/kiosk/page',
  platform: 'platform/page',
  cabinet: 'simulator/page',
} as const;
const PROGRAMS = {
  controller: 'controller/main.ts',
  service: 'controller/service/main.ts',
  platform: 'platform/main.ts',
  simulator: 'simulator/main.ts',
} as const;
/** They load a binary from beside their own files. */
const NOT_BUNDLED = ['sqlite3', 'serialport', 'node-hid'];
/** Bundled CommonJS packages ask for `require`, which an ES module has to make. */
const REQUIRE =
  "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);";

async function programs(): Promise<void> {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  await bundle({
    entryPoints: Object.entries(PROGRAMS).map(([out, from]) => ({ in: from, out })),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What is imported dynamically, as the panel is, costs nothing before.
    splitting: true,
    target: 'node20.19',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    external: NOT_BUNDLED,
    banner: { js: REQUIRE },
    define: { VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
}

async function page(name: string, root: string): Promise<void> {
  const outDir = resolve('build/pages', name);
  await buildPage({
    root: resolve(root),
    configFile: false,
    logLevel: 'warn',
    plugins: [preact(), viteSingleFile()],
    build: { outDir, emptyOutDir: true, target: 'es2022' },
  });
  await mkdir('dist/pages', { recursive: true });
  await copyFile(`${outDir}/index.html`, `dist/pages/${name}.html`);
}

await rm('dist', { recursive: true, force: true });
await programs();
for (const [name, root] of Object.entries(PAGES)) await page(name, root);
