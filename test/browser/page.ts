/** A page as `npm run build` makes it; built here when it is missing or older than its sources. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const kioskPage = () => builtPage('kiosk', 'controller/kiosk/page');
export const platformPage = () => builtPage('platform', 'platform/page');

async function builtPage(name: string, from: string): Promise<string> {
  const file = join(ROOT, 'dist/pages', `${name}.html`);
  const sources = join(ROOT, from);
  const built = await stat(file).catch(() => undefined);
  if (built && built.mtimeMs > (await newest(sources, join(ROOT, 'pages')))) return readFile(file, 'utf8');
  return buildPage(sources);
}

async function newest(...folders: readonly string[]): Promise<number> {
  const times = folders.map(async (folder) => {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const inside = files.filter((file) => file.isFile());
    return Promise.all(inside.map(async (file) => (await stat(join(file.parentPath, file.name))).mtimeMs));
  });
  return Math.max(...(await Promise.all(times)).flat());
}

/** In memory, so that a test run changes nothing in `dist`. */
async function buildPage(root: string): Promise<string> {
  const [{ build }, { preact }, { viteSingleFile }] = await Promise.all([
    import('vite'),
    import('@preact/preset-vite'),
    import('vite-plugin-singlefile'),
  ]);
  const result = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [preact(), viteSingleFile()],
    build: { write: false },
  });
  for (const { output } of [result].flat() as { output: { fileName: string; source?: unknown }[] }[])
    for (const file of output) if (file.fileName.endsWith('.html')) return String(file.source);
  throw new Error(`the page in ${root} built without an HTML file`);
}
